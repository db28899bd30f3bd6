"""What it costs to bring a thing to its taker, against what it is worth there: how far it pays.

By road a tonne is worth carrying as far as worth / (cost per tonne-km x road factor). Through a pipe the distance is
bounded by the amount: a metre of pipe costs the same a year, however little flows.

Sources. Vehicle costs per km and hour: Väylävirasto, unit values for road and rail appraisal (publication 48/2020),
brought to the level of 2023 by Statistics Finland's cost index of road transport of goods; divided by the load of a
full combination (30-45 t; of a slurry tanker 25-35 t) with an empty return, for short hauls of earth with waiting at
both ends; part loads of valuable goods as three quarters full. Loading and unloading: half an hour to an hour at each
end. Worth: what the two gain over what each would do otherwise, loading and ordinary preparation paid. It is no price
and was not measured: it is set so that the distances are those of the facilitators' rules
(``tests/data/matching/README.md``), and is of the size of what ``prospects/data/benefits.csv`` gives. Road factor:
Ballou, Rahardja and Sakai (2002), Transportation Research A 36: 1.2-1.4 where the net of roads is sparse but good.
Pipes: building costs of district heating lines by Energiateollisuus (outside towns the lower end); water lines by the
plans of Finnish water co-operatives, low-pressure gas and air lines as the same trench with another pipe; 5 % over 30
years. These are orders of magnitude for a first talk: a haulier's or builder's offer replaces them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from services.matching.domain.ranges import Range

ROAD_FACTOR = 1.3
"""Road over great circle; a pipe is taken to follow the road."""
INTEREST, PIPE_YEARS = 0.05, 30
_WHOLE_KM = 10
CO2E_PER_TKM = Range(0.00004, 0.00012)
"""t CO2e per tonne-km: VTT LIPASTO, full trailer combinations, loaded one way or both."""


@dataclass(frozen=True, slots=True)
class Carriage:
    """How a class of material travels: cost in EUR per tonne-km of road, of loading and unloading in EUR/t, and what
    a tonne is worth to the pair in EUR/t, loading paid."""

    cost: Range
    loading: Range
    worth: Range

    @property
    def near_and_far_km(self) -> tuple[int, int]:
        """Great circle, to whole tens: what pays even for the least worth, and for the most; at the usual cost."""
        near, far = (break_even_km(worth, self.cost.middle) for worth in (self.worth.low, self.worth.high))
        return round(near / _WHOLE_KM) * _WHOLE_KM, round(far / _WHOLE_KM) * _WHOLE_KM


#                     EUR/tkm             loading EUR/t     worth EUR/t
CARRIAGES: Mapping[str, Carriage] = MappingProxyType(
    {
        "heavy":    Carriage(Range(0.09, 0.14), Range(1, 2), Range(6, 12)),
        "sludge":   Carriage(Range(0.10, 0.16), Range(1, 3), Range(8.5, 17)),
        "bulk":     Carriage(Range(0.07, 0.13), Range(2, 5), Range(15.6, 32.5)),
        "valuable": Carriage(Range(0.08, 0.14), Range(3, 10), Range(43, 86)),
    }
)  # fmt: skip
"""By class of reach (``reading/data/reaches.csv``): stone and soil against stone quarried near by; sludge and manure
for their nutrients or their gate fee; fuel, fibre and by-products; metals, plastics, chemicals and hazardous waste."""


USUAL_REACH = "bulk"
"""The class of a material of which none is known."""

#                     EUR to build a metre
PIPES: Mapping[str, Range] = MappingProxyType(
    {
        "heat": Range(250, 700), "steam": Range(600, 1_800), "gas": Range(100, 350), "air": Range(80, 250),
        "water": Range(60, 250),
    }
)  # fmt: skip
HEAT_WORTH = Range(15, 40)
"""EUR per MWh of heat through a pipe, over what would be used otherwise."""

CARRIERS: Mapping[str, str] = MappingProxyType(
    {
        "waste-heat": "heat", "data-centre-heat": "heat", "flue-gas-heat": "heat", "exhaust-air-heat": "heat",
        "refrigeration-heat": "heat", "hot-water-heat": "heat", "cooling-energy": "heat", "geothermal-ground": "heat",
        "heat-storage": "heat", "wastewater-heat": "heat", "steam": "steam", "biogas": "gas", "process-gas": "gas",
        "vent-fuel-gas": "gas", "hydrogen": "gas", "co2-oxygen": "gas", "compressed-air": "air",
        # by wire or lorry, or nothing that flows
        "electricity": "", "demand-response": "", "ev-charging": "", "battery-storage": "", "grid-connection": "",
        "backup-power": "", "ice-snow": "",
    }
)  # fmt: skip
"""Concept → the pipe it goes through, "" where it needs none."""


def break_even_km(worth_eur_per_t: float, cost_eur_per_tkm: float) -> float:
    """Great-circle distance at which carrying a tonne costs what it is worth."""
    return max(0.0, worth_eur_per_t) / (cost_eur_per_tkm * ROAD_FACTOR)


def road_cost(reach: str, distance_km: float) -> Range:
    """EUR per tonne over a great-circle distance, loading and unloading within."""
    carriage = CARRIAGES[reach]
    return carriage.cost.times(distance_km * ROAD_FACTOR) + carriage.loading


def road_co2e(distance_km: float) -> Range:
    """t CO2e per tonne over a great-circle distance."""
    return CO2E_PER_TKM.times(distance_km * ROAD_FACTOR)


def carrier_of(kind: str, concept: str | None) -> str | None:
    """The key in PIPES of the pipe that a card of energy or water about this concept needs; None for what goes by wire
    or lorry, and on cards of other kinds. Energy of no known concept is taken as heat, water as water."""
    if kind == "water":
        return CARRIERS.get(concept or "", "water") or None
    return CARRIERS.get(concept or "", "heat") or None if kind == "energy" else None


def annuity() -> float:
    """The yearly part of an investment: r / (1 - (1 + r)^-n)."""
    return INTEREST / (1 - (1 + INTEREST) ** -PIPE_YEARS)


def pipe_cost(carrier: str, distance_km: float) -> Range:
    """EUR a year for a pipe over a great-circle distance."""
    return PIPES[carrier].times(1_000 * distance_km * ROAD_FACTOR * annuity())


def heat_break_even_km(megawatt_hours: float) -> tuple[float, float]:
    """Great-circle distances, near and far, at which a heat pipe's year costs what the year's heat is worth: for the
    least worth, and for the most, in the middling pipe."""
    per_km = pipe_cost("heat", 1).middle
    return HEAT_WORTH.low * megawatt_hours / per_km, HEAT_WORTH.high * megawatt_hours / per_km

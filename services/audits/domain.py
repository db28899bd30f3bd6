"""The light energy survey: what a site buys, what it has left over, and the few figures that follow.

It is what an adviser gathers in a visit or two. It is not an energy audit of EN 16247, nor an energy review under
the Finnish Energy Efficiency Act, and is not labelled so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.errors import InvalidInput
from shared.ids import derived_id, new_id
from shared.visibility import Visibility

KWH_PER_MWH = 1_000


@dataclass(frozen=True, slots=True)
class Site:
    """What a survey needs to know of a site."""

    id: str
    organisation_id: str
    region_code: str


@dataclass(frozen=True, slots=True)
class CarrierUse:
    """Energy bought in the survey year: MWh, and what it cost in € where known."""

    carrier: str
    energy_mwh: float
    cost_eur: float | None


@dataclass(frozen=True, slots=True)
class Surplus:
    """Heat left over: MWh a year, °C. ``listing_id`` is the listing that resources makes of it."""

    id: str
    name: str
    description: str
    energy_mwh_per_year: float
    temperature_c: float
    basis: str
    visibility: str
    listing_id: str


@dataclass(frozen=True, slots=True)
class Survey:
    """A light survey of one site and one calendar year; ``heated_area_m2`` in m²."""

    id: str
    sequence: int
    agency_id: str
    organisation_id: str
    site_id: str
    year: int
    heated_area_m2: float | None
    carriers: tuple[CarrierUse, ...]
    surpluses: tuple[Surplus, ...]
    notes: str
    registered_at: datetime

    @property
    def total_energy_mwh(self) -> float:
        """All energy bought in the year, MWh, every carrier at its delivered energy (no primary energy factors)."""
        return math.fsum(use.energy_mwh for use in self.carriers)

    @property
    def total_cost_eur(self) -> float | None:
        """What it cost, €; None unless the cost of every carrier is known, since a part would look like the whole."""
        costs = [use.cost_eur for use in self.carriers if use.cost_eur is not None]
        return math.fsum(costs) if costs and len(costs) == len(self.carriers) else None

    @property
    def intensity_kwh_per_m2(self) -> float | None:
        """Bought energy per heated area and year, kWh/m²; None where area or energy is not known.

        Production's energy is in it, and the weather of the year is not corrected for: it compares a site with itself.
        """
        if self.heated_area_m2 is None or not self.carriers:
            return None
        return self.total_energy_mwh * KWH_PER_MWH / self.heated_area_m2


def new_survey(draft: Mapping[str, Any], site: Site | None, agency_id: str, now: datetime) -> Survey:
    """The survey with its ids. ``draft`` has the fields of the call; ``site`` is None when the agency has no such site.

    Raises InvalidInput for a site that is not the organisation's, a year to come, or a surplus shared in a programme.
    """
    errors = _errors(draft, site, now)
    if site is None or errors:
        raise InvalidInput(errors)
    survey_id = new_id("svy", site.region_code)
    return Survey(
        id=survey_id,
        sequence=1,
        agency_id=agency_id,
        organisation_id=site.organisation_id,
        site_id=site.id,
        year=draft["year"],
        heated_area_m2=draft["heated_area_m2"],
        carriers=tuple(CarrierUse(**use) for use in draft["carriers"]),
        surpluses=tuple(_surplus(surplus, survey_id, site.region_code) for surplus in draft["surpluses"]),
        notes=draft["notes"],
        registered_at=now,
    )


def _surplus(draft: Mapping[str, Any], survey_id: str, region_code: str) -> Surplus:
    surplus_id = new_id("sur", region_code)
    return Surplus(**draft, id=surplus_id, listing_id=derived_id("lst", region_code, survey_id, surplus_id))


def _errors(draft: Mapping[str, Any], site: Site | None, now: datetime) -> Sequence[dict[str, str]]:
    errors = []
    if site is None:
        errors.append(_error("site_id", "There is no such site among your agency's clients."))
    elif site.organisation_id != draft["organisation_id"]:
        errors.append(_error("site_id", "This is a site of another organisation."))
    if draft["year"] > now.year:
        errors.append(_error("year", f"A survey tells of a year that has begun: {now.year} at the latest."))
    for number, surplus in enumerate(draft["surpluses"]):
        if surplus["visibility"] == Visibility.PROGRAMME:
            message = "A survey names no programme; choose another level, and revise the listing afterwards."
            errors.append(_error(f"surpluses.{number}.visibility", message))
    return errors


def _error(field: str, message: str) -> dict[str, str]:
    return {"field": field, "message": message}

"""How much a listing speaks of: an amount in a unit that fits its kind, and the yearly amount from it.

| kind                | dimension: canonical unit of the yearly amount            |
| ------------------- | --------------------------------------------------------- |
| material            | mass: t · volume: m3 · pieces: piece                      |
| energy              | energy: MWh                                               |
| water               | volume: m3                                                |
| logistics           | trips: trip · mass: t · volume: m3 · pallets: pallet      |
| capacity            | time: h · mass: t · volume: m3 · pieces: piece            |
| premises            | area: m2 · time: h (a room by the hour)                   |
| expertise, service  | time: h · pieces: piece (a course, an analysis, a visit)  |

Amounts compare within one dimension only: without a density there is no way from m3 to t. Volumes
are taken as stated, loose (i-m3) and solid (k-m3) alike. Power (kW, MW) is refused for energy,
since nobody but the owner knows the hours. A person-day is 7.5 h.

A calendar year has 365 days, 52 weeks, 12 months; a one-off amount counts once. Area is let, not
used up: its yearly amount is the area, whatever the period.

Pint does the conversions and is imported at the first of them (about half a second).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from shared.reference.errors import ReferenceValueError, UnknownCode, shown
from shared.reference.tables import name_key

if TYPE_CHECKING:
    from pint import UnitRegistry


class Period(StrEnum):
    """How often the amount comes about."""

    ONCE = "once"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


TIMES_A_YEAR: Mapping[Period, int] = MappingProxyType(
    {Period.ONCE: 1, Period.DAY: 365, Period.WEEK: 52, Period.MONTH: 12, Period.YEAR: 1}
)

DIMENSIONS_BY_KIND: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "material": ("mass", "volume", "pieces"),
        "energy": ("energy",),
        "water": ("volume",),
        "logistics": ("trips", "mass", "volume", "pallets"),
        "capacity": ("time", "mass", "volume", "pieces"),
        "premises": ("area", "time"),
        "expertise": ("time", "pieces"),
        "service": ("time", "pieces"),
    }
)


@dataclass(frozen=True, slots=True)
class Dimension:
    """`unit` is canonical; `limit` is the largest yearly amount taken as real, in that unit."""

    unit: str
    limit: float
    accrues: bool = True


DIMENSIONS: Mapping[str, Dimension] = MappingProxyType(
    {
        "mass": Dimension("t", 1e9),
        "volume": Dimension("m3", 1e10),  # cooling water of a large plant is above 1e9
        "pieces": Dimension("piece", 1e10),
        "energy": Dimension("MWh", 1e9),  # Finland as a whole uses some 4e8
        "trips": Dimension("trip", 1e7),
        "pallets": Dimension("pallet", 1e8),
        "time": Dimension("h", 1e8),
        "area": Dimension("m2", 1e8, accrues=False),
    }
)
SMALLEST_YEARLY = 1e-9
"""In the canonical unit; below it (a milligram for t) an amount is noise and would round to nothing."""


@dataclass(frozen=True, slots=True)
class Unit:
    """`pint` is how Pint writes it; `aliases` are Finnish, Swedish and English spellings, any case."""

    dimension: str
    pint: str
    aliases: tuple[str, ...] = ()


UNITS: Mapping[str, Unit] = MappingProxyType(
    {
        "t": Unit("mass", "tonne", ("tn", "ton", "tons", "tonne", "tonnes", "tonni", "tonnia", "tonnit")),
        "kg": Unit("mass", "kilogram", ("kilo", "kiloa", "kilogramma", "kilogrammaa", "kilogram")),
        "g": Unit("mass", "gram", ("gramma", "grammaa", "gram")),
        "m3": Unit(
            "volume",
            "meter ** 3",
            (
                *("m^3", "kuutio", "kuutiota", "kuutiometri", "kuutiometriä", "kubikmeter", "kubik", "cbm"),
                *("cubic metre", "cubic meter", "cubic metres", "cubic meters"),
                *("i-m3", "im3", "irto-m3", "irtokuutio", "irtokuutiota", "k-m3", "kiintokuutio"),
            ),
        ),
        "l": Unit("volume", "liter", ("litra", "litraa", "liter", "litre", "litres", "liters")),
        "piece": Unit(
            "pieces",
            "piece",
            ("kpl", "kappale", "kappaletta", "st", "styck", "stycken", "pcs", "pc", "pieces"),
        ),
        "MWh": Unit("energy", "megawatt_hour", ("megawattitunti", "megawattituntia", "megawattimme")),
        "kWh": Unit("energy", "kilowatt_hour", ("kilowattitunti", "kilowattituntia", "kilowattimme")),
        "GWh": Unit("energy", "gigawatt_hour", ("gigawattitunti", "gigawattituntia", "gigawattimme")),
        "MJ": Unit("energy", "megajoule"),
        "GJ": Unit("energy", "gigajoule"),
        "TJ": Unit("energy", "terajoule"),
        "trip": Unit(
            "trips",
            "trip",
            (
                *("trips", "kuorma", "kuormaa", "ajo", "ajoa", "rekka", "rekkaa", "lass", "tur"),
                *("load", "loads", "truckload", "truckloads"),
            ),
        ),
        "pallet": Unit("pallets", "pallet", ("pallets", "lava", "lavaa", "pall", "pallar")),
        "h": Unit(
            "time",
            "hour",
            ("hr", "hrs", "hour", "hours", "tunti", "tuntia", "timme", "timmar", "tim"),
        ),
        "min": Unit("time", "minute", ("minuutti", "minuuttia", "minut", "minuter", "minute", "minutes")),
        "person-day": Unit(
            "time", "person_day", ("person-days", "htp", "henkilötyöpäivä", "henkilötyöpäivää", "persondag")
        ),
        "m2": Unit(
            "area",
            "meter ** 2",
            (
                *("m^2", "neliö", "neliötä", "neliömetri", "neliömetriä", "kvadratmeter", "kvm", "sqm"),
                *("square metre", "square meter", "square metres", "square meters"),
            ),
        ),
        "ha": Unit("area", "hectare", ("hehtaari", "hehtaaria", "hektar", "hectare", "hectares")),
    }
)
_POWER = frozenset({"w", "kw", "mw", "gw"})
_OWN_UNITS = ("piece = [piece]", "trip = [trip]", "pallet = [pallet]", "person_day = 7.5 * hour")


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount as stated, in a unit of UNITS; made and checked by `parse_quantity`."""

    amount: float
    unit: str
    period: Period


@dataclass(frozen=True, slots=True)
class YearlyAmount:
    """An amount a year in its dimension's canonical unit; comparable within one dimension only."""

    amount: float
    unit: str
    dimension: str


class UnitMisfit(ReferenceValueError):
    """The unit does not fit the kind; `suggestions` are the units that do."""


class AmountOutOfRange(ReferenceValueError):
    """The number has no physical sense; the message says why."""


def parse_quantity(kind: str, amount: float, unit: str, period: str) -> Quantity:
    """The quantity with its unit in canonical spelling.

    Raises UnitMisfit, AmountOutOfRange, or UnknownCode for a kind or period that there is not.
    """
    fitting = units_for(kind)
    if period not in list(Period):
        near = tuple((name.value, "") for name in Period)
        raise UnknownCode("period (how often the amount comes about)", str(period), near, field="period")
    symbol = _symbols().get(name_key(unit), "")
    if symbol not in fitting:
        raise _misfit(kind, unit, symbol, fitting)
    quantity = Quantity(_number(amount), symbol, Period(period))
    year = yearly(quantity)
    limit = DIMENSIONS[year.dimension].limit
    if not SMALLEST_YEARLY <= year.amount <= limit:
        side = f"above {limit:.0e}" if year.amount > limit else f"below {SMALLEST_YEARLY:.0e}"
        why = f"makes {year.amount:.3g} {year.unit} a year, {side} {year.unit}"
        raise AmountOutOfRange(f"{amount} {symbol} {why}: check the number and the unit.", field="amount")
    return quantity


def yearly(quantity: Quantity) -> YearlyAmount:
    """What the quantity comes to in a calendar year; a one-off amount counts once."""
    name = UNITS[quantity.unit].dimension
    dimension = DIMENSIONS[name]
    times = TIMES_A_YEAR[quantity.period] if dimension.accrues else 1
    return YearlyAmount(quantity.amount * _factor(quantity.unit) * times, dimension.unit, name)


def units_for(kind: str) -> tuple[str, ...]:
    """The units that fit a kind of listing, canonical ones first; raises UnknownCode for no such kind."""
    if kind not in DIMENSIONS_BY_KIND:
        raise UnknownCode("kind", kind, tuple((name, "") for name in DIMENSIONS_BY_KIND), field="kind")
    dimensions = DIMENSIONS_BY_KIND[kind]
    fitting = [symbol for symbol, unit in UNITS.items() if unit.dimension in dimensions]
    canonical = [DIMENSIONS[name].unit for name in dimensions]
    return (*canonical, *(symbol for symbol in fitting if symbol not in canonical))


@lru_cache(maxsize=1)
def unit_registry() -> UnitRegistry[float]:
    """The one Pint registry of this process. Call it at start to keep its making off the first request."""
    import pint

    registry: UnitRegistry[float] = pint.UnitRegistry()
    for definition in _OWN_UNITS:
        registry.define(definition)
    return registry


@lru_cache(maxsize=len(UNITS))
def _factor(symbol: str) -> float:
    """How many canonical units one `symbol` is; to 15 digits, so that a litre is 0.001 m3 and no more."""
    unit = UNITS[symbol]
    canonical = DIMENSIONS[unit.dimension].unit
    if symbol == canonical:
        return 1.0
    return float(f"{unit_registry()(unit.pint).to(UNITS[canonical].pint).magnitude:.15g}")


@lru_cache(maxsize=1)
def _symbols() -> Mapping[str, str]:
    """Canonical symbol by any spelling; superscripts fall together with plain digits in `name_key`."""
    return MappingProxyType(
        {name_key(name): symbol for symbol, unit in UNITS.items() for name in (symbol, *unit.aliases)}
    )


def _misfit(kind: str, unit: str, symbol: str, fitting: tuple[str, ...]) -> UnitMisfit:
    if symbol:
        problem = f"measures {UNITS[symbol].dimension} and does not fit the kind {kind}"
    elif name_key(unit) in _POWER:
        problem = "is power: give the energy instead, power times the hours it is there"
    elif "/" in unit:
        problem = "holds two units: give the unit alone and the period beside it"
    else:
        problem = f"is not a unit for the kind {kind}"
    return UnitMisfit(f"{shown(unit)} {problem}. Units that fit: {', '.join(fitting)}.", fitting, "unit")


def _number(amount: object) -> float:
    try:
        number = math.nan if isinstance(amount, bool) else float(amount)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise AmountOutOfRange(f"{shown(amount)} is not a finite number.", field="amount")
    if number <= 0:
        message = f"{shown(amount)} is not above zero: a listing offers or needs something."
        raise AmountOutOfRange(message, field="amount")
    return number

"""Amount and temperature from a listing's words, for a listing whose fields leave them open."""

from __future__ import annotations

import re

from services.matching.domain.meaning import POWER
from services.matching.reading.limits import power_kw
from services.matching.words.amounts import Reading, read_amounts, read_temperature
from shared.quantities import DIMENSIONS_BY_KIND, UNITS, Period, YearlyAmount, parse_quantity, yearly
from shared.reference.errors import ReferenceValueError

_SURE = 0.6
_DIGIT = re.compile("[0-9]")
_LIFTED = re.compile(
    r"(?:lämpöpum|värmepump|heat pump)\w*[^.]{0,60}?(?:nosta|noste|lyft|lift|höj|raise)\w*"
    r"\s(?:\w+\s){0,2}?(?P<c>\d{2,3})(?:[.,]\d)?(?=\s?(?:°|-?ast|-?grad|c\b|:n\b|$|[,.;)]))"
)
"""A heat pump that the have has, and the degrees it lifts to."""
_RUNS_ON = frozenset(("energy", "water"))
"""Kinds whose amount without a period is a year's; of the others it is there once."""


def amount_of(kind: str, text: str) -> YearlyAmount | None:
    """A year's amount that the normalised text states in a unit of the kind; pieces before their size ("200 l
    tynnyreitä 25 kpl"), then the first one."""
    if not _DIGIT.search(text):
        return None
    readings = [one for one in read_amounts(text, "fi") if one.unit and one.confidence >= _SURE and _fits(kind, one)]
    if not readings:
        return _power(text) if kind == "energy" else None
    best = next((one for one in readings if one.unit == "piece"), readings[0])
    period = best.period or (Period.YEAR if kind in _RUNS_ON else Period.ONCE)
    try:
        return yearly(parse_quantity(kind, best.amount, best.unit or "", period))
    except ReferenceValueError:
        return None


def _power(text: str) -> YearlyAmount | None:
    """Heat and power are often told in kW: they compare with each other, and with no energy."""
    told = power_kw(text)
    return YearlyAmount(told[0], "kW", POWER) if told else None


def temperature_of(text: str, *, end: int = 0) -> float | None:
    """Degrees Celsius that the normalised text states; of a range its mean, or the lower ``end`` (-1) or upper (1)."""
    found = read_temperature(text) if _DIGIT.search(text) else None
    return (found.value_c, found.high_c, found.low_c)[end] if found else None


def lifted_to(text: str) -> float | None:
    """Degrees Celsius to which the owner's heat pump lifts the heat of the normalised text."""
    found = _LIFTED.search(text) if _DIGIT.search(text) else None
    return float(found["c"]) if found else None


def _fits(kind: str, reading: Reading) -> bool:
    return UNITS[reading.unit or ""].dimension in DIMENSIONS_BY_KIND[kind]

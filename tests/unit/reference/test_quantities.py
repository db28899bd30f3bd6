"""Quantities: units that fit, spellings, physical sense, the yearly amount."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.quantities import (
    DIMENSIONS,
    DIMENSIONS_BY_KIND,
    UNITS,
    AmountOutOfRange,
    Period,
    Quantity,
    UnitMisfit,
    YearlyAmount,
    parse_quantity,
    units_for,
    yearly,
)
from shared.reference.errors import ReferenceValueError, UnknownCode
from shared.reference.tables import name_key

amounts = st.floats(1e-2, 1e3)
fitting = st.sampled_from([(kind, unit) for kind in DIMENSIONS_BY_KIND for unit in units_for(kind)])
periods = st.sampled_from(list(Period))


@pytest.mark.parametrize(
    ("amount", "unit", "period", "expected"),
    [
        (500, "kg", "week", YearlyAmount(26, "t", "mass")),
        (2, "tonnia", "month", YearlyAmount(24, "t", "mass")),
        (10, "m³", "day", YearlyAmount(3650, "m3", "volume")),
        (40, "i-m3", "year", YearlyAmount(40, "m3", "volume")),
        (1000, "litraa", "once", YearlyAmount(1, "m3", "volume")),
        (200, "kpl", "once", YearlyAmount(200, "piece", "pieces")),
    ],
)
def test_a_material_comes_to(amount: float, unit: str, period: str, expected: YearlyAmount) -> None:
    assert yearly(parse_quantity("material", amount, unit, period)) == expected


def test_terajoules_become_megawatt_hours() -> None:
    assert yearly(parse_quantity("energy", 3.6, "TJ", "year")).amount == pytest.approx(1000)


def test_a_person_day_is_seven_and_a_half_hours() -> None:
    assert yearly(parse_quantity("expertise", 2, "htp", "once")) == YearlyAmount(15, "h", "time")


@pytest.mark.parametrize("period", Period)
def test_an_area_is_let_and_not_used_up(period: Period) -> None:
    assert yearly(parse_quantity("premises", 200, "m²", period)) == YearlyAmount(200, "m2", "area")


def test_every_spelling_of_a_unit_leads_to_that_unit() -> None:
    for symbol, unit in UNITS.items():
        kind = next(kind for kind, dimensions in DIMENSIONS_BY_KIND.items() if unit.dimension in dimensions)
        for spelling in (symbol, symbol.upper(), *unit.aliases):
            assert parse_quantity(kind, 1, f" {spelling} ", "year").unit == symbol


def test_no_spelling_means_two_units() -> None:
    spellings = [name_key(name) for symbol, unit in UNITS.items() for name in {symbol, *unit.aliases}]
    assert sorted(spellings) == sorted(set(spellings))


def test_every_dimension_of_a_kind_offers_its_canonical_unit_first() -> None:
    for kind, dimensions in DIMENSIONS_BY_KIND.items():
        assert units_for(kind)[: len(dimensions)] == tuple(DIMENSIONS[name].unit for name in dimensions)


@pytest.mark.parametrize(
    ("kind", "unit", "words"),
    [
        ("water", "kg", "measures mass"),
        ("energy", "MW", "is power"),
        ("material", "t/a", "two units"),
        ("expertise", "day", "not a unit for the kind expertise"),
        ("material", "", "not a unit"),
    ],
)
def test_a_unit_that_does_not_fit_is_refused_with_those_that_do(kind: str, unit: str, words: str) -> None:
    with pytest.raises(UnitMisfit, match=words) as refused:
        parse_quantity(kind, 1, unit, "year")
    assert (refused.value.field, refused.value.suggestions) == ("unit", units_for(kind))


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (math.nan, "not a finite number"),
        (math.inf, "not a finite number"),
        (10**400, "not a finite number"),
        (True, "not a finite number"),
        (0, "not above zero"),
        (-5, "not above zero"),
        (1e10, "above 1e\\+09 t"),
        (1e-300, "below 1e-09 t"),
    ],
)
def test_a_number_without_physical_sense_is_refused_with_the_reason(amount: float, words: str) -> None:
    with pytest.raises(AmountOutOfRange, match=words) as refused:
        parse_quantity("material", amount, "t", "year")
    assert refused.value.field == "amount"


def test_an_unknown_period_is_refused_with_the_five_there_are() -> None:
    with pytest.raises(UnknownCode) as refused:
        parse_quantity("material", 1, "t", "hour")
    assert (refused.value.field, refused.value.suggestions) == (
        "period",
        ("once", "day", "week", "month", "year"),
    )


def test_an_unknown_kind_is_refused_with_the_eight_there_are() -> None:
    with pytest.raises(UnknownCode) as refused:
        parse_quantity("people", 1, "t", "year")
    assert refused.value.suggestions == tuple(DIMENSIONS_BY_KIND)


@given(fitting, amounts, amounts, periods)
def test_more_is_never_less_in_a_year(fit: tuple[str, str], one: float, other: float, period: Period) -> None:
    less, more = (yearly(parse_quantity(fit[0], amount, fit[1], period)) for amount in sorted((one, other)))
    assert less.amount <= more.amount


@given(fitting, amounts)
def test_more_often_is_never_less_in_a_year(fit: tuple[str, str], amount: float) -> None:
    rarely_to_often = (Period.YEAR, Period.MONTH, Period.WEEK, Period.DAY)
    yearly_amounts = [
        yearly(parse_quantity(*fit_at(fit, amount), period)).amount for period in rarely_to_often
    ]
    assert yearly_amounts == sorted(yearly_amounts)


@given(fitting, amounts, periods)
def test_a_parsed_quantity_parses_to_itself(fit: tuple[str, str], amount: float, period: Period) -> None:
    quantity = parse_quantity(fit[0], amount, fit[1], period)
    assert parse_quantity(fit[0], quantity.amount, quantity.unit, quantity.period) == quantity


@given(fitting, amounts, periods)
def test_a_yearly_amount_is_its_own_yearly_amount(
    fit: tuple[str, str], amount: float, period: Period
) -> None:
    year = yearly(parse_quantity(fit[0], amount, fit[1], period))
    assert yearly(Quantity(year.amount, year.unit, Period.YEAR)) == year


@given(st.sampled_from(sorted(DIMENSIONS_BY_KIND)), st.floats(), st.text(), st.text())
def test_anything_else_is_refused_by_a_reference_error(
    kind: str, amount: float, unit: str, period: str
) -> None:
    try:
        assert parse_quantity(kind, amount, unit, period).unit in units_for(kind)
    except ReferenceValueError as refused:
        assert refused.field in {"amount", "unit", "period"}


def test_importing_the_value_types_does_not_import_pint() -> None:
    modules = (
        "shared.quantities, shared.registers, shared.geo, shared.reference.places, shared.reference.waste"
    )
    program = f"import sys, {modules}, shared.reference.nace; print('pint' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"


def fit_at(fit: tuple[str, str], amount: float) -> tuple[str, float, str]:
    return fit[0], amount, fit[1]

"""Amounts as people write them."""

from __future__ import annotations

import pytest

from services.matching.words.amounts import read_amounts, read_temperature
from services.matching.words.tokens import normal


@pytest.mark.parametrize(
    ("text", "lang", "amount", "unit", "period"),
    [
        ("kuormalavoja n. 200 kpl/kk", "fi", 200, "piece", "month"),
        ("1 200 kg/kk", "fi", 1200, "kg", "month"),
        ("1.200 kg om året", "sv", 1200, "kg", "year"),
        ("1,5 tonnia viikossa", "fi", 1.5, "t", "week"),
        ("10–20 t vuodessa", "fi", 15, "t", "year"),
        ("300 i-m³/vko", "fi", 300, "m3", "week"),
        ("kolme kuormaa viikossa", "fi", 3, "trip", "week"),
        ("puoli tonnia kuussa", "fi", 0.5, "t", "month"),
        ("2 tuhatta kuutiota vuodessa", "fi", 2000, "m3", "year"),
        ("20 tn kertaerä", "fi", 20, "t", "once"),
        ("kaksi kertaa, tai 2 kertaa vuodessa 10 t", "fi", 20, "t", "year"),
        ("8 m3 kolmen kuukauden välein", "fi", 32, "m3", "year"),
        ("500 ton engångsparti", "sv", 500, "t", "once"),
        ("40 m3/v", "sv", 40, "m3", "week"),
        ("40 m3/v", "fi", 40, "m3", "year"),
        ("1,200 kg per month", "en", 1200, "kg", "month"),
        ("120 henkilötyöpäivää", "fi", 120, "person-day", None),
    ],
)
def test_an_amount_is_read(text: str, lang: str, amount: float, unit: str, period: str | None) -> None:
    read = max(read_amounts(normal(text), lang), key=lambda reading: reading.confidence)
    assert (read.amount, read.unit, read.period) == (amount, unit, period)


@pytest.mark.parametrize(
    "text",
    ["kosteus 50 %", "800x1200 mm", "vuonna 2027", "1.6.2026 alkaen", "500 kW", "03 01 05", "klo 8-16", "6 m pitkä"],
)  # fmt: skip
def test_other_numbers_are_no_amounts(text: str) -> None:
    assert [reading for reading in read_amounts(normal(text), "fi") if reading.unit] == []


def test_a_range_is_less_sure_than_a_number() -> None:
    number, span = read_amounts("15 t/v", "fi")[0], read_amounts("10-20 t/v", "fi")[0]
    assert span.amount == number.amount
    assert span.confidence < number.confidence


def test_a_flow_an_hour_is_a_day_of_24_hours_and_not_sure() -> None:
    flow = read_amounts("5 m3/h", "fi")[0]
    assert (flow.amount, flow.unit, flow.period) == (120, "m3", "day")
    assert flow.confidence < 0.5


@pytest.mark.parametrize(
    ("text", "celsius"),
    [("+65 °C", 65), ("65-asteista vettä", 65), ("ånga 150 grader", 150), ("-18 °C varasto", -18), ("60-80 °C", 70),
     ("30 astetta", 30), ("at 60 C", 60)],
)  # fmt: skip
def test_a_temperature_is_read(text: str, celsius: float) -> None:
    read = read_temperature(normal(text))
    assert read is not None
    assert read.value_c == celsius


def test_no_temperature_is_read_from_an_amount() -> None:
    assert read_temperature("40 m3 viikossa") is None

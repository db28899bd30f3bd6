"""The phrases of the repository: valid codes, units that fit their kind, and enough of everything."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from shared.contracts.fields import DIRECTIONS, KINDS, PERIODS
from shared.quantities import parse_quantity
from shared.reference.waste import find_ewc

FILE = Path(__file__).parents[2] / "data" / "matching" / "phrases.csv"
COLUMNS = ("text", "lang", "direction", "kind", "ewc", "quantity", "unit", "period")

Phrase = dict[str, str]


@pytest.fixture(scope="module")
def phrases() -> list[Phrase]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_columns_are_the_agreed_ones(phrases: list[Phrase]) -> None:
    assert tuple(phrases[0]) == COLUMNS


def test_there_are_enough_in_both_languages_and_of_all_kinds(phrases: list[Phrase]) -> None:
    languages = Counter(phrase["lang"] for phrase in phrases)
    kinds = Counter(phrase["kind"] for phrase in phrases)
    assert len(phrases) >= 300
    assert languages["fi"] >= 190 and languages["sv"] >= 110
    assert set(kinds) == set(KINDS) and min(kinds.values()) >= 8


def test_no_phrase_stands_twice(phrases: list[Phrase]) -> None:
    assert [text for text, count in Counter(phrase["text"] for phrase in phrases).items() if count > 1] == []


def test_directions_and_periods_are_the_platforms(phrases: list[Phrase]) -> None:
    assert {phrase["direction"] for phrase in phrases} <= {"", *DIRECTIONS}
    assert {phrase["period"] for phrase in phrases} <= {"", *PERIODS}


def test_every_code_is_in_the_list_of_waste_and_only_material_has_one(phrases: list[Phrase]) -> None:
    unknown = [p["text"] for p in phrases for code in filter(None, p["ewc"].split("|")) if find_ewc(code) is None]
    assert unknown == []
    assert [p["text"] for p in phrases if p["ewc"] and p["kind"] != "material"] == []


def test_the_codes_reach_over_the_chapters(phrases: list[Phrase]) -> None:
    chapters = {code[:2] for phrase in phrases for code in phrase["ewc"].split("|") if code}
    assert len(chapters) >= 17


def test_every_amount_is_in_the_canonical_spelling_of_a_unit_that_fits(phrases: list[Phrase]) -> None:
    stated = [phrase for phrase in phrases if phrase["quantity"]]
    assert [p["text"] for p in phrases if not p["quantity"] and (p["unit"] or p["period"])] == []
    parsed = [parse_quantity(p["kind"], float(p["quantity"]), p["unit"], p["period"] or "once") for p in stated]
    assert [quantity.unit for quantity in parsed] == [phrase["unit"] for phrase in stated]

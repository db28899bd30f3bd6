"""The sieve never keeps back a pattern that would have matched."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from services.matching.reading.limits import measures
from services.matching.reading.sieve import Sieve, branches
from services.matching.words.vocabulary import tables

SETS = Path(__file__).parents[2] / "data" / "matching"


def texts() -> Iterator[str]:
    """Of every third card of four sets."""
    for path in (SETS / "cards.csv", *SETS.glob("[b-d]/cards.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in islice(csv.DictReader(file), 0, None, 3):
                yield f"{row['text']}, {row['quality_note']}".lower()


def test_a_bracket_in_a_class_opens_nothing() -> None:
    assert branches(r"ab|[\s(]cd|ef") == ["ab", r"[\s(]cd", "ef"]


def patterns(table: str) -> list[str]:
    """Of all domains."""
    rows = tables("services.matching.reading", table)
    return [text for row in rows for text in (row["pattern"], row.get("free")) if text]


@pytest.mark.parametrize("table", ["uses", "qualities", "varieties", "goods"])
def test_what_matches_passes(table: str) -> None:
    sieve = Sieve((pattern, re.compile(pattern)) for pattern in patterns(table))
    for text in texts():
        passed = sieve.of(text)
        assert [p.pattern for p in sieve.all if p.search(text) and p not in passed] == []


def test_what_is_measured_passes() -> None:
    """The compiled patterns, names with numbers and units, by a sieve of the names alone."""
    for text in texts():
        passed = measures().of(text)
        assert [m.name for m in measures().all if m.pattern.search(text) and m not in passed] == []


def test_most_patterns_are_never_tried() -> None:
    sieve = Sieve((pattern, pattern) for pattern in patterns("uses"))
    assert len(sieve.of("kuiviketta hevostallille")) < len(sieve.all) / 4


def test_branches_are_those_of_the_top_level() -> None:
    assert branches(r"a(?:b|c)|[d|e]|f\|g") == ["a(?:b|c)", "[d|e]", r"f\|g"]


def test_a_pattern_without_two_letters_is_always_tried() -> None:
    assert list(Sieve([(r"\bp[aä]\b", 1), ("lannoit", 2), (r"\bpp\b", 3)]).of("")) == [1]
    assert list(Sieve([(r"\bpp\b", 3)]).of("pp")) == [3]


def test_one_of_several_words_is_looked_for_under_each() -> None:
    sieve = Sieve([(pattern, pattern) for pattern in (r"(?:lauta|lanku)\w*.*(?:kuiv|tork)", r"(?:ilman )?\d+")])
    assert sieve.of("lankut kuiviksi")[0].startswith("(?:lauta")
    assert list(sieve.of("vettä 5")) == [r"(?:ilman )?\d+"]

"""Months as people write them."""

from __future__ import annotations

import pytest

from services.matching.domain.meaning import ALL_YEAR
from services.matching.reading.seasons import months_of, span
from services.matching.words.tokens import normal


def months(text: str) -> list[int]:
    found = months_of(normal(text))
    return [month for month in range(1, 13) if found >> (month - 1) & 1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lokakuusta huhtikuuhun", [1, 2, 3, 4, 10, 11, 12]),
        ("från oktober till april", [1, 2, 3, 4, 10, 11, 12]),
        ("maj–september", [5, 6, 7, 8, 9]),
        ("kesä–elokuussa", [6, 7, 8]),
        ("heinä- ja elokuussa", [7, 8]),
        ("June to August", [6, 7, 8]),
        ("vain kesäisin", [5, 6, 7, 8, 9]),
        ("bara vintertid", [1, 2, 3, 11, 12]),
        ("keväällä ja syksyllä", [3, 4, 5, 8, 9, 10, 11]),
        ("lokakuun jälkeen vapaa", [1, 2, 3, 4, 5, 6, 11, 12]),
        ("ledig efter maj", [1, 6, 7, 8, 9, 10, 11, 12]),
        ("ei heinäkuussa", [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12]),
        ("kesäisin ei", [1, 2, 3, 4, 10, 11, 12]),
        ("ympäri vuoden", list(range(1, 13))),
    ],
)
def test_seasons_are_read(text: str, expected: list[int]) -> None:
    assert months(text) == expected


@pytest.mark.parametrize(
    "text", ["", "kesärenkaita", "talvikunnossapitoa", "toukokuusta 2026 alkaen", "3–4 kk", "i maj 2026"]
)
def test_what_is_no_season_is_none(text: str) -> None:
    assert months(text) == []


def test_a_span_goes_over_the_turn_of_the_year() -> None:
    assert span(11, 2) == 0b110000000011
    assert span(1, 12) == ALL_YEAR

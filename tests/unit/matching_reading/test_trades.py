"""Trades by their own words: who does the work that is wanted is reached, and who does other work is not.

The pairs are our own, written with the vocabulary: a regression test that proves nothing of unseen cards.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from services.matching.domain.listing import ListingProjection
from services.matching.domain.rule import possible_score
from services.matching.domain.weights import KIND_RULES
from services.matching.judging.cards import Card
from services.matching.judging.product import listing_of
from shared.reference.places import parse_municipality

Pairs = list[tuple[str, str, bool]]


def _pairs() -> dict[str, Pairs]:
    found: dict[str, Pairs] = defaultdict(list)
    with (Path(__file__).parent / "trade_pairs.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["kind"]].append((row["want"], row["have"], row["meet"] == "yes"))
    return found


PAIRS = _pairs()


@pytest.mark.parametrize("kind", PAIRS)
def test_the_work_that_is_wanted_finds_who_does_it(kind: str) -> None:
    missed = [
        (want, have)
        for want, have, meet in PAIRS[kind]
        if _fit(listing_of(_card("have", kind, have)), listing_of(_card("want", kind, want))) is not meet
    ]
    assert missed == []


def _fit(have: ListingProjection, want: ListingProjection) -> bool:
    """Whether the two would match among others that are as good."""
    found = possible_score(have, want)
    return found is not None and found.micro_points >= KIND_RULES[have.kind].threshold


def _card(direction: str, kind: str, text: str) -> Card:
    """A card that says nothing but its words; the want stands twenty kilometres from the have, of energy and water
    beside it."""
    place = parse_municipality("Tampere" if direction == "have" or kind in ("energy", "water") else "Lempäälä")
    return Card(
        f"{direction} {text}", direction, kind, "fi", text, place, "", None, False, None, "year", "", None, "", None,
        None, None,
    )  # fmt: skip

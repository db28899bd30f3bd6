"""What several matches cover together."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.coverage import Coverage, Offer, Uncountable, cover
from shared.quantities import YearlyAmount


def tonnes(amount: float) -> YearlyAmount:
    return YearlyAmount(amount, "t", "mass")


def offer(name: str, amount: float | None, score: int = 800_000, dimension: str = "mass") -> Offer:
    stated = None if amount is None else YearlyAmount(amount, "t", dimension)
    return Offer(f"mat-{name}", f"lst-{name}", score, stated)


def covered_by(found: Coverage) -> list[tuple[str, float]]:
    return [(part.match_id, part.adds) for part in found.parts]


amounts = st.floats(1e-6, 1e9)
offers = st.lists(
    st.builds(
        Offer,
        st.integers(1, 10**9).map(lambda number: f"mat-{number}"),
        st.just("lst"),
        st.integers(700_000, 1_000_000),
        st.none() | st.builds(YearlyAmount, amounts, st.just("t"), st.sampled_from(["mass", "volume"])),
    ),
    max_size=12,
    unique_by=lambda one: one.match_id,
)


def test_the_best_come_first_and_the_last_adds_only_what_is_missing() -> None:
    found = cover(tonnes(100), [offer("a", 40, 700_000), offer("b", 50, 900_000), offer("c", 60, 800_000)])
    assert covered_by(found) == [("mat-b", 50), ("mat-c", 50)]
    assert (found.covered, found.uncovered, found.share, found.spare) == (100, 0, 1.0, 1)


def test_what_stays_uncovered_is_told() -> None:
    found = cover(tonnes(100), [offer("a", 20), offer("b", 30)])
    assert (found.covered, found.uncovered, found.share) == (50, 50, 0.5)
    assert [part.share for part in found.parts] == [0.2, 0.5]


def test_one_that_is_larger_than_all_that_is_asked_adds_what_is_asked() -> None:
    found = cover(tonnes(100), [offer("a", 1_000)])
    assert [(part.amount, part.adds) for part in found.parts] == [(1_000, 100)]


def test_amounts_that_cannot_be_added_are_named_apart_with_the_reason() -> None:
    found = cover(tonnes(100), [offer("a", None), offer("b", 30, dimension="volume"), offer("c", 10)])
    assert [(one.match_id, one.reason) for one in found.uncounted] == [
        ("mat-a", Uncountable.UNKNOWN), ("mat-b", Uncountable.OTHER_DIMENSION),
    ]  # fmt: skip
    assert covered_by(found) == [("mat-c", 10)]


@pytest.mark.parametrize("amount", [None, tonnes(0)])
def test_a_listing_without_an_amount_is_covered_by_nothing_that_can_be_told(amount: YearlyAmount | None) -> None:
    found = cover(amount, [offer("a", 10), offer("b", None)])
    assert (found.amount, found.covered, found.uncovered, found.share, found.parts) == (None, None, None, None, ())
    assert [one.reason for one in found.uncounted] == [Uncountable.OWN_UNKNOWN, Uncountable.UNKNOWN]


def test_without_matches_all_is_uncovered() -> None:
    assert cover(tonnes(100), []) == Coverage(tonnes(100), 0, 100, 0, (), 0, ())


def test_ties_go_by_id_however_the_matches_come() -> None:
    alike = [offer(name, 40) for name in "abcd"]
    shuffled = random.Random(7).sample(alike, 4)
    assert covered_by(cover(tonnes(100), shuffled)) == [("mat-a", 40), ("mat-b", 40), ("mat-c", 20)]


@given(amounts, offers)
def test_never_more_than_all_of_it_and_each_part_adds_something(amount: float, given_offers: list[Offer]) -> None:
    found = cover(tonnes(amount), given_offers)
    assert found.covered is not None
    assert found.share is not None
    assert 0 <= found.covered <= amount
    assert 0 <= found.share <= 1
    assert all(0 < part.adds <= part.amount for part in found.parts)
    assert len(found.parts) + found.spare + len(found.uncounted) == len(given_offers)


@given(amounts, offers, st.data())
def test_more_supply_never_covers_less(amount: float, given_offers: list[Offer], data: st.DataObject) -> None:
    fewer = data.draw(st.lists(st.sampled_from(given_offers), unique_by=id)) if given_offers else []
    more, less = cover(tonnes(amount), given_offers), cover(tonnes(amount), fewer)
    assert more.covered is not None
    assert less.covered is not None
    assert more.covered >= less.covered


@given(amounts, offers, st.randoms())
def test_their_order_changes_nothing(amount: float, given_offers: list[Offer], chance: random.Random) -> None:
    shuffled = chance.sample(given_offers, len(given_offers))
    assert cover(tonnes(amount), shuffled) == cover(tonnes(amount), given_offers)

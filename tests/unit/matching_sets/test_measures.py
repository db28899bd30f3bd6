"""The measures of a judged set, on examples small enough to be counted by hand."""

from __future__ import annotations

import math

import pytest

from services.matching.judging.measures import Measured, Ranking, measure, ndcg


def ranking(want: str, ranked: str, shown: str = "") -> Ranking:
    return Ranking(want, tuple(ranked), tuple(shown))


def test_everything_of_one_want() -> None:
    """Shown a (good), b (doubtful), c (wrong), d (unjudged): worth 1 + ½ of 4; one of two good; one judged wrong."""
    labels = {("a", "w"): 2, ("b", "w"): 1, ("c", "w"): 0, ("e", "w"): 2}
    found = measure([ranking("w", "abcde", "abcd")], labels)
    best = 3 / 1 + 3 / math.log2(3) + 1 / 2
    assert found == Measured(
        pairs=4,
        shown=4,
        precision_at_5=0.375,
        ndcg_at_10=(3 / 1 + 1 / math.log2(3) + 3 / math.log2(6)) / best,
        good_found=0.5,
        wrong_shown=0.25,
    )


def test_shares_are_over_all_wants_together_not_means_of_wants() -> None:
    labels = {("a", "v"): 2, ("b", "w"): 0, ("c", "w"): 0, ("d", "w"): 2}
    found = measure([ranking("v", "abcd", "a"), ranking("w", "bcad", "bc")], labels)
    assert (found.precision_at_5, found.good_found, found.wrong_shown) == (1 / 3, 0.5, 2 / 3)


def test_a_want_without_anything_to_find_is_no_part_of_ndcg() -> None:
    labels = {("a", "v"): 2, ("a", "w"): 0}
    assert measure([ranking("v", "a", "a"), ranking("w", "a", "a")], labels).ndcg_at_10 == 1.0


def test_showing_nothing_where_nothing_fits_costs_nothing() -> None:
    found = measure([ranking("v", "a", "a"), ranking("w", "a", "")], {("a", "v"): 2, ("a", "w"): 0})
    assert (found.precision_at_5, found.good_found, found.wrong_shown) == (1.0, 1.0, 0.0)


def test_a_share_of_nothing_is_unknown() -> None:
    assert measure([ranking("w", "a", "")], {("a", "w"): 0}) == Measured(1, 0, None, None, None, None)


def test_a_pair_of_no_want_of_the_cards_is_not_counted() -> None:
    assert measure([ranking("w", "a", "a")], {("a", "w"): 2, ("a", "elsewhere"): 2}).good_found == 1.0


@pytest.mark.parametrize(
    ("ranked", "value"),
    [
        ("ab", 1.0),
        ("ba", (1 / 1 + 3 / math.log2(3)) / (3 / 1 + 1 / math.log2(3))),
        ("xa", (3 / math.log2(3)) / (3 / 1 + 1 / math.log2(3))),
        ("", 0.0),
    ],
    ids=["best first", "turned round", "a stranger first, the doubtful one kept out", "all kept out"],
)
def test_ndcg_rewards_the_good_first(ranked: str, value: float) -> None:
    assert ndcg(ranked, {"a": 2, "b": 1}) == pytest.approx(value)


def test_ndcg_looks_at_ten() -> None:
    assert ndcg("0123456789a", {"a": 2}) == 0.0
    assert ndcg("012345678a", {"a": 2}) == pytest.approx(1 / math.log2(11))

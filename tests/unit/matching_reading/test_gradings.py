"""Gradings of stone and sand, told by the smallest and the largest grain."""

from __future__ import annotations

import pytest

from services.matching.domain.meaning import Limit
from services.matching.domain.measure import GATE, quality_points
from services.matching.domain.sides import numbers
from services.matching.reading.clauses import clauses
from services.matching.reading.gradings import LARGEST, SMALLEST, gradings_of
from tests.unit.matching.listings import have, want


def fits(offer: str, demand: str) -> bool:
    offered = numbers(have(name=offer, description="", ewc_code=None))
    return quality_points(offered, numbers(want(name=demand, description="", ewc_code=None))) != GATE


def told(text: str, *, wants: bool = False) -> list[Limit]:
    return list(gradings_of(clauses(text), text, wants=wants))


@pytest.mark.parametrize("text", ["kalliomursketta 0/32", "murske 0-32 mm", "bergkross 0-32"])
def test_a_grading_is_read_with_millimetres_and_without(text: str) -> None:
    assert told(text) == [Limit(LARGEST, 32_000, 32_000), Limit(SMALLEST, 0, 0)]


@pytest.mark.parametrize("text", ["mursketta 20-30 t", "betonia C25/30", "sepeliä 2-3 kuormaa", "haketta 16-31 mm"])
def test_amounts_strengths_and_chips_are_no_grading(text: str) -> None:
    assert told(text) == []


def test_coarse_stone_is_kept_from_a_fine_surface() -> None:
    assert not fits("Bergkross 0/90", "Pihan pintaan mursketta 0/16")
    assert fits("Kalliomursketta 0/16", "Pihan pintaan mursketta 0/16")
    assert fits("Mursketta 0-22", "Murske 0-16 pihatielle")


def test_drains_want_stone_without_fines() -> None:
    assert not fits("Mursketta 0/16", "Sepeliä 8/16 salaojaan")
    assert fits("Salaojasepeliä 6/16", "Sepeliä 8/16 salaojaan")


def test_one_of_several_gradings_is_enough() -> None:
    assert fits("Mursketta 0/56", "Murske 0/32 tai 0/56")


def test_blocks_beyond_the_largest_that_are_taken_do_not_fit() -> None:
    demand = "Täyttöön louhetta, lohkareet alle 600 mm"
    assert fits("Louhetta 0-500", demand)
    assert not fits("Louhetta 0-1000", demand)


def test_who_tells_no_grading_is_asked_for_it() -> None:
    assert fits("Kalliomursketta", "Mursketta 0/16")

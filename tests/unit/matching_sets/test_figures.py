"""The figures of every judged set of the repository: what a change may not lose.

The floors stand a little below what the model reaches; the aims are those of the README. These sets have been
learnt from, so this keeps what was reached and proves nothing of a set that was not: that is what e is for.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from services.matching.judging.cards import read_cards, read_labels
from services.matching.judging.measures import Measured, measure
from services.matching.judging.report import judge

FOLDER = Path(__file__).parents[2] / "data" / "matching"
FLOORS = {
    "": Measured(343, 100, precision_at_5=0.83, ndcg_at_10=0.97, good_found=0.96, wrong_shown=0.10),
    "b": Measured(284, 90, precision_at_5=0.83, ndcg_at_10=0.95, good_found=0.90, wrong_shown=0.08),
    "c": Measured(268, 90, precision_at_5=0.74, ndcg_at_10=0.92, good_found=0.93, wrong_shown=0.12),
    "d": Measured(283, 85, precision_at_5=0.80, ndcg_at_10=0.95, good_found=0.94, wrong_shown=0.12),
    "g": Measured(271, 95, precision_at_5=0.83, ndcg_at_10=0.96, good_found=0.92, wrong_shown=0.06),
    "h": Measured(240, 85, precision_at_5=0.82, ndcg_at_10=0.96, good_found=0.98, wrong_shown=0.05),
    "bio": Measured(356, 150, precision_at_5=0.60, ndcg_at_10=0.88, good_found=0.88, wrong_shown=0.13),
    "f": Measured(236, 85, precision_at_5=0.86, ndcg_at_10=0.97, good_found=0.97, wrong_shown=0.04),
    "premises": Measured(320, 130, precision_at_5=0.76, ndcg_at_10=0.92, good_found=0.92, wrong_shown=0.08),
    "i": Measured(250, 95, precision_at_5=0.79, ndcg_at_10=0.93, good_found=0.93, wrong_shown=0.07),
    "m": Measured(238, 100, precision_at_5=0.73, ndcg_at_10=0.94, good_found=0.89, wrong_shown=0.11),
    "n": Measured(230, 85, precision_at_5=0.84, ndcg_at_10=0.92, good_found=0.84, wrong_shown=0.07),
    "o": Measured(230, 95, precision_at_5=0.81, ndcg_at_10=0.94, good_found=0.86, wrong_shown=0.09),
    "r": Measured(260, 100, precision_at_5=0.81, ndcg_at_10=0.93, good_found=0.84, wrong_shown=0.11),
    "energy/1": Measured(106, 40, precision_at_5=0.90, ndcg_at_10=0.97, good_found=0.99, wrong_shown=0.03),
    "energy/4": Measured(29, 10, precision_at_5=0.62, ndcg_at_10=0.91, good_found=0.92, wrong_shown=0.06),
    "t": Measured(243, 90, precision_at_5=0.76, ndcg_at_10=0.91, good_found=0.76, wrong_shown=0.08),
    "s": Measured(233, 100, precision_at_5=0.75, ndcg_at_10=0.89, good_found=0.80, wrong_shown=0.09),
    "logistics": Measured(451, 240, precision_at_5=0.73, ndcg_at_10=0.96, good_found=0.96, wrong_shown=0.05),
}
"""About 0.01 below what the README tells; of what is wrong the most that may be."""


@pytest.mark.parametrize("name", FLOORS)
def test_the_figures_hold(name: str) -> None:
    file = read_cards(FOLDER / name / "cards.csv")
    labels = read_labels(FOLDER / name / "pairs.csv", file.cards)
    found, floor = measure(judge(file, labels).rankings, labels), FLOORS[name]
    assert found.pairs == floor.pairs
    assert found.shown >= floor.shown
    for figure in ("precision_at_5", "ndcg_at_10", "good_found"):
        assert getattr(found, figure) >= getattr(floor, figure), figure
    assert found.wrong_shown is not None and floor.wrong_shown is not None
    assert found.wrong_shown <= floor.wrong_shown


@pytest.mark.parametrize("name", FLOORS)
def test_every_judgement_has_its_reason(name: str) -> None:
    def keys(table: str) -> list[tuple[str, str]]:
        with (FOLDER / name / table).open(encoding="utf-8", newline="") as rows:
            return sorted((row["have_id"], row["want_id"]) for row in csv.DictReader(rows))

    assert keys("pairs_reasons.csv") == keys("pairs.csv")

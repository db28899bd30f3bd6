"""The parts that the ablation takes away: each is in the cards, none is forgotten, and without any it is judge's
answer."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from services.matching.domain.sides import Numbers, numbers
from services.matching.judging.ablation import PARTS, JudgedSet, figures, lines, main, read_set
from services.matching.judging.cards import read_cards, read_labels
from services.matching.judging.measures import measure
from services.matching.judging.report import NUMBERS, judge

FOLDER = Path(__file__).parents[2] / "data" / "matching"
NAMES = {field.name for field in fields(Numbers)}
ON_NO_JUDGED_CARD = {"product", "vague_hm"}
"""Of Numbers: such a set has no column for a product code, and every card tells its place."""


@pytest.fixture(scope="module")
def judged() -> JudgedSet:
    return read_set(FOLDER)


def test_each_part_takes_away_something_and_together_they_take_all_that_is_weighed(judged: JudgedSet) -> None:
    other = read_set(FOLDER / "c")
    cards = [card for one in (judged, other) for side in (one.haves, one.wants) for card in side.values()]
    whole = [(card, numbers(card)) for card in cards]
    taken: set[str] = set()
    for part, without in PARTS.items():
        changed = [(before, numbers(without(card))) for card, before in whole if without(card) != card]
        missing = {name for name in NAMES if any(getattr(a, name) != getattr(b, name) for a, b in changed)}
        assert missing, part
        taken |= missing
    assert taken == NAMES - ON_NO_JUDGED_CARD


def test_with_nothing_taken_away_it_is_what_judge_says(judged: JudgedSet) -> None:
    file = read_cards(FOLDER / "cards.csv")
    labels = read_labels(FOLDER / "pairs.csv", file.cards)
    said = measure(judge(file, labels).rankings, labels)
    assert figures([judged]) == tuple(getattr(said, name) for name in NUMBERS)


def test_the_table_has_a_row_for_each_part() -> None:
    nothing = JudgedSet({}, {}, {})
    rows = [line.split(" | ")[0].removeprefix("| ") for line in lines([nothing])]
    assert rows[2:] == ["nothing: all of it", *PARTS]


def test_a_folder_without_a_set_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith(str(tmp_path / "cards.csv"))

"""Who usually takes what: every donor sector and every subchapter of the list of waste has its takers."""

from __future__ import annotations

import pytest

from services.matching.knowledge.ranking import divisions
from services.matching.knowledge.rules import table
from services.matching.knowledge.takers import takers_of_code, takers_of_donor
from shared.reference.waste import ewc_entries


def test_every_division_and_every_subchapter_is_written_once() -> None:
    assert [row["donor"] for row in table("takers_by_donor")] == list(divisions())
    assert [row["ewc"] for row in table("takers_by_code")] == sorted({code[:4] for code in ewc_entries()})


@pytest.mark.parametrize("name", ["takers_by_donor", "takers_by_code"])
def test_takers_are_divisions_each_once_with_a_number_above_nothing(name: str) -> None:
    for row in table(name):
        parts = [part.split(":") for part in row["takers"].split("|")]
        assert {division for division, _ in parts} <= set(divisions()), row
        assert len({division for division, _ in parts}) == len(parts), row
        assert all(float(number) > 0 for _, number in parts), row


def test_shares_add_up_to_one() -> None:
    for shares in (takers_of_donor("35"), takers_of_code("100102"), takers_of_code("10"), takers_of_code("109999")):
        assert sum(shares.values()) == pytest.approx(1)


def test_a_code_that_is_not_on_the_list_is_known_by_its_chapter_and_one_of_no_chapter_by_nothing() -> None:
    assert takers_of_code("109999") == takers_of_code("10")
    assert takers_of_code("999999") == {}
    assert takers_of_donor("04") == {}

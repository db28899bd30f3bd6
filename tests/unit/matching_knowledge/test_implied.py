"""Implied needs are hypotheses that say they are, with a reason and a source."""

from __future__ import annotations

import pytest

from services.matching.knowledge.implied import implied_needs
from services.matching.knowledge.precedents import Precedent
from services.matching.knowledge.ranking import divisions


@pytest.mark.parametrize(
    ("division", "stream"),
    [("23", "100102"), ("16", "030105"), ("01", "020106"), ("03", "energy/heat"), ("24", "120101"), ("24", "170405")],
)
def test_a_sector_is_thought_to_want_what_it_is_known_to_use(division: str, stream: str) -> None:
    assert stream in {need.stream for need in implied_needs(division, limit=200)}


def test_every_hypothesis_says_that_it_is_one_and_names_its_source() -> None:
    for division in divisions():
        for need in implied_needs(division):
            assert need.reason.fi.startswith("Oletus")
            assert need.reason.sv.startswith("Antagande")
            assert need.reason.en.startswith("A hypothesis")
            assert need.sources != ()


def test_each_stream_comes_once_and_the_most_plausible_first() -> None:
    needs = implied_needs("23", limit=200)
    assert len({need.stream for need in needs}) == len(needs)
    assert [need.plausibility for need in needs] == sorted((need.plausibility for need in needs), reverse=True)
    assert all(0 <= need.plausibility <= 100 for need in needs)


def test_a_published_exchange_makes_a_hypothesis_more_plausible() -> None:
    published = [Precedent("35", "42", "100102", 2)]
    plain, seen = (
        next(need for need in implied_needs("42", known, limit=200) if need.stream == "100102")
        for known in ((), published)
    )
    assert seen.plausibility > plain.plausibility
    assert seen.basis == "rule and precedent"
    assert "2 such exchanges" in seen.reason.en


def test_a_published_exchange_without_a_rule_is_a_hypothesis_too() -> None:
    need = implied_needs("99", [Precedent("10", "99", "020304", 1)])[0]
    assert (need.stream, need.basis, need.rule_id) == ("020304", "precedent", None)


def test_a_sector_of_which_nothing_is_known_gets_no_hypothesis() -> None:
    assert implied_needs("99", ()) == ()

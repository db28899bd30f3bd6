"""Implied needs are hypotheses that say they are, with a reason and a source."""

from __future__ import annotations

import pytest

from services.matching import use_cases
from services.matching.knowledge.implied import implied_needs
from services.matching.knowledge.precedents import Precedent
from services.matching.knowledge.ranking import divisions
from shared.contracts.rpc.matching import IMPLIED_NEEDS
from shared.errors import Forbidden, InvalidInput
from shared.tenancy import Caller, Role


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
    assert "2 exchanges with the same waste code" in seen.reason.en


def test_a_published_exchange_without_a_rule_is_a_hypothesis_too() -> None:
    need = implied_needs("99", [Precedent("10", "99", "020304", 1)])[0]
    assert (need.stream, need.basis, need.rule_id) == ("020304", "precedent", None)


def test_an_exchange_published_without_a_code_supports_no_stream() -> None:
    assert implied_needs("42", [Precedent("35", "42", "", 9)]) == implied_needs("42", ())


def test_a_sector_of_which_nothing_is_known_gets_no_hypothesis() -> None:
    assert implied_needs("99", ()) == ()


FACILITATOR = Caller("acc-1", "agc-1", frozenset({Role.FACILITATOR}), "12")


def test_a_facilitator_asks_with_any_code_below_the_section() -> None:
    answer = IMPLIED_NEEDS.response().dump(use_cases.sector_needs(FACILITATOR, {"nace_code": "16.10", "limit": 3}))
    assert answer["nace_division"] == "16"
    assert len(answer["items"]) == 3
    assert all(item["hypothesis"] is True for item in answer["items"])


def test_a_section_is_too_wide() -> None:
    with pytest.raises(InvalidInput):
        use_cases.sector_needs(FACILITATOR, {"nace_code": "C", "limit": 3})


@pytest.mark.parametrize("role", [Role.INTEGRATION, Role.OPERATOR])
def test_nobody_but_a_facilitator_is_told(role: Role) -> None:
    with pytest.raises(Forbidden):
        use_cases.sector_needs(Caller("acc-2", "agc-1", frozenset({role}), "12"), {"nace_code": "16", "limit": 3})

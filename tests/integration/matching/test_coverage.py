"""Many small for one big, as far as the caller sees the matches."""

from __future__ import annotations

from typing import Any

import pytest

from services.matching import use_cases
from services.matching.repository import ListingRepository, MatchRepository
from services.matching.use_cases import ListingCoverage
from shared.contracts.rpc.matching import CoverageSchema
from shared.errors import Forbidden, NotFound
from shared.tenancy import Caller, Role, ServiceScope
from tests.integration.matching.conftest import Cell, listing_event
from tests.unit.matching.listings import AGENCIES, event_data, identifier

WANT, SMALL, LARGE, SILENT, VOLUME = (identifier(number) for number in (1, 10, 11, 12, 13))


def coverage(cell: Cell, agency: str | None, listing_id: str = WANT) -> ListingCoverage:
    who = Caller("acc-12-1", agency, frozenset({Role.FACILITATOR}), "12")
    repository = cell.runtime.repository
    return use_cases.listing_coverage(
        repository(MatchRepository, who), repository(ListingRepository, who),
        repository(ListingRepository, ServiceScope("test")), listing_id,
    )  # fmt: skip


@pytest.fixture
def matched(cell: Cell) -> Cell:
    """A want of 100 t for the nation, of the first agency; haves of the others, the last one's in cubic metres."""
    volume = {"amount": 50.0, "unit": "m3", "dimension": "volume"}
    haves: list[dict[str, Any]] = [
        event_data(10, "have", agency_id=AGENCIES[1], amount=60.0),
        event_data(11, "have", agency_id=AGENCIES[2], amount=80.0, at=(62.7, 29.76), visibility="nation_anonymous"),
        event_data(12, "have", agency_id=AGENCIES[1]),
        {**event_data(13, "have", agency_id=AGENCIES[1]), "yearly_amount": volume},
    ]
    cell.hear([listing_event(data) for data in (event_data(1, "want", amount=100.0), *haves)])
    assert len(cell.matches()) == len(haves)
    return cell


def test_the_wants_agency_sees_what_all_of_them_cover_together(matched: Cell) -> None:
    found = coverage(matched, AGENCIES[0])
    assert {part.listing_id for part in found.matches} == {SMALL, LARGE}
    assert (found.covered, found.uncovered, found.share) == (100, 0, 1)
    assert {one.listing_id: one.reason for one in found.uncounted} == {SILENT: "unknown", VOLUME: "other_dimension"}
    assert (found.considered, found.truncated) == (4, False)


def test_an_amount_that_only_the_words_say_counts_as_in_the_matchs_own_sentence(matched: Cell) -> None:
    told = event_data(14, "have", agency_id=AGENCIES[1], name="Sahanpurua 20 t vuodessa")
    matched.hear([listing_event(told)])
    found = coverage(matched, AGENCIES[1])
    assert {part.listing_id: part.amount for part in found.matches} == {SMALL: 60, identifier(14): 20}
    assert found.covered == 80


def test_another_agency_sees_what_its_own_matches_cover(matched: Cell) -> None:
    found = coverage(matched, AGENCIES[1])
    assert [part.listing_id for part in found.matches] == [SMALL]
    assert (found.covered, found.uncovered) == (60, 40)


def test_a_have_is_shared_out_by_the_same_rule(matched: Cell) -> None:
    found = coverage(matched, AGENCIES[1], SMALL)
    assert [(part.listing_id, part.amount, part.adds) for part in found.matches] == [(WANT, 100, 60)]


def test_a_listing_out_of_sight_is_not_found_and_one_in_sight_may_have_no_match(matched: Cell) -> None:
    own = event_data(2, "want", agency_id=AGENCIES[1], visibility="agency", name="Lasi", ewc_code="150107")
    matched.hear([listing_event(own)])
    with pytest.raises(NotFound):
        coverage(matched, AGENCIES[0], identifier(2))
    assert coverage(matched, AGENCIES[1], identifier(2)).considered == 0


def test_what_has_ended_or_was_never_heard_of_is_not_found(matched: Cell) -> None:
    matched.hear([listing_event(event_data(1, "want", state="withdrawn"), 2)])
    for gone in (WANT, identifier(99)):
        with pytest.raises(NotFound):
            coverage(matched, AGENCIES[0], gone)


def test_a_caller_without_an_agency_is_refused(matched: Cell) -> None:
    with pytest.raises(Forbidden):
        coverage(matched, None)


def test_no_more_than_the_bound_is_looked_at(matched: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(use_cases, "MATCHES_MAX", 2)
    found = coverage(matched, AGENCIES[0])
    assert (found.considered, found.truncated) == (2, True)


def test_the_answer_dumps_by_the_contract(matched: Cell) -> None:
    dumped = CoverageSchema().dump(coverage(matched, AGENCIES[0]))
    assert CoverageSchema().validate(dumped) == {}
    assert dumped["amount"] == {"amount": 100.0, "unit": "t", "dimension": "mass"}
    assert {one["reason"] for one in dumped["uncounted"]} == {"unknown", "other_dimension"}

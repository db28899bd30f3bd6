"""What a caller may read of matches, page by page."""

from __future__ import annotations

from typing import Any

import pytest

from services.matching import use_cases
from services.matching.domain.match import Match
from services.matching.repository import MatchRepository
from shared.contracts.rpc.matching import MatchPageSchema, MatchQuerySchema
from shared.errors import Forbidden, NotFound
from shared.persistence.repository import Page
from shared.tenancy import Caller, Role
from tests.integration.matching.conftest import NOW, Cell, listing_event
from tests.unit.matching.listings import AGENCIES, event_data, identifier

WANTS = 7


def caller(agency: str | None, *roles: Role) -> Caller:
    return Caller("acc-12-1", agency, frozenset(roles or (Role.FACILITATOR,)), "12")


def page_of(cell: Cell, agency: str | None, **query: Any) -> Page[Match]:
    request = MatchQuerySchema().load(query)
    return use_cases.list_matches(cell.runtime.repository(MatchRepository, caller(agency)), request, NOW)


@pytest.fixture
def matched(cell: Cell) -> Cell:
    """One anonymous have of the first agency, wants of the second at growing distances."""
    have = event_data(1, "have", visibility="nation_anonymous")
    wants = [event_data(10 + n, "want", agency_id=AGENCIES[1], at=(62.6 + 0.45 * n, 29.76)) for n in range(WANTS)]
    cell.hear([listing_event(data) for data in (have, *wants)])
    assert len(cell.matches()) == WANTS
    return cell


def test_pages_go_best_first_without_gap_or_repeat(matched: Cell) -> None:
    seen: list[Match] = []
    cursor = None
    while True:
        page = page_of(matched, AGENCIES[1], limit=3, cursor=cursor)
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == sorted(matched.matches().values(), key=lambda match: (-match.score, match.id))


def test_an_agency_that_is_no_side_sees_nothing(matched: Cell) -> None:
    assert page_of(matched, AGENCIES[2]).items == []
    some = next(iter(matched.matches().values()))
    with pytest.raises(NotFound):
        use_cases.get_match(matched.runtime.repository(MatchRepository, caller(AGENCIES[2])), some.id, NOW)


def test_a_caller_without_an_agency_is_refused(matched: Cell) -> None:
    with pytest.raises(Forbidden):
        page_of(matched, None)


def test_filters_narrow_and_together_narrow_more(matched: Cell) -> None:
    assert len(page_of(matched, AGENCIES[0], listing_id=identifier(12)).items) == 1
    assert len(page_of(matched, AGENCIES[0], kind="energy").items) == 0
    excellent = page_of(matched, AGENCIES[0], band="excellent").items
    assert 0 < len(excellent) < WANTS
    assert page_of(matched, AGENCIES[0], min_score=excellent[-1].score).items == excellent
    assert page_of(matched, AGENCIES[0], state="withdrawn").items == []


def test_searching_by_organisation_does_not_tell_whose_an_anonymous_listing_is(matched: Cell) -> None:
    owner = event_data(1, "have")["organisation_id"]
    assert page_of(matched, AGENCIES[1], organisation_id=owner).items == []
    assert len(page_of(matched, AGENCIES[0], organisation_id=owner).items) == WANTS


def test_a_page_dumps_by_the_contract(matched: Cell) -> None:
    dumped = MatchPageSchema().dump(page_of(matched, AGENCIES[0], limit=2))
    assert MatchPageSchema().validate(dumped) == {}
    assert dumped["items"][0]["factors"][0]["sentence"]["fi"] == "Molemmat: sahanpuru."


def test_every_query_has_its_index(matched: Cell) -> None:
    matches = matched.runtime.database["matches"]
    for query in (
        {"viewer_agencies": AGENCIES[0], "state": "open"},
        {"listing_ids": {"$in": [identifier(1)]}},
        {"organisation_keys": f"{AGENCIES[0]}|x", "state": "open"},
    ):
        plan = matches.find(query).sort([("score", -1), ("_id", 1)]).explain()["queryPlanner"]["winningPlan"]
        assert "IXSCAN" in str(plan)

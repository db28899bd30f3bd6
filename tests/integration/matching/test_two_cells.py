"""Two cells, two databases: one match for a have in one and a want in the other, told once, by the have's home."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from shared.contracts.envelope import Event
from shared.contracts.events.matching import MATCH_FOUND, MATCH_SHARED, MATCH_UNSHARED, MATCH_WITHDRAWN
from tests.integration.matching.conftest import Cell, listing_event, shared_event
from tests.unit.matching.listings import AGENCIES, event_data

WANT_CHANGES: dict[str, Any] = {"region_code": "01", "agency_id": AGENCIES[3]}


def have(**changes: Any) -> dict[str, Any]:
    return event_data(1, "have", **changes)


def want(**changes: Any) -> dict[str, Any]:
    return event_data(2, "want", **{**WANT_CHANGES, **changes})


@pytest.fixture
def cells(cell_for: Callable[..., Cell]) -> tuple[Cell, Cell]:
    """The home of the have, and the home of the want."""
    return cell_for("12", "11,12"), cell_for("01", "01,02")


def tell_all(home: Cell, other: Cell, sequence: int = 1, **changes: Any) -> None:
    """The have (as changed) and the want, each to its own cell and, as far as shared, to the other."""
    home.hear([listing_event(have(**changes), sequence)])
    other.hear([listing_event(want(), cell="01")])
    other.hear([shared_event(have(**changes), sequence, cell="12")])
    home.hear([shared_event(want(), cell="01")])


def national(cell: Cell) -> list[Event]:
    return cell.told(MATCH_SHARED, MATCH_UNSHARED)


def test_the_haves_home_tells_it_and_the_wants_home_shows_it_as_provisional(cells: tuple[Cell, Cell]) -> None:
    home, other = cells
    tell_all(home, other)
    assert {event.type for event in home.told()} == {MATCH_FOUND, MATCH_SHARED}
    assert len(home.told()) == 2
    assert other.told() == []
    [at_home], [there] = home.matches().values(), other.matches().values()
    assert (at_home.id, at_home.score, at_home.factors) == (there.id, there.score, there.factors)
    assert (at_home.provisional, there.provisional) == (False, True)
    assert (at_home.viewer_agencies, there.viewer_agencies) == ((AGENCIES[0],), (AGENCIES[3],))


def test_the_homes_word_confirms_and_ends_it(cells: tuple[Cell, Cell]) -> None:
    home, other = cells
    tell_all(home, other)
    other.hear(national(home))
    assert [match.provisional for match in other.matches().values()] == [False]
    home.hear([listing_event(have(visibility="agency"), 2)])
    assert [event.type for event in national(home)] == [MATCH_SHARED, MATCH_UNSHARED]
    assert home.told(MATCH_WITHDRAWN)[0].data["reason"] == "no_longer_fits"
    other.hear(national(home)[1:])
    assert other.matches() == {}
    assert other.told() == []


@pytest.mark.parametrize("level", ["own", "agency", "region"])
def test_what_is_not_for_the_nation_reaches_no_other_cell(cells: tuple[Cell, Cell], level: str) -> None:
    home, other = cells
    tell_all(home, other, visibility=level)
    assert (home.told(), home.matches(), other.matches()) == ([], {}, {})


def test_an_anonymous_have_gives_nothing_away_across_cells(cells: tuple[Cell, Cell]) -> None:
    home, other = cells
    tell_all(home, other, visibility="nation_anonymous")
    [shared] = national(home)
    assert shared.agency is None
    text = str(shared.data)
    for name in ("agency_id", "organisation_id", "party_id"):
        assert have()[name] not in text
    [at_home], [there] = home.matches().values(), other.matches().values()
    assert at_home.score == there.score


@pytest.mark.parametrize("seed", range(4))
def test_any_order_with_duplicates_converges(cells: tuple[Cell, Cell], seed: int) -> None:
    """Found, withdrawn, found again at home; the other cell hears of it in any order."""
    home, other = cells
    tell_all(home, other)
    home.hear([listing_event(have(state="withdrawn"), 2)])
    home.hear([listing_event(have(name="Sahanpuru kuiva"), 3)])
    listings = [
        shared_event(have(), 1, cell="12"),
        shared_event(have(state="withdrawn"), 2, cell="12"),
        shared_event(have(name="Sahanpuru kuiva"), 3, cell="12"),
        listing_event(want(), cell="01"),
    ]
    assert [event.type for event in national(home)] == [MATCH_SHARED, MATCH_UNSHARED, MATCH_SHARED]
    heard = [*listings, *national(home), *listings, *national(home)]
    random.Random(seed).shuffle(heard)
    for event in heard:
        other.hear([event])
    [there], [at_home] = other.matches().values(), home.matches().values()
    assert (there.id, there.score, there.provisional) == (at_home.id, at_home.score, False)
    assert other.told() == []

"""What the nation is told at every change of visibility and state: the shared part, a tombstone, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import Any

import pytest

from services.resources import domain
from services.resources.domain import Listing
from services.resources.use_cases import emit_state
from shared.contracts.events import resources as events
from shared.contracts.registry import EventType
from shared.visibility import IDENTITY_FIELDS, PRIVATE_FIELDS, Visibility
from tests.unit.resources.cards import AGENCY, NOW, listing

LEVELS = tuple(Visibility)
NATIONAL = (Visibility.NATION, Visibility.NATION_ANONYMOUS)
ENDS = {"withdrawn": events.LISTING_WITHDRAWN, "expired": events.LISTING_EXPIRED}


@dataclass
class Recorder:
    """Takes events as a transaction does."""

    emitted: list[tuple[EventType, dict[str, Any]]] = field(default_factory=list)

    def emit(self, event: EventType, *, subject: str, sequence: int, data: Any, agency: str | None = None) -> None:
        self.emitted.append((event, {"subject": subject, "sequence": sequence, "data": data, "agency": agency}))


def told(after: Listing, event: EventType, before: Listing | None = None) -> tuple[EventType, list[EventType]]:
    """The event for the cell, and those for the nation."""
    recorder = Recorder()
    emit_state(recorder, after, event, before)  # type: ignore[arg-type]
    (first, _), *rest = recorder.emitted
    assert not first.national
    assert all(envelope["sequence"] == after.sequence for _, envelope in recorder.emitted)
    return first, [event for event, _ in rest]


@pytest.mark.parametrize("level", LEVELS)
def test_a_new_listing_is_told_to_the_nation_where_it_is_for_it(level: Visibility) -> None:
    expected = [events.LISTING_SHARED] if level in NATIONAL else []
    assert told(listing(visibility=level), events.LISTING_REGISTERED) == (events.LISTING_REGISTERED, expected)


@pytest.mark.parametrize(("level", "then"), list(product(LEVELS, LEVELS)))
def test_a_revision_shares_keeps_quiet_or_takes_back(level: Visibility, then: Visibility) -> None:
    before = listing(visibility=level)
    after = domain.revised(before, {"visibility": then}, NOW)
    expected = [events.LISTING_SHARED] if then in NATIONAL else [events.LISTING_UNSHARED] if level in NATIONAL else []
    assert told(after, events.LISTING_REVISED, before) == (events.LISTING_REVISED, expected)


@pytest.mark.parametrize(("level", "state"), list(product(LEVELS, ENDS)))
def test_an_end_is_told_to_the_nation_where_it_knew(level: Visibility, state: str) -> None:
    before = listing(visibility=level)
    expected = [events.LISTING_UNSHARED] if level in NATIONAL else []
    assert told(domain.ended(before, state, NOW), ENDS[state], before) == (ENDS[state], expected)


@pytest.mark.parametrize(("level", "state"), list(product(LEVELS, ("active", *ENDS))))
def test_a_re_emission_tells_again_what_the_nation_knew_and_nothing_of_the_rest(level: Visibility, state: str) -> None:
    card = listing(visibility=level)
    if state != "active":
        card = domain.ended(card, state, NOW)
    event = ENDS.get(state, events.LISTING_REVISED)
    known = events.LISTING_SHARED if state == "active" else events.LISTING_UNSHARED
    assert told(card, event) == (event, [known] if level in NATIONAL else [])


def test_a_listing_that_was_narrowed_is_taken_back_again_at_a_re_emission() -> None:
    narrowed = domain.revised(listing(visibility="nation"), {"visibility": "agency"}, NOW)
    later = domain.revised(narrowed, {"notes": "inside"}, NOW)
    assert told(later, events.LISTING_REVISED, narrowed) == (events.LISTING_REVISED, [])
    assert told(later, events.LISTING_REVISED) == (events.LISTING_REVISED, [events.LISTING_UNSHARED])


def test_the_agency_is_named_inside_the_cell_only() -> None:
    recorder = Recorder()
    emit_state(recorder, listing(visibility="nation"), events.LISTING_REGISTERED)  # type: ignore[arg-type]
    assert [envelope["agency"] for _, envelope in recorder.emitted] == [AGENCY, None]


@pytest.mark.parametrize("level", NATIONAL)
def test_the_nation_gets_nothing_private_and_identity_only_where_it_is_shown(level: Visibility) -> None:
    recorder = Recorder()
    card = listing(visibility=level, notes="secret", current_route="landfill", current_cost_eur_per_year=9.0)
    emit_state(recorder, card, events.LISTING_REGISTERED)  # type: ignore[arg-type]
    data = recorder.emitted[1][1]["data"]
    assert not set(data) & PRIVATE_FIELDS
    assert bool(set(data) & IDENTITY_FIELDS) == (level is Visibility.NATION)


def test_a_tombstone_says_which_listing_and_nothing_of_it() -> None:
    recorder = Recorder()
    before = listing(visibility="nation")
    after = domain.revised(before, {"visibility": Visibility.OWN}, NOW)
    emit_state(recorder, after, events.LISTING_REVISED, before)  # type: ignore[arg-type]
    assert recorder.emitted[1][1]["data"] == {"id": before.id, "region_code": "12"}

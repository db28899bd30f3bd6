"""One interest per listing and organisation, and who is shown what of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.synergies.domain import Listing, interest_id, listing_of, new_interest, said_again, shown
from shared.ids import region_of
from shared.visibility import Viewer, Visibility, visible_fields

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
OWNER, WRITER = "agy-12-" + "0" * 31 + "1", "agy-12-" + "0" * 31 + "2"
CLIENT = "org-12-" + "0" * 31 + "3"
CARD = Listing(
    id="lst-12-" + "0" * 31 + "a",
    sequence=4,
    state="active",
    agency_id=OWNER,
    organisation_id="org-12-" + "0" * 31 + "4",
    region_code="12",
    programme=None,
    visibility=Visibility.NATION,
)
INTEREST = new_interest(CARD, CLIENT, WRITER, "interested", "asked at the table", NOW)


def test_an_interest_is_the_same_one_whenever_it_is_said_again() -> None:
    assert interest_id(CARD.id, CLIENT) == INTEREST.id
    assert interest_id(CARD.id, CARD.organisation_id) != INTEREST.id
    assert region_of(INTEREST.id) == "12"


def test_it_concerns_the_listings_agency() -> None:
    assert (INTEREST.agency_id, INTEREST.listing_agency_id) == (WRITER, OWNER)


@pytest.mark.parametrize(("strength", "note"), [("can_use", "asked at the table"), ("interested", "from May on")])
def test_saying_it_again_with_something_new_is_the_next_sequence(strength: str, note: str) -> None:
    after = said_again(INTEREST, strength, note, LATER)
    assert after == replace(INTEREST, sequence=2, strength=strength, note=note, revised_at=LATER)


def test_saying_the_same_again_changes_nothing() -> None:
    assert said_again(INTEREST, "interested", "asked at the table", LATER) is INTEREST


def test_the_note_is_shown_to_its_writer_only_and_the_cards_owner_to_nobody() -> None:
    assert shown(INTEREST, WRITER)["note"] == "asked at the table"
    assert "note" not in shown(INTEREST, OWNER)
    assert "listing_agency_id" not in shown(INTEREST, WRITER) | shown(INTEREST, OWNER)


def test_a_listing_is_read_from_an_event_and_from_an_answer_that_hides_the_programme() -> None:
    state: dict[str, Any] = {
        "id": CARD.id, "state": "active", "agency_id": OWNER, "organisation_id": CARD.organisation_id,
        "region_code": "12", "programme": None, "visibility": "nation", "name": "Kuori",
    }  # fmt: skip
    assert listing_of(state, 4) == CARD
    assert listing_of({name: value for name, value in state.items() if name != "programme"}, 4) == CARD


def test_the_projection_holds_enough_to_say_who_sees_the_card() -> None:
    stranger = Viewer(WRITER, "19")
    assert visible_fields(stranger, CARD) != frozenset()
    assert visible_fields(stranger, replace(CARD, visibility=Visibility.REGION)) == frozenset()

"""Which agency hears of an event, and what of it; in whatever order events come."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.notice import Notice
from services.notifications.notices import KnownListing, KnownMatch, Reading
from shared import config
from shared.contracts.envelope import Event
from shared.contracts.events import matching, notifications, resources, synergies
from shared.contracts.registry import EventType
from shared.errors import Forbidden, RetryLater
from shared.ids import derived_id
from tests.unit.notifications.examples import AGENCY, NOW, OTHER_AGENCY

THIRD_AGENCY = derived_id("agy", "12", "third")
HAVE, WANT = derived_id("lst", "12", "have"), derived_id("lst", "12", "want")
PEER_HAVE, PEER_MATCH = derived_id("lst", "17", "have"), derived_id("mat", "17", "match")
PEERS = {"17": "https://pohjanmaa.example", "16": "https://pohjanmaa.example", "19": "https://lappi.example"}
SENTENCE = {"fi": "Sama laji.", "sv": "Samma slag.", "en": "The same kind."}
HIDDEN = ("agency_id", "organisation_id", "party_id", "site_id", "municipality_code", "point", "viewer_agencies")


def event(kind: EventType, data: dict[str, Any], sequence: int = 1, cell: str = "12") -> Event:
    source = f"/regions/{cell}/{kind.service}"
    number = f"{kind.name}{data.get('id')}{sequence}"
    return Event(kind, number, source, str(data.get("id")), NOW, sequence, None, "", data)


def known(listing_id: str, agency_id: str, direction: str) -> KnownListing:
    organisation = f"org of {agency_id}"
    return KnownListing(listing_id, 1, agency_id, organisation, "12", "energy", direction, (1,))


BOTH = {HAVE: known(HAVE, AGENCY, "have"), WANT: known(WANT, OTHER_AGENCY, "want")}


def reading(listings: dict[str, KnownListing] | None = None, matches: dict[str, KnownMatch] | None = None) -> Reading:
    settings = config.load({"SIVUVIRTA_REGIONS": "12", "SIVUVIRTA_PEERS": json.dumps(PEERS)})
    known = BOTH if listings is None else listings
    return Reading(known, matches or {}, settings.is_home, settings.speaks_for)


def read(*events: Event, **before: Any) -> list[Notice]:
    return reading(**before).notices(events)


def listing(**changes: Any) -> dict[str, Any]:
    plain = dict.fromkeys(resources.ListingStateSchema().fields)
    return {
        **plain, "id": HAVE, "state": "active", "direction": "have", "kind": "energy", "name": "Hukkalämpö",
        "hazardous": False, "region_code": "12", "visibility": "nation", "agency_id": AGENCY,
        "organisation_id": "org-1", "registered_at": NOW, "revised_at": NOW, **changes,
    }  # fmt: skip


def match(have_id: str = HAVE, want_id: str = WANT, **changes: Any) -> dict[str, Any]:
    factor = {"name": "kind", "micro_points": 1_000_000, "weight": 1.0, "sentence": SENTENCE}
    return {
        "id": derived_id("mat", have_id[4:6], "match"), "have_id": have_id, "want_id": want_id, "kind": "energy",
        "score": 800_000, "band": "good", "distance_km": 12.5, "factors": [factor],
        "viewer_agencies": [AGENCY, OTHER_AGENCY], **changes,
    }  # fmt: skip


def gone(**changes: Any) -> dict[str, Any]:
    return {
        "id": PEER_MATCH, "have_id": PEER_HAVE, "want_id": WANT, "kind": "energy", "reason": "withdrawn",
        "viewer_agencies": [AGENCY], **changes,
    }  # fmt: skip


def interest(**changes: Any) -> dict[str, Any]:
    return {
        "id": "int-1", "listing_id": HAVE, "listing_agency_id": AGENCY, "organisation_id": "org-2",
        "agency_id": OTHER_AGENCY, "strength": "can_use", **changes,
    }  # fmt: skip


def test_a_listing_is_told_to_its_owner_only() -> None:
    (notice,) = read(event(resources.LISTING_REGISTERED, listing()), listings={})
    assert (notice.agency_id, notice.kind, notice.sides) == (AGENCY, "energy", frozenset({"have"}))


def test_private_fields_of_a_listing_do_not_travel() -> None:
    (notice,) = read(event(resources.LISTING_REGISTERED, listing(programme="secret")), listings={})
    assert not {"programme", "description", "point", "agency_id"} & notice.data.keys()


def test_a_sequence_heard_before_is_no_news() -> None:
    assert read(event(resources.LISTING_REVISED, listing(), sequence=1)) == []


def test_a_match_is_told_to_those_who_may_see_both_sides() -> None:
    notices = read(event(matching.MATCH_FOUND, match()))
    assert {notice.agency_id: notice.data["side"] for notice in notices} == {AGENCY: "have", OTHER_AGENCY: "want"}


def test_a_match_of_two_own_listings_is_told_once_as_both() -> None:
    own = {HAVE: known(HAVE, AGENCY, "have"), WANT: known(WANT, AGENCY, "want")}
    (notice,) = read(event(matching.MATCH_FOUND, match(viewer_agencies=[AGENCY])), listings=own)
    assert notice.data["side"] == "both"


def test_an_onlooker_has_no_side() -> None:
    (notice,) = read(event(matching.MATCH_FOUND, match(viewer_agencies=[THIRD_AGENCY])))
    assert (notice.data["side"], notice.sides, notice.organisation_ids) == ("none", frozenset(), frozenset())


@given(st.sets(st.sampled_from((AGENCY, OTHER_AGENCY, THIRD_AGENCY))))
def test_no_match_ever_tells_who_the_other_side_is(viewers: set[str]) -> None:
    for notice in read(event(matching.MATCH_FOUND, match(viewer_agencies=sorted(viewers)))):
        assert not set(HIDDEN) & notice.data.keys()
        assert notice.organisation_ids <= {f"org of {notice.agency_id}"}  # type: ignore[operator]


def test_factors_come_as_name_points_and_sentence() -> None:
    (notice, _) = read(event(matching.MATCH_FOUND, match()))
    assert notice.data["factors"] == [{"name": "kind", "micro_points": 1_000_000, "sentence": SENTENCE}]


def test_a_match_of_a_listing_that_will_come_waits_for_it() -> None:
    with pytest.raises(RetryLater):
        read(event(matching.MATCH_FOUND, match()), listings={})


def test_a_match_and_its_listings_may_arrive_together_in_any_order() -> None:
    want = listing(id=WANT, direction="want", agency_id=OTHER_AGENCY)
    events = [
        event(matching.MATCH_FOUND, match()),
        event(resources.LISTING_REGISTERED, want),
        event(resources.LISTING_REGISTERED, listing()),
    ]
    assert len(read(*events, listings={})) == 4


def test_interest_tells_the_owner_who_it_is() -> None:
    notices = {notice.agency_id: notice for notice in read(event(synergies.INTEREST_REGISTERED, interest()))}
    assert notices[AGENCY].data == {
        "id": "int-1", "listing_id": HAVE, "organisation_id": "org-2", "strength": "can_use", "role": "owner",
    }  # fmt: skip


def test_interest_does_not_tell_the_interested_whose_listing_it_is() -> None:
    notices = {notice.agency_id: notice for notice in read(event(synergies.INTEREST_REGISTERED, interest()))}
    assert notices[OTHER_AGENCY].data["role"] == "interested"
    assert notices[OTHER_AGENCY].organisation_ids == frozenset({"org-2"})
    assert AGENCY not in str(notices[OTHER_AGENCY].data)


def test_interest_within_an_agency_is_told_once() -> None:
    (notice,) = read(event(synergies.INTEREST_REGISTERED, interest(agency_id=AGENCY)))
    assert notice.data["role"] == "both"


def test_a_disabled_subscription_is_told_to_its_agency() -> None:
    data = {"subscription_id": "sub-1", "agency_id": AGENCY, "reason": "The endpoint answered 410 Gone."}
    (notice,) = read(event(notifications.SUBSCRIPTION_DISABLED, data))
    assert (notice.agency_id, set(notice.data)) == (AGENCY, {"subscription_id", "reason"})


def test_a_peers_match_reaches_the_agency_of_the_want() -> None:
    (notice,) = read(event(matching.MATCH_SHARED, match(PEER_HAVE), cell="17"))
    assert (notice.name, notice.agency_id, notice.data["side"]) == ("match.found.v1", OTHER_AGENCY, "want")


def test_a_peers_match_with_a_want_homed_elsewhere_is_not_ours() -> None:
    assert read(event(matching.MATCH_SHARED, match(PEER_HAVE, derived_id("lst", "19", "want")), cell="17")) == []


@pytest.mark.parametrize("kind", [matching.MATCH_SHARED, matching.MATCH_UNSHARED])
@pytest.mark.parametrize("region", ["12", "19", "21"], ids=["ours", "a third cell's", "nobody's"])
def test_a_peer_that_speaks_for_another_home_is_not_believed(kind: EventType, region: str) -> None:
    stranger = match(derived_id("lst", region, "have"))
    with pytest.raises(Forbidden, match="Cell 17 speaks of mat-"):
        read(event(kind, stranger, cell="17"))
    disguised = {**stranger, "id": PEER_MATCH}
    with pytest.raises(Forbidden, match="Cell 17 speaks of lst-"):
        read(event(kind, disguised, cell="17"))


def test_a_peer_speaks_for_all_regions_of_its_cell() -> None:
    shared = match(derived_id("lst", "16", "have"))
    (notice,) = read(event(matching.MATCH_SHARED, shared, cell="17"))
    assert notice.name == "match.found.v1"


def test_a_peers_second_word_on_a_match_is_a_change_and_its_last_a_withdrawal() -> None:
    events = [
        event(matching.MATCH_SHARED, match(PEER_HAVE), 1, "17"),
        event(matching.MATCH_SHARED, match(PEER_HAVE), 2, "17"),
        event(matching.MATCH_UNSHARED, gone(), 3, "17"),
        event(matching.MATCH_SHARED, match(PEER_HAVE), 4, "17"),
    ]
    assert [notice.name for notice in read(*events)] == [
        "match.found.v1", "match.changed.v1", "match.withdrawn.v1", "match.found.v1",
    ]  # fmt: skip


def test_a_late_announcement_opens_no_withdrawn_match() -> None:
    withdrawn = {PEER_MATCH: KnownMatch(PEER_MATCH, 3, open=False)}
    assert read(event(matching.MATCH_SHARED, match(PEER_HAVE), 2, "17"), matches=withdrawn) == []


@given(st.permutations([1, 1, 2, 2, 3, 3]), st.lists(st.integers(1, 5), min_size=6, max_size=6))
def test_listing_events_in_any_order_and_batches_are_each_told_once_and_end_alike(
    sequences: Sequence[int], sizes: Sequence[int]
) -> None:
    kinds = {1: resources.LISTING_REGISTERED, 2: resources.LISTING_REVISED, 3: resources.LISTING_WITHDRAWN}
    events = [event(kinds[n], listing(organisation_id=f"org-{n}"), n) for n in sequences]
    state: dict[str, KnownListing] = {}
    told: list[str] = []
    for size in sizes:
        batch, events = events[:size], events[size:]
        one = reading(listings=state)
        told.extend(notice.name for notice in one.notices(batch))
        state.update(one.changed_listings)
    heard = reading(listings=state).notices(events)
    told.extend(notice.name for notice in heard)
    assert sorted(told) == ["listing.registered.v1", "listing.revised.v1", "listing.withdrawn.v1"]


@given(st.permutations([1, 2, 3, 4]))
def test_peer_matches_in_any_order_end_in_the_state_of_the_last(sequences: Sequence[int]) -> None:
    events = {
        n: event(matching.MATCH_UNSHARED, gone(), n, "17")
        if n in (2, 4)
        else event(matching.MATCH_SHARED, match(PEER_HAVE), n, "17")
        for n in sequences
    }
    one = reading()
    one.notices([events[n] for n in sequences])
    assert one.changed_matches[PEER_MATCH] == KnownMatch(PEER_MATCH, 4, open=False)

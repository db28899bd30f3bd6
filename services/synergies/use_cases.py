"""Putting an organisation's name on a card, and who may read that it stands there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from services.synergies import domain
from services.synergies.domain import Interest, Listing
from services.synergies.repository import InterestRepository, ListingRepository
from shared.contracts.envelope import Event
from shared.contracts.events import synergies as events
from shared.errors import InvalidInput, Misdirected, NotFound, ServiceError
from shared.ids import region_of
from shared.persistence.repository import Page
from shared.persistence.unit_of_work import Transaction
from shared.tenancy import Caller, Role, ServiceScope
from shared.visibility import NO_FIELDS, Viewer, visible_fields

Answer = Callable[[], Mapping[str, Any]]
"""Waits for what was asked; raises the ServiceError that the asked service raised."""


class Neighbours(Protocol):
    """Questions to other services with the caller's own rights; each is under way when its method returns."""

    def ask_for_client(self, organisation_id: str) -> Answer: ...

    def ask_for_listing(self, listing_id: str) -> Answer: ...


def register_interest(
    tx: Transaction,
    caller: Caller,
    draft: Mapping[str, Any],
    neighbours: Neighbours,
    is_home: Callable[[str], bool],
    home_of: Callable[[str], str | None],
) -> dict[str, Any]:
    """Put a client of the caller's agency on a listing it may see; saying it again changes strength and note."""
    caller.require(Role.FACILITATOR, Role.INTEGRATION)
    listing_id, organisation_id = draft["listing_id"], draft["organisation_id"]
    region = region_of(listing_id) or ""
    if not is_home(region):
        raise Misdirected(region, home_of(region))
    listing = tx.repository(ListingRepository, ServiceScope("visibility of a listing")).find(listing_id)
    if listing is not None and visible_fields(Viewer.of(caller), listing) == NO_FIELDS:
        raise NotFound("listing", listing_id)
    client = neighbours.ask_for_client(organisation_id)
    if listing is None:
        listing = _visible_listing(neighbours.ask_for_listing(listing_id))
    _check_client(client)
    _check_listing(listing, organisation_id)

    interests = tx.repository(InterestRepository, caller)
    strength, note, now = draft["strength"], draft["note"], tx.clock.now()
    before = interests.find(domain.interest_id(listing_id, organisation_id))
    if before is None:
        after = domain.new_interest(listing, organisation_id, caller.agency, strength, note, now)
        interests.add(after)
    else:
        after = domain.said_again(before, strength, note, now)
        if after is not before:
            interests.save(after)
    if after is not before:
        subject, sequence = after.id, after.sequence
        tx.emit(events.INTEREST_REGISTERED, subject=subject, sequence=sequence, data=after, agency=after.agency_id)
    return domain.shown(after, caller.agency)


def list_interests(interests: InterestRepository, caller: Caller, query: Mapping[str, Any]) -> Page[dict[str, Any]]:
    """Written by the caller's agency or about its listings, newest first."""
    filters = {name: query[name] for name in ("listing_id", "organisation_id") if name in query}
    page: Page[Interest] = interests.page(filters, query["limit"], query["cursor"])
    return Page([domain.shown(interest, caller.agency) for interest in page.items], page.next_cursor)


def remember_listings(tx: Transaction, listing_events: Sequence[Event]) -> None:
    """Apply states of listings to the own projection."""
    listings = [domain.listing_of(event.data, event.sequence) for event in listing_events]
    tx.repository(ListingRepository, ServiceScope("listing projection")).apply(listings)


def _visible_listing(answer: Answer) -> Listing:
    """A listing whose event has not come yet, as its owner shows it to the caller."""
    state = answer()
    if "agency_id" not in state:
        # Shown without identity: whom the interest concerns is known only when the event has come.
        raise ServiceError("unavailable", "This listing was recorded a moment ago; try again shortly.")
    return domain.listing_of(state, state["sequence"])


def _check_client(answer: Answer) -> None:
    try:
        answer()
    except ServiceError as error:
        if error.code != "not_found":
            raise
        message = "There is no such organisation among your agency's clients."
        raise InvalidInput([{"field": "organisation_id", "message": message}]) from None


def _check_listing(listing: Listing, organisation_id: str) -> None:
    if listing.state != "active":
        raise InvalidInput([{"field": "listing_id", "message": f"The listing is {listing.state}."}])
    if listing.organisation_id == organisation_id:
        message = "The listing is this organisation's own."
        raise InvalidInput([{"field": "organisation_id", "message": message}])

"""What people and other services do with listings. Each change emits the whole state, inside the cell and, as far as
the nation may know it, to the nation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError

from services.resources import domain
from services.resources.domain import Listing, Organisation, Site
from services.resources.repository import (
    ListingRepository,
    OrganisationRepository,
    SiteRepository,
    organisation_of,
)
from shared.contracts.envelope import Event
from shared.contracts.events import resources as events
from shared.contracts.registry import EventType
from shared.contracts.rpc.resources import check_listing
from shared.errors import Forbidden, InvalidInput, Misdirected, NotFound, PreconditionFailed, RetryLater, field_errors
from shared.ids import derived_id
from shared.persistence.repository import Page
from shared.persistence.unit_of_work import Transaction
from shared.tenancy import Caller, Role, ServiceScope
from shared.visibility import NO_FIELDS, Viewer, may_change, visible_fields

LATEST_SHOWN = 5
EXPIRY_BATCH = 200
REEMISSION_BATCH = 200
SECTOR_BATCH = 200
_STATE_EVENTS = {
    "active": events.LISTING_REVISED,
    "withdrawn": events.LISTING_WITHDRAWN,
    "expired": events.LISTING_EXPIRED,
}


def register_listing(
    tx: Transaction,
    caller: Caller,
    draft: Mapping[str, Any],
    find_site: Callable[[str], Site | None],
    sector_of: Callable[[Site], str | None],
    is_home: Callable[[str], bool],
    home_of: Callable[[str], str | None],
) -> dict[str, Any]:
    """Record a have or want at a site of the caller's agency; ``sector_of`` knows the site's organisation's sector."""
    caller.require(Role.FACILITATOR, Role.INTEGRATION)
    site = find_site(draft["site_id"])
    if site is None or site.agency_id != caller.agency:
        raise InvalidInput([{"field": "site_id", "message": "There is no such site among your agency's clients."}])
    if not is_home(site.region_code):
        raise Misdirected(site.region_code, home_of(site.region_code))
    if draft.get("programme") and draft["programme"] not in caller.programmes:
        raise InvalidInput([{"field": "programme", "message": "Your agency is not in this programme."}])
    listing = domain.new_listing(draft, site, tx.clock.now(), sector=sector_of(site))
    tx.repository(ListingRepository, caller).add(listing)
    emit_state(tx, listing, events.LISTING_REGISTERED)
    return _view(caller, listing)


def known_sector(
    tx: Transaction, organisation_id: str, agency_id: str, ask: Callable[[str], Organisation | None]
) -> str | None:
    """The sector of an agency's client. One whose event has not come is asked for and kept; without an answer its
    event, when it comes, brings the sector to the listing: both write to the organisation, so neither misses the other.

    A known organisation is only read. Should it be revised in the milliseconds until this transaction commits, the
    listing takes its new sector at its own next revision, or at the organisation's.
    """
    organisations = tx.repository(OrganisationRepository, ServiceScope("organisation projection"))
    if (known := organisations.find(organisation_id)) is not None:
        return known.sector
    if (told := ask(organisation_id)) is None:
        organisations.expect(organisation_id, agency_id)
        return None
    organisations.apply([told])
    return told.sector


def get_listing(listings: ListingRepository, caller: Caller, listing_id: str) -> dict[str, Any]:
    return _view(caller, _visible(listings, caller, listing_id))


def list_listings(listings: ListingRepository, caller: Caller, query: Mapping[str, Any]) -> Page[dict[str, Any]]:
    filters = {name: value for name, value in query.items() if name not in ("limit", "cursor")}
    page = listings.page(filters, query["limit"], query["cursor"])
    return Page([_view(caller, listing) for listing in page.items], page.next_cursor)


def organisation_listings(listings: ListingRepository, caller: Caller, organisation_id: str) -> dict[str, Any]:
    """Counts and the latest few of the agency's own client."""
    counts = listings.counts_of(organisation_id, caller.agency)
    latest = listings.latest_of(organisation_id, caller.agency, LATEST_SHOWN)
    return {
        "have": counts.get("have", 0),
        "want": counts.get("want", 0),
        "latest": [_view(caller, listing) for listing in latest],
    }


def revise_listing(
    tx: Transaction, caller: Caller, listing_id: str, expected_sequence: int, changes: Mapping[str, Any]
) -> dict[str, Any]:
    listings = tx.repository(ListingRepository, caller)
    before = _changeable(listings, caller, listing_id, expected_sequence)
    # A new waste code decides the hazard mark anew, as it does in a draft that leaves it open.
    reopened = {"hazardous": None} if "ewc_code" in changes else {}
    _check(domain.as_draft(before) | reopened | dict(changes))
    if changes.get("programme") and changes["programme"] not in caller.programmes:
        raise InvalidInput([{"field": "programme", "message": "Your agency is not in this programme."}])
    owner = tx.repository(OrganisationRepository, caller).find(before.organisation_id)
    standing = replace(before, sector=owner.sector) if owner else before
    after = domain.revised(standing, changes, tx.clock.now())
    listings.save(after)
    emit_state(tx, after, events.LISTING_REVISED, before)
    return _view(caller, after)


def withdraw_listing(tx: Transaction, caller: Caller, listing_id: str, expected_sequence: int) -> dict[str, Any]:
    listings = tx.repository(ListingRepository, caller)
    before = _changeable(listings, caller, listing_id, expected_sequence)
    after = domain.ended(before, "withdrawn", tx.clock.now())
    listings.save(after)
    emit_state(tx, after, events.LISTING_WITHDRAWN, before)
    return _view(caller, after)


def remember_sites(tx: Transaction, site_events: Sequence[Event]) -> None:
    """Apply sites that organisations announced to the own projection."""
    sites = [{**event.data, "sequence": event.sequence} for event in site_events]
    tx.repository(SiteRepository, ServiceScope("site projection")).apply(sites)


def remember_organisations(tx: Transaction, organisation_events: Sequence[Event]) -> list[str]:
    """Apply clients that organisations announced to the own projection. Returns the ids of those of which active
    listings bear another sector: `carry_sector` is to bring it to them."""
    scope = ServiceScope("organisation projection")
    organisations, listings = tx.repository(OrganisationRepository, scope), tx.repository(ListingRepository, scope)
    organisations.apply([organisation_of({**event.data, "sequence": event.sequence}) for event in organisation_events])
    now = organisations.among(sorted({event.data["id"] for event in organisation_events}))
    return [organisation.id for organisation in now if listings.of_another_sector(organisation, 1)]


def carry_sector(tx: Transaction, organisation_id: str) -> int:
    """Bring an organisation's sector to its active listings, a batch at a time; how many were changed.

    A listing that was being recorded in the very moment takes it at its next revision (`known_sector`).
    """
    scope = ServiceScope("sector to listings")
    organisation = tx.repository(OrganisationRepository, scope).find(organisation_id)
    if organisation is None:
        return 0
    listings = tx.repository(ListingRepository, scope)
    behind = listings.of_another_sector(organisation, SECTOR_BATCH)
    for before in behind:
        after = domain.in_sector(before, organisation.sector)
        listings.save(after)
        emit_state(tx, after, events.LISTING_REVISED, before)
    return len(behind)


def list_surpluses(tx: Transaction, surplus_events: Sequence[Event]) -> None:
    """Make a listing of each surplus that a survey found; the same surplus always gets the same id."""
    scope = ServiceScope("surplus to listing")
    sites, listings = tx.repository(SiteRepository, scope), tx.repository(ListingRepository, scope)
    for event in surplus_events:
        found = event.data
        site = sites.find(found["site_id"])
        if site is None:
            raise RetryLater(f"the site {found['site_id']} is not known here yet")
        listing_id = derived_id("lst", site.region_code, found["survey_id"], found["surplus_id"])
        if listings.find(listing_id) is not None:
            continue
        draft, now = {**found, "direction": "have"}, tx.clock.now()
        sector = known_sector(tx, site.organisation_id, site.agency_id, lambda _id: None)
        listing = domain.new_listing(draft, site, now, listing_id=listing_id, origin="audit", sector=sector)
        listings.add(listing)
        emit_state(tx, listing, events.LISTING_REGISTERED)


def expire_passed(tx: Transaction, today: date) -> int:
    """End listings whose window has passed, a batch at a time; how many were ended."""
    listings = tx.repository(ListingRepository, ServiceScope("expiry"))
    passed = listings.passed(today, EXPIRY_BATCH)
    for before in passed:
        after = domain.ended(before, "expired", tx.clock.now())
        listings.save(after)
        emit_state(tx, after, events.LISTING_EXPIRED, before)
    return len(passed)


def reemit_batch(tx: Transaction, after_id: str | None) -> list[str]:
    """Emit the present state of the next listings again, at their present sequence; the ids, in order."""
    listings = tx.repository(ListingRepository, ServiceScope("re-emission"))
    batch = listings.batch_after(after_id, REEMISSION_BATCH)
    for listing in batch:
        emit_state(tx, listing, _STATE_EVENTS[listing.state])
    return [listing.id for listing in batch]


def emit_state(tx: Transaction, listing: Listing, event: EventType, before: Listing | None = None) -> None:
    """The state for the cell; its shared part for the nation, or a tombstone when the nation may no longer know."""
    subject, sequence = listing.id, listing.sequence
    tx.emit(event, subject=subject, sequence=sequence, data=listing, agency=listing.agency_id)
    if listing.is_national:
        projection = domain.shared_projection(listing)
        tx.emit(events.LISTING_SHARED, subject=subject, sequence=sequence, data=projection)
    elif listing.was_national and (before is None or before.is_national):
        tombstone = {"id": listing.id, "region_code": listing.region_code}
        tx.emit(events.LISTING_UNSHARED, subject=subject, sequence=sequence, data=tombstone)


def _visible(listings: ListingRepository, caller: Caller, listing_id: str) -> Listing:
    listing = listings.find(listing_id)
    if listing is None:
        raise NotFound("listing", listing_id)
    return listing


def _changeable(listings: ListingRepository, caller: Caller, listing_id: str, expected_sequence: int) -> Listing:
    listing = _visible(listings, caller, listing_id)
    if not may_change(caller, listing.agency_id):
        raise Forbidden("Only facilitators and integrations of the owning agency change a listing.")
    if listing.sequence != expected_sequence:
        raise PreconditionFailed(expected_sequence, listing.sequence)
    if listing.state != "active":
        message = f"The listing is {listing.state}; record it anew if it is offered again."
        raise InvalidInput([{"field": "state", "message": message}])
    return listing


def _check(merged: dict[str, Any]) -> None:
    try:
        check_listing(merged)
    except ValidationError as error:
        raise InvalidInput(field_errors(error.messages)) from None


def _view(caller: Caller, listing: Listing) -> dict[str, Any]:
    names = visible_fields(Viewer.of(caller), listing)
    if names == NO_FIELDS:
        raise NotFound("listing", listing.id)
    return domain.shown(listing, names)


def today(now: datetime, zone: Any) -> date:
    """The day it is where the listings are."""
    return now.astimezone(zone).date()

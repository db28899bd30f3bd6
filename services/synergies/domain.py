"""Interest: an organisation's name on a card. Pure rules; nothing here knows a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shared.ids import derived_id, region_of
from shared.visibility import Visibility


@dataclass(frozen=True, slots=True)
class Listing:
    """What synergies knows of a listing: enough to say who may see it and whom an interest concerns."""

    id: str
    sequence: int
    state: str
    agency_id: str
    organisation_id: str
    region_code: str
    programme: str | None
    visibility: Visibility


@dataclass(frozen=True, slots=True)
class Interest:
    """One per listing and organisation. ``agency_id`` is the interested organisation's agency, which wrote it."""

    id: str
    sequence: int
    listing_id: str
    listing_agency_id: str
    organisation_id: str
    agency_id: str
    strength: str
    note: str
    registered_at: datetime
    revised_at: datetime


def interest_id(listing_id: str, organisation_id: str) -> str:
    """The same for the same listing and organisation; its region is the listing's."""
    return derived_id("int", region_of(listing_id) or "", listing_id, organisation_id)


def new_interest(
    listing: Listing, organisation_id: str, agency_id: str, strength: str, note: str, now: datetime
) -> Interest:
    return Interest(
        id=interest_id(listing.id, organisation_id),
        sequence=1,
        listing_id=listing.id,
        listing_agency_id=listing.agency_id,
        organisation_id=organisation_id,
        agency_id=agency_id,
        strength=strength,
        note=note,
        registered_at=now,
        revised_at=now,
    )


def said_again(interest: Interest, strength: str, note: str, now: datetime) -> Interest:
    """The interest with the new strength and note, at the next sequence; as it was when neither is new."""
    if (interest.strength, interest.note) == (strength, note):
        return interest
    return replace(interest, strength=strength, note=note, sequence=interest.sequence + 1, revised_at=now)


def shown(interest: Interest, agency_id: str) -> dict[str, Any]:
    """What the agency sees of it: the note is for the one that wrote it, the listing's owner for nobody, since a
    card may be shown without identity."""
    names = ["id", "sequence", "listing_id", "organisation_id", "agency_id", "strength", "registered_at", "revised_at"]
    if interest.agency_id == agency_id:
        names.append("note")
    return {name: getattr(interest, name) for name in names}


def listing_of(state: Mapping[str, Any], sequence: int) -> Listing:
    """The listing from its event's data or from a call's answer; a programme that is not told is None."""
    return Listing(
        id=state["id"],
        sequence=sequence,
        state=state["state"],
        agency_id=state["agency_id"],
        organisation_id=state["organisation_id"],
        region_code=state["region_code"],
        programme=state.get("programme"),
        visibility=Visibility(state["visibility"]),
    )

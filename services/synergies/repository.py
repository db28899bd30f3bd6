"""Interests, and the projection of listings that decides who may be interested, in MongoDB."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from services.synergies.domain import Interest, Listing
from shared.persistence.indexes import Index
from shared.persistence.mongo import Document
from shared.persistence.repository import Page, Repository
from shared.tenancy import Caller
from shared.visibility import Visibility

# Ids are derived and say nothing of time: pages go by the moment of registration, in ms since 1970.
_NEWEST_FIRST = (("registered_ms", -1), ("_id", -1))

INDEXES = tuple(
    Index("interests", ((name, 1), *_NEWEST_FIRST))
    for name in ("agency_id", "listing_agency_id", "listing_id", "organisation_id")
)


class ListingRepository(Repository):
    """A projection of resources' listings, fed by events."""

    collection = "listings"

    def find(self, listing_id: str) -> Listing | None:
        document = self._find_by_id(listing_id)
        if document is None:
            return None
        values = {name: value for name, value in document.items() if name not in ("_id", "visibility")}
        return Listing(**values, id=document["_id"], visibility=Visibility(document["visibility"]))

    def apply(self, listings: Sequence[Listing]) -> None:
        """Keep each listing unless a higher sequence stands already."""
        self._upsert_newer([_document(listing) | {"visibility": listing.visibility.value} for listing in listings])


class InterestRepository(Repository):
    collection = "interests"

    def read_filter(self, caller: Caller) -> Mapping[str, Any]:
        """Written by the caller's agency, or about its listings."""
        return {"$or": [{"agency_id": caller.agency}, {"listing_agency_id": caller.agency}]}

    def find(self, interest_id: str) -> Interest | None:
        document = self._find_by_id(interest_id)
        return None if document is None else _interest(document)

    def page(self, filters: Mapping[str, str], limit: int, cursor: str | None) -> Page[Interest]:
        """Newest first; filters name document fields."""
        page = self._page(filters, limit=limit, cursor=cursor, sort=_NEWEST_FIRST)
        return Page([_interest(document) for document in page.items], page.next_cursor)

    def add(self, interest: Interest) -> None:
        self._insert(_stored(interest))

    def save(self, interest: Interest) -> None:
        """Put the new version in the place of the one before it."""
        self._replace_version(_stored(interest), interest.sequence - 1)


def _document(entity: Listing | Interest) -> Document:
    document = {item.name: getattr(entity, item.name) for item in dataclasses.fields(entity)}
    document["_id"] = document.pop("id")
    return document


def _stored(interest: Interest) -> Document:
    return _document(interest) | {"registered_ms": int(interest.registered_at.timestamp() * 1000)}


def _interest(document: Document) -> Interest:
    values = {name: value for name, value in document.items() if name not in ("_id", "registered_ms")}
    return Interest(**values, id=document["_id"])

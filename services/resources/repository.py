"""Listings and the sites they stand at, in MongoDB."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from services.resources.domain import Listing, Organisation, Site
from shared.errors import Conflict
from shared.geo import Point
from shared.persistence.indexes import Index
from shared.persistence.mongo import Document
from shared.persistence.repository import Page, Repository
from shared.quantities import Period, Quantity
from shared.reference.nace import division_of
from shared.tenancy import Caller
from shared.visibility import Visibility, audience_filter

INDEXES = (
    Index("listings", (("agency_id", 1), ("state", 1), ("_id", -1))),
    Index("listings", (("agency_id", 1), ("organisation_id", 1), ("state", 1), ("_id", -1))),
    Index("listings", (("visibility", 1), ("state", 1), ("_id", -1))),
    Index("listings", (("visibility", 1), ("state", 1), ("kind", 1), ("direction", 1), ("_id", -1))),
    Index("listings", (("state", 1), ("available_to", 1))),
    # These make the collections, too: one that is made inside a transaction holds up its next writer.
    Index("sites", (("agency_id", 1),)),
    Index("organisations", (("agency_id", 1),)),
)

_NEWEST_FIRST = (("_id", -1),)


class SiteRepository(Repository):
    """A projection of organisations' sites, fed by events."""

    collection = "sites"

    def find(self, site_id: str) -> Site | None:
        document = self._find_by_id(site_id)
        return None if document is None else site_of(document)

    def apply(self, sites: Sequence[Mapping[str, Any]]) -> None:
        """Keep each site unless a higher sequence stands already."""
        self._upsert_newer([{"_id": site["id"], **{k: v for k, v in site.items() if k != "id"}} for site in sites])


class OrganisationRepository(Repository):
    """A projection of the agencies' clients, fed by organisations' events; those only expected are not found."""

    collection = "organisations"

    def find(self, organisation_id: str) -> Organisation | None:
        document = self._find_one({"_id": organisation_id, "sequence": {"$gt": 0}})
        return None if document is None else _organisation(document)

    def among(self, ids: Sequence[str]) -> list[Organisation]:
        return [_organisation(document) for document in self._find({"_id": {"$in": list(ids)}}, limit=len(ids))]

    def apply(self, organisations: Sequence[Organisation]) -> None:
        """Keep each unless an equal or higher sequence stands already."""
        documents = map(dataclasses.asdict, organisations)
        self._upsert_newer([{"_id": document.pop("id"), **document} for document in documents])

    def expect(self, organisation_id: str, agency_id: str) -> None:
        """Write that a listing of this transaction awaits the organisation's first event. Whoever applies that event
        at the same time meets this write; a write that changed nothing would not be met, so it counts."""
        unknown = {"sequence": 0, "agency_id": agency_id, "sector": None}
        self._bulk([UpdateOne({"_id": organisation_id}, {"$set": unknown, "$inc": {"listings": 1}}, upsert=True)])


class ListingRepository(Repository):
    collection = "listings"

    def read_filter(self, caller: Caller) -> Mapping[str, Any]:
        return audience_filter(caller)

    def find(self, listing_id: str) -> Listing | None:
        document = self._find_by_id(listing_id)
        return None if document is None else _listing(document)

    def add(self, *listings: Listing) -> None:
        try:
            self._insert(*map(_document, listings))
        except DuplicateKeyError:
            raise Conflict("A listing with this id exists already.") from None

    def save(self, listing: Listing) -> None:
        """Put the new version in the place of the one before it."""
        self._replace_version(_document(listing), listing.sequence - 1)

    def page(self, filters: Mapping[str, Any], limit: int, cursor: str | None) -> Page[Listing]:
        """Newest first. Filters name document fields; ``own`` keeps the caller's agency's."""
        clauses = [{name: value} for name, value in filters.items() if name not in ("own", "region")]
        if isinstance(self.scope, Caller):
            if filters.get("own"):
                clauses.append({"agency_id": self.scope.agency})
            if "organisation_id" in filters:
                # What is withheld must not be found out by filtering on it.
                shown = {"visibility": {"$ne": Visibility.NATION_ANONYMOUS}}
                clauses.append({"$or": [{"agency_id": self.scope.agency_id}, shown]})
        if "region" in filters:
            clauses.append({"region_code": filters["region"]})
        page = self._page({"$and": clauses or [{}]}, limit=limit, cursor=cursor, sort=_NEWEST_FIRST)
        return Page([_listing(document) for document in page.items], page.next_cursor)

    def latest_of(self, organisation_id: str, agency_id: str, limit: int) -> list[Listing]:
        query = {"agency_id": agency_id, "organisation_id": organisation_id, "state": "active"}
        return [_listing(document) for document in self._find(query, limit=limit, sort=_NEWEST_FIRST)]

    def counts_of(self, organisation_id: str, agency_id: str) -> dict[str, int]:
        """Active listings of a client by direction."""
        query = {"agency_id": agency_id, "organisation_id": organisation_id, "state": "active"}
        rows = self._aggregate(query, [{"$group": {"_id": "$direction", "count": {"$sum": 1}}}])
        return {row["_id"]: row["count"] for row in rows}

    def passed(self, today: date, limit: int) -> list[Listing]:
        """Active listings whose window ended before today."""
        query = {"state": "active", "available_to": {"$lt": _midnight(today), "$ne": None}}
        return [_listing(document) for document in self._find(query, limit=limit)]

    def of_another_sector(self, organisation: Organisation, limit: int) -> list[Listing]:
        """Active listings of the client that still bear another sector than it has."""
        query = {
            "agency_id": organisation.agency_id, "organisation_id": organisation.id, "state": "active",
            "sector": {"$ne": organisation.sector},
        }  # fmt: skip
        return [_listing(document) for document in self._find(query, limit=limit)]

    def batch_after(self, listing_id: str | None, limit: int) -> list[Listing]:
        query = {} if listing_id is None else {"_id": {"$gt": listing_id}}
        return [_listing(document) for document in self._find(query, limit=limit, sort=[("_id", 1)])]

    def total(self) -> int:
        return self._count({})

    def versions(self) -> Iterator[tuple[str, int, str]]:
        """(id, sequence, state) of every listing, for comparing with projections."""
        for batch in self._find_all_in_batches({}):
            yield from ((row["_id"], row["sequence"], row["state"]) for row in batch)


def organisation_of(found: Mapping[str, Any]) -> Organisation:
    """A client from the contract's mapping, its sector brought to a division."""
    return Organisation(found["id"], found["sequence"], found["agency_id"], division_of(found["nace_code"]))


def site_of(document: Mapping[str, Any]) -> Site:
    """A site from its document or from the contract's mapping."""
    point = document["point"]
    return Site(
        id=document.get("_id") or document["id"],
        sequence=document["sequence"],
        agency_id=document["agency_id"],
        organisation_id=document["organisation_id"],
        party_id=document["party_id"],
        municipality_code=document["municipality_code"],
        region_code=document["region_code"],
        point=Point(point["lat"], point["lon"]),
    )


def _organisation(document: Document) -> Organisation:
    return Organisation(document["_id"], document["sequence"], document["agency_id"], document["sector"])


def _document(listing: Listing) -> Document:
    document = {item.name: getattr(listing, item.name) for item in dataclasses.fields(listing)}
    document["_id"] = document.pop("id")
    document["visibility"] = listing.visibility.value
    document["point"] = {"lat": listing.point.lat, "lon": listing.point.lon}
    if listing.quantity is not None:
        quantity = listing.quantity
        document["quantity"] = {"amount": quantity.amount, "unit": quantity.unit, "period": quantity.period.value}
    for name in ("available_from", "available_to"):
        document[name] = None if document[name] is None else _midnight(document[name])
    return document


def _listing(document: Document) -> Listing:
    values = dict(document)
    values["id"] = values.pop("_id")
    values["visibility"] = Visibility(values["visibility"])
    values["point"] = Point(values["point"]["lat"], values["point"]["lon"])
    if values["quantity"] is not None:
        quantity = values["quantity"]
        values["quantity"] = Quantity(quantity["amount"], quantity["unit"], Period(quantity["period"]))
    for name in ("available_from", "available_to"):
        values[name] = None if values[name] is None else values[name].date()
    return Listing(**values)


def _midnight(day: date) -> datetime:
    """MongoDB knows moments only: a day is stored as its midnight in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)

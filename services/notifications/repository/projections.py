"""What notifications keeps of other services' data: whose a listing is, and which matches peers announced."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from pymongo import ReplaceOne

from services.notifications.notices import KnownListing, KnownMatch
from shared.persistence.indexes import Index
from shared.persistence.mongo import Document
from shared.persistence.repository import Repository

INDEXES = (Index("listings", (("agency_id", 1),)), Index("peer_matches", (("open", 1),)))


class ListingRepository(Repository):
    """The projection that knows whose a listing is."""

    collection = "listings"

    def find(self, listing_ids: Collection[str]) -> dict[str, KnownListing]:
        found = self._find({"_id": {"$in": list(listing_ids)}}, limit=max(1, len(listing_ids)))
        return {document["_id"]: _listing(document) for document in found}

    def keep(self, listings: Iterable[KnownListing]) -> None:
        self._bulk(
            [
                ReplaceOne(
                    {"_id": listing.id},
                    {
                        "_id": listing.id,
                        "sequence": listing.sequence,
                        "agency_id": listing.agency_id,
                        "organisation_id": listing.organisation_id,
                        "region": listing.region,
                        "kind": listing.kind,
                        "direction": listing.direction,
                        "seen": list(listing.seen),
                    },
                    upsert=True,
                )
                for listing in listings
            ]
        )


class PeerMatchRepository(Repository):
    """Which matches other cells have announced to us, and whether they stand."""

    collection = "peer_matches"

    def find(self, match_ids: Collection[str]) -> dict[str, KnownMatch]:
        found = self._find({"_id": {"$in": list(match_ids)}}, limit=max(1, len(match_ids)))
        return {d["_id"]: KnownMatch(d["_id"], d["sequence"], d["open"]) for d in found}

    def keep(self, matches: Iterable[KnownMatch]) -> None:
        self._bulk(
            [
                ReplaceOne({"_id": m.id}, {"_id": m.id, "sequence": m.sequence, "open": m.open}, upsert=True)
                for m in matches
            ]
        )


def _listing(document: Document) -> KnownListing:
    fields: dict[str, Any] = {**document, "id": document["_id"], "seen": tuple(document["seen"])}
    del fields["_id"]
    return KnownListing(**fields)

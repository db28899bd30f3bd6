"""The ``deliveries`` collection: what is owed to subscribers, who is at it, and what came of it.

A delivery is taken by a claim (a random fencing token) that runs out; ``due_at`` is the one date a taker looks at.
Only the holder of the claim writes an outcome, so that a late one cannot undo what another has done since.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bson import Binary
from pymongo import UpdateOne

from services.notifications.domain.delivery import Attempt, Delivery, DeliveryState
from shared.errors import NotFound
from shared.ids import uuid7_hex
from shared.persistence.indexes import Index
from shared.persistence.mongo import Document
from shared.persistence.repository import Page, Repository

LOG_KEPT = timedelta(days=30)

INDEXES = (
    # The picker's skip-scan: the earliest due delivery of each endpoint, however long one endpoint's backlog is.
    Index("deliveries", (("state", 1), ("subscription_id", 1), ("due_at", 1))),
    Index("deliveries", (("subscription_id", 1), ("queued_ms", -1), ("_id", -1))),
    Index("deliveries", (("ended_at", 1),), expire_after_s=int(LOG_KEPT.total_seconds())),
)


@dataclass(frozen=True, slots=True)
class Claim:
    """``token`` names the holder in front of ``#``, so that a restarted process takes back its own at once."""

    token: str
    until: datetime

    @classmethod
    def fresh(cls, holder: str, until: datetime) -> Claim:
        return cls(f"{holder}#{uuid7_hex()}", until)


class DeliveryRepository(Repository):
    collection = "deliveries"

    def queue(self, deliveries: Sequence[Delivery]) -> None:
        """Store new ones; one that stands already (its event was handled before) is left as it is."""
        self._bulk(
            [UpdateOne({"_id": d.id}, {"$setOnInsert": _document(d)}, upsert=True) for d in deliveries]
        )

    def get(self, delivery_id: str) -> Delivery:
        found = self._find_by_id(delivery_id)
        if found is None:
            raise NotFound("delivery", delivery_id)
        return _delivery(found)

    def page(self, subscription_id: str, state: str | None, limit: int, cursor: str | None) -> Page[Delivery]:
        """Newest first."""
        query = {"subscription_id": subscription_id} | ({"state": state} if state is not None else {})
        page = self._page(query, limit=limit, cursor=cursor, sort=[("queued_ms", -1), ("_id", -1)])
        return Page([_delivery(document) for document in page.items], page.next_cursor)

    def endpoints_with_pending(self) -> list[tuple[str, datetime]]:
        """(subscription id, when its earliest delivery is due) of every endpoint that is owed something."""
        stages: list[Document] = [
            {"$sort": {"state": 1, "subscription_id": 1, "due_at": 1}},
            {"$group": {"_id": "$subscription_id", "due_at": {"$first": "$due_at"}}},
        ]
        return [(row["_id"], row["due_at"]) for row in self._aggregate({"state": DeliveryState.PENDING}, stages)]

    def claim(self, subscription_id: str, most: int, claim: Claim, now: datetime) -> list[Delivery]:
        """Take up to ``most`` due deliveries of the endpoint, the longest due first."""
        due = {"state": DeliveryState.PENDING, "subscription_id": subscription_id, "due_at": {"$lte": now}}
        ids = [d["_id"] for d in self._find(due, limit=most, sort=[("due_at", 1)], fields=["_id"])]
        if not ids:
            return []
        change = {"$set": {"claim": claim.token, "due_at": claim.until}}
        self._update({"_id": {"$in": ids}, "due_at": {"$lte": now}, "state": DeliveryState.PENDING}, change, many=True)
        taken = self._find({"_id": {"$in": ids}, "claim": claim.token}, limit=most)
        return [_delivery(document) for document in taken]

    def release(self, deliveries: Collection[Delivery], now: datetime) -> None:
        """Give back what was claimed and not tried."""
        self._bulk(
            [
                UpdateOne(
                    {"_id": d.id, "claim": d.claim}, {"$set": {"due_at": d.next_attempt_at or now, "claim": None}}
                )
                for d in deliveries
            ]
        )

    def take_back(
        self, holder: str, now: datetime, *, until: datetime | None = None, but: Collection[str] = ()
    ) -> int:
        """Free what this process claimed in an earlier life; how many. In its present one: of the claims that run out
        ``until`` then, all ``but`` those of deliveries that it has in hand."""
        mine: Document = {"state": DeliveryState.PENDING, "claim": {"$gte": f"{holder}#", "$lt": f"{holder}$"}}
        if until is not None:
            mine |= {"due_at": {"$lte": until}, "_id": {"$nin": list(but)}}
        return self._update(mine, {"$set": {"due_at": now, "claim": None}}, many=True)

    def record(self, claimed: Sequence[tuple[str | None, Delivery]]) -> None:
        """Write outcomes: (the claim it was tried under, the delivery afterwards)."""
        self._bulk(
            [
                UpdateOne({"_id": d.id, "claim": token}, {"$set": _outcome(d)})
                for token, d in claimed
            ]
        )

    def end_pending(self, subscription_ids: Collection[str], now: datetime) -> int:
        """Close what waits for endpoints that are disabled or gone; how many."""
        waiting = {"state": DeliveryState.PENDING, "subscription_id": {"$in": list(subscription_ids)}}
        change = {"state": DeliveryState.FAILED, "next_attempt_at": None, "claim": None, "ended_at": now}
        return self._update(waiting, {"$set": change}, many=True)


def _outcome(delivery: Delivery) -> Document:
    ended = delivery.attempts[-1].at if delivery.state is not DeliveryState.PENDING and delivery.attempts else None
    return {
        "state": delivery.state,
        "attempts": [
            {"at": a.at, "status": a.status, "error": a.error, "duration_ms": a.duration_ms}
            for a in delivery.attempts
        ],
        "next_attempt_at": delivery.next_attempt_at,
        "due_at": delivery.due_at,
        "delivered_at": delivery.delivered_at,
        "claim": None,
        "ended_at": ended,
    }


def _document(delivery: Delivery) -> Document:
    return {
        **_outcome(delivery),
        "claim": delivery.claim,
        "agency_id": delivery.agency_id,
        "subscription_id": delivery.subscription_id,
        "event_type": delivery.event_type,
        "body": Binary(delivery.body),
        "queued_at": delivery.queued_at,
        "queued_ms": int(delivery.queued_at.timestamp() * 1000),
    }


def _delivery(document: Document) -> Delivery:
    return Delivery(
        id=document["_id"],
        agency_id=document["agency_id"],
        subscription_id=document["subscription_id"],
        event_type=document["event_type"],
        body=bytes(document["body"]),
        queued_at=document["queued_at"],
        due_at=document["due_at"],
        next_attempt_at=document["next_attempt_at"],
        state=DeliveryState(document["state"]),
        attempts=tuple(Attempt(a["at"], a["status"], a["error"], a["duration_ms"]) for a in document["attempts"]),
        delivered_at=document["delivered_at"],
        claim=document["claim"],
    )

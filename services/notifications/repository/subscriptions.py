"""The ``subscriptions`` collection, and ``agencies``, which keeps count of it honest."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bson import Binary
from pymongo import UpdateOne

from services.notifications.domain.subscription import SUBSCRIPTIONS_PER_AGENCY_MAX, EventFilter, Secrets, Subscription
from shared.errors import NotFound, PreconditionFailed
from shared.persistence.indexes import Index
from shared.persistence.mongo import Document
from shared.persistence.repository import Page, Repository

INDEXES = (
    Index("subscriptions", (("agency_id", 1), ("_id", 1))),
    Index("agencies", (("creations", 1),)),
)


class SubscriptionRepository(Repository):
    collection = "subscriptions"

    def add(self, subscription: Subscription) -> None:
        self._insert(_document(subscription))

    def get(self, subscription_id: str) -> Subscription:
        """Raises NotFound also for another agency's."""
        found = self._find_by_id(subscription_id)
        if found is None:
            raise NotFound("subscription", subscription_id)
        return _subscription(found)

    def find(self, subscription_ids: Collection[str]) -> dict[str, Subscription]:
        """By id; those that do not exist are left out."""
        found = self._find({"_id": {"$in": list(subscription_ids)}}, limit=max(1, len(subscription_ids)))
        return {document["_id"]: _subscription(document) for document in found}

    def count(self) -> int:
        return self._count({})

    def page(self, limit: int, cursor: str | None) -> Page[Subscription]:
        page = self._page({}, limit=limit, cursor=cursor, sort=[("_id", 1)])
        return Page([_subscription(document) for document in page.items], page.next_cursor)

    def wanting(self, agency_ids: Collection[str], events: Collection[str]) -> list[Subscription]:
        """The enabled subscriptions of these agencies that ask for any of these events."""
        query = {"agency_id": {"$in": list(agency_ids)}, "enabled": True, "events": {"$in": list(events)}}
        most = max(1, len(agency_ids)) * SUBSCRIPTIONS_PER_AGENCY_MAX
        return [_subscription(document) for document in self._find(query, limit=most)]

    def replace(self, subscription: Subscription) -> Subscription:
        """Store the next version of the subscription as it was read; PreconditionFailed when it moved on."""
        stored = replace(subscription, sequence=subscription.sequence + 1)
        self._replace_version(_document(stored), subscription.sequence)
        return stored

    def remove(self, subscription_id: str, expected_sequence: int) -> None:
        if self._delete({"_id": subscription_id, "sequence": expected_sequence}) == 0:
            raise PreconditionFailed(expected_sequence, self.get(subscription_id).sequence)

    def throttle(self, subscription_id: str, until: datetime) -> None:
        """Remember the pause an endpoint asked for; not a change of the subscription, so no new version."""
        self._update({"_id": subscription_id}, {"$max": {"throttled_until": until}})


class AgencyRepository(Repository):
    """One document per agency, there to be written by whatever must not happen twice at once."""

    collection = "agencies"

    def serialise(self, agency_id: str) -> None:
        """Make two creations of one agency conflict, so that counting them cannot be out of date."""
        self._bulk([UpdateOne({"_id": agency_id}, {"$inc": {"creations": 1}}, upsert=True)])


def _document(subscription: Subscription) -> Document:
    secrets = subscription.secrets
    return {
        "_id": subscription.id,
        "sequence": subscription.sequence,
        "agency_id": subscription.agency_id,
        "url": subscription.url,
        "events": list(subscription.events),
        "filter": {
            "kinds": list(subscription.filter.kinds),
            "side": subscription.filter.side,
            "min_score": subscription.filter.min_score,
            "organisation_ids": list(subscription.filter.organisation_ids),
        },
        "description": subscription.description,
        "enabled": subscription.enabled,
        "disabled_reason": subscription.disabled_reason,
        "registered_at": subscription.registered_at,
        "throttled_until": subscription.throttled_until,
        "secrets": {
            "current": Binary(secrets.current),
            "previous": Binary(secrets.previous) if secrets.previous is not None else None,
            "previous_until": secrets.previous_until,
        },
    }


def _subscription(document: Document) -> Subscription:
    secrets, wanted = document["secrets"], document["filter"]
    return Subscription(
        id=document["_id"],
        sequence=document["sequence"],
        agency_id=document["agency_id"],
        url=document["url"],
        events=tuple(document["events"]),
        filter=EventFilter(
            tuple(wanted["kinds"]), wanted["side"], wanted["min_score"], tuple(wanted["organisation_ids"])
        ),
        description=document["description"],
        enabled=document["enabled"],
        disabled_reason=document["disabled_reason"],
        registered_at=document["registered_at"],
        throttled_until=document["throttled_until"],
        secrets=Secrets(secrets["current"], secrets["previous"], secrets["previous_until"]),
    )

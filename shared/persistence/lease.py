"""A lease: at most one holder at a time does a duty, and a fencing token tells a late one from the present one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.clock import Clock
from shared.persistence.mongo import Document


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease that was granted; ``fence`` grows with every grant."""

    name: str
    holder: str
    fence: int


class Leases:
    """Leases of one service, in its own database. The same holder name takes back its own lease at once."""

    def __init__(self, database: Database[Document], clock: Clock) -> None:
        self._collection = database["leases"]
        self._clock = clock

    def acquire(self, name: str, holder: str, life: timedelta) -> Lease | None:
        """The lease, or None while somebody else holds it."""
        now = self._clock.now()
        try:
            granted = self._collection.find_one_and_update(
                {"_id": name, "$or": [{"until": {"$lte": now}}, {"holder": holder}]},
                {"$set": {"holder": holder, "until": now + life}, "$inc": {"fence": 1}},
                upsert=True,
                return_document=True,
            )
        except DuplicateKeyError:
            return None
        return Lease(name, holder, granted["fence"])

    def renew(self, lease: Lease, life: timedelta) -> bool:
        """Whether the lease is still ours; then it lasts ``life`` from now."""
        change = {"$set": {"until": self._clock.now() + life}}
        return self._collection.update_one({"_id": lease.name, "fence": lease.fence}, change).matched_count == 1

    def release(self, lease: Lease) -> None:
        self._collection.update_one({"_id": lease.name, "fence": lease.fence}, {"$set": {"until": self._clock.now()}})

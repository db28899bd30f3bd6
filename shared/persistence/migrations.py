"""Ordered migrations, run under a lease before a process is ready; one that was cut off is run again.

A migration's ``apply`` must therefore be safe to repeat: it walks what is not yet in the new form.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from pymongo.database import Database

from shared.clock import Clock
from shared.observability.logs import get_logger
from shared.persistence.lease import Leases
from shared.persistence.mongo import Document

_LEASE = "migrations"
_LIFE = timedelta(seconds=60)

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Migration:
    """``apply(database, keep_alive)``: call ``keep_alive()`` between batches so that the lease holds."""

    number: int
    name: str
    apply: Callable[[Database[Document], Callable[[], None]], None]


def migrate(database: Database[Document], migrations: Sequence[Migration], holder: str, clock: Clock) -> int:
    """Apply what is missing, in order, and return how many were; waits while another process does it."""
    numbers = [migration.number for migration in migrations]
    if numbers != sorted(set(numbers)):
        raise ValueError("migrations must be numbered in order, each number once")
    done = database["migrations"]
    if {row["_id"] for row in done.find({}, ["_id"])} >= set(numbers):
        return 0
    leases = Leases(database, clock)
    while (lease := leases.acquire(_LEASE, holder, _LIFE)) is None:
        time.sleep(0.2)

    def keep_alive() -> None:
        if not leases.renew(lease, _LIFE):
            raise RuntimeError("the migration lease went to another process")

    applied = 0
    try:
        for migration in migrations:
            if done.find_one({"_id": migration.number}) is None:
                log.info("migration_started", number=migration.number, name=migration.name)
                migration.apply(database, keep_alive)
                keep_alive()
                done.insert_one({"_id": migration.number, "name": migration.name, "applied_at": clock.now()})
                applied += 1
    finally:
        leases.release(lease)
    return applied

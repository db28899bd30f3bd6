"""The outbox of a service and the relay that empties it to the broker.

A row is written in the transaction of the change it tells of, and handed to the relay in memory after the commit. The
relay holds a lease (one relay at a time, fenced), publishes with pipelined confirms, then marks; a crash between the
two publishes again and the inbox drops the copy. What memory lost (a crash, an outage, a full queue) is found in the
database, looked at every second. Published rows are kept ``outbox_days`` for inspection.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from pymongo.database import Database
from pymongo.errors import PyMongoError

from shared.clock import Clock
from shared.contracts import envelope
from shared.contracts.catalogue import REGISTRY
from shared.contracts.registry import EventType
from shared.failpoints import failpoint
from shared.ids import uuid7_hex
from shared.messaging.connection import BROKER_ERRORS
from shared.messaging.publisher import ConfirmedPublisher, Outgoing, Receipt
from shared.observability import metrics, tracing
from shared.observability.health import Health
from shared.observability.logs import get_logger
from shared.persistence.indexes import Index
from shared.persistence.lease import Lease, Leases
from shared.persistence.mongo import Document, is_away
from shared.signing import Signer

log = get_logger(__name__)

SIGNATURE_HEADER = "x-signature"
BATCH = 500
LEASE_LIFE = timedelta(seconds=15)
_RENEW_AFTER_S = 5.0
_POLL_S = 1.0
_MARK_AFTER_S = 0.05
_PENDING_COUNT_MAX = 10_000
_HANDED_MAX = 5_000


def indexes(outbox_days: int) -> tuple[Index, ...]:
    return (
        Index("outbox", (("pending", 1), ("_id", 1)), partial={"pending": True}),
        Index("outbox", (("published_at", 1),), expire_after_s=outbox_days * 86_400),
    )


class OutboxWriter:
    """Makes outbox rows for a unit of work and wakes the relay after its commit."""

    def __init__(self, cell: str, service: str, clock: Clock) -> None:
        self._source = envelope.source_of(cell, service)
        self._service = service
        self._clock = clock
        self.woken = threading.Event()
        self.handed: deque[Document] = deque()

    def row(
        self, event: EventType, subject: str, sequence: int, data: object, agency: str | None
    ) -> Document:
        if event.service != self._service:
            raise ValueError(f"{event.name} belongs to {event.service}, not to {self._service}")
        event_id = uuid7_hex()
        body = envelope.encode(
            event,
            event_id=event_id,
            source=self._source,
            subject=subject,
            time=self._clock.now(),
            sequence=sequence,
            agency=agency,
            traceparent=tracing.current(),
            data=data,
        )
        return {
            "_id": event_id,
            "exchange": event.exchange,
            "routing_key": event.name,
            "mandatory": REGISTRY.has_consumer(event),
            "body": body,
            "written_at": self._clock.now(),
            "pending": True,
        }

    def wake(self, rows: Sequence[Document] = ()) -> None:
        """Hand committed rows over; beyond a bound the relay finds them in the database."""
        if len(self.handed) < _HANDED_MAX:
            self.handed.extend(rows)
        self.woken.set()


class OutboxRelay:
    """The thread that publishes a service's outbox. ``run`` returns after ``stop``."""

    def __init__(
        self,
        database: Database[Document],
        writer: OutboxWriter,
        publisher: ConfirmedPublisher,
        signer: Signer,
        clock: Clock,
        *,
        service: str,
        holder: str,
        health: Health,
    ) -> None:
        self._rows = database["outbox"]
        self._leases = Leases(database, clock)
        self._writer = writer
        self._publisher = publisher
        self._signer = signer
        self._clock = clock
        self._service = service
        self._holder = holder
        self._health = health
        self._lease: Lease | None = None
        self._lease_checked = 0.0
        self._stopping = False
        self._looked_at = 0.0
        self._look = True  # in the database, not only at what was handed over
        self._unmarked: list[str] = []  # published, to be marked when there is nothing more urgent
        self._after = ""  # while a queue refuses, look behind what it refused, so that it holds up nothing else

    def start(self) -> None:
        threading.Thread(target=self.run, name="outbox-relay", daemon=True).start()

    def stop(self) -> None:
        """Publish what is there once more, then end; the lease is given back."""
        self._stopping = True
        self._writer.wake()

    def run(self) -> None:
        pause_s = _POLL_S
        while True:
            self._writer.woken.clear()  # before anything is looked at: whatever comes from here on wakes again
            stopping = self._stopping
            try:
                while self._hold_lease() and self.publish_batch():
                    pass
                if self._unmarked and self._lease and not stopping and self._writer.woken.wait(_MARK_AFTER_S):
                    continue
                self._mark()
                pause_s = _POLL_S
                self._health.set("outbox", True)
            except BROKER_ERRORS as error:
                pause_s = self._trouble("broker_lost", error, pause_s)
            except PyMongoError as error:
                pause_s = self._trouble("database_away" if is_away(error) else "relay_failed", error, pause_s)
            except Exception as error:
                pause_s = self._trouble("relay_failed", error, pause_s)
            if stopping:
                break
            if not self._writer.woken.wait(pause_s):
                self._publisher.keep_alive()
        self._give_back()

    def publish_batch(self) -> bool:
        """Publish up to BATCH rows; whether there may be more."""
        rows = self._next_rows()
        if not rows:
            return False
        failpoint("outbox.before_publish")
        receipts = self._publisher.publish([self._outgoing(row) for row in rows])
        failpoint("outbox.after_publish")
        confirmed = [row["_id"] for row, receipt in zip(rows, receipts, strict=True) if receipt is Receipt.CONFIRMED]
        self._unmarked += confirmed
        if len(self._unmarked) >= BATCH:
            self._mark()
        refused = len(rows) - len(confirmed)
        if refused:
            metrics.counter("sivuvirta_outbox_refused_total").labels(self._service).inc(refused)
            log.warning("outbox_refused", count=refused, first=rows[0]["routing_key"])
            self._after = rows[-1]["_id"]
        return True

    def pending(self) -> int:
        """How many rows wait, counted up to 10,000."""
        return self._rows.count_documents({"pending": True}, limit=_PENDING_COUNT_MAX)

    def _next_rows(self) -> list[Document]:
        if time.monotonic() - self._looked_at >= _POLL_S:
            self._look = True
        handed = self._writer.handed
        if not self._look:
            return [handed.popleft() for _ in range(min(len(handed), BATCH))]
        # What was handed over until now is in the database as well: forget it first, then look.
        handed.clear()
        self._mark()
        query = {"pending": True, "_id": {"$gt": self._after}}
        rows = list(self._rows.find(query, sort=[("_id", 1)], limit=BATCH))
        if len(rows) < BATCH:
            self._look, self._looked_at, self._after = False, time.monotonic(), ""
            metrics.gauge("sivuvirta_outbox_pending").labels(self._service).set(self.pending() - len(rows))
        return rows

    def _outgoing(self, row: Document) -> Outgoing:
        body = bytes(row["body"])
        return Outgoing(
            exchange=row["exchange"],
            routing_key=row["routing_key"],
            body=body,
            message_id=row["_id"],
            content_type=envelope.CONTENT_TYPE,
            mandatory=row["mandatory"],
            headers={SIGNATURE_HEADER: self._signer.sign(body)},
        )

    def _mark(self) -> None:
        """Mark what was published. It can wait: the events are on their way, and the inbox knows a copy."""
        if self._unmarked:
            change: Mapping[str, Any] = {"$set": {"published_at": self._clock.now()}, "$unset": {"pending": ""}}
            self._rows.update_many({"_id": {"$in": self._unmarked}}, change)
            metrics.counter("sivuvirta_outbox_published_total").labels(self._service).inc(len(self._unmarked))
            self._unmarked.clear()

    def _hold_lease(self) -> bool:
        """Whether the lease is ours. Another's is asked for once a second, however often a commit wakes us."""
        if time.monotonic() - self._lease_checked < (_POLL_S if self._lease is None else _RENEW_AFTER_S):
            return self._lease is not None
        if self._lease is None or not self._leases.renew(self._lease, LEASE_LIFE):
            self._lease = self._leases.acquire("outbox-relay", self._holder, LEASE_LIFE)
        self._lease_checked = time.monotonic()
        return self._lease is not None

    def _give_back(self) -> None:
        try:
            if self._lease is not None:
                self._leases.release(self._lease)
        except PyMongoError:
            pass  # it runs out by itself
        self._publisher.close()

    def _trouble(self, event: str, error: Exception, pause_s: float) -> float:
        self._health.set("outbox", False)
        self._lease, self._lease_checked = None, 0.0
        self._look = True
        if event == "relay_failed":
            log.exception(event, service=self._service)
        else:
            log.warning(event, part="outbox", error=type(error).__name__)
        return min(pause_s * 2, 8.0)

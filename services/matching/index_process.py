"""The index process of a cell: ``python -m services.matching.index_process``. Plain threads, no nameko, no eventlet.

It is the only writer of the index and of matches, held by a lease. Three threads consume the queues and commit what
they hear; one thread searches what was committed; the relay publishes; a few threads answer on the local socket.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from pymongo.errors import PyMongoError

from services.matching import use_cases
from services.matching.domain.listing import ListingProjection
from services.matching.domain.meaning import Unsaid
from services.matching.index import Hit, Index, compile_scans
from services.matching.index_socket import HITS_MAX, NO_LISTING, IndexSocket
from services.matching.knowledge.support import load_tables
from services.matching.reading.reader import read
from services.matching.repository import INDEXES, ListingRepository, PeerMatchRepository
from services.matching.search import DUTY, Asked, Search
from services.matching.search_queue import SearchQueue
from shared import config
from shared.contracts import subscriptions
from shared.contracts.envelope import Event
from shared.contracts.fields import KINDS
from shared.contracts.registry import Subscription
from shared.garbage import spare_what_is_loaded, without_collecting
from shared.messaging.consumer import EventConsumer
from shared.messaging.inbox import BatchHandler
from shared.observability import health, logs, metrics
from shared.persistence.lease import Lease, Leases
from shared.persistence.mongo import is_away
from shared.persistence.unit_of_work import Transaction
from shared.runtime import Runtime, ServiceProcess

log = logs.get_logger(__name__)

PROCESS = ServiceProcess(name="matching", classes=(), indexes=INDEXES)
_LEASE = "index"
_LEASE_LIFE = timedelta(seconds=15)
_RENEW_S = 4.0
_STOP_WAIT_S = 8.0


class IndexProcess:
    """Everything of the process, so that a test can run it in its own threads. ``start``, then ``stop``."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.index = Index()
        self.queue = SearchQueue(Search(runtime, self.index).run, runtime.health, runtime.ping_database)
        self._consumers: list[EventConsumer] = []
        self._threads: list[threading.Thread] = []
        self._socket = IndexSocket(runtime.settings.matching_socket, self.answer)
        self.handlers: Mapping[Subscription, BatchHandler] = {
            subscriptions.MATCHING_LISTINGS: self._on_listings,
            subscriptions.MATCHING_PEER_LISTINGS: self._on_peer_listings,
            subscriptions.MATCHING_PEER_MATCHES: self._on_peer_matches,
        }

    def load(self) -> None:
        """Fill the index from the database and ask for the searches that were left over."""
        self.runtime.health.set("index", False)
        compiling = threading.Thread(target=compile_scans, name="compile")
        compiling.start()
        # The word lists are loaded here: at the first card they would hold its transaction open for two seconds.
        with without_collecting():
            for kind in KINDS:
                read(kind, "want", "sahanpurua 5 kg", "", "030105", Unsaid(amount=True, temperature=True))
            load_tables()
        listings = self.runtime.repository(ListingRepository, DUTY)
        for batch in listings.active_in_batches():
            self.index.apply(batch)
        for ids in listings.to_search():
            self.queue.ask(dict.fromkeys(ids, Asked()))
        compiling.join()
        spare_what_is_loaded()
        log.info("index_loaded", listings=self.index.snapshot.count)
        metrics.gauge("sivuvirta_matching_listings").set(self.index.snapshot.count)
        self.runtime.health.set("index", True)

    def start(self) -> None:
        """Load, then search and take events."""
        self.load()
        self._run("search", self.queue.run)
        self._run("outbox-relay", self.runtime.relay.run)
        for subscription, handler in self.handlers.items():
            self._consume(subscription, handler)
        self._socket.start()

    def stop(self) -> None:
        """Take nothing more, finish the search under way, publish what is written."""
        for consumer in self._consumers:
            consumer.stop()
        self.queue.stop()
        self.runtime.relay.stop()
        self._socket.stop()
        for thread in self._threads:
            thread.join(_STOP_WAIT_S)

    def answer(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the local socket answers."""
        snapshot = self.index.snapshot
        match request.get("op"):
            case "health":
                return {"ready": self.runtime.health.ready, "to_search": self.queue.length}
            case "stats":
                return {"count": snapshot.count, "checksum": f"{snapshot.checksum:016x}"}
            case "candidates":
                return self._hits("candidates", snapshot.candidates, request)
            case "near_misses":
                return self._hits("near_misses", snapshot.near_misses, request)
            case _:
                return {"error": "op is one of health, stats, candidates, near_misses"}

    def _hits(
        self, name: str, search: Callable[[ListingProjection, int], list[Hit]], request: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        identifier, limit = str(request.get("id")), int(request.get("limit", 20))
        found = self.runtime.repository(ListingRepository, DUTY).of_ids([identifier]).get(identifier)
        if found is None or not isinstance(found.listing, ListingProjection):
            return {"error": NO_LISTING}
        hits = search(found.listing, max(0, min(limit, HITS_MAX)))
        return {name: [{"id": hit.id, "score": hit.micro_points} for hit in hits]}

    # Events: one transaction per batch; what it changed is searched after its commit.

    def _on_listings(self, tx: Transaction, events: Sequence[Event]) -> None:
        self._search_later(tx, events, use_cases.record_listings(tx.repository(ListingRepository, DUTY), events))

    def _on_peer_listings(self, tx: Transaction, events: Sequence[Event]) -> None:
        listings = tx.repository(ListingRepository, DUTY)
        self._search_later(
            tx, events, use_cases.record_peer_listings(listings, events, self.runtime.settings.speaks_for)
        )

    def _on_peer_matches(self, tx: Transaction, events: Sequence[Event]) -> None:
        listings, told = tx.repository(ListingRepository, DUTY), tx.repository(PeerMatchRepository, DUTY)
        self._search_later(
            tx, events, use_cases.record_peer_matches(told, listings, events, self.runtime.settings.speaks_for)
        )

    def _search_later(self, tx: Transaction, events: Sequence[Event], listings: use_cases.ToSearch) -> None:
        traces = {str(event.data["id"]): event.traceparent for event in events}
        asked = {identifier: Asked(traces.get(identifier, ""), new) for identifier, new in listings.items()}
        tx.after_commit(partial(self.queue.ask, asked))

    def _consume(self, subscription: Subscription, handler: BatchHandler) -> None:
        consumer = self.runtime.consumer(subscription, handler)
        self._consumers.append(consumer)
        self._run(subscription.queue, consumer.run)

    def _run(self, name: str, target: Any) -> None:
        thread = threading.Thread(target=target, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()


def main() -> int:
    """Run until SIGTERM, or until the lease is lost to another process (the supervisor starts this one again)."""
    settings = config.load()
    logs.configure("matching-index", settings.log_level)
    runtime = Runtime(settings, "matching")
    health.serve(runtime.health, settings.operator_host, settings.operator_port)
    runtime.health.set("index", False)
    runtime.prepare(PROCESS)
    stopping = threading.Event()  # from here on there is something to finish
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _signal, _frame: stopping.set())
    leases = Leases(runtime.database, runtime.clock)
    while (lease := leases.acquire(_LEASE, settings.lease_holder, _LEASE_LIFE)) is None:
        if stopping.wait(0.5):
            return 0
    process = IndexProcess(runtime)
    process.start()
    log.info("process_started")
    held = _hold(leases, lease, stopping)
    log.info("process_stopping")
    process.stop()
    if held:
        leases.release(lease)
    return 0 if held else 1


def _hold(leases: Leases, lease: Lease, stopping: threading.Event) -> bool:
    """Keep the lease until told to stop; False when another process has it."""
    while not stopping.wait(_RENEW_S):
        try:
            if not leases.renew(lease, _LEASE_LIFE):
                return False
        except PyMongoError as error:
            if not is_away(error):
                raise
    return True


if __name__ == "__main__":
    raise SystemExit(main())

"""What goes wrong, by the dice of a seed: kills at named failpoints and anywhere, outages, duplicates, garbage."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from deploy.local.stack import Stack
from shared.contracts.envelope import CONTENT_TYPE
from shared.contracts.registry import SERVICES
from shared.failpoints import NAMES
from shared.messaging.outbox import BATCH, SIGNATURE_HEADER
from shared.messaging.publisher import ConfirmedPublisher, Outgoing, Receipt
from shared.signing import Signer

# Where each failpoint is reached under load.
PLACES = {
    "command.after_commit": ("resources", "synergies"),
    "outbox.before_publish": ("resources", "matching-index", "organisations", "synergies"),
    "outbox.after_publish": ("resources", "matching-index", "synergies"),
    "inbox.before_commit": ("resources", "matching-index", "notifications", "synergies"),
    "consumer.before_ack": ("matching-index", "notifications", "synergies"),
    "consumer.after_retry_publish": ("notifications", "matching-index"),
    "index.before_search": ("matching-index",),
    "index.after_search": ("matching-index",),
    "webhook.before_post": ("notifications",),
    "webhook.after_post": ("notifications",),
    "job.after_step": ("resources",),
}
assert set(PLACES) == set(NAMES), "every failpoint has a place"
PROGRAMS = (*SERVICES, "matching-index", "gateway")
POISON = (b"{", b"\x00\xff\xfe", b'{"specversion":"1.0"}', b"[]", b'"text"')


class Chaos:
    """Each action returns when its damage is done; recovery is the platform's business."""

    def __init__(self, stack: Stack, failpoints: Path, seed: int) -> None:
        self.stack = stack
        self._failpoints = failpoints
        self._random = random.Random(seed)
        self.done: Counter[str] = Counter()
        self.kills = 0

    def kill(self, program: str | None = None) -> None:
        program = program or self._random.choice(PROGRAMS)
        if self.stack.pid(program):
            self.stack.kill(program)
            self._count(f"kill {program}", kills=1)

    def terminate(self, program: str | None = None) -> None:
        program = program or self._random.choice(PROGRAMS)
        if self.stack.pid(program):
            self.stack.terminate(program)
            self._count(f"terminate {program}")

    def strike(self, name: str, program: str | None = None, timeout_s: float = 30.0) -> bool:
        """Arm a failpoint and wait until a process has died there; False when nothing passed it in time."""
        program = program or self._random.choice(PLACES[name])
        self.arm(name, program)
        return self.struck(name, program, timeout_s)

    def arm(self, name: str, program: str) -> None:
        """The next time the program passes the failpoint, it dies there."""
        self._armed(name, program).touch()

    def struck(self, name: str, program: str, timeout_s: float = 30.0) -> bool:
        """Whether it died there in time; it is disarmed in any case."""
        armed = self._armed(name, program)
        deadline = time.monotonic() + timeout_s
        while armed.exists():
            if time.monotonic() > deadline:
                armed.unlink(missing_ok=True)
                return False
            time.sleep(0.02)
        self._count(name, kills=1)
        return True

    def _armed(self, name: str, program: str) -> Path:
        return self._failpoints / f"{program}.{name}"

    def broker_away(self, seconds: float) -> AbstractContextManager[None]:
        """The broker is down while the block runs, and for so long at least."""
        return self._away(seconds, self.stack.stop_broker, self.stack.start_broker, "broker outage")

    def database_away(self, seconds: float) -> AbstractContextManager[None]:
        """The database is killed, and down while the block runs, and for so long at least."""
        return self._away(seconds, self.stack.kill_database, self.stack.start_database, "database kill", kills=1)

    @contextmanager
    def _away(
        self, seconds: float, end: Callable[[], None], start: Callable[[], None], what: str, kills: int = 0
    ) -> Iterator[None]:
        end()
        back_at = time.monotonic() + seconds
        try:
            yield
            time.sleep(max(0.0, back_at - time.monotonic()))
        finally:
            start()
            self._count(what, kills)

    def duplicate(self, copies: int = 2, events_max: int = 200) -> None:
        """Publish so many events that were published before again, each so often, shuffled, signed as at first."""
        client: MongoClient[dict[str, Any]] = MongoClient(self.stack.mongo_uri)
        messages = []
        for service in SERVICES:
            signer = Signer(f"{self.stack.cell}/{service}", self.stack.secrets.signing_seed(service))
            outbox = client[f"sivuvirta_{self.stack.cell}_{service}"]["outbox"]
            published = {"$match": {"pending": {"$exists": False}}}
            rows = outbox.aggregate([published, {"$sample": {"size": events_max}}])
            messages += [_again(row, signer) for row in rows] * copies
        client.close()
        self._random.shuffle(messages)
        publisher = ConfirmedPublisher(self.stack.amqp_uri, "chaos")
        for first in range(0, len(messages), BATCH):
            publisher.publish(messages[first : first + BATCH])
        publisher.close()
        self._count("duplicates")

    def poison_queues(self) -> None:
        """Garbage among the good ones."""
        publisher = ConfirmedPublisher(self.stack.amqp_uri, "chaos")
        garbage = [
            Outgoing(exchange, key, self._random.choice(POISON), f"garbage-{exchange}", "text/plain")
            for exchange, key in (("resources.events", "listing.registered.v1"), ("matching.events", "match.found.v1"))
        ]
        assert set(publisher.publish(garbage)) == {Receipt.CONFIRMED}
        publisher.close()
        self._count("poison")

    def anything(self, *, outages: bool = True) -> None:
        """One action by the dice."""
        actions: list[tuple[int, Callable[[], object]]] = [
            (6, self.kill),
            (8, lambda: self.strike(self._random.choice(sorted(set(NAMES) - {"job.after_step"})), timeout_s=4)),
            (2, self.terminate),
            (2, self.poison_queues),
            (2, self.duplicate),
        ]
        if outages:
            actions += [(1, self._short_outage), (1, self._database_kill)]
        weights, choices = zip(*actions, strict=True)
        self._random.choices(choices, weights)[0]()

    def _short_outage(self) -> None:
        with self.broker_away(self._random.uniform(1, 4)):
            pass

    def _database_kill(self) -> None:
        with self.database_away(self._random.choice((0.5, 8.0))):  # for shorter and longer than a transaction tries
            pass

    def _count(self, what: str, kills: int = 0) -> None:
        self.done[what] += 1
        self.kills += kills


def _again(row: dict[str, Any], signer: Signer) -> Outgoing:
    body = bytes(row["body"])
    headers = {SIGNATURE_HEADER: signer.sign(body)}
    return Outgoing(row["exchange"], row["routing_key"], body, row["_id"], CONTENT_TYPE, False, headers)

"""Counting at the end: what was accepted against what is there, and against what the subscriber got."""

from __future__ import annotations

import json
import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from pymongo import MongoClient

from deploy.dlq import held
from deploy.local.stack import Stack
from deploy.verify import verify
from shared import config
from shared.contracts.registry import REGISTRY, SERVICES
from shared.ids import derived_id
from shared.messaging.connection import connect
from shared.messaging.topology import RETRY_TIERS
from tests.faults.chaos import POISON
from tests.faults.load import Accepted
from tests.faults.receiver import Receiver

Document = dict[str, Any]


@dataclass(slots=True)
class Tally:
    """Nothing accepted is lost, no effect doubled, nothing diverges, no healthy message dead-lettered."""

    kills: int = 0
    accepted: int = 0
    lost: int = 0
    doubled: int = 0
    diverged: int = 0
    dead_lettered_healthy: int = 0
    remarks: list[str] = field(default_factory=list)

    def miss(self, remark: str) -> None:
        self.lost += 1
        self._remark(f"lost: {remark}")

    def double(self, remark: str) -> None:
        self.doubled += 1
        self._remark(f"doubled: {remark}")

    def line(self) -> str:
        values = asdict(self)
        del values["remarks"]
        return json.dumps(values)

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.diverged or self.dead_lettered_healthy)

    def _remark(self, text: str) -> None:
        if len(self.remarks) < 20:
            self.remarks.append(text)


def settle(stack: Stack, receiver_path_of: dict[str, str], timeout_s: float = 180.0) -> None:
    """Wait until nothing is under way: outboxes, queues, retry tiers, searches and deliveries are empty. Fails when
    what waits has not become less for ``timeout_s``: a subscriber that answers badly takes its time."""
    stack.wait_ready(timeout_s)
    calm_since = time.monotonic()
    deadline, least = calm_since + timeout_s, math.inf
    with watched(stack, list(receiver_path_of)) as under_way:
        # A queue is empty while its last batch is still in hand: it must be quiet for a while.
        while time.monotonic() - calm_since < 2.0:
            if waiting := under_way():
                calm_since = time.monotonic()
                if sum(waiting.values()) < least:
                    deadline, least = calm_since + timeout_s, sum(waiting.values())
                assert calm_since < deadline, f"no less under way for {timeout_s:g} s: {waiting}"
            time.sleep(0.2)


@contextmanager
def watched(stack: Stack, subscription_ids: Sequence[str]) -> Iterator[Callable[[], dict[str, int]]]:
    """A function that tells what waits where, as long as the block lasts."""
    client: MongoClient[Document] = MongoClient(stack.mongo_uri)
    connection = connect(stack.amqp_uri, "tally")
    channel = connection.channel()

    def under_way() -> dict[str, int]:
        databases = {service: client[f"sivuvirta_{stack.cell}_{service}"] for service in SERVICES}
        waiting = {f"{s} outbox": d["outbox"].count_documents({"pending": True}) for s, d in databases.items()}
        waiting["to search"] = databases["matching"]["listings"].count_documents({"to_search": True})
        for queue in (*(subscription.queue for subscription in REGISTRY.subscriptions.values()), *RETRY_TIERS):
            waiting[queue] = channel.queue_declare(queue, passive=True).message_count
        watched = {"state": "pending", "subscription_id": {"$in": list(subscription_ids)}}
        waiting["deliveries"] = databases["notifications"]["deliveries"].count_documents(watched)
        return {what: number for what, number in waiting.items() if number}

    try:
        yield under_way
    finally:
        connection.release()
        client.close()


def count(
    stack: Stack, accepted: Accepted, receiver: Receiver, path_of: dict[str, str], agency_of: dict[str, str], kills: int
) -> Tally:
    """``path_of``: subscription id → receiver path; ``agency_of``: subscription id → agency."""
    settings = config.load(stack.environment("notifications"))
    client: MongoClient[Document] = MongoClient(stack.mongo_uri)
    tally = Tally(kills=kills, accepted=accepted.requests)
    try:
        databases = {service: client[settings.database_name(service)] for service in SERVICES}
        _listings(tally, accepted, list(databases["resources"]["listings"].find()))
        _matches(tally, accepted, list(databases["matching"]["matches"].find()))
        present = {row["_id"] for row in databases["synergies"]["interests"].find({}, ["_id"])}
        for missing in accepted.interests - present:
            tally.miss(f"interest {missing}")
        sites = {row["_id"]: row["name"] for row in databases["organisations"]["sites"].find({}, ["name"])}
        known = {row["_id"] for row in databases["resources"]["sites"].find({}, ["_id"])}
        for missing in accepted.sites - (sites.keys() & known):
            tally.miss(f"site {missing}")
        for name, times in Counter(sites[known] for known in accepted.sites & sites.keys()).items():
            if times > 1:
                tally.double(f"site {name} stands {times} times")
        events = [
            json.loads(row["body"])
            for service in ("matching", "synergies")
            for row in databases[service]["outbox"].find({"exchange": f"{service}.events"}, sort=[("_id", 1)])
        ]
        _found_once(tally, events)
        _webhooks(tally, events, receiver, path_of, agency_of, stack.cell)
    finally:
        client.close()
    findings, waiting = verify(settings, 30.0)
    tally.diverged = sum(finding.diverged for finding in findings) + sum(waiting.values())
    tally.remarks += [example for finding in findings for example in finding.examples]
    with held(stack.amqp_uri) as dead:
        healthy = [letter for letter in dead.letters if letter.body not in POISON]
    tally.dead_lettered_healthy = len(healthy)
    tally.remarks += [f"dead: {letter.queue} {letter.event_type} {letter.reason}" for letter in healthy[:10]]
    return tally


def _listings(tally: Tally, accepted: Accepted, stored: list[Document]) -> None:
    by_id = {row["_id"]: row for row in stored}
    for identifier, (state, sequence) in accepted.listings.items():
        row = by_id.get(identifier)
        if row is None or (row["state"], row["sequence"]) != (state, sequence):
            tally.miss(f"listing {identifier}: {state} {sequence}, there is {row and (row['state'], row['sequence'])}")
    names = Counter(f"{row['direction']} {row['name']}" for row in stored)
    for name, times in names.items():
        if name in accepted.names and times > 1:
            tally.double(f"listing {name} stands {times} times")


def _matches(tally: Tally, accepted: Accepted, stored: list[Document]) -> None:
    is_open = {(row["have_id"], row["want_id"]): row["state"] == "open" for row in stored}
    for pair in accepted.pairs:
        found = is_open.get((pair.have_id, pair.want_id), False)
        if not pair.withdrawn and not found:
            tally.miss(f"match of {pair.name}")
        if pair.withdrawn and found:
            tally.double(f"match of {pair.name} is open although a side was withdrawn")


def _found_once(tally: Tally, events: list[Document]) -> None:
    """Between two announcements of a match lies a withdrawal; interest is announced once per sequence."""
    stands: dict[str, bool] = defaultdict(bool)
    seen: set[tuple[str, str, str]] = set()
    for event in sorted(events, key=lambda e: (e["subject"], int(e["sequence"]))):
        key = (event["type"], event["subject"], event["sequence"])
        if key in seen:
            tally.double(f"{event['type']} {event['subject']} announced twice at {event['sequence']}")
        seen.add(key)
        if event["type"].endswith("match.found.v1"):
            if stands[event["subject"]]:
                tally.double(f"match {event['subject']} found again while it stood")
            stands[event["subject"]] = True
        elif event["type"].endswith("match.withdrawn.v1"):
            stands[event["subject"]] = False


def _webhooks(
    tally: Tally,
    events: list[Document],
    receiver: Receiver,
    path_of: dict[str, str],
    agency_of: dict[str, str],
    cell: str,
) -> None:
    expected: dict[str, set[str]] = defaultdict(set)
    for event in events:
        for subscription, path in path_of.items():
            if event["type"].endswith("match.found.v1"):
                concerned = agency_of[subscription] in event["data"]["viewer_agencies"]
            else:
                concerned = event["type"].endswith("interest.registered.v1") and agency_of[subscription] in (
                    event["data"]["listing_agency_id"],
                    event["data"]["agency_id"],
                )
            if concerned:
                expected[path].add(derived_id("del", cell, event["source"], event["id"], subscription))
    for path, wanted in expected.items():
        got = receiver.accepted(path)
        for missing in wanted - got:
            tally.miss(f"webhook {missing} at {path}")
        for extra in got - wanted:
            tally.double(f"webhook {extra} at {path} has no event")
    for path, by_id in receiver.received.items():
        for identifier, received in by_id.items():
            if len(received.bodies) > 1:
                tally.double(f"webhook {identifier} at {path} came with {len(received.bodies)} bodies")

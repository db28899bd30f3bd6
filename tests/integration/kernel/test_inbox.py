"""A batch in the inbox: what is gathered into one, and what was handled elsewhere while it was looked at."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from shared.contracts import subscriptions
from shared.contracts.envelope import Event
from shared.contracts.events.organisations import SITE_REGISTERED
from shared.ids import new_id
from shared.messaging.inbox import Verdict
from shared.persistence.unit_of_work import Transaction
from shared.runtime import ServiceProcess
from tests.integration.kernel.test_outbox_to_inbox import consuming, emit_sites, relaying, site

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SOURCE = "/regions/12/organisations"


def event(number: int) -> Event:
    data = site(number)
    return Event(SITE_REGISTERED, new_id("evt", "12"), SOURCE, data["id"], NOW, 1, data["agency_id"], "", data)


def test_what_another_consumer_handles_after_the_look_up_is_left_to_it_and_its_neighbours_are_handled(
    runtime_for: Any,
) -> None:
    runtime = runtime_for("resources")
    runtime.prepare(ServiceProcess("resources", ()))
    first, second, overtaken, last = events = [event(number) for number in range(4)]
    handled: list[Event] = []

    def handler(tx: Transaction, batch: Sequence[Event]) -> None:
        if len(batch) == len(events):
            raise RuntimeError("so that each half is tried by itself")
        if first in batch:
            runtime.database["inbox"].insert_one({"_id": f"test|{SOURCE}|{overtaken.id}", "handled_at": NOW})
        tx.after_commit(lambda: handled.extend(batch))

    outcomes = runtime.inbox.handle("test", events, handler)
    expected = [Verdict.HANDLED, Verdict.HANDLED, Verdict.SEEN, Verdict.HANDLED]
    assert [outcome.verdict for outcome in outcomes] == expected
    assert handled == [first, second, last]


def test_a_queue_that_gathers_handles_what_comes_one_by_one_in_one_transaction(
    runtime_for: Any, eventually: Any
) -> None:
    producer, receiver = runtime_for("organisations"), runtime_for("resources")
    batches: list[int] = []
    gathering = dataclasses.replace(subscriptions.RESOURCES_SITES, gather_s=60.0, max_batch=3)

    def handler(tx: Transaction, events: Sequence[Event]) -> None:
        tx.after_commit(lambda: batches.append(len(events)))

    with relaying(producer), consuming(receiver, handler, gathering):
        for _ in range(3):
            emit_sites(producer, 1)
            eventually(lambda: producer.relay.pending() == 0)
        eventually(lambda: batches)
    assert batches == [3]

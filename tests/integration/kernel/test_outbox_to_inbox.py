"""An event written with a change comes out on the other side, once, whatever happens in between."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from amqp.basic_message import Message

from shared.contracts import subscriptions
from shared.contracts.envelope import Event
from shared.contracts.events.organisations import SITE_REGISTERED
from shared.contracts.registry import Subscription
from shared.errors import Conflict, RetryLater
from shared.messaging.connection import connect
from shared.messaging.topology import DEAD_QUEUE
from shared.persistence.unit_of_work import Transaction
from shared.runtime import Runtime, ServiceProcess

Handler = Callable[[Transaction, Sequence[Event]], None]


def site(number: int) -> dict[str, Any]:
    return {
        "id": f"sit-12-{number:032x}",
        "agency_id": "agy-12-" + "0" * 32,
        "organisation_id": "org-12-" + "0" * 32,
        "party_id": "par-12-" + "0" * 32,
        "municipality_code": "167",
        "region_code": "12",
        "point": {"lat": 62.6, "lon": 29.76},
    }


def emit_sites(producer: Runtime, count: int) -> None:
    def work(tx: Transaction) -> None:
        for number in range(count):
            data = site(number)
            tx.emit(SITE_REGISTERED, subject=data["id"], sequence=1, data=data, agency=data["agency_id"])

    producer.unit_of_work.run(work)


@contextmanager
def consuming(
    runtime: Runtime, handler: Handler, subscription: Subscription = subscriptions.RESOURCES_SITES
) -> Iterator[None]:
    runtime.prepare(ServiceProcess("resources", ()))
    consumer = runtime.consumer(subscription, handler)
    thread = threading.Thread(target=consumer.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        consumer.stop()
        thread.join(10)


@contextmanager
def relaying(runtime: Runtime) -> Iterator[None]:
    runtime.prepare(ServiceProcess("organisations", ()))
    runtime.relay.start()
    try:
        yield
    finally:
        runtime.relay.stop()


def dead_letters(amqp_uri: str) -> list[Message]:
    connection = connect(amqp_uri, "test")
    channel = connection.channel()
    found = []
    while (message := channel.basic_get(DEAD_QUEUE, no_ack=True)) is not None:
        found.append(message)
    connection.release()
    return found


def came_to(letters: list[Message], amqp_uri: str, count: int) -> bool:
    """Whether there are so many, those that just came among them."""
    letters += dead_letters(amqp_uri)
    return len(letters) == count


def test_every_event_is_handled_once(runtime_for: Any, eventually: Any) -> None:
    producer, receiver = runtime_for("organisations"), runtime_for("resources")
    seen: list[str] = []

    def handler(tx: Transaction, events: Sequence[Event]) -> None:
        tx.after_commit(lambda: seen.extend(event.subject for event in events))

    with relaying(producer), consuming(receiver, handler):
        emit_sites(producer, 700)
        eventually(lambda: len(seen) >= 700)
        eventually(lambda: producer.relay.pending() == 0)
    assert sorted(seen) == sorted(site(number)["id"] for number in range(700))


def test_an_event_published_again_has_no_second_effect(runtime_for: Any, eventually: Any) -> None:
    producer, receiver = runtime_for("organisations"), runtime_for("resources")
    seen: list[str] = []

    def handler(tx: Transaction, events: Sequence[Event]) -> None:
        tx.after_commit(lambda: seen.extend(event.subject for event in events))

    with relaying(producer), consuming(receiver, handler):
        emit_sites(producer, 3)
        eventually(lambda: len(seen) == 3)
        producer.database["outbox"].update_many({}, {"$set": {"pending": True}})
        producer.outbox.wake()
        eventually(lambda: producer.relay.pending() == 0)
        emit_sites(producer, 1)
        eventually(lambda: len(seen) == 4)
    assert len(seen) == 4


def test_a_poison_event_is_dead_lettered_and_its_neighbours_are_handled(
    runtime_for: Any, eventually: Any, amqp_uri: str
) -> None:
    producer, receiver = runtime_for("organisations"), runtime_for("resources")
    poison = site(5)["id"]
    seen: list[str] = []
    letters: list[Message] = []

    def handler(tx: Transaction, events: Sequence[Event]) -> None:
        if any(event.subject == poison for event in events):
            raise Conflict("this one never fits")
        tx.after_commit(lambda: seen.extend(event.subject for event in events))

    with relaying(producer), consuming(receiver, handler):
        emit_sites(producer, 10)
        eventually(lambda: len(seen) == 9 and came_to(letters, amqp_uri, 1))
    assert [letter.properties["application_headers"]["x-reason"] for letter in letters] == [
        "conflict: this one never fits"
    ]


def test_an_event_that_comes_too_early_returns_by_a_retry_tier(runtime_for: Any, eventually: Any) -> None:
    producer, receiver = runtime_for("organisations"), runtime_for("resources")
    tries: list[int] = []
    seen: list[str] = []

    def handler(tx: Transaction, events: Sequence[Event]) -> None:
        tries.append(len(events))
        if len(tries) < 3:
            raise RetryLater("not yet")
        tx.after_commit(lambda: seen.extend(event.subject for event in events))

    with relaying(producer), consuming(receiver, handler):
        emit_sites(producer, 1)
        eventually(lambda: len(seen) == 1)
    assert tries == [1, 1, 1]


def test_what_nobody_signed_is_dead_lettered(runtime_for: Any, eventually: Any, amqp_uri: str) -> None:
    producer, receiver = runtime_for("organisations"), runtime_for("resources")
    data = site(1)
    row = producer.outbox.row(SITE_REGISTERED, data["id"], 1, data, data["agency_id"])
    seen: list[Event] = []
    connection = connect(amqp_uri, "test")
    with consuming(receiver, lambda _tx, events: seen.extend(events)):
        for body in (row["body"], b"{", b"\xff\xfe garbage"):
            connection.channel().basic_publish(Message(body), "organisations.events", "site.registered.v1")
        letters: list[Message] = []
        eventually(lambda: came_to(letters, amqp_uri, 3))
    connection.release()
    assert seen == []
    reasons = sorted(letter.properties["application_headers"]["x-reason"] for letter in letters)
    assert reasons == ["the body is not JSON", "the body is not JSON", "x-signature: not signed by 12/organisations"]

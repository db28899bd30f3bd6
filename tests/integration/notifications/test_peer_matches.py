"""A match that another cell announces reaches the agency of the want homed here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shared.contracts.events import matching, resources
from shared.contracts.registry import NATIONAL_EXCHANGE, PEERS_EXCHANGE
from shared.ids import derived_id
from shared.messaging.connection import connect
from shared.runtime import Runtime, ServiceProcess
from shared.signing import generate_keys
from tests.integration.notifications.conftest import Cell, Service, listing
from tests.integration.notifications.receiver import Receiver

HAVE_ELSEWHERE = derived_id("lst", "17", "have")


@pytest.fixture
def peer(
    cell: Cell, service: Service, runtime_for: Callable[..., Runtime], amqp_uri: str
) -> Iterator[Runtime]:
    """The matching service of cell 17, whose national events are heard here."""
    seeds, public = generate_keys(["17/matching"])
    known = json.loads(service.setting("SIVUVIRTA_PUBLIC_KEYS")) | json.loads(public)
    peers = json.dumps({"17": "https://pohjanmaa.example"})
    service.restart(SIVUVIRTA_PUBLIC_KEYS=json.dumps(known), SIVUVIRTA_REGIONS="12", SIVUVIRTA_PEERS=peers)
    connection = connect(amqp_uri, "test")
    channel = connection.channel()
    channel.exchange_bind(PEERS_EXCHANGE, NATIONAL_EXCHANGE, "#")
    runtime = runtime_for(
        "matching", SIVUVIRTA_CELL="17", SIVUVIRTA_SIGNING_KEY=seeds["17/matching"], SIVUVIRTA_PUBLIC_KEYS=public
    )
    runtime.prepare(ServiceProcess("matching", ()))
    runtime.relay.start()
    yield runtime
    runtime.relay.stop()
    channel.exchange_unbind(PEERS_EXCHANGE, NATIONAL_EXCHANGE, "#")
    connection.release()


def test_it_is_found_then_changed_then_withdrawn(
    cell: Cell, peer: Runtime, receiver: Receiver, eventually: Any
) -> None:
    names = ("match.found.v1", "match.changed.v1", "match.withdrawn.v1")
    subscription = cell.subscribe(receiver.url("/good"), *names)
    want = listing(1, cell.agency, "want")
    have = {"id": HAVE_ELSEWHERE}
    shared = cell.match(have, want, id=derived_id("mat", "17", HAVE_ELSEWHERE, want["id"]))
    cell.emit([(matching.MATCH_SHARED, shared, 1)], peer)
    cell.emit([(resources.LISTING_REGISTERED, want, 1)])
    eventually(lambda: receiver.count("/good") == 1)
    cell.emit([(matching.MATCH_SHARED, {**shared, "band": "excellent"}, 2)], peer)
    eventually(lambda: receiver.count("/good") == 2)
    cell.emit([(matching.MATCH_UNSHARED, {**shared, "reason": "withdrawn"}, 3)], peer)
    eventually(lambda: receiver.count("/good") == 3)
    told = receiver.verified("/good", subscription["secret"])
    assert [event["type"] for event in told] == list(names)
    assert {event["data"]["side"] for event in told} == {"want"}  # type: ignore[index]

"""The notifications service as a real process, with real producers beside it and a receiver in front of it.

A module's tests share the process and its database, and each has agencies of its own in it. A test may kill the process
or restart it with other settings; the next one finds it as it was.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from deploy.local.stack import Stack
from shared import config
from shared.contracts.events import matching, resources
from shared.contracts.registry import EventType
from shared.contracts.rpc import notifications as calls
from shared.ids import derived_id, new_id
from shared.messaging.rpc_client import RpcClient
from shared.persistence.mongo import Document
from shared.persistence.unit_of_work import Transaction
from shared.runtime import Runtime, ServiceProcess
from shared.tenancy import Caller, Role
from tests.integration.notifications.receiver import Receiver, receiving

MOMENT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PROJECT = Path(__file__).parents[3]


class Service:
    """One process of the service, which can be started, killed and stopped; ``database`` is what it works on."""

    def __init__(self, stack: Stack, failpoints: Path) -> None:
        self._stack = stack
        self._failpoints = failpoints
        settings = {
            **stack.environment("notifications"),
            "SIVUVIRTA_DATABASE_PREFIX": f"t{uuid.uuid4().hex[:10]}",
            "SIVUVIRTA_WEBHOOK_RETRY_SCALE": "0.00001",
            "SIVUVIRTA_WEBHOOK_TIMEOUT": "1",
        }
        self._environment = {**os.environ, **settings, "SIVUVIRTA_FAILPOINTS_DIR": str(failpoints)}
        self._overrides: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._runtime = Runtime(config.load(settings), "notifications")
        self.database: Database[Document] = self._runtime.database

    def as_at_first(self) -> None:
        """Running, with no settings but its own and no failpoint armed."""
        for armed in self._failpoints.iterdir():
            armed.unlink()
        if not self.alive or self._overrides:
            self.end()
            self._overrides = {}
            self.start()

    def restart(self, **overrides: str) -> None:
        """Start anew with other settings."""
        self.end()
        self.start(**overrides)

    def start(self, **overrides: str) -> None:
        self._overrides.update(overrides)
        environment = self._environment | self._overrides
        command = [sys.executable, "-m", "shared.runner", "notifications"]
        self._process = subprocess.Popen(command, cwd=PROJECT, env=environment)
        self._stack.wait_ready(30, ["notifications"])

    def setting(self, name: str) -> str:
        return (self._environment | self._overrides)[name]

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def arm(self, failpoint: str) -> None:
        """The process dies when it gets there."""
        (self._failpoints / failpoint).touch()

    def wait_for_death(self) -> None:
        assert self._process is not None
        assert self._process.wait(20) == -signal.SIGKILL

    def terminate(self) -> int:
        """SIGTERM; the code it ends with."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(40)

    def end(self) -> None:
        if self.alive:
            assert self._process is not None
            self._process.kill()
            self._process.wait(10)

    def close(self) -> None:
        self.end()
        self._runtime.client.drop_database(self.database.name)
        self._runtime.client.close()


class Cell:
    """What a test does: calls as one of its two agencies, events as their producers."""

    def __init__(self, runtime_for: Callable[..., Runtime], amqp_uri: str, database: Database[Document]) -> None:
        self.agency, self.other_agency = new_id("agy", "12"), new_id("agy", "12")
        self.database = database
        self._runtime_for = runtime_for
        self._producers: dict[str, Runtime] = {}
        self._tokens = runtime_for("identity").tokens
        self._rpc = RpcClient(amqp_uri, "test", 10.0)

    def call(self, call: Any, payload: Mapping[str, Any], agency_id: str | None = None) -> Any:
        caller = Caller("acc-12-test", agency_id or self.agency, frozenset({Role.INTEGRATION}), "12")
        return self._rpc.call(call, payload, self._tokens.sign(caller))

    def subscribe(self, url: str, *events: str, agency_id: str | None = None, **draft: Any) -> dict[str, Any]:
        payload = {"url": url, "events": list(events) or ["match.found.v1"], **draft}
        subscription: dict[str, Any] = self.call(calls.CREATE_SUBSCRIPTION, payload, agency_id)
        return subscription

    def deliveries(self, subscription: Mapping[str, Any], **query: Any) -> list[dict[str, Any]]:
        page = self.call(calls.LIST_DELIVERIES, {"subscription_id": subscription["id"], **query})
        items: list[dict[str, Any]] = page["items"]
        return items

    def states(self, subscription: Mapping[str, Any]) -> list[str]:
        return [delivery["state"] for delivery in self.deliveries(subscription)]

    def subscription(self, subscription: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self.call(calls.GET_SUBSCRIPTION, {"id": subscription["id"]})
        return found

    def emit(self, events: Sequence[tuple[EventType, Mapping[str, Any], int]], producer: Runtime | None = None) -> None:
        """(type, data, sequence) of events of one producer, in one transaction."""
        producer = producer or self._producer(events[0][0].service)

        def work(tx: Transaction) -> None:
            for event, data, sequence in events:
                tx.emit(event, subject=data["id"], sequence=sequence, data=data)

        producer.unit_of_work.run(work)

    def matches(self, count: int) -> None:
        """Announce matches between an agency's haves and another's wants, all of them of this cell."""
        haves = [listing(number, self.agency) for number in range(count)]
        wants = [listing(number, self.other_agency, "want") for number in range(count)]
        self.emit([(resources.LISTING_REGISTERED, data, 1) for data in (*haves, *wants)])
        self.emit([(matching.MATCH_FOUND, self.match(*pair), 1) for pair in zip(haves, wants, strict=True)])

    def match(self, have: Mapping[str, Any], want: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
        """What matching tells of the two, seen by both agencies."""
        sentence = {"fi": "Sama laji.", "sv": "Samma slag.", "en": "The same kind."}
        return {
            "id": derived_id("mat", "12", have["id"], want["id"]),
            "have_id": have["id"],
            "want_id": want["id"],
            "kind": "energy",
            "score": 800_000,
            "band": "good",
            "distance_km": 12.5,
            "factors": [{"name": "kind", "micro_points": 1_000_000, "weight": 1.0, "sentence": sentence}],
            "viewer_agencies": [self.agency, self.other_agency],
            **changes,
        }

    def publish_again(self, service: str) -> None:
        """Everything the service ever emitted comes a second time."""
        producer = self._producer(service)
        producer.database["outbox"].update_many({}, {"$set": {"pending": True}})
        producer.outbox.wake()

    def unpublished(self, service: str) -> int:
        return self._producer(service).relay.pending()

    def close(self) -> None:
        """Nothing of the two agencies stays owed: the next test shares the process."""
        for producer in self._producers.values():
            producer.relay.stop()
        self._rpc.close()
        for collection in ("subscriptions", "deliveries"):
            self.database[collection].delete_many({"agency_id": {"$in": [self.agency, self.other_agency]}})

    def _producer(self, service: str) -> Runtime:
        if service not in self._producers:
            runtime = self._runtime_for(service)
            runtime.prepare(ServiceProcess(service, ()))
            runtime.relay.start()
            self._producers[service] = runtime
        return self._producers[service]


def listing(number: int, agency_id: str, direction: str = "have", **changes: Any) -> dict[str, Any]:
    name = f"{agency_id} {direction} {number}"
    return {
        "id": derived_id("lst", "12", name),
        "state": "active",
        "direction": direction,
        "kind": "energy",
        "name": "Hukkalämpö",
        "description": "",
        "ewc_code": None,
        "hazardous": False,
        "quantity": None,
        "yearly_amount": None,
        "available_from": None,
        "available_to": None,
        "temperature_c": 60.0,
        "region_code": "12",
        "visibility": "nation",
        "programme": None,
        "origin": "recorded",
        "basis": "stated",
        "registered_at": MOMENT,
        "revised_at": MOMENT,
        "agency_id": agency_id,
        "organisation_id": derived_id("org", "12", agency_id),
        "party_id": derived_id("par", "12", agency_id),
        "site_id": derived_id("sit", "12", agency_id),
        "municipality_code": "167",
        "point": {"lat": 62.6, "lon": 29.76},
        **changes,
    }


@pytest.fixture(scope="module")
def shared_service(infrastructure: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """With quick retries and one second of patience with receivers; not started yet."""
    made = Service(infrastructure, tmp_path_factory.mktemp("failpoints"))
    yield made
    made.close()


@pytest.fixture
def service(shared_service: Service, empty_queues: None) -> Service:
    """The process, running."""
    shared_service.as_at_first()
    return shared_service


@pytest.fixture
def cell(service: Service, runtime_for: Callable[..., Runtime], amqp_uri: str) -> Iterator[Cell]:
    made = Cell(runtime_for, amqp_uri, service.database)
    yield made
    made.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made

"""The notifications service as a real process, with real producers beside it and a receiver in front of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.local.stack import Stack
from shared.config import Settings
from shared.contracts.events import matching, resources
from shared.contracts.registry import EventType
from shared.contracts.rpc import notifications as calls
from shared.ids import derived_id
from shared.messaging.rpc_client import RpcClient
from shared.persistence.unit_of_work import Transaction
from shared.runtime import Runtime, ServiceProcess
from shared.tenancy import Caller, Role
from tests.integration.notifications.receiver import Receiver, receiving

MOMENT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PROJECT = Path(__file__).parents[3]
AGENCY, OTHER_AGENCY = (derived_id("agy", "12", name) for name in ("one", "two"))


class Service:
    """One process of the service, which can be started, killed and stopped."""

    def __init__(self, stack: Stack, environment: Mapping[str, str], failpoints: Path) -> None:
        self._stack = stack
        self._environment = {**os.environ, **environment, "SIVUVIRTA_FAILPOINTS_DIR": str(failpoints)}
        self._failpoints = failpoints
        self._process: subprocess.Popen[bytes] | None = None

    def restart(self, **overrides: str) -> None:
        """Start anew with other settings."""
        self.end()
        self.start(**overrides)

    def start(self, **overrides: str) -> None:
        self._environment.update(overrides)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "shared.runner", "notifications"], cwd=PROJECT, env=self._environment
        )
        self._stack.wait_ready(30, ["notifications"])

    def setting(self, name: str) -> str:
        return self._environment[name]

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


class Cell:
    """What a test does: calls as an agency, events as their producers."""

    def __init__(self, runtime_for: Callable[..., Runtime], amqp_uri: str) -> None:
        self._runtime_for = runtime_for
        self._producers: dict[str, Runtime] = {}
        self._tokens = runtime_for("identity").tokens
        self._rpc = RpcClient(amqp_uri, "test", 10.0)
        self.database = runtime_for("notifications").database

    def call(self, call: Any, payload: Mapping[str, Any], agency_id: str = AGENCY) -> Any:
        caller = Caller("acc-12-test", agency_id, frozenset({Role.INTEGRATION}), "12")
        return self._rpc.call(call, payload, self._tokens.sign(caller))

    def subscribe(self, url: str, *events: str, agency_id: str = AGENCY, **draft: Any) -> dict[str, Any]:
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

    def listings(self, count: int, agency_id: str = AGENCY) -> list[str]:
        """Register haves of the agency; their ids."""
        found = [listing(number, agency_id) for number in range(count)]
        self.emit([(resources.LISTING_REGISTERED, data, 1) for data in found])
        return [data["id"] for data in found]

    def matches(self, count: int) -> None:
        """Announce matches between an agency's haves and another's wants, all of them of this cell."""
        haves = [listing(number, AGENCY) for number in range(count)]
        wants = [listing(number, OTHER_AGENCY, "want") for number in range(count)]
        self.emit([(resources.LISTING_REGISTERED, data, 1) for data in (*haves, *wants)])
        self.emit([
            (matching.MATCH_FOUND, match(have["id"], want["id"]), 1) for have, want in zip(haves, wants, strict=True)
        ])  # fmt: skip

    def publish_again(self, service: str) -> None:
        """Everything the service ever emitted comes a second time."""
        producer = self._producer(service)
        producer.database["outbox"].update_many({}, {"$set": {"pending": True}})
        producer.outbox.wake()

    def unpublished(self, service: str) -> int:
        return self._producer(service).relay.pending()

    def close(self) -> None:
        for producer in self._producers.values():
            producer.relay.stop()
        self._rpc.close()

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


def match(have_id: str, want_id: str, **changes: Any) -> dict[str, Any]:
    sentence = {"fi": "Sama laji.", "sv": "Samma slag.", "en": "The same kind."}
    return {
        "id": derived_id("mat", "12", have_id, want_id),
        "have_id": have_id,
        "want_id": want_id,
        "kind": "energy",
        "score": 800_000,
        "band": "good",
        "distance_km": 12.5,
        "factors": [{"name": "kind", "micro_points": 1_000_000, "weight": 1.0, "sentence": sentence}],
        "viewer_agencies": [AGENCY, OTHER_AGENCY],
        **changes,
    }


@pytest.fixture
def cell(runtime_for: Callable[..., Runtime], amqp_uri: str) -> Iterator[Cell]:
    made = Cell(runtime_for, amqp_uri)
    yield made
    made.close()


@pytest.fixture
def service(
    infrastructure: Stack, settings_for: Callable[..., Settings], tmp_path: Path
) -> Iterator[Service]:
    """The process, running, with quick retries and one second of patience with receivers."""
    environment = {
        **infrastructure.environment("notifications"),
        "SIVUVIRTA_DATABASE_PREFIX": settings_for("notifications").database_prefix,
        "SIVUVIRTA_WEBHOOK_RETRY_SCALE": "0.00001",
        "SIVUVIRTA_WEBHOOK_TIMEOUT": "1",
    }
    made = Service(infrastructure, environment, tmp_path)
    made.start()
    yield made
    made.end()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made

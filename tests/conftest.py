"""One private broker and one private database for the whole run, or for each of its workers; unique names instead of
restarts."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from deploy.local.stack import Stack
from shared import config
from shared.config import Settings
from shared.contracts.catalogue import REGISTRY
from shared.messaging.connection import connect
from shared.messaging.topology import DEAD_QUEUE, RETRY_TIERS
from shared.runtime import Runtime
from tests.driver import wait_until
from tests.side_by_side import FromBothEnds, in_order

# No test asserts a time; in continuous integration the same examples come every time.
settings.register_profile("sivuvirta", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("sivuvirta")

FAST_TIERS_MS = "50,100,150,200"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FromBothEnds:
    return FromBothEnds(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        items[:] = in_order(items)


@pytest.fixture(scope="session")
def infrastructure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of which only broker and database run, with the topology declared."""
    folder: Path = tmp_path_factory.mktemp("infrastructure")
    stack = Stack(folder, extra_env={"SIVUVIRTA_RETRY_TIERS_MS": FAST_TIERS_MS})
    try:
        stack.start_parts()
        stack.declare_topology()
        yield stack
    finally:
        stack.abandon()


@pytest.fixture(scope="session")
def amqp_uri(infrastructure: Stack) -> str:
    """The broker, as its administrator."""
    return infrastructure.amqp_uri


@pytest.fixture(scope="session")
def mongo_uri(infrastructure: Stack) -> str:
    return infrastructure.mongo_uri


@pytest.fixture
def empty_queues(amqp_uri: str) -> None:
    """No message of an earlier test waits anywhere."""
    connection = connect(amqp_uri, "test")
    channel = connection.channel()
    for queue in (*REGISTRY.subscriptions, DEAD_QUEUE, *RETRY_TIERS):
        channel.queue_purge(queue)
    connection.release()


@pytest.fixture
def settings_for(infrastructure: Stack, empty_queues: None) -> Callable[..., Settings]:
    """``settings_for(service, NAME="value")``: a process's own settings, with databases of this test alone."""
    prefix = f"t{uuid.uuid4().hex[:10]}"

    def own_settings(service: str, **overrides: str) -> Settings:
        environment = infrastructure.environment(service)
        return config.load({**environment, "SIVUVIRTA_DATABASE_PREFIX": prefix, "OPERATOR_PORT": "0", **overrides})

    return own_settings


@pytest.fixture
def runtime_for(settings_for: Callable[..., Settings]) -> Iterator[Callable[..., Runtime]]:
    """``runtime_for(service)``: a runtime on the real broker and database; its databases go with the test."""
    made: list[Runtime] = []

    def runtime(service: str, **overrides: str) -> Runtime:
        made.append(Runtime(settings_for(service, **overrides), service))
        return made[-1]

    yield runtime
    for one in made:
        one.client.drop_database(one.database.name)
        one.client.close()


@pytest.fixture(scope="session")
def eventually() -> Callable[..., None]:
    """``eventually(condition)``: wait until the condition holds, and fail naming it when it does not in time."""

    def wait(condition: Callable[[], object], timeout_s: float = 60.0) -> None:
        wait_until(condition, timeout_s, str(condition))

    return wait

"""``services``: real service processes for a module's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from deploy.local.stack import Stack
from shared.clock import SystemClock
from shared.contracts.catalogue import REGISTRY
from shared.messaging.connection import connect
from shared.messaging.rpc_client import RpcClient
from shared.messaging.topology import DEAD_QUEUE, RETRY_TIERS
from shared.signing import Keyring, Signer
from shared.tokens import Tokens
from tests.integration.running import RunningServices


@pytest.fixture(scope="module")
def services(
    infrastructure: Stack, tmp_path_factory: pytest.TempPathFactory, eventually: Callable[..., None]
) -> Iterator[RunningServices]:
    """No service yet: each module starts those it asks. Databases are the module's own, queues begin empty."""
    connection = connect(infrastructure.amqp_uri, "test")
    channel = connection.channel()
    for queue in (*REGISTRY.subscriptions, DEAD_QUEUE, *RETRY_TIERS):
        channel.queue_purge(queue)
    connection.release()
    cell = infrastructure.cell
    signer = Signer(f"{cell}/identity", infrastructure.secrets.signing_seed("identity"))
    running = RunningServices(
        infrastructure,
        RpcClient(infrastructure.environment("gateway")["AMQP_URI"], "gateway", 5.0),
        Tokens(Keyring({}), SystemClock(), cell, signer),
        tmp_path_factory.mktemp("services"),
        eventually,
    )
    try:
        yield running
    finally:
        running.close()

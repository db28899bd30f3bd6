"""Exchanges and queues of one cell, declared before anything is produced: ``python -m shared.messaging.topology``.

========================  ==========================================================================================
``<service>.events``      topic; never leaves the cell
``national.events``       topic; projections only; the one exchange that peers may read
``peers.events``          topic; federated from the peers' ``national.events``
``<queue>``               quorum, per consumer; ``x-delivery-limit`` 50 (a low one dead-letters healthy prefetched
                          messages when a process crashes), at-least-once dead-lettering, refuses when full
``sivuvirta.retry.<n>``   topic + quorum queue with a TTL on the queue; a message's routing key is the queue it goes
                          back to, through the default exchange (a topic, so that a service's rights bind the key)
``sivuvirta.dead``        topic + quorum queue ``sivuvirta.dead-letters``
``nameko-rpc``            topic; calls and replies
========================  ==========================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kombu import Connection

from shared import config
from shared.contracts.catalogue import REGISTRY
from shared.contracts.registry import NATIONAL_EXCHANGE, PEERS_EXCHANGE, SERVICES
from shared.messaging.connection import connect

DEAD_EXCHANGE = "sivuvirta.dead"
DEAD_QUEUE = "sivuvirta.dead-letters"
RPC_EXCHANGE = "nameko-rpc"
RETRY_TIERS = ("sivuvirta.retry.1", "sivuvirta.retry.2", "sivuvirta.retry.3", "sivuvirta.retry.4")

QUEUE_MESSAGES_MAX = 1_000_000
_SAFE: Mapping[str, Any] = {
    "x-queue-type": "quorum",
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
}


def consumer_queue_arguments(queue: str, *, single_active: bool) -> dict[str, Any]:
    arguments = {
        **_SAFE,
        "x-dead-letter-exchange": DEAD_EXCHANGE,
        "x-dead-letter-routing-key": queue,
        "x-delivery-limit": 50,
        "x-max-length": QUEUE_MESSAGES_MAX,
    }
    if single_active:
        arguments["x-single-active-consumer"] = True
    return arguments


def retry_queue_arguments(ttl_ms: int) -> dict[str, Any]:
    return {
        **_SAFE,
        "x-dead-letter-exchange": "",
        "x-message-ttl": ttl_ms,
        "x-max-length": QUEUE_MESSAGES_MAX,
    }


def exchange_names() -> tuple[str, ...]:
    return (*(f"{service}.events" for service in SERVICES), NATIONAL_EXCHANGE, PEERS_EXCHANGE, DEAD_EXCHANGE)


def declare(connection: Connection, retry_tiers_ms: tuple[int, ...]) -> None:
    """Declare everything; repeating it changes nothing. Needs an account that may configure all names."""
    channel = connection.channel()
    for exchange in (*exchange_names(), RPC_EXCHANGE):
        channel.exchange_declare(exchange, "topic", durable=True, auto_delete=False)
    channel.queue_declare(
        DEAD_QUEUE,
        durable=True,
        auto_delete=False,
        arguments={"x-queue-type": "quorum", "x-overflow": "reject-publish", "x-max-length": QUEUE_MESSAGES_MAX},
    )
    channel.queue_bind(DEAD_QUEUE, DEAD_EXCHANGE, "#")
    for tier, ttl_ms in zip(RETRY_TIERS, retry_tiers_ms, strict=True):
        channel.exchange_declare(tier, "topic", durable=True, auto_delete=False)
        channel.queue_declare(tier, durable=True, auto_delete=False, arguments=retry_queue_arguments(ttl_ms))
        channel.queue_bind(tier, tier, "#")
    for subscription in REGISTRY.subscriptions.values():
        arguments = consumer_queue_arguments(subscription.queue, single_active=subscription.single_active)
        channel.queue_declare(subscription.queue, durable=True, auto_delete=False, arguments=arguments)
        for exchange, routing_key in subscription.bindings:
            channel.queue_bind(subscription.queue, exchange, routing_key)
    for service in SERVICES:
        # The form nameko's consumer declares; made here so that a call to a stopped service waits, not fails.
        channel.queue_declare(f"rpc-{service}", durable=True, auto_delete=False)
        channel.queue_bind(f"rpc-{service}", RPC_EXCHANGE, f"{service}.*")
    channel.close()


def main() -> None:
    settings = config.load()
    connection = connect(settings.amqp_uri, "topology")
    declare(connection, settings.retry_tiers_ms)
    connection.release()
    print(f"declared {len(REGISTRY.subscriptions)} consumer queues and their exchanges")


if __name__ == "__main__":
    main()

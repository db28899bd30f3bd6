"""The table of broker rights, read as RabbitMQ reads it: a regular expression that has to match the name."""

from __future__ import annotations

import re

import pytest

from deploy.local.broker_rights import (
    NATIONAL_EXCHANGE,
    PEERS_EXCHANGE,
    RETRY_TIERS,
    RPC_EXCHANGE,
    SERVICES,
    Rights,
    definitions,
    peer_rights,
    program_rights,
)
from shared.contracts import registry
from shared.contracts.catalogue import REGISTRY
from shared.messaging import topology

RIGHTS = program_rights()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_publishes_to_its_own_exchange_and_to_no_other_services(service: str) -> None:
    allowed = {other for other in SERVICES if re.search(RIGHTS[service].write, f"{other}.events")}

    assert allowed == {service}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_consumes_its_own_queues_and_no_other_services(service: str) -> None:
    queues = [name for other in SERVICES for name in (f"{other}.listing-registered", f"rpc-{other}")]
    allowed = {queue for queue in queues if re.search(RIGHTS[service].read, queue)}

    assert allowed == {f"{service}.listing-registered", f"rpc-{service}"}


@pytest.mark.parametrize("user", [user for user in RIGHTS if user != "administrator"])
def test_nobody_but_the_administrator_writes_to_the_default_exchange(user: str) -> None:
    assert re.search(RIGHTS[user].write, "amq.default") is None


@pytest.mark.parametrize("user", [user for user in RIGHTS if user != "administrator"])
def test_nobody_but_the_administrator_declares_or_deletes_a_shared_exchange(user: str) -> None:
    shared = [
        "nameko-rpc",
        "national.events",
        "peers.events",
        "sivuvirta.dead",
        "sivuvirta.retry.1",
        f"{user}.events",
    ]

    assert [name for name in shared if user != "gateway" and re.search(RIGHTS[user].configure, name)] == []


@pytest.mark.parametrize("user", [user for user in RIGHTS if user != "administrator"])
def test_everybody_binds_keys_of_replies_only(user: str) -> None:
    calls = next(topic for topic in RIGHTS[user].topics if topic.exchange == "nameko-rpc")

    assert re.search(calls.read, "0190a5d21b7c7d3e8f00112233445566") is not None
    assert [key for key in ("identity.authenticate", f"{user}.any", "#", "*.any") if re.search(calls.read, key)] == []


def test_retries_and_dead_letters_name_a_queue_of_their_own_service() -> None:
    shared = [topic for topic in RIGHTS["audits"].topics if topic.exchange.startswith("sivuvirta.")]

    assert len(shared) == 5
    assert all(re.search(topic.write, "audits.surveys") for topic in shared)
    assert not any(re.search(topic.write, "identity.agencies") for topic in shared)


def test_every_subscription_is_readable_by_the_service_it_belongs_to_and_by_no_other() -> None:
    for subscription in REGISTRY.subscriptions.values():
        readers = {service for service in SERVICES if re.search(RIGHTS[service].read, subscription.queue)}

        assert readers == {subscription.service}


def test_the_table_knows_the_exchanges_of_the_topology() -> None:
    assert (SERVICES, RPC_EXCHANGE) == (registry.SERVICES, topology.RPC_EXCHANGE)
    assert (NATIONAL_EXCHANGE, PEERS_EXCHANGE) == (registry.NATIONAL_EXCHANGE, registry.PEERS_EXCHANGE)
    assert tuple(f"sivuvirta.retry.{tier}" for tier in RETRY_TIERS) == topology.RETRY_TIERS


def test_a_peer_reads_national_events_and_nothing_that_stays_in_the_cell() -> None:
    names = [
        "national.events",
        "resources.events",
        "identity.events",
        "peers.events",
        "rpc-identity",
        "nameko-rpc",
    ]
    peer = peer_rights("19")

    assert [name for name in names if re.search(peer.read, name)] == ["national.events"]
    assert [name for name in names if re.search(peer.write, name) or re.search(peer.configure, name)] == []


def test_definitions_give_each_user_its_password_and_rights() -> None:
    rendered = definitions({"audits": "secret"}, {"audits": Rights("^c$", "^w$", "^r$")}, "here")

    assert rendered == {
        "users": [{"name": "audits", "password": "secret", "tags": "", "limits": {}}],
        "permissions": [{"user": "audits", "vhost": "here", "configure": "^c$", "write": "^w$", "read": "^r$"}],
        "topic_permissions": [],
    }

"""The table of broker rights, read as RabbitMQ reads it: a regular expression that has to match the name."""

from __future__ import annotations

import re

import pytest

from deploy.local.broker_rights import SERVICES, Rights, definitions, peer_rights, program_rights

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


def test_a_service_receives_calls_for_itself_only() -> None:
    (rpc,) = RIGHTS["matching"].topics
    allowed = [
        key for key in ("matching.suggest", "identity.authenticate", "#", "*.suggest") if re.search(rpc.read, key)
    ]

    assert allowed == ["matching.suggest"]


def test_the_gateway_receives_replies_only() -> None:
    (rpc,) = RIGHTS["gateway"].topics

    assert re.search(rpc.read, "3f2504e0-4f89-41d3-9a0c-0305e82c3301") is not None
    assert [key for key in ("identity.authenticate", "#") if re.search(rpc.read, key)] == []


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

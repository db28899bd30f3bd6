"""A revoked key is dropped on identity's signed word only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.auth import Authenticator
from gateway.revocations import RevocationListener
from shared.contracts.envelope import encode, source_of
from shared.contracts.events.identity import API_KEY_REVOKED
from shared.errors import ServiceError
from shared.messaging.outbox import SIGNATURE_HEADER
from shared.signing import Keyring, Signer, generate_keys
from tests.unit.gateway.conftest import KEY, StubRpc

SEEDS, PUBLIC = generate_keys(["12/identity", "12/matching", "19/identity"])
HEADER = f"Bearer {KEY}"


@dataclass
class Message:
    body: bytes
    properties: dict[str, Any]


def message(key_id: str, signer: str, cell: str = "12") -> Message:
    body = encode(
        API_KEY_REVOKED,
        event_id="evt-1",
        source=source_of(cell, "identity"),
        subject=key_id,
        time=datetime.now(UTC),
        sequence=2,
        agency=None,
        traceparent="",
        data={"key_id": key_id, "account_id": "acc-12-" + "b" * 32},
    )
    signature = Signer(signer, SEEDS[signer]).sign(body)
    return Message(body, {"application_headers": {SIGNATURE_HEADER: signature}})


@pytest.fixture
def authenticator(rpc: StubRpc) -> Authenticator:
    made = Authenticator(rpc, lambda: rpc.now)
    made.authenticate(HEADER)
    del rpc.keys[KEY]  # identity knows it no longer; the gateway still remembers it
    return made


@pytest.fixture
def listener(authenticator: Authenticator) -> RevocationListener:
    return RevocationListener("amqp://nowhere", "12", Keyring(json.loads(PUBLIC)), authenticator)


@pytest.fixture
def key_id(rpc: StubRpc) -> str:
    return rpc.keys[KEY]


def test_identitys_word_drops_the_key(
    key_id: str, authenticator: Authenticator, listener: RevocationListener
) -> None:
    listener.on_message(message(key_id, "12/identity"))
    with pytest.raises(ServiceError, match="unauthenticated"):
        authenticator.authenticate(HEADER)


@pytest.mark.parametrize(("signer", "cell"), [("12/matching", "12"), ("19/identity", "12"), ("19/identity", "19")])
def test_nobody_elses_word_does(
    key_id: str, authenticator: Authenticator, listener: RevocationListener, signer: str, cell: str
) -> None:
    listener.on_message(message(key_id, signer, cell))
    assert authenticator.authenticate(HEADER).key_id == key_id


@pytest.mark.parametrize("body", [b"", b"{}", b"nonsense", b"\xff"])
def test_what_is_no_event_is_passed_over(
    key_id: str, authenticator: Authenticator, listener: RevocationListener, body: bytes
) -> None:
    listener.on_message(Message(body, {}))
    assert authenticator.authenticate(HEADER).key_id == key_id


def test_after_a_broken_connection_nothing_is_taken_for_granted(authenticator: Authenticator) -> None:
    authenticator.forget_all()
    with pytest.raises(ServiceError, match="unauthenticated"):
        authenticator.authenticate(HEADER)

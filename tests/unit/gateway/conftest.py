"""The gateway's application with a stub where the broker begins: what services would answer is said by the test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.app import create_app
from gateway.auth import Authenticator
from shared import config
from shared.config import Settings
from shared.contracts.registry import Call
from shared.contracts.rpc import identity
from shared.errors import ServiceError

KEY = "svk_a-good-key"
AGENCY = "agy-12-" + "a" * 32
PEER = "https://lapland.example"
Answer = Callable[[Mapping[str, Any]], Any]


@dataclass
class Sent:
    """One call as it left the gateway."""

    call: Call
    payload: dict[str, Any]
    token: str
    idempotency_key: str | None
    deadline_s: float | None


@dataclass
class Pending:
    answer: Callable[[], Any]

    def result(self) -> Any:
        return self.answer()


@dataclass
class StubRpc:
    """``answers``: call to a value, an error, or a function of the payload. identity knows KEY."""

    answers: dict[str, Any] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=lambda: {KEY: "key-12-" + "1" * 32})
    connected: bool = True
    now: float = 1_800_000_000.0
    token_life_s: float = 120.0

    def call(
        self,
        call: Call,
        payload: Mapping[str, Any],
        token: str,
        *,
        idempotency_key: str | None = None,
        deadline_s: float | None = None,
    ) -> Any:
        self.sent.append(Sent(call, dict(payload), token, idempotency_key, deadline_s))
        if call is identity.AUTHENTICATE and call.key not in self.answers:
            return self._authenticate(payload["api_key"])
        answer = self.answers[call.key]
        if callable(answer):
            answer = answer(payload)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def start(self, call: Call, payload: Mapping[str, Any], token: str, **more: Any) -> Pending:
        return Pending(lambda: self.call(call, payload, token, **more))

    def of(self, call: Call) -> list[Sent]:
        return [one for one in self.sent if one.call is call]

    def _authenticate(self, key: str) -> dict[str, Any]:
        if key not in self.keys:
            raise ServiceError("unauthenticated", "inner words of identity")
        from datetime import UTC, datetime

        return {
            "principal_id": "acc-12-" + "b" * 32,
            "key_id": self.keys[key],
            "agency_id": AGENCY,
            "roles": ["facilitator"],
            "region": "12",
            "token": f"signed-{len(self.of(identity.AUTHENTICATE))}",
            "expires_at": datetime.fromtimestamp(self.now + self.token_life_s, UTC).isoformat(),
        }


@pytest.fixture
def rpc() -> StubRpc:
    return StubRpc()


@pytest.fixture
def settings() -> Settings:
    return config.load(
        {
            "SIVUVIRTA_REGIONS": "12,10",
            "SIVUVIRTA_PEERS": f'{{"19": "{PEER}"}}',
            "SIVUVIRTA_REQUEST_BYTES_MAX": "2000",
        }
    )


@pytest.fixture
def app(rpc: StubRpc, settings: Settings) -> Flask:
    return create_app(rpc, settings, authenticator=Authenticator(rpc, lambda: rpc.now))


@pytest.fixture
def anybody(app: Flask) -> FlaskClient:
    """A client without a key."""
    return app.test_client()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client with a good key."""
    made = app.test_client()
    made.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {KEY}"
    return made

"""Who is calling: an API key in, the principal and its signed token out.

identity is asked at most every 30 s per key. What is remembered is bounded and keyed by a hash with a secret of this
process, never by the key. A revocation event drops a key at once; a wrong key is remembered for a moment, so that
repeating it costs identity nothing.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Protocol

from shared.contracts.registry import Call
from shared.contracts.rpc import identity
from shared.errors import ServiceError
from shared.observability import metrics

REMEMBERED_S = 30.0
REFUSAL_REMEMBERED_S = 3.0
TOKEN_MARGIN_S = 15.0
REMEMBERED_MAX = 10_000
KEY_LENGTH_MAX = 200
_REVOKED_REMEMBERED_S = 60.0
_LOCKS = 64


class Calls(Protocol):
    """The RPC client, as the gateway uses it."""

    @property
    def connected(self) -> bool: ...

    def call(
        self,
        call: Call,
        payload: Mapping[str, Any],
        token: str,
        *,
        idempotency_key: str | None = None,
        deadline_s: float | None = None,
    ) -> Any: ...

    def start(
        self,
        call: Call,
        payload: Mapping[str, Any],
        token: str,
        *,
        idempotency_key: str | None = None,
        deadline_s: float | None = None,
    ) -> Any: ...


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller and the token that services verify; ``fresh_until`` on the clock given to ``Authenticator``."""

    id: str
    key_id: str
    agency_id: str | None
    roles: tuple[str, ...]
    token: str
    fresh_until: float


class Authenticator:
    def __init__(self, rpc: Calls, now: Callable[[], float] = time.time) -> None:
        self._rpc = rpc
        self._now = now
        self._secret = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._asking = [threading.Lock() for _ in range(_LOCKS)]
        self._known: OrderedDict[bytes, Principal] = OrderedDict()
        self._refused: OrderedDict[bytes, float] = OrderedDict()
        self._revoked: OrderedDict[str, float] = OrderedDict()

    def authenticate(self, authorization: str | None) -> Principal:
        """The principal behind an Authorization header; ``unauthenticated`` when there is none."""
        key = _bearer(authorization)
        hashed = blake2b(key.encode("utf-8", "replace"), digest_size=16, key=self._secret).digest()
        principal = self._remembered(hashed)
        if principal is not None:
            return principal
        with self._asking[hashed[0] % _LOCKS]:  # one question at a time for one key
            return self._remembered(hashed) or self._ask(hashed, key)

    def forget_key(self, key_id: str) -> None:
        """The key was revoked: it is dropped now, and an answer on its way that still knows it is not kept."""
        with self._lock:
            _put(self._revoked, key_id, self._now() + _REVOKED_REMEMBERED_S)
            for hashed in [h for h, principal in self._known.items() if principal.key_id == key_id]:
                del self._known[hashed]

    def forget_all(self) -> None:
        """Revocations may have been missed."""
        with self._lock:
            self._known.clear()

    def _remembered(self, hashed: bytes) -> Principal | None:
        now = self._now()
        with self._lock:
            principal = self._known.get(hashed)
            if principal is not None and principal.fresh_until > now:
                self._known.move_to_end(hashed)
                return principal
            refused_until = self._refused.get(hashed, 0.0)
        if refused_until > now:
            _count("refused_again")
            raise _refusal()
        return None

    def _ask(self, hashed: bytes, key: str) -> Principal:
        asked_at = self._now()
        try:
            answer = self._rpc.call(identity.AUTHENTICATE, {"api_key": key}, "")
        except ServiceError as error:
            if error.code not in ("unauthenticated", "invalid_input", "not_found"):
                raise
            with self._lock:
                _put(self._refused, hashed, asked_at + REFUSAL_REMEMBERED_S)
            _count("refused")
            raise _refusal() from None
        expires = datetime.fromisoformat(answer["expires_at"]).astimezone(UTC).timestamp()
        principal = Principal(
            answer["principal_id"],
            answer["key_id"],
            answer["agency_id"],
            tuple(answer["roles"]),
            answer["token"],
            min(asked_at + REMEMBERED_S, expires - TOKEN_MARGIN_S),
        )
        with self._lock:
            if self._revoked.get(principal.key_id, 0.0) > asked_at:
                raise _refusal()
            _put(self._known, hashed, principal)
        _count("asked")
        return principal


def _bearer(authorization: str | None) -> str:
    scheme, _, key = (authorization or "").partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key:
        raise ServiceError("unauthenticated", "Send your API key as Authorization: Bearer <key>.")
    if len(key) > KEY_LENGTH_MAX or not key.isascii() or not key.isprintable():
        raise _refusal()
    return key


def _refusal() -> ServiceError:
    return ServiceError("unauthenticated", "The API key is not valid: unknown, revoked or expired.")


def _put(table: OrderedDict[Any, Any], key: Any, value: Any) -> None:
    table[key] = value
    table.move_to_end(key)
    while len(table) > REMEMBERED_MAX:
        table.popitem(last=False)


def _count(outcome: str) -> None:
    metrics.counter("sivuvirta_gateway_key_lookups_total").labels(outcome).inc()

"""The signed form of a caller.

A caller's token is a JWT (RFC 7519, EdDSA) made by identity after checking an API key, or by a service that acts
for itself. Services verify it on every call, so that a forged header on the broker gains nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import jwt

from shared.clock import Clock
from shared.errors import ServiceError
from shared.signing import Keyring, Signer, UnknownSigner
from shared.tenancy import Caller, Role

TOKEN_LIFE = timedelta(seconds=120)
_CACHE_MAX = 2_048


class Tokens:
    """Signs and verifies callers of one cell: another cell's identity speaks for nobody here.

    Verified tokens are remembered (bounded); expiry is checked every time.
    """

    def __init__(self, keyring: Keyring, clock: Clock, cell: str, signer: Signer | None = None) -> None:
        self._cell = cell
        self._keyring = keyring
        self._clock = clock
        self._signer = signer
        self._known: dict[str, tuple[Caller, float]] = {}

    def sign(self, caller: Caller, life: timedelta = TOKEN_LIFE) -> str:
        if self._signer is None:
            raise RuntimeError("this process has no signing key")
        now = self._clock.now()
        claims = {
            "iss": self._signer.name,
            "sub": caller.principal_id,
            "agency": caller.agency_id,
            "roles": sorted(caller.roles),
            "region": caller.region,
            "programmes": sorted(caller.programmes),
            "iat": int(now.timestamp()),
            "exp": int((now + life).timestamp()),
        }
        return jwt.encode(claims, self._signer.private_key, algorithm="EdDSA", headers={"kid": self._signer.name})

    def verify(self, token: str) -> Caller:
        """The caller, or ServiceError ``unauthenticated`` for a token that is forged, broken or out of date."""
        known = self._known.get(token)
        if known is None:
            known = self._read(token)
            if len(self._known) >= _CACHE_MAX:
                self._known.clear()
            self._known[token] = known
        caller, expires = known
        if expires <= self._clock.now().timestamp():
            raise ServiceError("unauthenticated", "The caller's token is out of date.")
        return caller

    def _read(self, token: str) -> tuple[Caller, float]:
        try:
            signer = str(jwt.get_unverified_header(token)["kid"])
            claims: dict[str, Any] = jwt.decode(
                token,
                self._keyring.public_key(signer),
                algorithms=["EdDSA"],
                options={"verify_exp": False, "verify_iat": False, "require": ["exp", "iss", "sub"]},
            )
            caller = Caller(
                claims["sub"],
                claims["agency"],
                frozenset(Role(role) for role in claims["roles"]),
                claims["region"],
                frozenset(claims.get("programmes", ())),
            )
        except (jwt.InvalidTokenError, UnknownSigner, KeyError, ValueError, TypeError):
            raise ServiceError("unauthenticated", "The caller's token is not valid.") from None
        # Only identity may speak for people and agencies; another service speaks for itself alone.
        speaks_for_others = signer == f"{self._cell}/identity"
        own_service = signer.startswith(f"{self._cell}/") and caller.roles == {Role.SERVICE}
        if claims["iss"] != signer or not (speaks_for_others or own_service):
            raise ServiceError("unauthenticated", "The caller's token is not valid.")
        return caller, float(claims["exp"])

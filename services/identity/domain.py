"""Agencies, service accounts and API keys: who may make them, how a key is written and hashed, when it is valid."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from shared.errors import Forbidden, InvalidInput, NotFound
from shared.tenancy import Caller, Role

SECRET_BYTES = 32
EXPIRY_MAX = timedelta(days=3652)
_PEPPER_BYTES_MIN = 32
_KEY_FORM = re.compile(r"sv_(key-[0-9]{2}-[0-9a-f]{32})_[A-Za-z0-9_-]{43}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Agency:
    """A regional development organisation: a tenant. ``programmes`` are those it shares data in."""

    id: str
    sequence: int
    name: str
    region_code: str
    programmes: tuple[str, ...]
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """Whoever calls with a key. An operator's account belongs to no agency, any other to one."""

    id: str
    sequence: int
    name: str
    agency_id: str | None
    roles: tuple[Role, ...]
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of an account, with the account's roles or fewer. The key itself is not kept, only its keyed hash."""

    id: str
    sequence: int
    account_id: str
    agency_id: str | None
    roles: tuple[Role, ...]
    secret_hash: bytes = field(repr=False)
    issued_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    def is_valid_at(self, moment: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or moment < self.expires_at)


@dataclass(frozen=True, slots=True)
class IssuedApiKey:
    """A fresh key with its text, which is shown once."""

    key: ApiKey
    text: str = field(repr=False)


def write_api_key(key_id: str, secret: bytes) -> str:
    """``sv_<key id>_<secret>``: recognisable by secret scanners, looked up by id; base64url of 32 random bytes."""
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a key's secret has {SECRET_BYTES} bytes")
    return f"sv_{key_id}_{base64.urlsafe_b64encode(secret).decode().rstrip('=')}"


def key_id_of(api_key: str) -> str | None:
    """The key's id, or None where the text is no key of ours."""
    form = _KEY_FORM.fullmatch(api_key)
    return form.group(1) if form else None


class KeyHasher:
    """HMAC-SHA-256 of whole keys under the pepper, so that a copy of the database alone checks no guess.

    The secret has 256 random bits: a slow password hash would add nothing but load.
    """

    def __init__(self, pepper_base64: str) -> None:
        self._pepper = base64.b64decode(pepper_base64, validate=True)
        if len(self._pepper) < _PEPPER_BYTES_MIN:
            raise ValueError(f"the pepper of API keys needs {_PEPPER_BYTES_MIN} bytes or more")

    def hash(self, api_key: str) -> bytes:
        return hmac.digest(self._pepper, api_key.encode("utf-8", "replace"), hashlib.sha256)

    def matches(self, api_key: str, known_hash: bytes | None) -> bool:
        """Whether the hash is this key's, in constant time; without one the same work ends in False."""
        same = hmac.compare_digest(self.hash(api_key), known_hash or bytes(hashlib.sha256().digest_size))
        return same and known_hash is not None


def sorted_roles(roles: Iterable[str]) -> tuple[Role, ...]:
    return tuple(sorted({Role(role) for role in roles}))


def require_manager(caller: Caller) -> None:
    """Accounts and keys are managed by operators and, inside their agency, by its facilitators."""
    caller.require(Role.FACILITATOR, Role.OPERATOR)


def agency_of_new_account(caller: Caller, roles: tuple[Role, ...], wanted: str | None) -> str | None:
    """In which agency the caller makes an account with these roles; None for an operator's account.

    Raises Forbidden (no right to make such an account), NotFound (another agency's) or InvalidInput.
    """
    require_manager(caller)
    for_operator = Role.OPERATOR in roles
    if Role.OPERATOR not in caller.roles:
        if for_operator:
            raise Forbidden("Only an operator makes accounts of operators.")
        if wanted not in (None, caller.agency):
            raise NotFound("agency", str(wanted))
        return caller.agency
    if for_operator and len(roles) > 1:
        raise InvalidInput([_error("roles", "An operator's account has this role alone.")])
    if for_operator and wanted is not None:
        raise InvalidInput([_error("agency_id", "An operator's account belongs to no agency; leave it out.")])
    if not for_operator and wanted is None:
        raise InvalidInput([_error("agency_id", "Say to which agency the account belongs.")])
    return wanted


def roles_of_new_key(account: ServiceAccount, wanted: Iterable[str] | None) -> tuple[Role, ...]:
    """The account's roles, or the part of them that is wanted. Raises InvalidInput for a role it does not have."""
    if wanted is None:
        return account.roles
    roles = sorted_roles(wanted)
    if not roles or not set(roles) <= set(account.roles):
        raise InvalidInput([_error("roles", f"The account has {', '.join(account.roles)}; a key has these or fewer.")])
    return roles


def expiry_of_new_key(wanted: datetime | None, now: datetime) -> datetime | None:
    """The moment in UTC, whole milliseconds. Raises InvalidInput unless it lies within the next ten years."""
    if wanted is None:
        return None
    if not now < wanted <= now + EXPIRY_MAX:
        raise InvalidInput(
            [_error("expires_at", "Must lie in the future, at most ten years away; left out: no expiry.")]
        )
    moment = wanted.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _error(name: str, message: str) -> dict[str, str]:
    return {"field": name, "message": message}

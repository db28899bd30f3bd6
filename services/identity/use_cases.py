"""What identity does, one function each; whoever calls hands in the transaction, the caller and chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.identity.domain import (
    Agency,
    ApiKey,
    IssuedApiKey,
    KeyHasher,
    ServiceAccount,
    agency_of_new_account,
    expiry_of_new_key,
    key_id_of,
    require_manager,
    roles_of_new_key,
    sorted_roles,
    write_api_key,
)
from services.identity.repository import AgencyRepository, ApiKeyRepository, ServiceAccountRepository
from shared.clock import Clock
from shared.config import Settings
from shared.contracts.events.identity import AGENCY_REGISTERED, AGENCY_REVISED, API_KEY_REVOKED
from shared.errors import Misdirected, ServiceError
from shared.ids import derived_id, new_id, region_of
from shared.persistence.repository import Page
from shared.persistence.unit_of_work import Transaction
from shared.tenancy import Caller, Role, ServiceScope
from shared.tokens import TOKEN_LIFE, Tokens


@dataclass(frozen=True, slots=True)
class Authenticated:
    """The caller behind a key and the token that stands for it until ``expires_at``."""

    principal_id: str
    key_id: str
    agency_id: str | None
    roles: tuple[Role, ...]
    region: str
    token: str
    expires_at: datetime


# Who stands behind a key


def authenticate(
    keys: ApiKeyRepository, agencies: AgencyRepository, hasher: KeyHasher, tokens: Tokens, clock: Clock, api_key: str
) -> Authenticated:
    """Two reads by id. A key that is unknown, tampered with, revoked or past its end gets one and the same
    ``unauthenticated``, after the same work."""
    key_id = key_id_of(api_key)
    key = keys.find(key_id) if key_id else None
    known = hasher.matches(api_key, key.secret_hash if key else None)
    now = clock.now()
    if key is None or not known or not key.is_valid_at(now):
        raise ServiceError("unauthenticated", "This API key is not valid.")
    caller = Caller(key.account_id, None, frozenset(key.roles), "")
    if key.agency_id is not None:
        agency = agencies.get(key.agency_id)
        caller = replace(
            caller, agency_id=agency.id, region=agency.region_code, programmes=frozenset(agency.programmes)
        )
    # Whole seconds, as the token has them; never past the key's own end.
    expires_at = min(now + TOKEN_LIFE, key.expires_at or now + TOKEN_LIFE).replace(microsecond=0)
    token = tokens.sign(caller, expires_at - now)
    return Authenticated(caller.principal_id, key.id, caller.agency_id, key.roles, caller.region, token, expires_at)


# Agencies


def register_agency(
    tx: Transaction, caller: Caller, settings: Settings, *, name: str, region_code: str, programmes: Sequence[str]
) -> Agency:
    """Raises Forbidden (operators only) or Misdirected for a region homed in another cell."""
    caller.require(Role.OPERATOR)
    _require_home(settings, region_code)
    agency = Agency(
        id=new_id("agy", region_code),
        sequence=1,
        name=name,
        region_code=region_code,
        programmes=_programmes(programmes),
        registered_at=tx.clock.now(),
    )
    tx.repository(AgencyRepository, caller).add(agency)
    tx.emit(AGENCY_REGISTERED, subject=agency.id, sequence=1, data=_state(agency), agency=agency.id)
    return agency


def revise_agency(
    tx: Transaction,
    caller: Caller,
    settings: Settings,
    agency_id: str,
    expected_sequence: int,
    *,
    name: str | None = None,
    programmes: Sequence[str] | None = None,
) -> Agency:
    """None leaves a field as it is. Raises Forbidden, Misdirected, NotFound or PreconditionFailed."""
    caller.require(Role.OPERATOR)
    _require_home(settings, region_of(agency_id))
    agencies = tx.repository(AgencyRepository, caller)
    agency = agencies.get(agency_id)
    revised = replace(
        agency,
        sequence=expected_sequence + 1,
        name=agency.name if name is None else name,
        programmes=agency.programmes if programmes is None else _programmes(programmes),
    )
    agencies.replace(revised, expected_sequence)
    tx.emit(AGENCY_REVISED, subject=agency.id, sequence=revised.sequence, data=_state(revised), agency=agency.id)
    return revised


def get_agency(agencies: AgencyRepository, settings: Settings, agency_id: str) -> Agency:
    """Raises NotFound for an agency the caller may not see, Misdirected for one homed in another cell."""
    _require_home(settings, region_of(agency_id))
    return agencies.get(agency_id)


def list_agencies(agencies: AgencyRepository, limit: int, cursor: str | None) -> Page[Agency]:
    return agencies.page(limit, cursor)


# Service accounts


def register_account(
    tx: Transaction,
    caller: Caller,
    settings: Settings,
    *,
    name: str,
    roles: Sequence[str],
    agency_id: str | None,
) -> ServiceAccount:
    """Raises Forbidden, InvalidInput, or NotFound for an agency that the caller may not see."""
    wanted = sorted_roles(roles)
    owner = agency_of_new_account(caller, wanted, agency_id)
    region = settings.cell
    if owner is not None:
        _require_home(settings, region_of(owner))
        region = tx.repository(AgencyRepository, caller).get(owner).region_code
    account = ServiceAccount(
        id=new_id("acc", region), sequence=1, name=name, agency_id=owner, roles=wanted, registered_at=tx.clock.now()
    )
    tx.repository(ServiceAccountRepository, caller).add(account)
    return account


def list_accounts(
    accounts: ServiceAccountRepository, caller: Caller, limit: int, cursor: str | None
) -> Page[ServiceAccount]:
    require_manager(caller)
    return accounts.page(limit, cursor)


def first_operator(tx: Transaction, settings: Settings) -> tuple[ServiceAccount, bool]:
    """The account every other one comes from, and whether it was made just now.

    Its id is derived, so that two bootstraps at the same moment make one account.
    """
    accounts = tx.repository(ServiceAccountRepository, ServiceScope("bootstrap"))
    account = accounts.find(derived_id("acc", settings.cell, "first operator"))
    if account is not None:
        return account, False
    account = ServiceAccount(
        id=derived_id("acc", settings.cell, "first operator"),
        sequence=1,
        name="First operator",
        agency_id=None,
        roles=(Role.OPERATOR,),
        registered_at=tx.clock.now(),
    )
    accounts.add(account)
    return account, True


# API keys


def issue_key(
    tx: Transaction,
    caller: Caller,
    hasher: KeyHasher,
    secret: bytes,
    account_id: str,
    *,
    roles: Sequence[str] | None = None,
    expires_at: datetime | None = None,
) -> IssuedApiKey:
    """``secret``: fresh random bytes. Raises Forbidden, InvalidInput, or NotFound for an account out of reach."""
    require_manager(caller)
    account = tx.repository(ServiceAccountRepository, caller).get(account_id)
    now = tx.clock.now()
    key_id = new_id("key", region_of(account.id) or "")
    text = write_api_key(key_id, secret)
    key = ApiKey(
        id=key_id,
        sequence=1,
        account_id=account.id,
        agency_id=account.agency_id,
        roles=roles_of_new_key(account, roles),
        secret_hash=hasher.hash(text),
        issued_at=now,
        expires_at=expiry_of_new_key(expires_at, now),
        revoked_at=None,
    )
    tx.repository(ApiKeyRepository, caller).add(key)
    return IssuedApiKey(key, text)


def list_keys(
    accounts: ServiceAccountRepository,
    keys: ApiKeyRepository,
    caller: Caller,
    account_id: str,
    limit: int,
    cursor: str | None,
) -> Page[ApiKey]:
    require_manager(caller)
    return keys.page(accounts.get(account_id).id, limit, cursor)


def revoke_key(tx: Transaction, caller: Caller, account_id: str, key_id: str) -> None:
    """Revoking twice changes nothing more. Raises Forbidden, or NotFound for a key out of reach."""
    require_manager(caller)
    keys = tx.repository(ApiKeyRepository, caller)
    key = keys.get(account_id, key_id)
    if key.revoked_at is not None:
        return
    revoked = replace(key, sequence=key.sequence + 1, revoked_at=tx.clock.now())
    keys.replace(revoked, key.sequence)
    data = {"key_id": key.id, "account_id": key.account_id}
    tx.emit(API_KEY_REVOKED, subject=key.id, sequence=revoked.sequence, data=data, agency=key.agency_id)


def _require_home(settings: Settings, region_code: str | None) -> None:
    if region_code is not None and not settings.is_home(region_code):
        raise Misdirected(region_code, settings.peers.get(region_code))


def _programmes(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def _state(agency: Agency) -> dict[str, Any]:
    return {
        "id": agency.id,
        "name": agency.name,
        "region_code": agency.region_code,
        "programmes": list(agency.programmes),
    }

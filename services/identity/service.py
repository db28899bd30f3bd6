"""The identity service: calls at the edge, nothing else."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from typing import Any

from services.identity import use_cases
from services.identity.domain import SECRET_BYTES, Agency, ApiKey, KeyHasher, ServiceAccount
from services.identity.repository import INDEXES, AgencyRepository, ApiKeyRepository, ServiceAccountRepository
from services.identity.use_cases import Authenticated
from shared.contracts.rpc import identity as calls
from shared.messaging.rpc_server import RuntimeProvider, command, query
from shared.persistence.repository import Page
from shared.persistence.unit_of_work import Transaction
from shared.runtime import Runtime, ServiceProcess
from shared.tenancy import Caller, ServiceScope

Request = dict[str, Any]


class IdentityRpc:
    name = "identity"
    runtime: Runtime = RuntimeProvider()

    @query(calls.AUTHENTICATE, open_to_all=True)
    def authenticate(self, _caller: Caller, request: Request) -> Authenticated:
        scope = ServiceScope("authentication")
        return use_cases.authenticate(
            self.runtime.repository(ApiKeyRepository, scope),
            self.runtime.repository(AgencyRepository, scope),
            _hasher(self.runtime),
            self.runtime.tokens,
            self.runtime.clock,
            request["api_key"],
        )

    @command(calls.REGISTER_AGENCY)
    def register_agency(self, tx: Transaction, caller: Caller, request: Request) -> Agency:
        return use_cases.register_agency(tx, caller, self.runtime.settings, **request)

    @query(calls.GET_AGENCY)
    def get_agency(self, caller: Caller, request: Request) -> Agency:
        agencies = self.runtime.repository(AgencyRepository, caller)
        return use_cases.get_agency(agencies, self.runtime.settings, request["id"])

    @query(calls.LIST_AGENCIES)
    def list_agencies(self, caller: Caller, request: Request) -> Page[Agency]:
        return use_cases.list_agencies(self.runtime.repository(AgencyRepository, caller), **request)

    @command(calls.REVISE_AGENCY)
    def revise_agency(self, tx: Transaction, caller: Caller, request: Request) -> Agency:
        changes = {name: value for name, value in request.items() if name not in ("id", "expected_sequence")}
        settings = self.runtime.settings
        return use_cases.revise_agency(tx, caller, settings, request["id"], request["expected_sequence"], **changes)

    @command(calls.REGISTER_ACCOUNT)
    def register_service_account(self, tx: Transaction, caller: Caller, request: Request) -> ServiceAccount:
        return use_cases.register_account(tx, caller, self.runtime.settings, **request)

    @query(calls.LIST_ACCOUNTS)
    def list_service_accounts(self, caller: Caller, request: Request) -> Page[ServiceAccount]:
        return use_cases.list_accounts(self.runtime.repository(ServiceAccountRepository, caller), caller, **request)

    @command(calls.ISSUE_API_KEY)
    def issue_api_key(self, tx: Transaction, caller: Caller, request: Request) -> dict[str, Any]:
        secret = secrets.token_bytes(SECRET_BYTES)
        issued = use_cases.issue_key(tx, caller, _hasher(self.runtime), secret, **request)
        return {**asdict(issued.key), "api_key": issued.text}

    @query(calls.LIST_API_KEYS)
    def list_api_keys(self, caller: Caller, request: Request) -> Page[ApiKey]:
        return use_cases.list_keys(
            self.runtime.repository(ServiceAccountRepository, caller),
            self.runtime.repository(ApiKeyRepository, caller),
            caller,
            **request,
        )

    @command(calls.REVOKE_API_KEY)
    def revoke_api_key(self, tx: Transaction, caller: Caller, request: Request) -> dict[str, Any]:
        use_cases.revoke_key(tx, caller, **request)
        return {}


def _hasher(runtime: Runtime) -> KeyHasher:
    return KeyHasher(runtime.settings.api_key_pepper)


def _check_pepper(runtime: Runtime) -> None:
    """A process without a pepper ends at its start instead of refusing every key."""
    _hasher(runtime)


PROCESS = ServiceProcess("identity", (IdentityRpc,), INDEXES, on_start=_check_pepper)

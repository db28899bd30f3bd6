"""Agencies, service accounts and API keys in the database. Operators reach all of them, an agency's callers its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.identity.domain import Agency, ApiKey, ServiceAccount, sorted_roles
from shared.errors import NotFound
from shared.persistence.indexes import Index
from shared.persistence.mongo import Document
from shared.persistence.repository import Page, Repository
from shared.tenancy import Caller, Role

INDEXES = (
    Index("service_accounts", (("agency_id", 1), ("_id", 1))),
    Index("api_keys", (("account_id", 1), ("_id", 1))),
)


class AgencyRepository(Repository):
    collection = "agencies"

    def read_filter(self, caller: Caller) -> Mapping[str, Any]:
        return {} if Role.OPERATOR in caller.roles else {"_id": caller.agency}

    def write_filter(self, caller: Caller) -> Mapping[str, Any]:
        caller.require(Role.OPERATOR)
        return {}

    def add(self, agency: Agency) -> None:
        self._insert(_agency_document(agency))

    def get(self, agency_id: str) -> Agency:
        """Raises NotFound also for an agency that the caller may not see."""
        found = self.find(agency_id)
        if found is None:
            raise NotFound("agency", agency_id)
        return found

    def find(self, agency_id: str) -> Agency | None:
        found = self._find_by_id(agency_id)
        return _agency(found) if found else None

    def page(self, limit: int, cursor: str | None) -> Page[Agency]:
        page = self._page({}, limit=limit, cursor=cursor, sort=[("_id", 1)])
        return Page([_agency(document) for document in page.items], page.next_cursor)

    def replace(self, agency: Agency, expected_sequence: int) -> None:
        self._replace_version(_agency_document(agency), expected_sequence)


class _ManagedRepository(Repository):
    """Operators everywhere, others in their own agency; the role is asked for by the use case."""

    def read_filter(self, caller: Caller) -> Mapping[str, Any]:
        return {} if Role.OPERATOR in caller.roles else {"agency_id": caller.agency}

    def write_filter(self, caller: Caller) -> Mapping[str, Any]:
        return self.read_filter(caller)


class ServiceAccountRepository(_ManagedRepository):
    collection = "service_accounts"

    def add(self, account: ServiceAccount) -> None:
        self._insert(_account_document(account))

    def get(self, account_id: str) -> ServiceAccount:
        """Raises NotFound also for another agency's."""
        found = self.find(account_id)
        if found is None:
            raise NotFound("service account", account_id)
        return found

    def find(self, account_id: str) -> ServiceAccount | None:
        found = self._find_by_id(account_id)
        return _account(found) if found else None

    def page(self, limit: int, cursor: str | None) -> Page[ServiceAccount]:
        page = self._page({}, limit=limit, cursor=cursor, sort=[("_id", 1)])
        return Page([_account(document) for document in page.items], page.next_cursor)


class ApiKeyRepository(_ManagedRepository):
    collection = "api_keys"

    def add(self, key: ApiKey) -> None:
        self._insert(_key_document(key))

    def get(self, account_id: str, key_id: str) -> ApiKey:
        """Raises NotFound also for another account's or another agency's."""
        found = self.find(key_id)
        if found is None or found.account_id != account_id:
            raise NotFound("API key", key_id)
        return found

    def find(self, key_id: str) -> ApiKey | None:
        found = self._find_by_id(key_id)
        return _key(found) if found else None

    def page(self, account_id: str, limit: int, cursor: str | None) -> Page[ApiKey]:
        page = self._page({"account_id": account_id}, limit=limit, cursor=cursor, sort=[("_id", 1)])
        return Page([_key(document) for document in page.items], page.next_cursor)

    def replace(self, key: ApiKey, expected_sequence: int) -> None:
        self._replace_version(_key_document(key), expected_sequence)


def _agency_document(agency: Agency) -> Document:
    return {
        "_id": agency.id,
        "sequence": agency.sequence,
        "name": agency.name,
        "region_code": agency.region_code,
        "programmes": list(agency.programmes),
        "registered_at": agency.registered_at,
    }


def _agency(document: Document) -> Agency:
    return Agency(
        id=document["_id"],
        sequence=document["sequence"],
        name=document["name"],
        region_code=document["region_code"],
        programmes=tuple(document["programmes"]),
        registered_at=document["registered_at"],
    )


def _account_document(account: ServiceAccount) -> Document:
    return {
        "_id": account.id,
        "sequence": account.sequence,
        "name": account.name,
        "agency_id": account.agency_id,
        "roles": list(account.roles),
        "registered_at": account.registered_at,
    }


def _account(document: Document) -> ServiceAccount:
    return ServiceAccount(
        id=document["_id"],
        sequence=document["sequence"],
        name=document["name"],
        agency_id=document["agency_id"],
        roles=sorted_roles(document["roles"]),
        registered_at=document["registered_at"],
    )


def _key_document(key: ApiKey) -> Document:
    return {
        "_id": key.id,
        "sequence": key.sequence,
        "account_id": key.account_id,
        "agency_id": key.agency_id,
        "roles": list(key.roles),
        "secret_hash": key.secret_hash,
        "issued_at": key.issued_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
    }


def _key(document: Document) -> ApiKey:
    return ApiKey(
        id=document["_id"],
        sequence=document["sequence"],
        account_id=document["account_id"],
        agency_id=document["agency_id"],
        roles=sorted_roles(document["roles"]),
        secret_hash=bytes(document["secret_hash"]),
        issued_at=document["issued_at"],
        expires_at=document["expires_at"],
        revoked_at=document["revoked_at"],
    )

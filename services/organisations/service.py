"""The organisations service: calls at the edge, nothing else."""

from __future__ import annotations

from typing import Any

from services.organisations import use_cases
from services.organisations.domain import Organisation, Site
from services.organisations.repository import INDEXES, OrganisationRepository, SiteRepository
from shared.contracts.rpc import organisations as calls
from shared.messaging.rpc_server import RuntimeProvider, command, query
from shared.persistence.repository import Page
from shared.persistence.unit_of_work import Transaction
from shared.runtime import Runtime, ServiceProcess
from shared.tenancy import Caller

Request = dict[str, Any]


class OrganisationsRpc:
    name = "organisations"
    runtime: Runtime = RuntimeProvider()

    @command(calls.REGISTER_ORGANISATION)
    def register_organisation(self, tx: Transaction, caller: Caller, request: Request) -> Organisation:
        return use_cases.register_organisation(tx, caller, request)

    @query(calls.GET_ORGANISATION)
    def get_organisation(self, caller: Caller, request: Request) -> Organisation:
        return use_cases.get_organisation(self._organisations(caller), request["id"])

    @query(calls.LIST_ORGANISATIONS)
    def list_organisations(self, caller: Caller, request: Request) -> Page[Organisation]:
        return use_cases.list_organisations(self._organisations(caller), **request)

    @command(calls.REVISE_ORGANISATION)
    def revise_organisation(self, tx: Transaction, caller: Caller, request: Request) -> Organisation:
        changes = {name: value for name, value in request.items() if name not in ("id", "expected_sequence")}
        return use_cases.revise_organisation(tx, caller, request["id"], request["expected_sequence"], changes)

    @command(calls.REGISTER_SITE)
    def register_site(self, tx: Transaction, caller: Caller, request: Request) -> Site:
        settings = self.runtime.settings
        return use_cases.register_site(tx, caller, request, settings.is_home, settings.peers.get)

    @query(calls.LIST_SITES)
    def list_sites(self, caller: Caller, request: Request) -> Page[Site]:
        return use_cases.list_sites(self._organisations(caller), self._sites(caller), **request)

    @query(calls.GET_SITES)
    def get_sites(self, caller: Caller, request: Request) -> dict[str, list[Site]]:
        return use_cases.get_sites(self._sites(caller), request["ids"])

    def _organisations(self, caller: Caller) -> OrganisationRepository:
        return self.runtime.repository(OrganisationRepository, caller)

    def _sites(self, caller: Caller) -> SiteRepository:
        return self.runtime.repository(SiteRepository, caller)


PROCESS = ServiceProcess(name="organisations", classes=(OrganisationsRpc,), indexes=INDEXES)

"""The audits service: calls at the edge, nothing else."""

from __future__ import annotations

from typing import Any

from services.audits import use_cases
from services.audits.domain import Site, Survey
from services.audits.repository import INDEXES, SurveyRepository
from shared.contracts.rpc import audits as calls
from shared.contracts.rpc import organisations as organisation_calls
from shared.messaging.rpc_server import RuntimeProvider, command, query, service_caller
from shared.persistence.repository import Page
from shared.persistence.unit_of_work import Transaction
from shared.runtime import Runtime, ServiceProcess
from shared.tenancy import Caller

Request = dict[str, Any]


class AuditsRpc:
    name = "audits"
    runtime: Runtime = RuntimeProvider()

    @command(calls.REGISTER_SURVEY)
    def register_survey(self, tx: Transaction, caller: Caller, request: Request) -> Survey:
        def find_site(site_id: str) -> Site | None:
            return _ask_for_site(self.runtime, caller.agency, site_id)

        return use_cases.register_survey(tx, caller, request, find_site)

    @query(calls.GET_SURVEY)
    def get_survey(self, caller: Caller, request: Request) -> Survey:
        return use_cases.get_survey(self.runtime.repository(SurveyRepository, caller), request["id"])

    @query(calls.LIST_SURVEYS)
    def list_surveys(self, caller: Caller, request: Request) -> Page[Survey]:
        return use_cases.list_surveys(self.runtime.repository(SurveyRepository, caller), request)


def _ask_for_site(runtime: Runtime, agency_id: str, site_id: str) -> Site | None:
    """The site, if it is one of the agency's; surveys are rare, so no projection of sites is kept for them."""
    token = runtime.tokens.sign(service_caller("audits", runtime.settings.cell, agency_id))
    for site in runtime.rpc.call(organisation_calls.GET_SITES, {"ids": [site_id]}, token)["items"]:
        return Site(site["id"], site["organisation_id"], site["region_code"])
    return None


PROCESS = ServiceProcess(name="audits", classes=(AuditsRpc,), indexes=INDEXES)

"""The resources service: calls and events at the edge, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from services.resources import use_cases
from services.resources.domain import Organisation, Site
from services.resources.repository import INDEXES, ListingRepository, SiteRepository, organisation_of, site_of
from shared.contracts import subscriptions
from shared.contracts.envelope import Event
from shared.contracts.rpc import organisations as organisation_calls
from shared.contracts.rpc import resources as calls
from shared.errors import ServiceError
from shared.jobs.job import Job, JobKind, JobRepository, Step
from shared.jobs.schedule import Schedule
from shared.messaging.entrypoint import on_events
from shared.messaging.rpc_server import RuntimeProvider, command, query, service_caller
from shared.observability.logs import get_logger
from shared.persistence.repository import Page
from shared.persistence.unit_of_work import Transaction
from shared.runtime import Runtime, ServiceProcess
from shared.tenancy import Caller, Role, ServiceScope

REEMISSION, SECTORS = "listings.reemit", "listings.sector"
FINLAND = ZoneInfo("Europe/Helsinki")
_JOBS = ServiceScope("jobs")
_SECTOR_WAIT_S = 1.0
"""How long recording a listing waits for its organisation's sector."""

log = get_logger(__name__)

Request = dict[str, Any]


class ResourcesRpc:
    name = "resources"
    runtime: Runtime = RuntimeProvider()

    @command(calls.REGISTER_LISTING)
    def register_listing(self, tx: Transaction, caller: Caller, request: Request) -> Mapping[str, Any]:
        settings = self.runtime.settings

        def find_site(site_id: str) -> Site | None:
            return tx.repository(SiteRepository, caller).find(site_id) or self._ask_for_site(caller, site_id)

        def sector_of(site: Site) -> str | None:
            ask = partial(self._ask_for_organisation, caller)
            return use_cases.known_sector(tx, site.organisation_id, site.agency_id, ask)

        return use_cases.register_listing(
            tx, caller, request, find_site, sector_of, settings.is_home, settings.peers.get
        )

    @query(calls.GET_LISTING)
    def get_listing(self, caller: Caller, request: Request) -> Mapping[str, Any]:
        return use_cases.get_listing(self._listings(caller), caller, request["id"])

    @query(calls.LIST_LISTINGS)
    def list_listings(self, caller: Caller, request: Request) -> Page[dict[str, Any]]:
        return use_cases.list_listings(self._listings(caller), caller, request)

    @query(calls.ORGANISATION_LISTINGS)
    def organisation_listings(self, caller: Caller, request: Request) -> Mapping[str, Any]:
        return use_cases.organisation_listings(self._listings(caller), caller, request["organisation_id"])

    @command(calls.REVISE_LISTING)
    def revise_listing(self, tx: Transaction, caller: Caller, request: Request) -> Mapping[str, Any]:
        changes = {name: value for name, value in request.items() if name not in ("id", "expected_sequence")}
        return use_cases.revise_listing(tx, caller, request["id"], request["expected_sequence"], changes)

    @command(calls.WITHDRAW_LISTING)
    def withdraw_listing(self, tx: Transaction, caller: Caller, request: Request) -> Mapping[str, Any]:
        return use_cases.withdraw_listing(tx, caller, request["id"], request["expected_sequence"])

    @command(calls.START_REEMISSION)
    def start_reemission(self, tx: Transaction, caller: Caller, _request: Request) -> Job:
        caller.require(Role.OPERATOR)
        tx.after_commit(self.runtime.wake_jobs)
        jobs = tx.repository(JobRepository, _JOBS)
        return jobs.queue(REEMISSION, caller.principal_id, self.runtime.settings.cell, {}, tx.clock.now())

    @query(calls.GET_JOB)
    def get_job(self, caller: Caller, request: Request) -> Job:
        caller.require(Role.OPERATOR)
        return self.runtime.repository(JobRepository, _JOBS).get(request["id"])

    @command(calls.CANCEL_JOB)
    def cancel_job(self, tx: Transaction, caller: Caller, request: Request) -> Job:
        caller.require(Role.OPERATOR)
        return tx.repository(JobRepository, _JOBS).cancel(request["id"], tx.clock.now())

    def _listings(self, caller: Caller) -> ListingRepository:
        return self.runtime.repository(ListingRepository, caller)

    def _ask_for_site(self, caller: Caller, site_id: str) -> Site | None:
        """A site recorded a moment ago, whose event has not come yet: its owner knows it."""
        found = self.runtime.rpc.call(organisation_calls.GET_SITES, {"ids": [site_id]}, self._token(caller))["items"]
        return site_of(found[0]) if found else None

    def _ask_for_organisation(self, caller: Caller, organisation_id: str) -> Organisation | None:
        """The same for the site's organisation; a listing is no less welcome while nobody answers."""
        try:
            call, request = organisation_calls.GET_ORGANISATION, {"id": organisation_id}
            answer = self.runtime.rpc.call(call, request, self._token(caller), deadline_s=_SECTOR_WAIT_S)
            return organisation_of(answer)
        except ServiceError as error:
            log.warning("sector_unknown", organisation_id=organisation_id, code=error.code)
            return None

    def _token(self, caller: Caller) -> str:
        return self.runtime.tokens.sign(service_caller("resources", self.runtime.settings.cell, caller.agency))


class ResourcesEvents:
    name = "resources_events"
    runtime: Runtime = RuntimeProvider()

    @on_events(subscriptions.RESOURCES_SITES)
    def sites_announced(self, tx: Transaction, events: Sequence[Event]) -> None:
        use_cases.remember_sites(tx, events)

    @on_events(subscriptions.RESOURCES_ORGANISATIONS)
    def organisations_announced(self, tx: Transaction, events: Sequence[Event]) -> None:
        behind = use_cases.remember_organisations(tx, events)
        jobs, cell = tx.repository(JobRepository, _JOBS), self.runtime.settings.cell
        for organisation_id in behind:
            jobs.queue(SECTORS, "resources", cell, {"organisation_id": organisation_id}, tx.clock.now())
        if behind:
            tx.after_commit(self.runtime.wake_jobs)

    @on_events(subscriptions.RESOURCES_SURPLUSES)
    def surpluses_found(self, tx: Transaction, events: Sequence[Event]) -> None:
        use_cases.list_surpluses(tx, events)


def _reemission_step(tx: Transaction, _parameters: Mapping[str, Any], cursor: str | None) -> Step:
    ids = use_cases.reemit_batch(tx, cursor)
    total = tx.repository(ListingRepository, ServiceScope("re-emission")).total() if cursor is None else None
    more = len(ids) == use_cases.REEMISSION_BATCH
    return Step(ids[-1] if more else None, len(ids), total)


def _sector_step(tx: Transaction, parameters: Mapping[str, Any], _cursor: str | None) -> Step:
    carried = use_cases.carry_sector(tx, parameters["organisation_id"])
    return Step("more" if carried == use_cases.SECTOR_BATCH else None, carried)


def _expire(runtime: Runtime) -> None:
    day = use_cases.today(runtime.clock.now(), FINLAND)
    while runtime.unit_of_work.run(lambda tx: use_cases.expire_passed(tx, day)) == use_cases.EXPIRY_BATCH:
        pass


PROCESS = ServiceProcess(
    name="resources",
    classes=(ResourcesRpc, ResourcesEvents),
    indexes=INDEXES,
    jobs=(JobKind(REEMISSION, _reemission_step), JobKind(SECTORS, _sector_step)),
    schedules=(Schedule("expire passed listings", timedelta(hours=1), _expire),),
)

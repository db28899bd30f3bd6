"""A survey over the real broker: the site is checked with its owner, and each surplus becomes a listing."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.local.stack import Stack
from shared import config
from shared.contracts.registry import Call
from shared.contracts.rpc import audits as calls
from shared.contracts.rpc import organisations, resources
from shared.errors import ServiceError
from shared.ids import new_id
from shared.messaging.rpc_client import RpcClient
from shared.runtime import Runtime
from shared.tenancy import Caller, Role

ROOT = Path(__file__).parents[3]
SERVICES = ("organisations", "audits", "resources")
SURPLUS = {
    "name": "Kuivaamon poistoilma",
    "description": "Sahan kuivaamo, ympäri vuoden.",
    "energy_mwh_per_year": 850.0,
    "temperature_c": 45.0,
    "basis": "measured",
    "visibility": "nation",
}


class Office:
    """An agency with one client and its site, calling the running services."""

    def __init__(self, identity: Runtime, client: RpcClient) -> None:
        self._identity = identity
        self._client = client
        self._agency_id = new_id("agy", "12")

    def found(self) -> None:
        self.organisation_id = self(organisations.REGISTER_ORGANISATION, name="Esimerkkisaha Oy")["id"]
        site = {"organisation_id": self.organisation_id, "name": "Saha", "municipality": "Lieksa"}
        self.site_id = self(organisations.REGISTER_SITE, **site)["id"]

    def __call__(self, call: Call, *, role: Role = Role.FACILITATOR, key: str | None = None, **payload: Any) -> Any:
        caller = Caller(f"acc-12-{'1' * 32}", self._agency_id, frozenset({role}), "12")
        token = self._identity.tokens.sign(caller)
        return self._client.call(call, payload, token, idempotency_key=key, deadline_s=20)

    def draft(self, **changes: Any) -> dict[str, Any]:
        return {"organisation_id": self.organisation_id, "site_id": self.site_id, "year": 2025, **changes}


@pytest.fixture(scope="module")
def offices(
    infrastructure: Stack, tmp_path_factory: pytest.TempPathFactory, eventually: Callable[..., None]
) -> Iterator[tuple[Office, Office]]:
    """Two agencies beside each other."""
    own = {"SIVUVIRTA_DATABASE_PREFIX": f"t{uuid.uuid4().hex[:10]}", "OPERATOR_PORT": "0"}
    log = tmp_path_factory.mktemp("audits") / "services.log"
    processes = []
    with log.open("wb") as output:
        for service in SERVICES:
            environment = {"PATH": os.environ["PATH"], **infrastructure.environment(service), **own}
            command = [sys.executable, "-m", "shared.runner", service]
            processes.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output))
    identity = Runtime(config.load({**infrastructure.environment("identity"), **own}), "identity")
    client = RpcClient(infrastructure.environment("gateway")["AMQP_URI"], "gateway", 5.0)
    made = (Office(identity, client), Office(identity, client))
    try:
        for call in (organisations.LIST_ORGANISATIONS, calls.LIST_SURVEYS, resources.LIST_LISTINGS):
            eventually(lambda call=call: _answers(made[0], call), timeout_s=60)
        for office in made:
            office.found()
        yield made
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)
        client.close()
        for service in SERVICES:
            identity.client.drop_database(f"{own['SIVUVIRTA_DATABASE_PREFIX']}_12_{service}")
        identity.client.close()


@pytest.fixture
def office(offices: tuple[Office, Office]) -> Office:
    return offices[0]


@pytest.fixture
def neighbour(offices: tuple[Office, Office]) -> Office:
    return offices[1]


def test_each_surplus_of_a_survey_becomes_a_listing(office: Office, eventually: Callable[..., None]) -> None:
    survey = office(calls.REGISTER_SURVEY, **office.draft(surpluses=[SURPLUS, {**SURPLUS, "name": "Lauhdevesi"}]))
    for surplus in survey["surpluses"]:
        eventually(lambda listing_id=surplus["listing_id"]: _found(office, listing_id))
        listing = office(resources.GET_LISTING, id=surplus["listing_id"])
        assert (listing["name"], listing["kind"], listing["direction"], listing["origin"]) == (
            surplus["name"], "energy", "have", "audit",
        )  # fmt: skip
        assert listing["yearly_amount"] == {"amount": 850.0, "unit": "MWh", "dimension": "energy"}
        assert (listing["temperature_c"], listing["site_id"]) == (45.0, office.site_id)


def test_a_survey_is_read_back_with_its_figures(office: Office) -> None:
    carriers = [
        {"carrier": "electricity", "energy_mwh": 120, "cost_eur": 15_000},
        {"carrier": "wood", "energy_mwh": 80},
    ]
    survey = office(calls.REGISTER_SURVEY, **office.draft(heated_area_m2=1_000, carriers=carriers))
    assert (survey["total_energy_mwh"], survey["total_cost_eur"], survey["intensity_kwh_per_m2"]) == (
        200.0,
        None,
        200.0,
    )
    assert office(calls.GET_SURVEY, id=survey["id"]) == survey


def test_surveys_are_listed_newest_first_within_the_agency(office: Office, neighbour: Office) -> None:
    made = [office(calls.REGISTER_SURVEY, **office.draft(notes=str(number)))["id"] for number in range(3)]
    listed = office(calls.LIST_SURVEYS, organisation_id=office.organisation_id, limit=2)
    assert [survey["id"] for survey in listed["items"]] == [made[2], made[1]]
    rest = office(calls.LIST_SURVEYS, cursor=listed["next_cursor"])
    assert rest["items"][0]["id"] == made[0]
    assert neighbour(calls.LIST_SURVEYS)["items"] == []
    assert _refusal(neighbour, calls.GET_SURVEY, id=made[0]) == "not_found"


def test_another_agencys_site_cannot_be_surveyed(office: Office, neighbour: Office) -> None:
    for draft in (neighbour.draft(), office.draft(site_id=neighbour.site_id)):
        with pytest.raises(ServiceError) as refused:
            office(calls.REGISTER_SURVEY, **draft)
        assert [error["field"] for error in refused.value.extra["errors"]] == ["site_id"]


@pytest.mark.parametrize(
    ("role", "outcome"),
    [(Role.FACILITATOR, "ok"), (Role.INTEGRATION, "ok"), (Role.OPERATOR, "forbidden"), (Role.SERVICE, "forbidden")],
)
def test_facilitators_and_integrations_record_surveys(office: Office, role: Role, outcome: str) -> None:
    assert _refusal(office, calls.REGISTER_SURVEY, role=role, **office.draft()) == outcome


def test_a_repeated_survey_has_one_effect(office: Office) -> None:
    once = uuid.uuid4().hex
    draft = office.draft(surpluses=[SURPLUS])
    assert office(calls.REGISTER_SURVEY, key=once, **draft) == office(calls.REGISTER_SURVEY, key=once, **draft)


def _answers(office: Office, call: Call) -> bool:
    return _refusal(office, call) == "ok"


def _found(office: Office, listing_id: str) -> bool:
    return _refusal(office, resources.GET_LISTING, id=listing_id) == "ok"


def _refusal(office: Office, call: Call, **payload: Any) -> str:
    """The error's code, or ``ok``."""
    try:
        office(call, **payload)
    except ServiceError as error:
        return error.code
    return "ok"

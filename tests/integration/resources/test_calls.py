"""Resources as a real process: idempotency, sites by event and by question, errors as a caller meets them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.contracts.rpc import organisations as organisation_calls
from shared.contracts.rpc import resources as calls
from shared.ids import new_id
from shared.tenancy import Caller, Role
from tests.integration.running import RunningServices, caller

OPERATOR = Caller(new_id("acc", "12"), None, frozenset({Role.OPERATOR}), "12")


@pytest.fixture(scope="module")
def platform(services: RunningServices) -> RunningServices:
    services.start("organisations")
    services.start("resources", SIVUVIRTA_REGIONS="11,12", SIVUVIRTA_PEERS='{"19": "https://lappi.example"}')
    return services


def site(platform: RunningServices, who: Caller, municipality: str = "Joensuu") -> str:
    organisation = platform.ask(organisation_calls.REGISTER_ORGANISATION, {"name": "Esimerkkisaha Oy"}, who)
    payload = {"organisation_id": organisation["id"], "name": "Saha", "municipality": municipality}
    return str(platform.ask(organisation_calls.REGISTER_SITE, payload, who)["id"])


def draft(site_id: str, **more: Any) -> dict[str, Any]:
    return {"direction": "have", "kind": "material", "name": "Kuori", "site_id": site_id, **more}


def database(platform: RunningServices) -> Any:
    for runtime in platform.runtimes:
        if runtime.service == "resources":
            return runtime.database
    return platform.runtime("resources").database


# Idempotency


def test_the_same_key_and_body_give_the_same_listing_and_one_event(platform: RunningServices) -> None:
    who = caller()
    payload = draft(site(platform, who), visibility="nation")
    answers = [platform.ask(calls.REGISTER_LISTING, payload, who, key="once") for _ in range(3)]
    other = platform.ask(calls.REGISTER_LISTING, payload, who, key="another")
    listed = platform.ask(calls.LIST_LISTINGS, {"own": True}, who)["items"]
    assert answers == [answers[0]] * 3
    assert {item["id"] for item in listed} == {answers[0]["id"], other["id"]}


def test_the_same_key_with_another_body_is_refused(platform: RunningServices) -> None:
    who = caller()
    payload = draft(site(platform, who))
    platform.ask(calls.REGISTER_LISTING, payload, who, key="once")
    refused = platform.refusal(calls.REGISTER_LISTING, {**payload, "name": "Puru"}, who, key="once")
    assert (refused.code, refused.status) == ("idempotency_mismatch", 422)


def test_a_key_belongs_to_its_principal(platform: RunningServices) -> None:
    one = caller()
    colleague = caller(agency_id=one.agency_id)
    site_id = site(platform, one)
    first = platform.ask(calls.REGISTER_LISTING, draft(site_id), one, key="once")
    second = platform.ask(calls.REGISTER_LISTING, draft(site_id, name="Puru"), colleague, key="once")
    assert first["id"] != second["id"]


def test_while_a_request_is_under_way_the_same_one_is_told_to_wait(platform: RunningServices) -> None:
    who = caller()
    payload = draft(site(platform, who))
    with under_way(platform, f"{who.principal_id}|resources.register_listing|slow"):
        refused = platform.refusal(calls.REGISTER_LISTING, payload, who, key="slow")
    assert (refused.code, refused.status) == ("idempotency_in_flight", 409)
    assert platform.ask(calls.REGISTER_LISTING, payload, who, key="slow")["name"] == "Kuori"


@contextmanager
def under_way(platform: RunningServices, key: str) -> Iterator[None]:
    """Another process has written the record in a transaction that is still open, and then dies."""
    records = database(platform)["idempotency"]
    with records.database.client.start_session() as session:
        session.start_transaction()
        records.insert_one({"_id": key, "body": "", "recorded_at": datetime.now(UTC)}, session=session)
        yield
        session.abort_transaction()


def test_what_would_be_refused_the_second_time_gets_the_first_answer_again(platform: RunningServices) -> None:
    who = caller()
    listing = platform.ask(calls.REGISTER_LISTING, draft(site(platform, who)), who)
    change = {"id": listing["id"], "expected_sequence": listing["sequence"], "name": "Kuivaa kuorta"}
    answers = [platform.ask(calls.REVISE_LISTING, change, who, key="once") for _ in range(2)]
    refused = platform.refusal(calls.REVISE_LISTING, change, who, key="another")
    assert answers == [answers[0]] * 2
    assert refused.code == "precondition_failed"


def test_a_refusal_does_not_use_the_key_up(platform: RunningServices) -> None:
    who = caller()
    stranger_site, own_site = site(platform, caller()), site(platform, who)
    refused = platform.refusal(calls.REGISTER_LISTING, draft(stranger_site), who, key="once")
    assert refused.extra["errors"][0]["field"] == "site_id"
    assert platform.ask(calls.REGISTER_LISTING, draft(own_site), who, key="once")["site_id"] == own_site


# Sites


def test_sites_are_known_by_their_event(platform: RunningServices) -> None:
    who = caller()
    site_id = site(platform, who)
    platform.eventually(lambda: database(platform)["sites"].find_one({"_id": site_id}))
    assert platform.ask(calls.REGISTER_LISTING, draft(site_id), who)["site_id"] == site_id


def test_a_site_whose_event_has_not_come_is_asked_for(platform: RunningServices) -> None:
    who = caller()
    site_id = site(platform, who)
    sites = database(platform)["sites"]
    platform.eventually(lambda: sites.find_one({"_id": site_id}))
    sites.delete_one({"_id": site_id})
    assert platform.ask(calls.REGISTER_LISTING, draft(site_id), who)["site_id"] == site_id


def test_a_site_homed_elsewhere_is_refused_with_its_home(platform: RunningServices) -> None:
    who = caller()
    refused = platform.refusal(calls.REGISTER_LISTING, draft(site(platform, who, "Kemi")), who)
    assert (refused.code, refused.extra) == ("misdirected", {"region": "19", "home": "https://lappi.example"})


# Sectors


def sawmill(platform: RunningServices, who: Caller) -> tuple[str, str]:
    """The ids of a client of NACE 16.10 and of its site."""
    client = {"name": "Esimerkkisaha Oy", "nace_code": "16.10"}
    organisation = platform.ask(organisation_calls.REGISTER_ORGANISATION, client, who)
    payload = {"organisation_id": organisation["id"], "name": "Saha", "municipality": "Joensuu"}
    return organisation["id"], platform.ask(organisation_calls.REGISTER_SITE, payload, who)["id"]


def test_the_sector_of_an_organisation_whose_event_has_not_come_is_asked_for_and_kept(
    platform: RunningServices,
) -> None:
    who = caller()
    organisation_id, site_id = sawmill(platform, who)
    known = database(platform)["organisations"]
    platform.eventually(lambda: known.find_one({"_id": organisation_id}))
    known.delete_one({"_id": organisation_id})
    assert platform.ask(calls.REGISTER_LISTING, draft(site_id), who)["sector"] == "16"
    kept = known.find_one({"_id": organisation_id})
    assert (kept["sequence"], kept["agency_id"], kept["sector"]) == (1, who.agency, "16")


def test_a_listing_bears_its_organisations_sector_at_once_and_follows_it(platform: RunningServices) -> None:
    who = caller()
    organisation_id, site_id = sawmill(platform, who)
    recorded = platform.ask(calls.REGISTER_LISTING, draft(site_id), who)
    assert recorded["sector"] == "16"
    platform.ask(
        organisation_calls.REVISE_ORGANISATION,
        {"id": organisation_id, "expected_sequence": 1, "nace_code": "31"}, who,
    )  # fmt: skip
    listing = {"id": recorded["id"]}
    platform.eventually(lambda: platform.ask(calls.GET_LISTING, listing, who)["sector"] == "31")
    assert platform.ask(calls.GET_LISTING, listing, who)["sequence"] == 2


# Errors


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"ewc_code": "999999"}, "ewc_code"),
        ({"kind": "energy", "quantity": {"amount": 5, "unit": "kW"}}, "quantity.unit"),
        ({"quantity": {"amount": "NaN", "unit": "t"}}, "quantity.amount"),
        ({"temperature_c": -300}, "temperature_c"),
        ({"visibility": "programme", "programme": "vesi"}, "programme"),
        ({"name": "\x00"}, "name"),
    ],
)
def test_a_wrong_field_is_named(platform: RunningServices, wrong: dict[str, Any], field: str) -> None:
    who = caller()
    refused = platform.refusal(calls.REGISTER_LISTING, draft(site(platform, who)) | wrong, who)
    assert (refused.code, [error["field"] for error in refused.extra["errors"]]) == ("invalid_input", [field])


def test_only_facilitators_and_integrations_record(platform: RunningServices) -> None:
    who = caller()
    payload = draft(site(platform, who))
    refused = platform.refusal(calls.REGISTER_LISTING, payload, caller(Role.SERVICE, agency_id=who.agency_id))
    assert refused.code == "forbidden"


# Re-emission


def test_an_operator_has_all_states_emitted_again(platform: RunningServices) -> None:
    who = caller()
    listing = platform.ask(calls.REGISTER_LISTING, draft(site(platform, who)), who)
    job = platform.ask(calls.START_REEMISSION, {}, OPERATOR)
    platform.eventually(lambda: platform.ask(calls.GET_JOB, {"id": job["id"]}, OPERATOR)["state"] == "done")
    bodies = [row["body"] for row in database(platform)["outbox"].find({"routing_key": "listing.revised.v1"})]
    assert sum(listing["id"].encode() in bytes(body) for body in bodies) == 1


def test_jobs_are_the_operators(platform: RunningServices) -> None:
    for call, payload in (
        (calls.START_REEMISSION, {}),
        (calls.GET_JOB, {"id": new_id("job", "12")}),
        (calls.CANCEL_JOB, {"id": new_id("job", "12")}),
    ):
        assert platform.refusal(call, payload, caller()).code == "forbidden"
    assert platform.refusal(calls.GET_JOB, {"id": new_id("job", "12")}, OPERATOR).code == "not_found"

"""Clients and sites over the real wire: each agency its own, parties the same for all."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.contracts.rpc import organisations as calls
from shared.errors import ServiceError
from shared.ids import is_id, region_of
from shared.messaging.rpc_server import service_caller
from shared.registers import finnish_check_digit
from shared.tenancy import Caller, Role
from tests.integration.running import RunningServices, caller


@pytest.fixture(scope="module")
def organisations(services: RunningServices) -> RunningServices:
    services.start("organisations", SIVUVIRTA_REGIONS="11,12", SIVUVIRTA_PEERS='{"19": "https://lappi.example"}')
    return services


def client(organisations: RunningServices, who: Caller, **draft: Any) -> Any:
    return organisations.ask(calls.REGISTER_ORGANISATION, {"name": "Esimerkkisaha Oy", **draft}, who)


def site(organisations: RunningServices, who: Caller, organisation_id: str, **draft: Any) -> Any:
    payload = {"organisation_id": organisation_id, "name": "Saha", "municipality": "Joensuu", **draft}
    return organisations.ask(calls.REGISTER_SITE, payload, who)


def y_tunnus(first_seven: str) -> dict[str, str]:
    return {"register": "FI", "number": f"{first_seven}-{finnish_check_digit(first_seven)}"}


def events_of(organisations: RunningServices, subject: str) -> list[dict[str, Any]]:
    rows = organisations.runtime("organisations").database["outbox"].find({})
    bodies = [json.loads(row["body"]) for row in rows]
    return sorted((body for body in bodies if body["subject"] == subject), key=lambda body: int(body["sequence"]))


# Clients


def test_a_client_is_recorded_and_read_back(organisations: RunningServices) -> None:
    who = caller()
    recorded = client(organisations, who, nace_code="16.10", notes="met at the workshop")
    assert is_id("org", recorded["id"])
    assert region_of(recorded["id"]) == who.region
    assert (recorded["agency_id"], recorded["sequence"], recorded["kind"]) == (who.agency_id, 1, "company")
    assert organisations.ask(calls.GET_ORGANISATION, {"id": recorded["id"]}, who) == recorded


def test_two_agencies_serve_one_party_without_seeing_each_other(organisations: RunningServices) -> None:
    one, other = caller(), caller(region="11")
    first = client(organisations, one, register_number=y_tunnus("2345678"), notes="ours")
    second = client(organisations, other, register_number=y_tunnus("2345678"))
    assert second["party_id"] == first["party_id"]
    assert second["id"] != first["id"]
    refused = organisations.refusal(calls.GET_ORGANISATION, {"id": first["id"]}, other)
    assert refused.code == "not_found"
    listed = organisations.ask(calls.LIST_ORGANISATIONS, {}, other)
    assert [item["id"] for item in listed["items"]] == [second["id"]]


def test_a_duplicate_is_told_inside_the_agency_with_the_id_that_stands(organisations: RunningServices) -> None:
    who = caller()
    first = client(organisations, who, register_number=y_tunnus("3456780"))
    draft = {"name": "Sama toisin kirjoitettuna", "register_number": y_tunnus("3456780")}
    refused = organisations.refusal(calls.REGISTER_ORGANISATION, draft, who)
    assert (refused.code, refused.extra) == ("duplicate", {"organisation_id": first["id"]})


def test_of_many_at_the_same_moment_one_is_recorded_and_the_others_are_told_of_it(
    organisations: RunningServices,
) -> None:
    who = caller()

    def attempt(number: int) -> tuple[str, str]:
        try:
            return "ok", client(organisations, who, name=f"Yritys {number}", register_number=y_tunnus("4567891"))["id"]
        except ServiceError as error:
            return error.code, error.extra["organisation_id"]

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(8)))
    assert sorted(code for code, _ in outcomes) == ["duplicate"] * 7 + ["ok"]
    assert len({organisation_id for _, organisation_id in outcomes}) == 1


def test_parties_without_a_number_are_never_duplicates(organisations: RunningServices) -> None:
    who = caller()
    assert client(organisations, who)["party_id"] != client(organisations, who)["party_id"]


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        ({"register_number": {"register": "FI", "number": "1234567-0"}}, "register_number.number"),
        ({"register_number": {"register": "XX", "number": "1234567-0"}}, "register_number.register"),
        ({"register_number": {"register": "SE", "number": "850101-1234"}}, "register_number.number"),
        ({"notes": "call 010190-900P"}, "notes"),
        ({"nace_code": "99.99"}, "nace_code"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_field_is_named(organisations: RunningServices, draft: dict[str, Any], field: str) -> None:
    refused = organisations.refusal(calls.REGISTER_ORGANISATION, {"name": "Esimerkkisaha Oy", **draft}, caller())
    assert (refused.code, [error["field"] for error in refused.extra["errors"]]) == ("invalid_input", [field])


def test_a_revision_needs_the_version_that_stands(organisations: RunningServices) -> None:
    who = caller()
    first = client(organisations, who)
    change = {"id": first["id"], "expected_sequence": 1, "kind": "farm"}
    revised = organisations.ask(calls.REVISE_ORGANISATION, change, who)
    refused = organisations.refusal(calls.REVISE_ORGANISATION, change, who)
    assert (revised["sequence"], revised["kind"], revised["name"]) == (2, "farm", first["name"])
    assert (refused.code, refused.extra) == ("precondition_failed", {"sequence": 2})


def test_events_tell_of_recording_and_of_kind_and_sector_but_never_names(organisations: RunningServices) -> None:
    who = caller()
    recorded = client(organisations, who, name="Salainen Saha Oy")
    for sequence, change in ((1, {"name": "Uusi Saha Oy"}), (2, {"nace_code": "16.10"})):
        payload = {"id": recorded["id"], "expected_sequence": sequence, **change}
        organisations.ask(calls.REVISE_ORGANISATION, payload, who)
    told = events_of(organisations, recorded["id"])
    assert [(event["type"], int(event["sequence"])) for event in told] == [
        ("fi.sivuvirta.organisation.registered.v1", 1),
        ("fi.sivuvirta.organisation.revised.v1", 3),
    ]
    assert "Saha" not in json.dumps(told)


def test_lists_come_in_pages_newest_first(organisations: RunningServices) -> None:
    who = caller()
    ids = [client(organisations, who, name=f"Yritys {number}")["id"] for number in range(5)]
    seen, cursor = [], None
    while True:
        page = organisations.ask(calls.LIST_ORGANISATIONS, {"limit": 2, "cursor": cursor}, who)
        seen += [item["id"] for item in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == ids[::-1]


# Sites


def test_a_sites_region_and_place_come_from_its_municipality(organisations: RunningServices) -> None:
    who = caller()
    recorded = site(organisations, who, client(organisations, who)["id"], municipality="joensuu")
    assert (recorded["municipality_code"], recorded["municipality_name"]) == ("167", "Joensuu")
    assert (recorded["region_code"], region_of(recorded["id"])) == ("12", "12")
    [told] = events_of(organisations, recorded["id"])
    assert (told["type"], told["agency"]) == ("fi.sivuvirta.site.registered.v1", who.agency_id)
    assert told["data"]["point"] == recorded["point"]
    assert "name" not in told["data"]


def test_a_site_of_a_region_homed_elsewhere_is_refused_with_its_home(organisations: RunningServices) -> None:
    who = caller()
    payload = {"organisation_id": client(organisations, who)["id"], "name": "Tehdas", "municipality": "Kemi"}
    refused = organisations.refusal(calls.REGISTER_SITE, payload, who)
    assert refused.code == "misdirected"
    assert refused.extra == {"region": "19", "home": "https://lappi.example"}


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        ({"point": {"lat": 60.17, "lon": 24.94}}, "point"),
        ({"point": {"lat": 29.8, "lon": 62.6}}, "point.lat"),
        ({"municipality": "Jonsuu"}, "municipality"),
        ({"street_address": "010190-900P"}, "street_address"),
    ],
)
def test_a_site_out_of_place_is_refused_naming_the_field(
    organisations: RunningServices, draft: dict[str, Any], field: str
) -> None:
    who = caller()
    payload = {"organisation_id": client(organisations, who)["id"], "name": "Saha", "municipality": "Joensuu", **draft}
    refused = organisations.refusal(calls.REGISTER_SITE, payload, who)
    assert (refused.code, [error["field"] for error in refused.extra["errors"]]) == ("invalid_input", [field])


def test_sites_are_recorded_and_listed_for_own_clients_only(organisations: RunningServices) -> None:
    who, stranger = caller(), caller()
    own = client(organisations, who)["id"]
    ids = [site(organisations, who, own, name=name)["id"] for name in ("Saha", "Varasto")]
    listed = organisations.ask(calls.LIST_SITES, {"organisation_id": own}, who)
    payload = {"organisation_id": own, "name": "Saha", "municipality": "Joensuu"}
    assert [item["id"] for item in listed["items"]] == ids[::-1]
    assert organisations.refusal(calls.LIST_SITES, {"organisation_id": own}, stranger).code == "not_found"
    assert organisations.refusal(calls.REGISTER_SITE, payload, stranger).code == "not_found"


def test_a_service_asks_for_sites_of_the_agency_it_works_for(organisations: RunningServices) -> None:
    who, stranger = caller(), caller()
    mine = site(organisations, who, client(organisations, who)["id"])["id"]
    theirs = site(organisations, stranger, client(organisations, stranger)["id"])["id"]
    resources = organisations.runtime("resources")
    token = resources.tokens.sign(service_caller("resources", "12", who.agency_id))
    found = organisations.client.call(calls.GET_SITES, {"ids": [theirs, mine]}, token, deadline_s=20)
    assert [item["id"] for item in found["items"]] == [mine]


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        (caller(Role.INTEGRATION), True),
        (caller(Role.SERVICE), True),
        (Caller("acc-12-" + "0" * 32, None, frozenset({Role.OPERATOR}), "12"), False),
    ],
    ids=["integration", "service", "operator"],
)
def test_whoever_acts_in_an_agency_reads_and_its_people_and_systems_write(
    organisations: RunningServices, who: Caller, reads: bool
) -> None:
    if reads:
        assert organisations.ask(calls.LIST_ORGANISATIONS, {}, who)["items"] == []
    else:
        assert organisations.refusal(calls.LIST_ORGANISATIONS, {}, who).code == "forbidden"
    if Role.INTEGRATION in who.roles:
        assert client(organisations, who)["agency_id"] == who.agency_id
    else:
        refused = organisations.refusal(calls.REGISTER_ORGANISATION, {"name": "Esimerkkisaha Oy"}, who)
        assert refused.code == "forbidden"

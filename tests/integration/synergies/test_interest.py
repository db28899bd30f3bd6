"""Interest over the real wire, with organisations and resources as neighbours and real events between them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.contracts.rpc import organisations as organisation_calls
from shared.contracts.rpc import resources as resource_calls
from shared.contracts.rpc import synergies as calls
from shared.ids import new_id
from shared.tenancy import Caller, Role
from tests.integration.running import RunningServices, caller


@pytest.fixture(scope="module")
def platform(services: RunningServices) -> RunningServices:
    peers = {"SIVUVIRTA_REGIONS": "11,12", "SIVUVIRTA_PEERS": '{"19": "https://lappi.example"}'}
    for service in ("organisations", "resources", "synergies"):
        services.start(service, **peers)
    return services


def client(platform: RunningServices, who: Caller) -> str:
    return str(platform.ask(organisation_calls.REGISTER_ORGANISATION, {"name": "Esimerkkisaha Oy"}, who)["id"])


def card(platform: RunningServices, who: Caller, organisation_id: str | None = None, **draft: Any) -> Any:
    """A listing at a fresh site, of a fresh client unless one is named; waits until synergies knows it."""
    payload = {"organisation_id": organisation_id or client(platform, who), "name": "Saha", "municipality": "Joensuu"}
    site = platform.ask(organisation_calls.REGISTER_SITE, payload, who)
    draft = {"direction": "have", "kind": "material", "name": "Kuori", "visibility": "nation", **draft}
    listing = platform.ask(resource_calls.REGISTER_LISTING, {"site_id": site["id"], **draft}, who)
    platform.eventually(lambda: known_sequence(platform, listing["id"]) == listing["sequence"])
    return listing


def known_sequence(platform: RunningServices, listing_id: str) -> int:
    known = database(platform)["listings"].find_one({"_id": listing_id})
    return known["sequence"] if known else 0


def database(platform: RunningServices) -> Any:
    for runtime in platform.runtimes:
        if runtime.service == "synergies":
            return runtime.database
    return platform.runtime("synergies").database


def say(platform: RunningServices, who: Caller, listing_id: str, organisation_id: str, **draft: Any) -> Any:
    payload = {"listing_id": listing_id, "organisation_id": organisation_id, **draft}
    return platform.ask(calls.REGISTER_INTEREST, payload, who)


def refusal(platform: RunningServices, who: Caller, listing_id: str, organisation_id: str) -> Any:
    payload = {"listing_id": listing_id, "organisation_id": organisation_id}
    return platform.refusal(calls.REGISTER_INTEREST, payload, who)


def listed(platform: RunningServices, who: Caller, **query: Any) -> list[Any]:
    return list(platform.ask(calls.LIST_INTERESTS, query, who)["items"])


def announced(platform: RunningServices, interest_id: str) -> list[dict[str, Any]]:
    bodies = [json.loads(row["body"]) for row in database(platform)["outbox"].find({})]
    found = [body for body in bodies if body["subject"] == interest_id]
    return sorted(found, key=lambda body: int(body["sequence"]))


def test_an_interest_reaches_the_cards_owner_without_the_note(platform: RunningServices) -> None:
    owner, taker = caller(), caller(region="11")
    listing, organisation = card(platform, owner), client(platform, taker)
    said = say(platform, taker, listing["id"], organisation, strength="can_use", note="two loads a week")
    assert (said["sequence"], said["strength"], said["note"]) == (1, "can_use", "two loads a week")
    [told] = announced(platform, said["id"])
    assert (told["type"], told["agency"]) == ("fi.sivuvirta.interest.registered.v1", taker.agency_id)
    assert told["data"] == {
        "id": said["id"], "listing_id": listing["id"], "listing_agency_id": owner.agency_id,
        "organisation_id": organisation, "agency_id": taker.agency_id, "strength": "can_use",
    }  # fmt: skip
    [seen_by_owner] = listed(platform, owner)
    assert seen_by_owner == {name: value for name, value in said.items() if name != "note"}
    assert listed(platform, taker) == [said]
    assert listed(platform, caller()) == []


def test_saying_it_again_changes_it_and_saying_the_same_tells_nobody(platform: RunningServices) -> None:
    owner, taker = caller(), caller()
    listing, organisation = card(platform, owner), client(platform, taker)
    first = say(platform, taker, listing["id"], organisation)
    same = say(platform, taker, listing["id"], organisation)
    stronger = say(platform, taker, listing["id"], organisation, strength="will_contact")
    assert same == first
    assert (stronger["id"], stronger["sequence"], stronger["strength"]) == (first["id"], 2, "will_contact")
    assert [int(event["sequence"]) for event in announced(platform, first["id"])] == [1, 2]
    assert listed(platform, taker) == [stronger]


def test_a_card_without_identity_takes_interest_and_keeps_its_owner_to_itself(platform: RunningServices) -> None:
    owner, taker = caller(), caller()
    listing = card(platform, owner, visibility="nation_anonymous")
    said = say(platform, taker, listing["id"], client(platform, taker))
    assert str(owner.agency_id) not in json.dumps([said, listed(platform, taker)])
    assert [interest["id"] for interest in listed(platform, owner)] == [said["id"]]
    assert announced(platform, said["id"])[0]["data"]["listing_agency_id"] == owner.agency_id


@pytest.mark.parametrize(
    ("visibility", "taker", "answer"),
    [
        ("agency", caller(), "not_found"),
        ("region", caller(region="11"), "not_found"),
        ("region", caller(), "ok"),
        ("programme", caller(), "not_found"),
        ("programme", caller(region="11", programmes=frozenset({"vesi"})), "ok"),
    ],
)
def test_interest_is_for_those_who_see_the_card(
    platform: RunningServices, visibility: str, taker: Caller, answer: str
) -> None:
    owner = caller(programmes=frozenset({"vesi"}))
    programme = {"programme": "vesi"} if visibility == "programme" else {}
    listing = card(platform, owner, visibility=visibility, **programme)
    organisation = client(platform, taker)
    if answer == "ok":
        assert say(platform, taker, listing["id"], organisation)["listing_id"] == listing["id"]
    else:
        assert refusal(platform, taker, listing["id"], organisation).code == answer


@pytest.mark.parametrize("taker", [caller(), caller(region="11", programmes=frozenset({"vesi"}))])
def test_a_card_whose_event_has_not_come_is_asked_for_with_the_callers_own_rights(
    platform: RunningServices, taker: Caller
) -> None:
    owner = caller(programmes=frozenset({"vesi"}))
    shared = card(platform, owner, visibility="programme", programme="vesi")
    database(platform)["listings"].delete_one({"_id": shared["id"]})
    organisation = client(platform, taker)
    if taker.programmes:
        said = say(platform, taker, shared["id"], organisation)
        assert announced(platform, said["id"])[0]["data"]["listing_agency_id"] == owner.agency_id
    else:
        assert refusal(platform, taker, shared["id"], organisation).code == "not_found"


def test_a_card_without_identity_whose_event_has_not_come_is_worth_another_try(platform: RunningServices) -> None:
    owner, taker = caller(), caller()
    listing = card(platform, owner, visibility="nation_anonymous")
    database(platform)["listings"].delete_one({"_id": listing["id"]})
    assert refusal(platform, taker, listing["id"], client(platform, taker)).code == "unavailable"


def test_an_agency_takes_up_its_own_card_for_another_client_but_not_for_the_same(platform: RunningServices) -> None:
    who = caller()
    organisation = client(platform, who)
    listing = card(platform, who, organisation, visibility="own")
    assert say(platform, who, listing["id"], client(platform, who))["agency_id"] == who.agency_id
    refused = refusal(platform, who, listing["id"], organisation)
    assert (refused.code, refused.extra["errors"][0]["field"]) == ("invalid_input", "organisation_id")


def test_the_organisation_must_be_the_callers_client(platform: RunningServices) -> None:
    owner, taker, stranger = caller(), caller(), caller()
    listing = card(platform, owner)
    for organisation in (client(platform, stranger), new_id("org", "12")):
        refused = refusal(platform, taker, listing["id"], organisation)
        assert (refused.code, refused.extra["errors"][0]["field"]) == ("invalid_input", "organisation_id")


def test_what_was_taken_back_cannot_be_taken_up(platform: RunningServices) -> None:
    owner, taker = caller(), caller()
    listing = card(platform, owner)
    platform.ask(resource_calls.WITHDRAW_LISTING, {"id": listing["id"], "expected_sequence": 1}, owner)
    platform.eventually(lambda: known_sequence(platform, listing["id"]) == 2)
    refused = refusal(platform, taker, listing["id"], client(platform, taker))
    assert refused.extra["errors"] == [{"field": "listing_id", "message": "The listing is withdrawn."}]


def test_a_card_homed_elsewhere_is_refused_with_its_home(platform: RunningServices) -> None:
    refused = refusal(platform, caller(), new_id("lst", "19"), new_id("org", "12"))
    assert (refused.code, refused.extra) == ("misdirected", {"region": "19", "home": "https://lappi.example"})


def test_a_card_that_is_nowhere_is_not_found(platform: RunningServices) -> None:
    taker = caller()
    assert refusal(platform, taker, new_id("lst", "12"), client(platform, taker)).code == "not_found"


def test_only_facilitators_and_integrations_say_it(platform: RunningServices) -> None:
    who = caller(Role.SERVICE)
    assert refusal(platform, who, new_id("lst", "12"), new_id("org", "12")).code == "forbidden"


def test_lists_are_filtered_and_come_in_pages_newest_first(platform: RunningServices) -> None:
    owner, taker = caller(), caller()
    first, second = card(platform, owner), card(platform, owner)
    organisations = [client(platform, taker) for _ in range(2)]
    said = [
        say(platform, taker, listing["id"], organisation)["id"]
        for listing in (first, second)
        for organisation in organisations
    ]
    by_listing = listed(platform, owner, listing_id=first["id"])
    by_organisation = listed(platform, taker, organisation_id=organisations[0])
    page = platform.ask(calls.LIST_INTERESTS, {"limit": 3}, owner)
    rest = platform.ask(calls.LIST_INTERESTS, {"limit": 3, "cursor": page["next_cursor"]}, owner)
    assert [interest["id"] for interest in by_listing] == [said[1], said[0]]
    assert [interest["id"] for interest in by_organisation] == [said[2], said[0]]
    assert [interest["id"] for interest in (*page["items"], *rest["items"])] == said[::-1]
    assert rest["next_cursor"] is None

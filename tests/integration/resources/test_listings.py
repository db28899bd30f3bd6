"""Listings on a real database: changes and their events, and who sees what."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from marshmallow import ValidationError

from services.resources import use_cases
from services.resources.repository import ListingRepository
from shared.errors import Forbidden, InvalidInput, NotFound, PreconditionFailed
from shared.ids import new_id
from shared.persistence.unit_of_work import Transaction
from shared.tenancy import Caller, Role
from shared.visibility import ALL_FIELDS, IDENTITY_FIELDS, NO_FIELDS, RESOURCE_FIELDS
from tests.integration.resources.desk import Desk
from tests.integration.running import caller

WATER = frozenset({"vesi"})


@pytest.fixture
def desk(runtime_for: Any) -> Desk:
    return Desk.open(runtime_for("resources"))


# Changes


def test_a_listing_goes_through_its_life_with_an_event_for_each_step(desk: Desk) -> None:
    who = caller()
    recorded = desk.record(who, visibility="nation")
    revised = desk.revise(who, recorded["id"], 1, name="Kuusen kuori")
    narrowed = desk.revise(who, recorded["id"], 2, visibility="own")
    withdrawn = desk.withdraw(who, recorded["id"], 3)
    assert [one["sequence"] for one in (recorded, revised, narrowed, withdrawn)] == [1, 2, 3, 4]
    assert (revised["name"], withdrawn["state"]) == ("Kuusen kuori", "withdrawn")
    assert desk.told(recorded["id"]) == [
        ("listing.registered.v1", 1), ("listing.shared.v1", 1),
        ("listing.revised.v1", 2), ("listing.shared.v1", 2),
        ("listing.revised.v1", 3), ("listing.unshared.v1", 3),
        ("listing.withdrawn.v1", 4),
    ]  # fmt: skip


def test_a_product_code_is_kept_as_cpa_writes_it_until_it_is_revised(desk: Desk) -> None:
    who = caller()
    recorded = desk.record(who, product_code="161039", ewc_code="03 01 05")
    revised = desk.revise(who, recorded["id"], 1, product_code="16.10")
    assert (recorded["product_code"], revised["product_code"]) == ("16.10.39", "16.10")
    assert desk.get(who, recorded["id"])["ewc_code"] == "030105"
    assert desk.record(who)["product_code"] is None


def test_a_product_code_of_no_activity_is_refused_with_near_ones(desk: Desk) -> None:
    with pytest.raises(ValidationError) as refused:
        desk.record(caller(), product_code="16.11.39")
    assert "16.1" in refused.value.messages_dict["product_code"][0]


def test_a_change_needs_the_version_that_stands_and_tells_nothing_without_it(desk: Desk) -> None:
    who = caller()
    listing_id = desk.record(who)["id"]
    desk.revise(who, listing_id, 1, name="Puru")
    desk.forget_what_was_told()
    with pytest.raises(PreconditionFailed) as refused:
        desk.revise(who, listing_id, 1, name="Hake")
    with pytest.raises(PreconditionFailed):
        desk.withdraw(who, listing_id, 1)
    assert refused.value.extra == {"sequence": 2}
    assert (desk.get(who, listing_id)["name"], desk.told()) == ("Puru", [])


def test_the_same_request_while_its_first_is_under_way_waits_for_it_and_gets_its_answer(
    desk: Desk, eventually: Any
) -> None:
    who = caller()
    listing_id = desk.record(who)["id"]
    tries: list[str] = []
    answers: list[dict[str, Any]] = []

    def revise(tx: Transaction) -> dict[str, Any]:
        revised = use_cases.revise_listing(tx, who, listing_id, 1, {"name": "Puru"})
        return {"name": revised["name"], "sequence": revised["sequence"]}

    def ask(work: Callable[[Transaction], Any]) -> None:
        answers.append(desk.runtime.idempotency.run("once", "the same body", work, 5.0, keep_answer=True))

    def repeat(tx: Transaction) -> dict[str, Any]:
        tries.append("again")
        return revise(tx)

    repeating = threading.Thread(target=ask, args=(repeat,))

    def first(tx: Transaction) -> dict[str, Any]:
        answer = revise(tx)
        repeating.start()
        eventually(lambda: len(tries) > 1)  # it has met the first's change
        return answer

    ask(first)
    repeating.join(10)
    assert answers == [{"name": "Puru", "sequence": 2}] * 2
    assert desk.told(listing_id) == [("listing.registered.v1", 1), ("listing.revised.v1", 2)]


def test_whoever_sees_a_strangers_listing_may_not_change_it_and_others_do_not_find_it(desk: Desk) -> None:
    owner, stranger = caller(), caller()
    seen, unseen = desk.record(owner, visibility="nation")["id"], desk.record(owner)["id"]
    for change in (desk.revise, desk.withdraw):
        with pytest.raises(Forbidden):
            change(stranger, seen, 1)
        with pytest.raises(NotFound):
            change(stranger, unseen, 1)


def test_what_has_ended_stays_ended(desk: Desk) -> None:
    who = caller()
    listing_id = desk.record(who)["id"]
    desk.withdraw(who, listing_id, 1)
    with pytest.raises(InvalidInput) as refused:
        desk.revise(who, listing_id, 2, name="Puru")
    assert refused.value.extra["errors"][0]["field"] == "state"


@pytest.mark.parametrize(
    ("draft", "changes", "field"),
    [
        ({"available_from": "2026-05-01"}, {"available_to": date(2026, 4, 1)}, "available_to"),
        ({}, {"visibility": "programme"}, "programme"),
        ({}, {"visibility": "programme", "programme": "vesi"}, "programme"),
        ({"ewc_code": "030104"}, {"hazardous": False}, "hazardous"),
        ({}, {"quantity": {"amount": 3.0, "unit": "kW", "period": "year"}}, "quantity.unit"),
        ({}, {"quantity": {"amount": -3.0, "unit": "t", "period": "year"}}, "quantity.amount"),
    ],
)
def test_a_revision_is_checked_together_with_what_stands(
    desk: Desk, draft: dict[str, Any], changes: dict[str, Any], field: str
) -> None:
    who = caller()
    listing_id = desk.record(who, **draft)["id"]
    with pytest.raises(InvalidInput) as refused:
        desk.revise(who, listing_id, 1, **changes)
    assert [error["field"] for error in refused.value.extra["errors"]] == [field]


def test_a_new_waste_code_brings_its_own_hazard_mark(desk: Desk) -> None:
    who = caller()
    listing_id = desk.record(who, ewc_code="030101")["id"]
    assert desk.revise(who, listing_id, 1, ewc_code="030104")["hazardous"] is True
    assert desk.revise(who, listing_id, 2, ewc_code="030101")["hazardous"] is False


def test_a_site_of_another_agency_is_no_place_for_a_listing(desk: Desk) -> None:
    site = desk.site(caller())
    with pytest.raises(InvalidInput) as refused:
        desk.record(caller(), site)
    assert refused.value.extra["errors"][0]["field"] == "site_id"
    assert desk.told() == []


def test_listings_expire_on_the_day_after_their_window_and_once_only(desk: Desk) -> None:
    who = caller()
    passed = desk.record(who, available_to="2026-03-01", visibility="nation")["id"]
    last_day = desk.record(who, available_to="2026-03-02")["id"]
    endless = desk.record(who)["id"]
    withdrawn = desk.record(who, available_to="2026-03-01")["id"]
    desk.withdraw(who, withdrawn, 1)
    desk.forget_what_was_told()
    ended = [
        desk.runtime.unit_of_work.run(lambda tx: use_cases.expire_passed(tx, date(2026, 3, 2))) for _ in range(2)
    ]
    assert ended == [1, 0]
    assert desk.told() == [("listing.expired.v1", 2), ("listing.unshared.v1", 2)]
    assert set(desk.subjects()) == {passed}
    assert desk.ids(who) == {last_day, endless}


# Who sees what


@pytest.mark.parametrize(
    ("visibility", "neighbour", "member", "far_away", "operator"),
    [
        ("own", NO_FIELDS, NO_FIELDS, NO_FIELDS, NO_FIELDS),
        ("agency", NO_FIELDS, NO_FIELDS, NO_FIELDS, NO_FIELDS),
        ("programme", NO_FIELDS, RESOURCE_FIELDS | IDENTITY_FIELDS, NO_FIELDS, NO_FIELDS),
        ("region", RESOURCE_FIELDS | IDENTITY_FIELDS, NO_FIELDS, NO_FIELDS, NO_FIELDS),
        ("nation", *[RESOURCE_FIELDS | IDENTITY_FIELDS] * 4),
        ("nation_anonymous", *[RESOURCE_FIELDS] * 4),
    ],
)
def test_a_view_holds_the_fields_of_the_viewer_and_a_list_the_listings(
    desk: Desk,
    visibility: str,
    neighbour: frozenset[str],
    member: frozenset[str],
    far_away: frozenset[str],
    operator: frozenset[str],
) -> None:
    owner = caller(programmes=WATER)
    draft: dict[str, Any] = {"visibility": visibility, "notes": "secret", "current_cost_eur_per_year": 90.0}
    if visibility == "programme":
        draft["programme"] = "vesi"
    listing_id = desk.record(owner, **draft)["id"]
    viewers = [
        (owner, ALL_FIELDS),
        (caller(), neighbour),
        (caller(region="19", programmes=WATER), member),
        (caller(region="19"), far_away),
        (Caller(new_id("acc", "12"), None, frozenset({Role.OPERATOR}), "12"), operator),
    ]
    for who, fields in viewers:
        assert seen(desk, who, listing_id) == fields
        assert (listing_id in desk.ids(who)) == bool(fields)


def seen(desk: Desk, who: Caller, listing_id: str) -> frozenset[str]:
    try:
        return frozenset(desk.get(who, listing_id))
    except NotFound:
        return NO_FIELDS


def test_asking_for_an_organisations_listings_never_tells_whose_an_anonymous_one_is(desk: Desk) -> None:
    owner, organisation = caller(), new_id("org", "12")
    site = desk.site(owner, organisation)
    shown = desk.record(owner, site, visibility="nation")["id"]
    anonymous = desk.record(owner, site, visibility="nation_anonymous")["id"]
    strangers = (caller(), caller(region="19"), Caller("acc-12-x", None, frozenset({Role.OPERATOR}), "12"))
    assert desk.ids(owner, organisation_id=organisation) == {shown, anonymous}
    for stranger in strangers:
        assert desk.ids(stranger, organisation_id=organisation) == {shown}
        assert desk.ids(stranger) == {shown, anonymous}


def test_filters_narrow_what_is_listed(desk: Desk) -> None:
    who, other = caller(), caller()
    have = desk.record(who, visibility="nation")["id"]
    want = desk.record(who, direction="want", kind="energy", visibility="nation")["id"]
    others = desk.record(other, visibility="nation")["id"]
    gone = desk.record(who, visibility="nation")["id"]
    desk.withdraw(who, gone, 1)
    assert desk.ids(who) == {have, want, others}
    assert desk.ids(who, own=True) == {have, want}
    assert desk.ids(who, direction="want") == {want}
    assert desk.ids(who, kind="material", own=True) == {have}
    assert desk.ids(who, state="withdrawn") == {gone}
    assert desk.ids(who, region="19") == set()


def test_the_counts_of_a_client_are_for_its_agency(desk: Desk) -> None:
    who, organisation = caller(), new_id("org", "12")
    site = desk.site(who, organisation)
    ids = [desk.record(who, site, visibility="nation")["id"] for _ in range(6)]
    desk.record(who, site, direction="want")
    desk.withdraw(who, ids[0], 1)
    listings = desk.runtime.repository(ListingRepository, who)
    counts = use_cases.organisation_listings(listings, who, organisation)
    stranger = caller()
    theirs = use_cases.organisation_listings(
        desk.runtime.repository(ListingRepository, stranger), stranger, organisation
    )
    assert (counts["have"], counts["want"], len(counts["latest"])) == (5, 1, 5)
    assert theirs == {"have": 0, "want": 0, "latest": []}

"""An organisation's sector reaches its listings, in whatever order things are heard."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from services.resources import use_cases
from services.resources.domain import Organisation
from shared.ids import new_id
from shared.persistence.unit_of_work import Transaction
from tests.integration.resources.desk import Desk, announced
from tests.integration.running import caller


@pytest.fixture
def desk(runtime_for: Any, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(use_cases, "SECTOR_BATCH", 2)
    return Desk.open(runtime_for("resources"))


def test_a_listing_is_born_in_its_organisations_sector(desk: Desk) -> None:
    who, owner = caller(), new_id("org", "12")
    assert desk.announce(who, (owner, 1, "16.10")) == []
    assert desk.record(who, desk.site(who, owner))["sector"] == "16"


def test_a_change_reaches_the_active_listings_batch_by_batch_and_ends(desk: Desk) -> None:
    who, owner = caller(), new_id("org", "12")
    desk.announce(who, (owner, 1, "16"))
    site = desk.site(who, owner)
    ids = [desk.record(who, site, visibility="nation")["id"] for _ in range(3)]
    ended = desk.record(who, site)["id"]
    desk.withdraw(who, ended, 1)
    desk.forget_what_was_told()
    assert desk.announce(who, (owner, 2, "31")) == [owner]
    assert [desk.carry(owner) for _ in range(3)] == [2, 1, 0]
    assert {desk.get(who, one)["sector"] for one in ids} == {"31"}
    assert desk.get(who, ended)["sector"] == "16"
    assert desk.told(ids[0]) == [("listing.revised.v1", 2), ("listing.shared.v1", 2)]


def test_without_an_answer_the_sector_comes_with_the_organisations_event(desk: Desk) -> None:
    who, owner = caller(), new_id("org", "12")
    listing = desk.record(who, desk.site(who, owner))
    assert (listing["sector"], desk.organisation(owner)) == (None, None)
    assert desk.announce(who, (owner, 1, "16")) == [owner]


def test_an_answer_is_kept_and_asked_for_once(desk: Desk) -> None:
    who, owner = caller(), new_id("org", "12")
    asked: list[str] = []

    def answer(organisation_id: str) -> Organisation:
        asked.append(organisation_id)
        return Organisation(owner, 1, who.agency, "16")

    site = desk.site(who, owner)
    assert [desk.record(who, site, answer)["sector"] for _ in range(2)] == ["16", "16"]
    assert asked == [owner]


@pytest.mark.parametrize("listings_before", [0, 1])
def test_an_event_that_comes_while_its_organisation_is_asked_for_is_not_missed(
    desk: Desk, listings_before: int
) -> None:
    who, owner = caller(), new_id("org", "12")
    site = desk.site(who, owner)
    for _ in range(listings_before):
        desk.record(who, site)

    def event_instead_of_an_answer(_id: str) -> None:
        desk.announce(who, (owner, 1, "16"))

    assert desk.record(who, site, event_instead_of_an_answer)["sector"] == "16"


@pytest.mark.parametrize("listings_before", [0, 1])
def test_an_event_that_comes_while_a_listing_is_being_written_waits_for_it(
    desk: Desk, listings_before: int, eventually: Any
) -> None:
    who, owner = caller(), new_id("org", "12")
    site = desk.site(who, owner)
    for _ in range(listings_before):
        desk.record(who, site)
    tries: list[str] = []
    behind: list[str] = []

    def event(tx: Transaction) -> None:
        tries.append("again")
        behind[:] = use_cases.remember_organisations(tx, [announced(who, owner, 1, "16")])

    hearing = threading.Thread(target=desk.runtime.unit_of_work.run, args=(event,))

    def record(tx: Transaction) -> None:
        desk.record_in(tx, who, site)
        hearing.start()
        eventually(lambda: len(tries) > 1)  # it has met the listing's write

    desk.runtime.unit_of_work.run(record)
    hearing.join(10)
    assert behind == [owner]
    assert desk.carry(owner) == listings_before + 1


def test_carrying_a_sector_is_no_revision_by_the_owner(desk: Desk) -> None:
    who, owner = caller(), new_id("org", "12")
    before = desk.record(who, desk.site(who, owner))
    desk.announce(who, (owner, 1, "16"))
    desk.carry(owner)
    after = desk.get(who, before["id"])
    assert (after["sector"], after["sequence"], after["revised_at"]) == ("16", 2, before["revised_at"])


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1, 3)])
def test_any_order_of_announcements_ends_alike(desk: Desk, order: tuple[int, ...]) -> None:
    who, owner = caller(), new_id("org", "12")
    listing_id = desk.record(who, desk.site(who, owner))["id"]
    sectors = {1: "16", 2: "31", 3: "35"}
    for sequence in order:
        for behind in desk.announce(who, (owner, sequence, sectors[sequence])):
            desk.carry(behind)
    assert desk.get(who, listing_id)["sector"] == "35"
    assert desk.organisation(owner) == Organisation(owner, 3, who.agency, "35")


def test_a_sector_that_is_taken_back_is_taken_from_the_listings(desk: Desk) -> None:
    who, owner = caller(), new_id("org", "12")
    desk.announce(who, (owner, 1, "16"))
    listing_id = desk.record(who, desk.site(who, owner))["id"]
    desk.announce(who, (owner, 2, None))
    desk.carry(owner)
    assert desk.get(who, listing_id)["sector"] is None


def test_a_revision_takes_the_sector_that_now_stands(desk: Desk) -> None:
    who, owner = caller(), new_id("org", "12")
    listing_id = desk.record(who, desk.site(who, owner))["id"]
    desk.announce(who, (owner, 1, "16"))
    assert desk.revise(who, listing_id, 1, name="Puru")["sector"] == "16"
    assert desk.carry(owner) == 0


def test_whoever_may_not_know_the_owner_does_not_learn_its_sector(desk: Desk) -> None:
    who, stranger, owner = caller(), caller(), new_id("org", "12")
    desk.announce(who, (owner, 1, "16"))
    site = desk.site(who, owner)
    hidden, shown = (desk.record(who, site, visibility=level)["id"] for level in ("nation_anonymous", "nation"))
    assert "sector" not in desk.get(stranger, hidden)
    assert desk.get(stranger, shown)["sector"] == "16"

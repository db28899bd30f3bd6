"""A survey's surplus becomes a listing by an event, once, even when it comes before its site."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from services.resources import use_cases
from shared.contracts import subscriptions
from shared.contracts.envelope import Event
from shared.contracts.events.audits import SURPLUS_FOUND
from shared.errors import RetryLater
from shared.ids import derived_id, new_id
from shared.persistence.unit_of_work import Transaction
from shared.runtime import Runtime, ServiceProcess
from shared.tenancy import Caller
from tests.integration.resources.desk import Desk, site_state
from tests.integration.running import caller

HEAT = {
    "kind": "energy", "name": "Kuivaamon hukkalämpö", "description": "", "temperature_c": 55.0, "basis": "measured",
    "quantity": {"amount": 900.0, "unit": "MWh", "period": "year"}, "visibility": "nation",
}  # fmt: skip


@pytest.fixture
def desk(runtime_for: Any) -> Desk:
    return Desk.open(runtime_for("resources"))


@pytest.fixture
def audits(runtime_for: Any) -> Iterator[Runtime]:
    runtime = runtime_for("audits")
    runtime.prepare(ServiceProcess("audits", ()))
    runtime.relay.start()
    yield runtime
    runtime.relay.stop()


def found(who: Caller, site: dict[str, Any]) -> dict[str, Any]:
    ids = {"survey_id": new_id("svy", "12"), "surplus_id": new_id("sur", "12")}
    owner = {"agency_id": who.agency, "organisation_id": site["organisation_id"], "site_id": site["id"]}
    return {**HEAT, **ids, **owner}


def announce(audits: Runtime, surplus: dict[str, Any]) -> None:
    audits.unit_of_work.run(
        lambda tx: tx.emit(
            SURPLUS_FOUND, subject=surplus["surplus_id"], sequence=1, data=surplus, agency=surplus["agency_id"]
        )
    )


def listing_id(surplus: dict[str, Any]) -> str:
    return derived_id("lst", "12", surplus["survey_id"], surplus["surplus_id"])


@contextmanager
def consuming(desk: Desk, handler: Any) -> Iterator[None]:
    consumer = desk.runtime.consumer(subscriptions.RESOURCES_SURPLUSES, handler)
    thread = threading.Thread(target=consumer.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        consumer.stop()
        thread.join(10)


def test_a_surplus_is_listed_as_a_have_of_the_surveyed_site(desk: Desk, audits: Runtime, eventually: Any) -> None:
    who = caller()
    site = desk.site(who)
    surplus = found(who, site)
    with consuming(desk, use_cases.list_surpluses):
        announce(audits, surplus)
        eventually(lambda: desk.told(listing_id(surplus)))
    card = desk.get(who, listing_id(surplus))
    assert (card["direction"], card["kind"], card["origin"], card["basis"]) == ("have", "energy", "audit", "measured")
    assert (card["site_id"], card["organisation_id"], card["agency_id"]) == (
        site["id"], site["organisation_id"], who.agency_id,
    )  # fmt: skip
    assert (card["temperature_c"], card["yearly_amount"].amount) == (55.0, 900.0)
    assert desk.told(listing_id(surplus)) == [("listing.registered.v1", 1), ("listing.shared.v1", 1)]


def test_a_surplus_told_twice_is_one_listing(desk: Desk, audits: Runtime, eventually: Any) -> None:
    who = caller()
    surplus, last = found(who, site := desk.site(who)), found(who, site)
    with consuming(desk, use_cases.list_surpluses):
        for one in (surplus, surplus, last):
            announce(audits, one)
        eventually(lambda: desk.told(listing_id(last)))
        eventually(lambda: audits.relay.pending() == 0)
    assert desk.ids(who) == {listing_id(surplus), listing_id(last)}
    assert len(desk.told(listing_id(surplus))) == 2


def test_a_surplus_before_its_site_comes_back_when_the_site_is_known(
    desk: Desk, audits: Runtime, eventually: Any
) -> None:
    who = caller()
    site = site_state(who)
    surplus = found(who, site)
    early: list[str] = []

    def handler(tx: Transaction, events: Sequence[Event]) -> None:
        """The site's event comes while the surplus waits."""
        try:
            use_cases.list_surpluses(tx, events)
        except RetryLater as error:
            early.append(str(error))
            desk.runtime.unit_of_work.run(lambda other: use_cases.remember_sites(other, [site_event(site)]))
            raise

    with consuming(desk, handler):
        announce(audits, surplus)
        eventually(lambda: desk.told(listing_id(surplus)))
    assert early == [f"the site {site['id']} is not known here yet"]
    assert desk.get(who, listing_id(surplus))["site_id"] == site["id"]


def site_event(site: dict[str, Any]) -> Any:
    """As much of an event as the use case reads."""

    class Announced:
        data = site
        sequence = 1

    return Announced()

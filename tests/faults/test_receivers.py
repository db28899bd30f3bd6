"""A receiver that misbehaves, through the whole platform: the same webhook comes again until it is taken, or never."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from tests.driver import Agency, Platform, wait_until
from tests.faults.receiver import MISBEHAVIOURS, Receiver

pytestmark = pytest.mark.faults

STATUSES = {
    "status 500": [500, 500, 204],
    "status 429": [429, 429, 204],
    "redirect": [302, 302, 204],
    "reset": [None, None, 204],
    "hang": [None, None, 204],
}
assert set(STATUSES) == set(MISBEHAVIOURS)


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    made = Receiver(hang_s=2.5)
    yield made
    made.close()


@pytest.fixture(scope="module")
def agency(platform: Platform) -> Agency:
    return platform.agency("Tilaajaseutu", "Nurmes")


@pytest.fixture(scope="module")
def subscriptions(agency: Agency, receiver: Receiver) -> dict[str, str]:
    """Misbehaviour to the subscription whose receiver shows it; one match was found for all of them."""
    made = {}
    for way in (*MISBEHAVIOURS, "status 410", "watch"):
        path = way.replace(" ", "-")
        events = ["match.found.v1"] if way != "watch" else ["subscription.disabled.v1"]
        subscription = agency.api.subscribe(receiver.url(path), events)
        receiver.expect(path, subscription["secret"])
        receiver.misbehave(path, 0.0 if way == "watch" else 1.0, (way,))
        made[way] = subscription["id"]
    for direction in ("have", "want"):
        organisation = agency.api.organisation(f"Esimerkki {direction} Oy")
        site = agency.api.site(organisation["id"], "Nurmes")
        agency.api.listing(site["id"], direction, "Lasimurska", ewc_code="191205", visibility="agency")
    return made


@pytest.mark.parametrize("way", MISBEHAVIOURS)
def test_the_same_webhook_comes_again_until_it_is_taken(
    agency: Agency, receiver: Receiver, subscriptions: dict[str, str], way: str
) -> None:
    address = f"/v1/subscriptions/{subscriptions[way]}/deliveries"
    wait_until(lambda: delivered(agency, address), 60, f"delivery in spite of {way}")
    [(webhook_id, received)] = receiver.received[way.replace(" ", "-")].items()
    assert (received.tries, len(received.bodies), received.accepted) == (3, 1, True)
    [delivery] = agency.api.get(address)["items"]
    assert (delivery["id"], delivery["state"]) == (webhook_id, "delivered")
    attempts = delivery["attempts"]
    assert [attempt["status"] for attempt in attempts] == STATUSES[way]
    if way == "status 429":
        moments = [datetime.fromisoformat(attempt["at"]) for attempt in attempts]
        assert all((later - earlier).total_seconds() >= 1.0 for earlier, later in pairwise(moments))


def test_a_redirect_is_not_followed(receiver: Receiver, subscriptions: dict[str, str]) -> None:
    assert "elsewhere" not in receiver.received


def test_a_receiver_that_is_gone_is_disabled_and_its_agency_told(
    agency: Agency, receiver: Receiver, subscriptions: dict[str, str]
) -> None:
    wait_until(lambda: receiver.count("watch", subscriptions["status 410"]) == 1, 60, "word of the disabling")
    gone = agency.api.get(f"/v1/subscriptions/{subscriptions['status 410']}")
    assert (gone["enabled"], gone["disabled_reason"]) == (False, "The endpoint answered 410 Gone.")
    assert [one.tries for one in receiver.received["status-410"].values()] == [1]


def delivered(agency: Agency, address: str) -> bool:
    items: list[dict[str, Any]] = agency.api.get(address)["items"]
    return bool(items) and items[0]["state"] == "delivered"

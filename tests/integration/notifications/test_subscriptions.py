"""Subscriptions over the wire: whose they are, what is refused, what is shown."""

from __future__ import annotations

from typing import Any

import pytest

from shared.contracts.rpc import notifications as calls
from shared.errors import ServiceError
from tests.integration.notifications.conftest import Cell
from tests.integration.notifications.receiver import Receiver, answer

pytestmark = pytest.mark.usefixtures("service")


def refused(code: str) -> Any:
    return pytest.raises(ServiceError, match=f"^{code}:")


def test_the_secret_is_shown_once(cell: Cell, receiver: Receiver) -> None:
    subscription = cell.subscribe(receiver.url("/good"))
    assert subscription["secret"].startswith("whsec_")
    assert "secret" not in cell.subscription(subscription)


def test_the_secret_does_not_stand_readable_in_its_collection(cell: Cell, receiver: Receiver) -> None:
    subscription = cell.subscribe(receiver.url("/good"))
    stored = cell.database["subscriptions"].find_one({"_id": subscription["id"]})
    assert stored is not None
    assert subscription["secret"].encode() not in stored["secrets"]["current"]
    assert subscription["secret"] not in str(stored)


def test_another_agency_finds_nothing(cell: Cell, receiver: Receiver) -> None:
    subscription = cell.subscribe(receiver.url("/good"))
    with refused("not_found"):
        cell.call(calls.GET_SUBSCRIPTION, {"id": subscription["id"]}, cell.other_agency)
    with refused("not_found"):
        cell.call(calls.LIST_DELIVERIES, {"subscription_id": subscription["id"]}, cell.other_agency)
    with refused("not_found"):
        cell.call(calls.SEND_TEST_EVENT, {"id": subscription["id"]}, cell.other_agency)
    with refused("not_found"):
        cell.call(calls.ROTATE_SECRET, {"id": subscription["id"]}, cell.other_agency)
    with refused("not_found"):
        removal = {"id": subscription["id"], "expected_sequence": 1}
        cell.call(calls.REMOVE_SUBSCRIPTION, removal, cell.other_agency)


@pytest.mark.parametrize(
    "url", ["https://10.0.0.1/", "https://169.254.169.254/latest", "http://esimerkkisaha.example@10.0.0.1/", "ftp://a.b/"]
)
def test_an_unsafe_url_is_refused_by_field(url: str, cell: Cell) -> None:
    with refused("invalid_input") as refusal:
        cell.subscribe(url)
    assert [error["field"] for error in refusal.value.extra["errors"]] == ["url"]


def test_an_agency_has_fifty_at_most(cell: Cell, receiver: Receiver) -> None:
    for number in range(50):
        cell.subscribe(receiver.url(f"/{number}"))
    with refused("conflict"):
        cell.subscribe(receiver.url("/one-more"))
    page = cell.call(calls.LIST_SUBSCRIPTIONS, {"limit": 30})
    rest = cell.call(calls.LIST_SUBSCRIPTIONS, {"limit": 30, "cursor": page["next_cursor"]})
    assert (len(page["items"]), len(rest["items"]), rest["next_cursor"]) == (30, 20, None)


def test_a_change_of_an_old_version_is_refused(cell: Cell, receiver: Receiver) -> None:
    subscription = cell.subscribe(receiver.url("/good"))
    change = {"id": subscription["id"], "expected_sequence": 1, "description": "Uusi"}
    assert cell.call(calls.REVISE_SUBSCRIPTION, change)["sequence"] == 2
    with refused("precondition_failed"):
        cell.call(calls.REVISE_SUBSCRIPTION, change)
    with refused("precondition_failed"):
        cell.call(calls.REMOVE_SUBSCRIPTION, {"id": subscription["id"], "expected_sequence": 1})


def test_filters_decide_what_is_delivered(cell: Cell, receiver: Receiver, eventually: Any) -> None:
    cell.subscribe(receiver.url("/energy"), filter={"kinds": ["energy"], "side": "have"})
    cell.subscribe(receiver.url("/water"), filter={"kinds": ["water"]})
    cell.subscribe(receiver.url("/want"), filter={"side": "want"})
    cell.subscribe(receiver.url("/best"), filter={"min_score": 900_000})
    cell.subscribe(receiver.url("/other"), agency_id=cell.other_agency, filter={"side": "want"})
    cell.matches(2)
    eventually(lambda: receiver.count("/energy") == 2 and receiver.count("/other") == 2)
    own = {"agency_id": {"$in": [cell.agency, cell.other_agency]}}
    assert cell.database["deliveries"].count_documents(own) == 4


def test_a_disabled_subscription_gets_nothing_until_it_is_woken(
    cell: Cell, receiver: Receiver, eventually: Any
) -> None:
    subscription = cell.subscribe(receiver.behave("/gone", answer(410), answer(200)))
    cell.call(calls.SEND_TEST_EVENT, {"id": subscription["id"]})
    eventually(lambda: not cell.subscription(subscription)["enabled"])
    with refused("conflict"):
        cell.call(calls.SEND_TEST_EVENT, {"id": subscription["id"]})
    change = {"id": subscription["id"], "expected_sequence": 2, "enabled": True}
    assert cell.call(calls.REVISE_SUBSCRIPTION, change)["disabled_reason"] is None
    cell.call(calls.SEND_TEST_EVENT, {"id": subscription["id"]})
    eventually(lambda: sorted(cell.states(subscription)) == ["delivered", "failed"])


def test_the_log_is_read_page_by_page_newest_first(cell: Cell, receiver: Receiver, eventually: Any) -> None:
    subscription = cell.subscribe(receiver.url("/good"))
    sent = [cell.call(calls.SEND_TEST_EVENT, {"id": subscription["id"]})["id"] for _ in range(5)]
    eventually(lambda: cell.states(subscription) == ["delivered"] * 5)
    query = {"subscription_id": subscription["id"], "limit": 2, "state": "delivered"}
    found: list[str] = []
    cursor = None
    while True:
        page = cell.call(calls.LIST_DELIVERIES, {**query, "cursor": cursor})
        found.extend(delivery["id"] for delivery in page["items"])
        if (cursor := page["next_cursor"]) is None:
            break
    assert sorted(found) == sorted(sent)
    assert found[0] == sent[-1]


def test_an_event_handled_again_makes_no_second_delivery(cell: Cell, receiver: Receiver, eventually: Any) -> None:
    subscription = cell.subscribe(receiver.url("/good"))
    cell.matches(3)
    eventually(lambda: cell.states(subscription) == ["delivered"] * 3)
    cell.publish_again("matching")
    eventually(lambda: cell.unpublished("matching") == 0)
    cell.call(calls.SEND_TEST_EVENT, {"id": subscription["id"]})
    eventually(lambda: cell.states(subscription) == ["delivered"] * 4)
    assert receiver.count("/good") == 4

"""From an event to a receiver that verifies it, and what becomes of receivers that misbehave."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from deploy.local.stack import Stack
from services.notifications.deliverer import CLAIM_LIFE
from shared.contracts.rpc import notifications as calls
from shared.errors import ServiceError
from tests.integration.notifications.conftest import Cell, Service
from tests.integration.notifications.receiver import DRIP, HANG, RESET, Behaviour, Receiver, answer

ELSEWHERE = "/elsewhere"

pytestmark = pytest.mark.usefixtures("service")


def test_a_match_reaches_the_subscriber_signed(cell: Cell, receiver: Receiver, eventually: Any) -> None:
    subscription = cell.subscribe(receiver.url("/good"))
    cell.matches(1)
    eventually(lambda: receiver.count("/good"))
    (event,) = receiver.verified("/good", subscription["secret"])
    data: Any = event["data"]
    assert event["type"] == "match.found.v1"
    assert (data["side"], data["score"], data["band"]) == ("have", 800_000, "good")
    assert data["factors"][0]["sentence"]["en"] == "The same kind."
    eventually(lambda: cell.states(subscription) == ["delivered"])


def test_nothing_of_the_other_side_is_sent(cell: Cell, receiver: Receiver, eventually: Any) -> None:
    cell.subscribe(receiver.url("/good"))
    cell.matches(1)
    eventually(lambda: receiver.count("/good"))
    (received,) = receiver.received["/good"]
    assert not any(word in received.body for word in (b"agy-", b"org-", b"par-", b"sit-", b"lat", b"viewer"))


@pytest.mark.parametrize(
    "trouble",
    [HANG, RESET, DRIP, answer(500), answer(404), answer(302, Location=ELSEWHERE), answer(307, Location=ELSEWHERE)],
    ids=["hangs", "resets", "drips", "500", "404", "302", "307"],
)
def test_a_receiver_in_trouble_gets_the_same_again(
    trouble: Behaviour, cell: Cell, receiver: Receiver, eventually: Any
) -> None:
    subscription = cell.subscribe(receiver.behave("/bad", trouble, trouble, answer(200)))
    cell.matches(1)
    eventually(lambda: cell.states(subscription) == ["delivered"])
    assert receiver.count("/bad") == 3
    assert len({(r.webhook_id, r.body) for r in receiver.received["/bad"]}) == 1
    assert receiver.count(ELSEWHERE) == 0
    assert len(cell.deliveries(subscription)[0]["attempts"]) == 3


def test_gone_disables_at_once_and_other_subscriptions_hear_of_it(
    cell: Cell, receiver: Receiver, eventually: Any
) -> None:
    gone = cell.subscribe(receiver.behave("/gone", answer(410)))
    watching = cell.subscribe(receiver.url("/watch"), "subscription.disabled.v1")
    cell.matches(1)
    eventually(lambda: receiver.count("/watch"))
    (event,) = receiver.verified("/watch", watching["secret"])
    assert event["data"] == {"subscription_id": gone["id"], "reason": "The endpoint answered 410 Gone."}
    assert cell.subscription(gone)["enabled"] is False
    assert (receiver.count("/gone"), cell.states(gone)) == (1, ["failed"])


def test_the_end_of_the_schedule_disables(cell: Cell, receiver: Receiver, eventually: Any) -> None:
    subscription = cell.subscribe(receiver.behave("/bad", answer(500)))
    cell.matches(1)
    eventually(lambda: not cell.subscription(subscription)["enabled"], 30)
    assert receiver.count("/bad") == 10
    assert cell.subscription(subscription)["disabled_reason"] == "10 attempts failed; the last: status 500."


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured_for_the_whole_endpoint(
    status: int, cell: Cell, receiver: Receiver, eventually: Any
) -> None:
    subscription = cell.subscribe(receiver.behave("/busy", answer(status, Retry_After="2"), answer(200)))
    cell.matches(1)
    eventually(lambda: cell.deliveries(subscription)[0]["attempts"] if cell.deliveries(subscription) else False)
    cell.call(calls.SEND_TEST_EVENT, {"id": subscription["id"]})
    eventually(lambda: cell.states(subscription) == ["delivered", "delivered"])
    first, second = (webhook["webhook-timestamp"] for webhook in (r.headers for r in receiver.received["/busy"][:2]))
    assert int(second) - int(first) >= 1
    assert receiver.count("/busy") == 3


def test_a_hanging_endpoint_delays_no_other(cell: Cell, receiver: Receiver, service: Service, eventually: Any) -> None:
    service.restart(SIVUVIRTA_WEBHOOK_TIMEOUT="60")
    hanging = cell.subscribe(receiver.behave("/hang", HANG))
    good = [cell.subscribe(receiver.url(f"/good{n}")) for n in range(5)]
    cell.matches(20)
    eventually(lambda: all(receiver.count(f"/good{n}") == 20 for n in range(len(good))))
    assert receiver.count("/hang") == 4
    assert set(cell.states(hanging)) == {"pending"}


def test_removing_a_subscription_ends_what_waits(cell: Cell, receiver: Receiver, eventually: Any) -> None:
    subscription = cell.subscribe(receiver.behave("/busy", answer(429, Retry_After="3600")))
    cell.matches(3)
    eventually(lambda: receiver.count("/busy"))
    cell.call(calls.REMOVE_SUBSCRIPTION, {"id": subscription["id"], "expected_sequence": 1})
    pending = {"subscription_id": subscription["id"], "state": "pending"}
    eventually(lambda: cell.database["deliveries"].count_documents(pending) == 0)


def test_a_rotated_secret_signs_beside_the_old_one(cell: Cell, receiver: Receiver, eventually: Any) -> None:
    subscription = cell.subscribe(receiver.url("/good"))
    rotated = cell.call(calls.ROTATE_SECRET, {"id": subscription["id"]})
    cell.call(calls.SEND_TEST_EVENT, {"id": subscription["id"]})
    eventually(lambda: receiver.count("/good"))
    for secret in (subscription["secret"], rotated["secret"]):
        assert receiver.verified("/good", secret)[0]["type"] == "webhook.test"


def test_many_events_reach_every_subscriber_once(cell: Cell, receiver: Receiver, eventually: Any) -> None:
    subscriptions = [cell.subscribe(receiver.url(path)) for path in ("/a", "/b")]
    cell.matches(300)
    eventually(lambda: receiver.count("/a") >= 300 and receiver.count("/b") >= 300, 30)
    pending = {"subscription_id": {"$in": [one["id"] for one in subscriptions]}, "state": "pending"}
    eventually(lambda: cell.database["deliveries"].count_documents(pending) == 0)
    for path in ("/a", "/b"):
        assert len({r.webhook_id for r in receiver.received[path]}) == receiver.count(path) == 300


@pytest.mark.parametrize("failpoint", ["webhook.before_post", "webhook.after_post", "inbox.before_commit"])
def test_a_kill_loses_nothing_and_repeats_the_same(
    failpoint: str, cell: Cell, receiver: Receiver, service: Service, eventually: Any
) -> None:
    service.restart()  # nothing that an earlier test left in memory may get there first
    subscription = cell.subscribe(receiver.url("/good"))
    service.arm(failpoint)
    cell.matches(1)
    service.wait_for_death()
    service.start()
    # The database frees what a killed transaction held after a few seconds.
    eventually(lambda: cell.states(subscription) == ["delivered"], 30)
    assert len({(r.webhook_id, r.body) for r in receiver.received["/good"]}) == 1
    assert receiver.count("/good") == (2 if failpoint == "webhook.after_post" else 1)


def test_sigterm_waits_for_what_is_under_way(
    cell: Cell, receiver: Receiver, service: Service, eventually: Any
) -> None:
    subscription = cell.subscribe(receiver.behave("/slow", HANG))
    cell.matches(1)
    eventually(lambda: receiver.count("/slow"))
    assert service.terminate() == 0
    stored = cell.database["deliveries"].find_one({"subscription_id": subscription["id"]})
    assert stored is not None
    assert [attempt["error"] for attempt in stored["attempts"]] == ["no answer within 1 s"]
    assert stored["agency_id"] == cell.agency


def test_a_database_that_dies_meanwhile_loses_nothing(
    cell: Cell, receiver: Receiver, infrastructure: Stack, eventually: Any
) -> None:
    subscription = cell.subscribe(receiver.url("/good"))
    cell.matches(200)
    eventually(lambda: receiver.count("/good") > 20)
    infrastructure.kill_database()
    try:
        for _ in range(2):  # longer than a transaction tries, and the process answers meanwhile
            with pytest.raises(ServiceError, match="The database is unavailable"):
                cell.subscription(subscription)
    finally:
        infrastructure.start_database()
    every = {"subscription_id": subscription["id"], "state": "delivered"}
    eventually(lambda: cell.database["deliveries"].count_documents(every) == 200)
    by_id = {received.webhook_id: received.body for received in receiver.received["/good"]}
    assert len(by_id) == 200
    assert all(by_id[received.webhook_id] == received.body for received in receiver.received["/good"])


def test_what_a_commit_left_whose_answer_was_lost_is_taken_up_after_the_outage(
    cell: Cell, receiver: Receiver, infrastructure: Stack, eventually: Any
) -> None:
    """Such a commit leaves deliveries that are claimed by the process without its knowledge, for two minutes."""
    subscription = cell.subscribe(receiver.url("/good"))
    cell.matches(2)
    eventually(lambda: cell.states(subscription) == ["delivered", "delivered"])
    lease = cell.database["leases"].find_one()
    assert lease is not None
    left: dict[str, Any] = {"state": "pending", "attempts": [], "delivered_at": None, "ended_at": None}
    left |= {"claim": f"{lease['holder']}#unknown", "due_at": datetime.now(UTC) + CLAIM_LIFE}
    one = cell.deliveries(subscription)[0]["id"]
    cell.database["deliveries"].update_one({"_id": one}, {"$set": left})
    infrastructure.kill_database()
    try:
        with pytest.raises(ServiceError, match="The database is unavailable"):
            cell.subscription(subscription)
    finally:
        infrastructure.start_database()
    eventually(lambda: cell.states(subscription) == ["delivered", "delivered"])
    assert sorted(Counter(received.webhook_id for received in receiver.received["/good"]).values()) == [1, 2]


def test_a_pause_that_was_asked_for_outlives_the_process(
    cell: Cell, receiver: Receiver, service: Service, eventually: Any
) -> None:
    asking = cell.subscribe(receiver.behave("/busy", answer(429, Retry_After="3600")))
    cell.call(calls.SEND_TEST_EVENT, {"id": asking["id"]})
    eventually(lambda: cell.deliveries(asking)[0]["attempts"])
    service.restart()
    cell.call(calls.SEND_TEST_EVENT, {"id": asking["id"]})
    other = cell.subscribe(receiver.url("/good"))
    cell.call(calls.SEND_TEST_EVENT, {"id": other["id"]})
    eventually(lambda: cell.states(other) == ["delivered"])
    assert receiver.count("/busy") == 1

"""Broker, database and index away, events thrice and shuffled, poison: counted after each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from pymongo import MongoClient

from deploy import dlq
from shared.messaging.publisher import ConfirmedPublisher, Outgoing, Receipt
from tests.driver import Agency, Platform, wait_until
from tests.faults.trial import MOODY, STEADY, Trial

pytestmark = pytest.mark.faults

OUTAGE_S = 20.0
DATABASE_OUTAGE_S = 10.0  # longer than a transaction tries


@pytest.fixture(scope="module")
def resting(platform: Platform, failpoints: Path) -> Iterator[Trial]:
    made = Trial(platform, failpoints, seed=23, pause_s=0.5, trouble=0.05)
    yield made
    made.close()


@pytest.fixture
def trial(resting: Trial) -> Trial:
    """Under load; ``count`` ends it."""
    resting.load.start(threads=2)
    resting.probe()
    return resting


def assert_all_is_there_once(trial: Trial) -> None:
    tally = trial.count()
    assert (tally.clean, tally.remarks) == (True, [])


def test_a_broker_that_is_away_for_20_seconds(trial: Trial) -> None:
    gateway = trial.giver.api
    with trial.chaos.broker_away(OUTAGE_S):
        wait_until(lambda: trial.stack.not_ready().keys() >= {"resources", "gateway"}, OUTAGE_S, "readiness to go red")
        answer = gateway.send("GET", "/v1/listings")
        assert (answer.status, json.loads(answer.data)["code"]) in ((503, "unavailable"), (504, "deadline_exceeded"))
        assert gateway.send("GET", "/healthz").status == 200
    trial.probe()
    assert_all_is_there_once(trial)


@pytest.mark.parametrize("seconds", [0.5, DATABASE_OUTAGE_S])
def test_a_database_that_is_killed_and_away(seconds: float, trial: Trial) -> None:
    with trial.chaos.database_away(seconds):
        assert trial.giver.api.send("GET", "/healthz").status == 200
    trial.probe()
    assert_all_is_there_once(trial)


def test_events_that_come_thrice_and_shuffled(trial: Trial) -> None:
    trial.chaos.duplicate(copies=2, events_max=5_000)
    trial.probe()
    assert_all_is_there_once(trial)


def test_a_have_and_its_want_come_at_the_same_moment_while_the_index_is_dead(resting: Trial) -> None:
    resting.stack.stop_program("matching-index")
    have, want = at_the_same_moment(lambda: listing(resting.giver, "have"), lambda: listing(resting.taker, "want"))
    resting.stack.start_program("matching-index")
    wait_until(lambda: heard(resting, have["id"]) == {STEADY: 1, MOODY: 1}, 60, "a webhook for each subscriber")
    assert_all_is_there_once(resting)
    assert heard(resting, have["id"]) == {STEADY: 1, MOODY: 1}
    assert found_matches(resting, have["id"]) == [(have["id"], want["id"])]


def test_poison_among_good_ones_is_put_away_with_its_reason(
    trial: Trial, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in trial.stack.environment().items():
        monkeypatch.setenv(name, value)
    assert run_dlq(capsys, "purge", "--apply").splitlines()[-1].startswith("purge: ")

    poison = {
        b"{": "the body is not JSON",
        b"\x00\xff": "the body is not JSON",
        b"[]": "specversion: the body is not a CloudEvents 1.0 event",
        unsigned_copy(trial): "x-signature: not signed by 12/resources",
    }
    publish(trial, "resources.events", "listing.registered.v1", poison)
    queues = ("matching.listings", "synergies.listings", "notifications.events")
    wait_until(lambda: dead_letters(trial) == len(poison) * len(queues), 60, "all poison to be put away")
    trial.probe()
    assert_all_good_ones_passed(trial, Counter({(q, why): n for q in queues for why, n in counted(poison).items()}))

    total, of_one = len(poison) * len(queues), len(poison)
    assert run_dlq(capsys, "list").splitlines()[0] == f"{total} dead letters"
    shown = run_dlq(capsys, "show", message_id(trial))
    assert "reason   x-signature: not signed by 12/resources" in shown

    would = f"would replay {of_one} of {total} dead letters; --apply does it\n"
    assert run_dlq(capsys, "replay", "--queue", "synergies.listings") == would
    assert run_dlq(capsys, "replay", "--queue", "synergies.listings", "--apply") == f"replay: {of_one} of {of_one}\n"
    wait_until(lambda: dead_letters(trial) == total, 60, "the replayed poison to be put away again")
    assert run_dlq(capsys, "purge") == f"would purge {total} of {total} dead letters; --apply does it\n"
    assert dead_letters(trial) == total
    assert run_dlq(capsys, "purge", "--apply") == f"purge: {total} of {total}\n"
    assert run_dlq(capsys, "list") == "0 dead letters\n"


# What the tests above ask and do


def at_the_same_moment(*actions: Callable[[], dict[str, Any]]) -> list[dict[str, Any]]:
    barrier = Barrier(len(actions))

    def act(action: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        barrier.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(act, actions))


def listing(agency: Agency, direction: str) -> dict[str, Any]:
    """Of another kind than the load's, so that nothing else matches it."""
    return agency.api.listing(agency.site_id, direction, "Varastohalli", kind="premises", visibility="nation")


def heard(trial: Trial, text: str) -> dict[str, int]:
    return {path: trial.receiver.count(path, text) for path in (STEADY, MOODY)}


def found_matches(trial: Trial, have_id: str) -> list[tuple[str, str]]:
    """(have, want) of every ``match.found`` that was ever written for the have."""
    client: MongoClient[dict[str, Any]] = MongoClient(trial.stack.mongo_uri)
    rows = client[f"sivuvirta_{trial.stack.cell}_matching"]["outbox"].find({"routing_key": "match.found.v1"})
    data = [json.loads(row["body"])["data"] for row in rows]
    client.close()
    return [(event["have_id"], event["want_id"]) for event in data if event["have_id"] == have_id]


def unsigned_copy(trial: Trial) -> bytes:
    """A good event, as somebody without its signer's key could publish it: with another name in it."""
    client: MongoClient[dict[str, Any]] = MongoClient(trial.stack.mongo_uri)
    outbox = client[f"sivuvirta_{trial.stack.cell}_resources"]["outbox"]
    row = outbox.find_one({"routing_key": "listing.registered.v1"})
    client.close()
    assert row is not None
    event = json.loads(row["body"])
    event["data"]["name"] = "Väärennös"
    return json.dumps(event).encode()


def publish(trial: Trial, exchange: str, key: str, bodies: dict[bytes, str]) -> None:
    """With confirms: what is published and not confirmed may go when its connection closes."""
    publisher = ConfirmedPublisher(trial.stack.amqp_uri, "poison")
    outgoing = [Outgoing(exchange, key, body, f"poison-{number}", "text/plain") for number, body in enumerate(bodies)]
    assert set(publisher.publish(outgoing)) == {Receipt.CONFIRMED}
    publisher.close()


def counted(poison: dict[bytes, str]) -> Counter[str]:
    return Counter(poison.values())


def dead_letters(trial: Trial) -> int:
    with dlq.held(trial.stack.amqp_uri) as dead:
        return len(dead.letters)


def message_id(trial: Trial) -> str:
    with dlq.held(trial.stack.amqp_uri) as dead:
        return next(letter.message_id for letter in dead.letters if "not signed" in letter.reason)


def assert_all_good_ones_passed(trial: Trial, expected: Counter[tuple[str, str]]) -> None:
    """Everything else was handled, and what is dead is the poison, each with its reason."""
    assert [remark for remark in trial.count().remarks if not remark.startswith("dead: ")] == []
    with dlq.held(trial.stack.amqp_uri) as dead:
        assert Counter((letter.queue, letter.reason) for letter in dead.letters) == expected


def run_dlq(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert dlq.main(arguments) == 0
    return capsys.readouterr().out

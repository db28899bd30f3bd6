"""The local stack on real parts: least rights, restarts of everything, a clean end."""

from __future__ import annotations

import json
import os
import signal
import threading
import urllib.request
from pathlib import Path

import amqp
import psutil
import pymongo
import pytest
from amqp.exceptions import AccessRefused

from deploy.local.daemons import wait_until
from deploy.local.errors import StackError
from deploy.local.stack import Stack

from .conftest import PROGRAMS, connected


def publish(stack: Stack, user: str, exchange: str, key: str = "listing.registered") -> None:
    with connected(stack, user) as channel:
        channel.basic_publish_confirm(amqp.Message("{}"), exchange, key)


def test_a_service_publishes_to_its_own_exchange(stack: Stack) -> None:
    publish(stack, "resources", "resources.events")


@pytest.mark.parametrize(
    ("user", "exchange", "key"),
    [
        ("resources", "identity.events", "key.revoked"),
        ("gateway", "national.events", "listing.shared"),
        ("resources", "", "rpc-identity"),
        ("resources", "sivuvirta.dead", "matching.listings"),
        ("gateway", "nameko-rpc", "nobody.anything"),
    ],
)
def test_what_is_anothers_refuses_a_publisher(stack: Stack, user: str, exchange: str, key: str) -> None:
    with pytest.raises(AccessRefused):
        publish(stack, user, exchange, key)


def test_a_service_receives_its_replies_and_nobody_elses_calls(stack: Stack) -> None:
    reply_key = "0190a5d21b7c7d3e8f00112233445566"
    with connected(stack, "resources") as channel:
        channel.queue_declare(f"rpc.reply-resources-{reply_key}", exclusive=True)
        channel.queue_bind(f"rpc.reply-resources-{reply_key}", "nameko-rpc", reply_key)

        with pytest.raises(AccessRefused):
            channel.queue_bind(f"rpc.reply-resources-{reply_key}", "nameko-rpc", "identity.*")


@pytest.mark.parametrize("queue", ["matching.listings", "rpc-identity", "sivuvirta.dead-letters"])
def test_a_service_cannot_consume_the_queue_of_another(stack: Stack, queue: str) -> None:
    with connected(stack, "resources") as channel, pytest.raises(AccessRefused):
        channel.basic_get(queue)


def test_a_killed_program_comes_back(stack: Stack) -> None:
    stack.wait_ready(30)
    dead = stack.kill("resources")

    wait_until(lambda: stack.pid("resources") not in (0, dead), 30, "another process")
    stack.wait_ready(30)


def test_a_terminated_program_comes_back(stack: Stack) -> None:
    stack.wait_ready(30)
    ended = stack.terminate("identity")

    wait_until(lambda: stack.pid("identity") not in (0, ended), 30, "another process")
    stack.wait_ready(30)


def test_a_stopped_program_stays_down_until_it_is_started(stack: Stack) -> None:
    stack.stop_program("identity")

    with pytest.raises(StackError, match="identity"):
        stack.wait_ready(0.5)
    stack.start_program("identity")
    stack.wait_ready(30)


def test_a_program_is_given_its_environment(stack: Stack) -> None:
    with urllib.request.urlopen(f"{stack.operator_url('resources')}/environment", timeout=5) as answer:
        environment = json.load(answer)

    assert environment["AMQP_URI"] == stack.broker.uri("resources")
    assert environment["MONGO_URI"] == stack.mongo_uri
    assert environment["SIVUVIRTA_PROCESS"] == "resources"


def test_programs_end_with_their_killed_supervisor_and_start_with_the_next(stack: Stack) -> None:
    old = {program.name: stack.pid(program.name) for program in PROGRAMS}
    supervisor = stack.supervisor.pid
    assert supervisor is not None
    os.kill(supervisor, 9)

    wait_until(lambda: not any(psutil.pid_exists(pid) for pid in old.values()), 30, "the programs to end")
    stack.start_processes()
    stack.wait_ready(30)


def test_what_a_broker_accepted_survives_its_kill(stack: Stack) -> None:
    with connected(stack, "administrator") as channel:
        channel.basic_publish_confirm(amqp.Message("kept", delivery_mode=2), "", "resources.sites")
    stack.kill_broker()
    stack.start_broker()

    with connected(stack, "resources") as channel:
        message = channel.basic_get("resources.sites", no_ack=True)
    assert message is not None
    assert message.body == "kept"


def test_what_a_database_acknowledged_survives_its_kill(stack: Stack) -> None:
    with pymongo.MongoClient[dict[str, object]](stack.mongo_uri) as client:
        client.proof.get_collection("kept").insert_one({"_id": 1})
        stack.kill_database()
        stack.start_database()

        assert client.proof.get_collection("kept").find_one() == {"_id": 1}


def test_a_peer_hears_national_events_and_may_read_nothing_else(stack: Stack, tmp_path: Path) -> None:
    lapland = Stack(tmp_path, cell="19", regions=["19"], programs=PROGRAMS)
    try:
        lapland.start_broker()
        lapland.declare_topology()
        with connected(lapland, "administrator") as channel:
            channel.queue_declare("heard", durable=True, auto_delete=False)
            channel.queue_bind("heard", "peers.events", "#")
        lapland.connect_peer(stack)
        wait_until(
            lambda: "running" in lapland.broker.control("eval", "rabbit_federation_status:status()."), 30, "link"
        )
        wait_until(lambda: _heard(stack, lapland), 30, "the national event to arrive")

        with connected(stack, "peer-19") as channel:
            queue = channel.queue_declare("federation: national.events -> sivuvirta-19: test", auto_delete=True).queue
            channel.queue_bind(queue, "national.events", "#")
            with pytest.raises(AccessRefused):
                channel.queue_bind(queue, "resources.events", "#")
    finally:
        lapland.abandon()


def test_an_interrupted_start_leaves_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    starting = Stack(tmp_path, programs=PROGRAMS)
    # Or the start could be over before the interruption comes.
    monkeypatch.setattr(type(starting.database), "_is_primary", lambda _database: False)

    def interrupt() -> None:
        wait_until(lambda: starting.broker.alive and starting.database.alive, 30, "both to be on their way")
        os.kill(os.getpid(), signal.SIGINT)

    # What was started in the background may have inherited that interruptions are ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        threading.Thread(target=interrupt).start()
        with pytest.raises(KeyboardInterrupt):
            starting.start_parts()
    finally:
        signal.signal(signal.SIGINT, before)
    assert [p for p in psutil.process_iter(["cwd"]) if (p.info["cwd"] or "").startswith(str(starting.folder))] == []


def test_a_stopped_stack_leaves_no_process_and_starts_again_on_the_same_data(stack: Stack) -> None:
    """The last test of the module: it leaves nothing running."""
    pids = [stack.broker.pid, stack.database.pid, stack.supervisor.pid, *(s.pid for s in stack.states())]
    stack.stop()
    assert [pid for pid in pids if pid is None or psutil.pid_exists(pid)] == []
    assert not [p for p in psutil.process_iter(["cmdline"]) if str(stack.folder) in " ".join(p.info["cmdline"] or [])]

    again = Stack.open(stack.folder)
    assert (again.ports, again.cell) == (stack.ports, stack.cell)
    again.start_parts()
    assert stack.alive

    stack.stop()
    assert not again.alive


def _heard(stack: Stack, lapland: Stack) -> bool:
    publish(stack, "resources", "resources.events", "listing.withheld")
    publish(stack, "resources", "national.events", "listing.shared")
    with connected(lapland, "administrator") as channel:
        message = channel.basic_get("heard", no_ack=True)
    return message is not None and message.delivery_info["routing_key"] == "listing.shared"

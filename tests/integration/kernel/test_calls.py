"""Calls that do not end well: each ends in time, with an error that says what the caller can do."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from amqp.basic_message import Message

from deploy.local.stack import Stack
from shared.config import Settings
from shared.contracts.registry import Call
from shared.contracts.rpc import resources as calls
from shared.errors import ServiceError
from shared.messaging.connection import connect
from shared.messaging.rpc_client import RpcClient
from shared.messaging.topology import RPC_EXCHANGE

UNKNOWN = Call("strangers", "ask", calls.ListingIdSchema, calls.ListingSchema, "No such service.")
REQUEST = {"id": "lst-12-" + "0" * 32}


@pytest.fixture
def client(settings_for: Callable[..., Settings], infrastructure: Stack) -> Iterator[RpcClient]:
    made = RpcClient(infrastructure.amqp_uri, "test", 2.0)
    yield made
    made.close()


def refusal(client: RpcClient, call: Call, deadline_s: float = 1.0) -> str:
    with pytest.raises(ServiceError) as refused:
        client.call(call, REQUEST, "token", deadline_s=deadline_s)
    return refused.value.code


def test_an_unknown_service_is_unavailable_and_not_waited_for(client: RpcClient) -> None:
    assert refusal(client, UNKNOWN, deadline_s=30) == "unavailable"


def test_a_service_that_does_not_answer_exceeds_the_deadline(client: RpcClient) -> None:
    assert refusal(client, calls.GET_LISTING, deadline_s=0.3) == "deadline_exceeded"


def test_a_call_nobody_took_in_time_is_dropped_by_the_broker(client: RpcClient, amqp_uri: str, eventually: Any) -> None:
    assert refusal(client, calls.GET_LISTING, deadline_s=0.2) == "deadline_exceeded"
    connection = connect(amqp_uri, "test")
    channel = connection.channel()
    eventually(lambda: channel.queue_declare("rpc-resources", passive=True).message_count == 0)
    connection.release()


def test_a_reply_that_comes_too_late_disturbs_nobody(client: RpcClient, amqp_uri: str) -> None:
    connection = connect(amqp_uri, "test")
    channel = connection.channel()
    stray = Message(json.dumps({"result": 1, "error": None}).encode(), correlation_id="nobody-waits")
    channel.basic_publish(stray, RPC_EXCHANGE, client._reply_key)
    connection.release()
    assert refusal(client, UNKNOWN) == "unavailable"


def test_replies_that_come_in_small_pieces_are_read_whole(amqp_uri: str) -> None:
    with dripping(amqp_uri) as uri:
        client = RpcClient(uri, "test", 10.0)
        pending = [client.start(calls.GET_LISTING, REQUEST, "token") for _ in range(5)]
        connection = connect(amqp_uri, "test")
        channel = connection.channel()
        for number, one in enumerate(pending):
            body = json.dumps({"result": number, "error": None}).encode()
            channel.basic_publish(Message(body, correlation_id=one._correlation_id), RPC_EXCHANGE, client._reply_key)
        assert [one.result() for one in pending] == [0, 1, 2, 3, 4]
        connection.release()
        client.close()


@contextmanager
def dripping(amqp_uri: str, piece: int = 5) -> Iterator[str]:
    """The broker's address behind a relay that hands on what the broker says a few bytes at a time."""
    broker = urlsplit(amqp_uri)
    listener = socket.create_server(("127.0.0.1", 0))

    def hand_on(source: socket.socket, target: socket.socket, size: int) -> None:
        try:
            while data := source.recv(size):
                target.sendall(data)
        except OSError:
            pass
        finally:
            target.close()

    def serve() -> None:
        while True:
            try:
                ours, _ = listener.accept()
            except OSError:
                return
            theirs = socket.create_connection((broker.hostname, broker.port))
            ours.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=hand_on, args=(ours, theirs, 65_536), daemon=True).start()
            threading.Thread(target=hand_on, args=(theirs, ours, piece), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    at = f"{broker.username}:{broker.password}@127.0.0.1:{listener.getsockname()[1]}"
    try:
        yield broker._replace(netloc=at).geturl()
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def test_an_error_of_a_kind_we_do_not_know_keeps_its_message_to_itself(client: RpcClient, amqp_uri: str) -> None:
    pending = client.start(calls.GET_LISTING, REQUEST, "token", deadline_s=5)
    connection = connect(amqp_uri, "test")
    channel = connection.channel()
    error = {"exc_path": "builtins.KeyError", "exc_args": ["secret"], "value": "secret"}
    body = json.dumps({"result": None, "error": error}).encode()
    channel.basic_publish(Message(body, correlation_id=pending._correlation_id), RPC_EXCHANGE, client._reply_key)
    with pytest.raises(ServiceError) as refused:
        pending.result()
    connection.release()
    assert refused.value.code == "unexpected"
    assert "secret" not in str(refused.value)


def test_a_broker_that_is_not_there_makes_calls_unavailable() -> None:
    lonely = RpcClient("amqp://guest:guest@127.0.0.1:9//", "test", 0.5)
    assert refusal(lonely, calls.GET_LISTING) == "unavailable"
    lonely.close()

"""The receiver as a process of its own, posted to as the platform posts."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import urllib3
from standardwebhooks import Webhook

from demo.receiver import Receiver

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
BODY = json.dumps({"type": "match.found.v1", "timestamp": "2026-11-21T10:00:00Z", "data": {"id": "mat-1"}})


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with Receiver(tmp_path / "received.jsonl") as running:
        yield running


def post(receiver: Receiver, secret: str, webhook_id: str = "del-1") -> int:
    now = datetime.now(UTC)
    headers = {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(webhook_id, now, BODY),
    }
    return urllib3.request("POST", receiver.url("/P"), body=BODY, headers=headers, retries=False).status


def learnt(receiver: Receiver) -> None:
    """The secret travels by a pipe: the receiver refuses until it has it, as it does before any platform."""
    receiver.learn("/P", SECRET)
    for _ in range(10_000):
        if post(receiver, SECRET, "del-0") == 204:
            return
    pytest.fail("the receiver never learnt its secret")


def test_before_it_has_a_secret_it_asks_to_come_again(receiver: Receiver) -> None:
    assert post(receiver, SECRET) == 503
    assert receiver.receipts() == []


def test_a_webhook_that_verifies_is_written_down_before_it_is_answered(receiver: Receiver) -> None:
    learnt(receiver)
    assert post(receiver, SECRET) == 204
    last = receiver.receipts()[-1]
    assert (last.path, last.webhook_id, last.type, last.subject, last.verified) == (
        "/P",
        "del-1",
        "match.found.v1",
        "mat-1",
        True,
    )


def test_a_webhook_signed_by_somebody_else_is_refused_and_counted(receiver: Receiver) -> None:
    learnt(receiver)
    assert post(receiver, OTHER) == 401
    assert receiver.receipts()[-1].verified is False


def test_a_webhook_whose_sender_died_in_the_middle_is_no_forgery(receiver: Receiver) -> None:
    learnt(receiver)
    with socket.create_connection(("127.0.0.1", receiver.port)) as sender:
        sender.sendall(b"POST /P HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{")
        sender.shutdown(socket.SHUT_WR)
        assert sender.recv(100) == b""
    assert all(receipt.verified for receipt in receiver.receipts())


def test_what_earlier_runs_received_is_still_there(tmp_path: Path) -> None:
    record = tmp_path / "received.jsonl"
    with Receiver(record) as first:
        learnt(first)
    with Receiver(record) as second:
        assert [receipt.webhook_id for receipt in second.receipts()] == ["del-0"]

"""What belongs together leaves a connection in one piece."""

from __future__ import annotations

from shared.messaging.connection import Writes


def test_what_is_written_together_leaves_in_one_piece_and_in_order() -> None:
    sent: list[bytes] = []
    writes = Writes(sent.append)
    writes(b"before")
    with writes.together():
        writes(b"answer")
        with writes.together():
            writes(memoryview(b"ack"))
        assert sent == [b"before"]
    writes(b"after")
    assert sent == [b"before", b"answerack", b"after"]


def test_nothing_written_sends_nothing() -> None:
    sent: list[bytes] = []
    with Writes(sent.append).together():
        pass
    assert sent == []


def test_what_another_wrote_meanwhile_is_sent_although_this_one_failed() -> None:
    sent: list[bytes] = []
    writes = Writes(sent.append)
    try:
        with writes.together():
            writes(b"of another")
            raise ConnectionError
    except ConnectionError:
        pass
    assert sent == [b"of another"]

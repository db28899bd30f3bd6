"""From where a service takes its calls, and what ends it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from shared.messaging.rpc_server import AnsweringConsumer


class Subscribed:
    """In the place of py-amqp's connection: gives or raises what it was given, in this order."""

    sock = None
    _read_buffer = b""

    def __init__(self, *frames: str | Exception) -> None:
        self._frames = list(frames)
        self.taken: list[str] = []
        self.beats = 0

    @property
    def transport(self) -> Subscribed:
        return self

    def read_frame(self) -> str:
        frame = self._frames.pop(0)
        if isinstance(frame, Exception):
            raise frame
        return frame

    def on_inbound_frame(self, frame: str) -> None:
        self.taken.append(frame)

    def heartbeat_tick(self, rate: int) -> None:
        self.beats += rate > 0


class Reopening:
    """In the place of kombu's connection: whoever asks for the one beneath may get another each time."""

    def __init__(self, *connections: Subscribed) -> None:
        self._connections = list(connections)

    @property
    def connection(self) -> Subscribed:
        return self._connections.pop(0)


class Taking(AnsweringConsumer):
    def __init__(self, kept: Reopening) -> None:
        super().__init__("amqp://127.0.0.1")
        self._kept = kept

    @contextmanager
    def consumer_context(self, **_: Any) -> Iterator[tuple[Reopening, None, None]]:
        yield self._kept, None, None


def test_calls_are_taken_from_the_connection_that_was_subscribed_and_from_no_other() -> None:
    first, other = Subscribed("call 1", TimeoutError(), "call 2"), Subscribed("never")
    turns = Taking(Reopening(first, other)).consume()
    for _ in range(3):
        next(turns)
    assert (first.taken, first.beats, other.taken) == (["call 1", "call 2"], 1, [])


def test_a_lost_connection_ends_the_taking_and_so_does_the_order_to_stop() -> None:
    with pytest.raises(ConnectionResetError):
        next(Taking(Reopening(Subscribed(ConnectionResetError()))).consume())
    consumer = Taking(Reopening(Subscribed("call", "never")))
    turns = consumer.consume()
    next(turns)
    consumer.should_stop = True
    assert list(turns) == []

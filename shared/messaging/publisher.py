"""Publishing with confirms, pipelined: send many, then wait for every confirm.

Used by the outbox relay and, for retries and dead letters, by the event consumer; by nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from amqp.basic_message import Message
from kombu import Connection

from shared.messaging.connection import BROKER_ERRORS, close_quietly, connect


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to publish. ``mandatory``: some queue is owed it, so unroutable is a fault."""

    exchange: str
    routing_key: str
    body: bytes
    message_id: str
    content_type: str
    mandatory: bool = True
    headers: Mapping[str, Any] = field(default_factory=dict)


class Receipt(Enum):
    CONFIRMED = "confirmed"
    REFUSED = "refused"  # the broker said no: a queue is full
    UNROUTABLE = "unroutable"  # mandatory, and no queue is bound


class ConfirmedPublisher:
    """One connection, one channel in confirm mode; not for several threads at once."""

    def __init__(self, uri: str, name: str) -> None:
        self._uri = uri
        self._name = name
        self._connection: Connection | None = None
        self._channel: Any = None
        self._tag = 0
        self._waiting: dict[int, int] = {}
        self._receipts: list[Receipt | None] = []
        self._returned: set[str] = set()

    def publish(self, messages: Sequence[Outgoing], timeout_s: float = 15.0) -> list[Receipt]:
        """A receipt per message, in order. Raises one of BROKER_ERRORS (TimeoutError too); then none is certain."""
        try:
            self._open()
            self._receipts = [None] * len(messages)
            self._returned.clear()
            for index, message in enumerate(messages):
                self._send(index, message)
            deadline = time.monotonic() + timeout_s
            while self._waiting:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError("the broker did not confirm in time")
                assert self._connection is not None
                self._connection.drain_events(timeout=left)
        except BROKER_ERRORS:
            self.close()
            raise
        return [
            Receipt.UNROUTABLE if message.message_id in self._returned else receipt or Receipt.REFUSED
            for message, receipt in zip(messages, self._receipts, strict=True)
        ]

    def keep_alive(self) -> None:
        """Send and check heartbeats while idle; a broken connection is reopened by the next publish."""
        if self._connection is not None:
            try:
                self._connection.heartbeat_check(rate=2)
                self._connection.drain_events(timeout=0.001)
            except TimeoutError:
                pass
            except BROKER_ERRORS:
                self.close()

    def close(self) -> None:
        close_quietly(self._connection)
        self._connection = self._channel = None
        self._waiting.clear()

    def _open(self) -> None:
        if self._connection is not None:
            return
        self._connection = connect(self._uri, self._name)
        self._channel = self._connection.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(lambda tag, multiple: self._settle(tag, multiple, Receipt.CONFIRMED))
        self._channel.events["basic_nack"].add(lambda tag, multiple: self._settle(tag, multiple, Receipt.REFUSED))
        self._channel.events["basic_return"].add(self._on_return)
        self._tag = 0

    def _send(self, index: int, message: Outgoing) -> None:
        content = Message(
            message.body,
            content_type=message.content_type,
            content_encoding="utf-8",
            delivery_mode=2,
            message_id=message.message_id,
            application_headers=dict(message.headers),
        )
        self._tag += 1
        self._waiting[self._tag] = index
        self._channel.basic_publish(content, message.exchange, message.routing_key, mandatory=message.mandatory)

    def _settle(self, tag: int, multiple: bool, receipt: Receipt) -> None:
        tags = [t for t in self._waiting if t <= tag] if multiple else [tag]
        for settled in tags:
            index = self._waiting.pop(settled, None)
            if index is not None:
                self._receipts[index] = receipt

    def _on_return(self, _error: Exception, _exchange: str, _routing_key: str, message: Message) -> None:
        self._returned.add(message.properties["message_id"])

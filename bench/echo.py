"""The floor of a call: a bare kombu echo, with no nameko on either side, over the same broker.

``python -m bench.echo`` serves (AMQP_URI from the environment); ``EchoClient`` asks, with a persistent reply consumer
and a fixed number in flight.
"""

from __future__ import annotations

import os
import time
import uuid
from typing import Any

from kombu import Connection, Consumer, Producer, Queue

QUEUE = Queue("bench.echo", durable=False)


def serve(uri: str) -> None:
    """Answer for ever with the body that came."""
    with Connection(uri) as connection:
        channel = connection.channel()
        producer = Producer(channel, auto_declare=False)

        def answer(message: Any) -> None:
            producer.publish(
                message.body,
                routing_key=message.properties["reply_to"],
                correlation_id=message.properties["correlation_id"],
                content_type="application/json",
                content_encoding="utf-8",
                delivery_mode=1,
            )
            message.ack()

        with Consumer(channel, [QUEUE], on_message=answer, prefetch_count=64):
            while True:
                connection.drain_events()


class EchoClient:
    """Asks the echo over one connection."""

    def __init__(self, uri: str, body: bytes) -> None:
        self._connection = Connection(uri)
        channel = self._connection.channel()
        self._producer = Producer(channel, auto_declare=False)
        self._reply = f"bench.reply-{uuid.uuid4().hex}"
        self._body = body
        self._answered = 0
        QUEUE(channel).declare()
        queue = Queue(self._reply, durable=False, exclusive=True)
        self._consumer = Consumer(channel, [queue], on_message=self._on_reply, no_ack=True)
        self._consumer.consume()

    def rate(self, in_flight: int, seconds: float) -> float:
        """Answers a second with so many calls in flight."""
        self._answered = 0
        sent = 0
        began = time.perf_counter()
        while (now := time.perf_counter()) - began < seconds:
            while sent - self._answered < in_flight:
                self._ask()
                sent += 1
            self._connection.drain_events(timeout=5)
        elapsed, answered = now - began, self._answered
        while self._answered < sent:
            self._connection.drain_events(timeout=5)
        return answered / elapsed

    def close(self) -> None:
        self._connection.release()

    def _ask(self) -> None:
        self._producer.publish(
            self._body,
            routing_key=QUEUE.name,
            reply_to=self._reply,
            correlation_id=uuid.uuid4().hex,
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=1,
            mandatory=True,
        )

    def _on_reply(self, message: Any) -> None:
        self._answered += 1


if __name__ == "__main__":
    serve(os.environ["AMQP_URI"])

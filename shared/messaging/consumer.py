"""Consuming one queue: take what has arrived, settle it, acknowledge; the same loop under nameko and in plain threads.

Failure of *this message* goes to a retry tier (mandatory, confirmed), then the original is acknowledged; after the
last tier, and for a permanent failure at once, it goes to the dead letters with its reason. *Infrastructure down*
costs no attempt: the batch is held, nothing more is taken, and it is settled again when the database answers.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from amqp.basic_message import Message
from kombu import Connection

from shared.contracts.envelope import CONTENT_TYPE, Event, InvalidEvent, decode
from shared.contracts.registry import Subscription
from shared.errors import InfrastructureDown
from shared.failpoints import failpoint
from shared.messaging.connection import BROKER_ERRORS, close_quietly, connect
from shared.messaging.inbox import BatchHandler, Inbox, Outcome, Verdict
from shared.messaging.outbox import SIGNATURE_HEADER
from shared.messaging.publisher import ConfirmedPublisher, Outgoing, Receipt
from shared.messaging.topology import DEAD_EXCHANGE, RETRY_TIERS
from shared.observability import metrics
from shared.observability.health import Health
from shared.observability.logs import get_logger
from shared.signing import BadSignature, Keyring, UnknownSigner

log = get_logger(__name__)

ATTEMPT_HEADER = "x-attempt"
REASON_HEADER = "x-reason"
_WAIT_S = 0.5
_REASON_MAX = 500


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as it came: bytes, headers, and the tag to acknowledge it by."""

    tag: int
    body: bytes
    message_id: str
    headers: Mapping[str, Any]


class EventConsumer:
    """One queue of one service. ``run`` blocks until ``stop``; it survives broker and database outages."""

    def __init__(
        self,
        uri: str,
        subscription: Subscription,
        inbox: Inbox,
        handler: BatchHandler,
        *,
        cell: str,
        keyring: Keyring,
        health: Health,
        ping: Callable[[], None],
    ) -> None:
        self._uri = uri
        self._subscription = subscription
        self._inbox = inbox
        self._handler = handler
        self._cell = cell
        self._keyring = keyring
        self._health = health
        self._ping = ping
        self._publisher = ConfirmedPublisher(uri, f"{subscription.queue} retries")
        self._arrived: list[Delivery] = []
        self._connection: Connection | None = None
        self._channel: Any = None
        self._stopping = threading.Event()
        self._ended = threading.Event()

    @property
    def _condition(self) -> str:
        return f"queue {self._subscription.queue}"

    def run(self) -> None:
        pause_s = 0.5
        while not self._stopping.is_set():
            try:
                self._consume()
                pause_s = 0.5
            except BROKER_ERRORS as error:
                log.warning("broker_lost", queue=self._subscription.queue, error=type(error).__name__)
                pause_s = self._start_over(pause_s)
            except Exception:
                # Whatever it was, the messages are the broker's again, and this loop must not end.
                log.exception("consumer_failed", queue=self._subscription.queue)
                pause_s = self._start_over(pause_s)
        close_quietly(self._connection)
        self._publisher.close()
        self._ended.set()

    def stop(self, wait_s: float = 10.0) -> None:
        """Finish the batch under way and leave the rest to the broker."""
        self._stopping.set()
        self._ended.wait(wait_s)

    def _start_over(self, pause_s: float) -> float:
        self._health.set(self._condition, False)
        close_quietly(self._connection)
        self._connection = None
        self._stopping.wait(pause_s)
        return min(pause_s * 2, 8.0)

    def _consume(self) -> None:
        self._arrived.clear()
        self._connection = connection = connect(self._uri, self._subscription.queue)
        self._channel = channel = connection.channel()
        channel.basic_qos(0, self._subscription.max_batch, False)
        channel.basic_consume(self._subscription.queue, callback=self._on_message)
        self._health.set(self._condition, True)
        while not self._stopping.is_set():
            connection.heartbeat_check(rate=2)
            self._publisher.keep_alive()
            if self._gather(connection):
                batch, self._arrived = self._arrived, []
                self._settle(batch)

    def _gather(self, connection: Connection) -> bool:
        """Wait for the first message, then take what is already here, or comes while the subscription gathers."""
        wait_s, gathered_at = _WAIT_S, 0.0
        while len(self._arrived) < self._subscription.max_batch:
            try:
                connection.drain_events(timeout=wait_s)
            except TimeoutError:
                break
            gathered_at = gathered_at or time.monotonic() + self._subscription.gather_s
            wait_s = max(0.0, gathered_at - time.monotonic())
        return bool(self._arrived)

    def _on_message(self, message: Message) -> None:
        headers = message.properties.get("application_headers") or {}
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        self._arrived.append(
            Delivery(message.delivery_tag, body, str(message.properties.get("message_id") or ""), headers)
        )

    def _settle(self, batch: Sequence[Delivery]) -> None:
        queue = self._subscription.queue
        with metrics.histogram("sivuvirta_event_batch_seconds").labels(queue).time():
            outcomes: dict[int, Outcome] = {}
            events: dict[int, Event] = {}
            for delivery in batch:
                try:
                    events[delivery.tag] = self._read(delivery)
                except InvalidEvent as error:
                    outcomes[delivery.tag] = Outcome(Verdict.DEAD, error.reason)
            if events:
                handled = self._handle_when_possible(list(events.values()))
                outcomes.update(zip(events, handled, strict=True))
            self._redirect([(d, outcomes[d.tag]) for d in batch])
            failpoint("consumer.before_ack")
            self._channel.basic_ack(batch[-1].tag, multiple=True)
        for tag, outcome in outcomes.items():
            metrics.counter("sivuvirta_events_handled_total").labels(queue, outcome.verdict.value).inc()
            if outcome.verdict is Verdict.HANDLED:
                age_s = max(0.0, (datetime.now(UTC) - events[tag].time).total_seconds())
                metrics.histogram("sivuvirta_event_age_seconds").labels(queue).observe(age_s)

    def _read(self, delivery: Delivery) -> Event:
        event = decode(delivery.body)
        if all(event.type is not expected for expected in self._subscription.events):
            raise InvalidEvent(f"type: {event.type.name} is not for this queue")
        if (event.cell != self._cell) != self._subscription.from_peers:
            raise InvalidEvent(f"source: {event.source[:100]} does not speak to this queue")
        try:
            self._keyring.verify(event.signer, delivery.body, str(delivery.headers.get(SIGNATURE_HEADER, "")))
        except (UnknownSigner, BadSignature):
            raise InvalidEvent(f"{SIGNATURE_HEADER}: not signed by {event.signer}") from None
        return event

    def _handle_when_possible(self, events: Sequence[Event]) -> list[Outcome]:
        paused = False
        while True:
            try:
                outcomes = self._inbox.handle(self._subscription.queue, events, self._handler)
            except InfrastructureDown as error:
                if not paused:
                    log.warning("database_away", queue=self._subscription.queue, error=str(error)[:200])
                    self._pause(True)
                paused = True
                self._wait_for_database()
            else:
                if paused:
                    log.info("database_back", queue=self._subscription.queue)
                    self._pause(False)
                return outcomes

    def _pause(self, paused: bool) -> None:
        self._health.set(self._condition, not paused)
        metrics.gauge("sivuvirta_consumer_paused").labels(self._subscription.queue).set(int(paused))

    def _wait_for_database(self) -> None:
        while True:
            if self._stopping.wait(0.5):
                raise ConnectionError("stopping while the database is away")
            assert self._connection is not None
            self._connection.heartbeat_check(rate=2)
            try:
                self._ping()
            except Exception:
                continue
            return

    def _redirect(self, settled: Sequence[tuple[Delivery, Outcome]]) -> None:
        outgoing = [
            self._redirected(delivery, outcome)
            for delivery, outcome in settled
            if outcome.verdict in (Verdict.RETRY, Verdict.DEAD)
        ]
        if not outgoing:
            return
        receipts = self._publisher.publish(outgoing)
        failpoint("consumer.after_retry_publish")
        if any(receipt is not Receipt.CONFIRMED for receipt in receipts):
            # Nothing may be acknowledged that stands nowhere else: start over from the broker's copy.
            raise ConnectionError("a retry or dead letter was not taken by the broker")

    def _redirected(self, delivery: Delivery, outcome: Outcome) -> Outgoing:
        queue = self._subscription.queue
        attempt = _number(delivery.headers.get(ATTEMPT_HEADER)) + 1
        dead = outcome.verdict is Verdict.DEAD or attempt > len(RETRY_TIERS)
        headers = {**delivery.headers, ATTEMPT_HEADER: attempt, REASON_HEADER: outcome.reason[:_REASON_MAX]}
        headers.pop("x-death", None)
        if dead:
            log.error("event_dead", queue=queue, event_id=delivery.message_id, reason=outcome.reason[:_REASON_MAX])
        else:
            log.warning("event_retried", queue=queue, event_id=delivery.message_id, attempt=attempt)
        return Outgoing(
            exchange=DEAD_EXCHANGE if dead else RETRY_TIERS[attempt - 1],
            routing_key=queue,
            body=delivery.body,
            message_id=delivery.message_id or f"{queue}-{delivery.tag}",
            content_type=CONTENT_TYPE,
            headers=headers,
        )


def _number(header: object) -> int:
    """The attempts so far; a header that is no number was not written by us, and counts as none."""
    return header if isinstance(header, int) and not isinstance(header, bool) and header >= 0 else 0

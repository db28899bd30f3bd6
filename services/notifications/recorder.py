"""Writes down what came of deliveries: many outcomes in one round trip, a disabling in a transaction with its event."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from services.notifications.domain.delivery import Delivery, Outcome
from services.notifications.domain.subscription import Subscription
from services.notifications.repository import DeliveryRepository, SubscriptionRepository
from shared.clock import Clock
from shared.contracts.events.notifications import SUBSCRIPTION_DISABLED
from shared.observability import metrics
from shared.observability.logs import get_logger
from shared.persistence.unit_of_work import Transaction, UnitOfWork
from shared.tenancy import ServiceScope

log = get_logger(__name__)

SCOPE = ServiceScope("disable an endpoint that is gone")
WAITING_MAX = 1_000
TOGETHER_MAX = 200
GIVE_UP_S = 15.0  # at the end of the process only

Entry = tuple[Delivery, Subscription, Outcome]


class Recorder:
    """One thread. ``put`` blocks when too much waits, which slows the workers down, not the memory up."""

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        deliveries: DeliveryRepository,
        subscriptions: SubscriptionRepository,
        clock: Clock,
        recorded: Callable[[Outcome], None],
    ) -> None:
        self._unit_of_work = unit_of_work
        self._deliveries = deliveries
        self._subscriptions = subscriptions
        self._clock = clock
        self._recorded = recorded
        self._waiting: queue.Queue[Entry | None] = queue.Queue(WAITING_MAX)
        self._thread = threading.Thread(target=self._run, name="webhook-recorder", daemon=True)
        self._give_up_at: float | None = None

    def start(self) -> None:
        self._thread.start()

    def put(self, tried: Delivery, subscription: Subscription, outcome: Outcome) -> None:
        """``tried`` is the delivery as it was claimed, ``subscription`` as it was posted to."""
        self._waiting.put((tried, subscription, outcome))

    def stop(self) -> None:
        """Write what waits, then end; a database that is away is not waited for long."""
        self._give_up_at = time.monotonic() + GIVE_UP_S
        self._waiting.put(None)
        self._thread.join(GIVE_UP_S + 5.0)

    def _run(self) -> None:
        ended = False
        while not ended:
            entries = [self._waiting.get()]
            while len(entries) < TOGETHER_MAX:
                try:
                    entries.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            ended = None in entries
            self._write_until_done([entry for entry in entries if entry is not None])

    def _write_until_done(self, entries: Sequence[Entry]) -> None:
        """A database that is away costs the receivers at most a second POST, should the claims run out."""
        pause_s = 0.1
        while entries:
            try:
                self._write(entries)
                return
            except Exception as error:
                log.warning("webhook_record_failed", count=len(entries), error=type(error).__name__)
                if self._give_up_at is not None and time.monotonic() > self._give_up_at:
                    return
                time.sleep(pause_s)
                pause_s = min(pause_s * 2, 5.0)

    def _write(self, entries: Sequence[Entry]) -> None:
        for _, subscription, outcome in entries:
            if outcome.throttle_s > 0:
                until = self._clock.now() + timedelta(seconds=outcome.throttle_s)
                self._subscriptions.throttle(subscription.id, until)
        plain = [(tried.claim, outcome.delivery) for tried, _, outcome in entries if outcome.disable_reason is None]
        if plain:
            self._deliveries.record(plain)
        for tried, subscription, outcome in entries:
            if outcome.disable_reason is not None:
                self._disable(tried, subscription, outcome, outcome.disable_reason)
            self._recorded(outcome)

    def _disable(self, tried: Delivery, subscription: Subscription, outcome: Outcome, reason: str) -> None:
        def work(tx: Transaction) -> bool:
            tx.repository(DeliveryRepository, SCOPE).record([(tried.claim, outcome.delivery)])
            subscriptions = tx.repository(SubscriptionRepository, SCOPE)
            present = subscriptions.find([subscription.id]).get(subscription.id)
            if present is None or not present.enabled or present.url != subscription.url:
                return False
            stored = subscriptions.replace(replace(present, enabled=False, disabled_reason=reason))
            tx.emit(
                SUBSCRIPTION_DISABLED,
                subject=stored.id,
                sequence=stored.sequence,
                data={"subscription_id": stored.id, "agency_id": stored.agency_id, "reason": reason},
                agency=stored.agency_id,
            )
            return True

        if self._unit_of_work.run(work):
            metrics.counter("sivuvirta_subscriptions_disabled_total").inc()
            log.warning("subscription_disabled", subscription=subscription.id, reason=reason)
        self._deliveries.end_pending([subscription.id], self._clock.now())

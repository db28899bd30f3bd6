"""The deliverer: threads (green ones under nameko) that post what is owed and write down what came of it.

Workers post; one recorder writes outcomes, many in one round trip; one picker claims what the database holds: what
waited for its time, what did not fit in memory, what another process left. A fresh delivery does not go that way: it
is stored already claimed and, after the commit, handed over in memory.

A kill between POST and record leaves the claim to run out, or to the next life of the process: the same
``webhook-id`` and body are posted again. A commit whose answer is lost leaves claims that the process does not know of:
it looks for them when the database has been away.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from pymongo.database import Database
from pymongo.errors import PyMongoError

from services.notifications.domain import signing
from services.notifications.domain.delivery import Attempt, Delivery, Outcome, conclude
from services.notifications.domain.endpoints import Endpoints, Limits
from services.notifications.domain.subscription import Subscription
from services.notifications.posting import Answer, Poster, PostFailed
from services.notifications.recorder import Recorder
from services.notifications.repository import Claim, DeliveryRepository, SubscriptionRepository
from services.notifications.sealing import Sealer
from shared.clock import Clock
from shared.failpoints import failpoint
from shared.observability import metrics
from shared.observability.logs import get_logger
from shared.persistence.mongo import Document, is_away
from shared.persistence.unit_of_work import SECONDS_MAX, UnitOfWork
from shared.tenancy import ServiceScope

log = get_logger(__name__)

SCOPE = ServiceScope("webhook delivery")
POLL_S = 1.0
CLAIM_LIFE = timedelta(seconds=120)
CLAIM_CHUNK = 32
REFILL_BELOW = 8
FRESH_S = 1.0  # a subscription read longer ago is read again before it is posted to
STRAYS_AFTER_S = 2 * SECONDS_MAX  # after the database was away: then no commit of before can still be under way


@dataclass(frozen=True, slots=True)
class Parcel:
    """A claimed delivery with the subscription as it was read at ``read_at`` (monotonic seconds)."""

    delivery: Delivery
    subscription: Subscription
    claim: Claim
    read_at: float


class Deliverer:
    """Bounded in memory and slots by ``limits``. ``scale`` shortens waits and breakers (tests)."""

    def __init__(
        self,
        database: Database[Document],
        unit_of_work: UnitOfWork,
        poster: Poster,
        sealer: Sealer,
        clock: Clock,
        *,
        holder: str,
        scale: float = 1.0,
        limits: Limits | None = None,
        randomness: Callable[[], float] = random.random,
    ) -> None:
        self._limits = limits or Limits(open_s=30.0 * scale, open_s_max=600.0 * scale)
        self._deliveries = DeliveryRepository(database, SCOPE)
        self._subscriptions = SubscriptionRepository(database, SCOPE)
        self._poster = poster
        self._sealer = sealer
        self._clock = clock
        self._holder = holder
        self._scale = scale
        self._random = randomness
        self._endpoints: Endpoints[Parcel] = Endpoints(self._limits, time.monotonic)
        self._changed = threading.Condition()
        self._picker_woken = threading.Event()
        self._picker_sleeps_until = 0.0
        self._backlogs: set[str] = set()
        self._held: set[str] = set()  # deliveries that are claimed and in this process's hands
        self._strays_due: float | None = None  # when to look for claims whose commit's answer was lost
        self._recorder = Recorder(unit_of_work, self._deliveries, self._subscriptions, clock, self._recorded)
        self._workers: list[threading.Thread] = []
        self._picker: threading.Thread | None = None
        self._stopping = False

    # For use cases

    def new_claim(self) -> Claim:
        return Claim.fresh(self._holder, self._clock.now() + CLAIM_LIFE)

    def room(self, subscription_id: str) -> int:
        """How many fresh deliveries of the endpoint may be stored as claimed by this process."""
        with self._changed:
            return 0 if self._stopping else self._endpoints.room(subscription_id)

    def hand_over(self, fresh: Sequence[tuple[Delivery, Subscription]], claim: Claim) -> None:
        """After the commit that stored them under the claim."""
        read_at = time.monotonic()
        self._offer([Parcel(delivery, subscription, claim, read_at) for delivery, subscription in fresh])

    def wake(self) -> None:
        """There is something due in the database."""
        self._picker_woken.set()

    def endpoint_changed(self, subscription_id: str) -> None:
        """Its owner changed, woke, disabled or removed it: what was queued is judged anew."""
        with self._changed:
            dropped = self._endpoints.drop(subscription_id)
            self._endpoints.reset(subscription_id)
        self._give_back(dropped)
        self.wake()

    # Life

    def start(self) -> None:
        """Take back what an earlier life had claimed, then work."""
        self._deliveries.take_back(self._holder, self._clock.now())
        self._recorder.start()
        self._workers = [
            threading.Thread(target=self._work, name=f"webhook-{n}", daemon=True) for n in range(self._limits.slots)
        ]
        self._picker = threading.Thread(target=self._pick, name="webhook-picker", daemon=True)
        for thread in (*self._workers, self._picker):
            thread.start()

    def stop(self) -> None:
        """Begin nothing new, wait for POSTs under way and their records, give back the rest."""
        with self._changed:
            self._stopping = True
            dropped = self._endpoints.drop_all()
            self._changed.notify_all()
        self.wake()
        for worker in self._workers:
            worker.join(self._poster.timeout_s + 2.0)
        if self._picker is not None:
            self._picker.join(5.0)
        self._give_back(dropped)
        self._recorder.stop()
        self._poster.close()

    # Workers

    def _work(self) -> None:
        while (parcel := self._take()) is not None:
            outcome: Outcome | None = None
            try:
                outcome = self._deliver(parcel)
            except Exception:
                log.exception("webhook_worker_failed", delivery=parcel.delivery.id)
            self._finish(parcel, outcome)
            if outcome is not None:
                self._recorder.put(parcel.delivery, parcel.subscription, outcome)
            else:
                self._held.discard(parcel.delivery.id)

    def _take(self) -> Parcel | None:
        with self._changed:
            while not self._stopping:
                parcel = self._endpoints.take()
                if parcel is not None:
                    metrics.gauge("sivuvirta_webhooks_under_way").set(self._endpoints.under_way)
                    return parcel
                self._changed.wait()
            return None

    def _deliver(self, parcel: Parcel) -> Outcome | None:
        """One attempt; None when there is nothing to try (any more)."""
        subscription = parcel.subscription
        if time.monotonic() - parcel.read_at > FRESH_S:
            found = self._present(subscription)
            if found is None or not found.enabled or found.url != subscription.url:
                self._give_back([parcel])
                return None
            subscription = found
        now = self._clock.now()
        if now + timedelta(seconds=self._poster.timeout_s) >= parcel.claim.until:
            return None  # waited too long in memory; the claim runs out and the picker takes it again
        secrets = [self._sealer.open(sealed, subscription.id) for sealed in subscription.secrets.valid(now)]
        delivery = parcel.delivery
        headers = signing.headers(delivery.id, int(now.timestamp()), delivery.body, secrets)
        failpoint("webhook.before_post")
        began = time.monotonic()
        answer, error = self._post(subscription.url, headers, delivery.body)
        took_s = time.monotonic() - began
        failpoint("webhook.after_post")
        attempt = Attempt(now, answer.status if answer else None, error, round(took_s * 1000))
        outcome = conclude(delivery, attempt, answer.retry_after if answer else None, self._random, self._scale)
        self._observe(outcome, attempt, took_s)
        return outcome

    def _present(self, subscription: Subscription) -> Subscription | None:
        """The subscription as it stands; as it was read before while the database is away."""
        try:
            return self._subscriptions.find([subscription.id]).get(subscription.id)
        except PyMongoError as error:
            if is_away(error):
                return subscription
            raise

    def _post(self, url: str, headers: dict[str, str], body: bytes) -> tuple[Answer | None, str | None]:
        content = {"Content-Type": "application/json", "User-Agent": "Sivuvirta-Webhooks/1"}
        try:
            return self._poster.post(url, {**content, **headers}, body), None
        except PostFailed as failure:
            return None, failure.reason

    def _finish(self, parcel: Parcel, outcome: Outcome | None) -> None:
        key = parcel.subscription.id
        healthy = None if outcome is None else outcome.healthy
        with self._changed:
            blocked = self._endpoints.finished(key, healthy, outcome.throttle_s if outcome else 0.0)
            refill = key in self._backlogs and self._endpoints.waiting(key) < REFILL_BELOW
            self._changed.notify()
            metrics.gauge("sivuvirta_webhooks_under_way").set(self._endpoints.under_way)
        if blocked:
            self._give_back(blocked)
        if refill:
            self.wake()

    def _observe(self, outcome: Outcome, attempt: Attempt, took_s: float) -> None:
        delivery = outcome.delivery
        kind = "none" if attempt.status is None else f"{attempt.status // 100}xx"
        metrics.counter("sivuvirta_webhook_attempts_total").labels(kind).inc()
        metrics.histogram("sivuvirta_webhook_attempt_seconds").observe(took_s)
        if outcome.healthy:
            waited_s = (attempt.at - delivery.queued_at).total_seconds() + took_s
            metrics.histogram("sivuvirta_webhook_delay_seconds").observe(max(0.0, waited_s))
        else:
            log.warning(
                "webhook_failed",
                delivery=delivery.id,
                subscription=delivery.subscription_id,
                agency=delivery.agency_id,
                attempt=len(delivery.attempts),
                status=attempt.status,
                error=attempt.error,
            )

    # Picker

    def _pick(self) -> None:
        while not self._stopping:
            pause_s = POLL_S
            self._picker_woken.clear()
            try:
                pause_s = self._pick_due()
            except Exception as error:
                if is_away(error):
                    self._strays_due = time.monotonic() + STRAYS_AFTER_S
                    log.warning("database_away", part="webhooks", error=type(error).__name__)
                else:
                    log.exception("webhook_picker_failed")
            self._picker_sleeps_until = time.monotonic() + pause_s
            self._picker_woken.wait(pause_s)

    def _pick_due(self) -> float:
        """Claim what is due and fits in memory; seconds until there may be more."""
        now = self._clock.now()
        if self._strays_due is not None and time.monotonic() >= self._strays_due:
            claimed_before = now - timedelta(seconds=STRAYS_AFTER_S)
            self._deliveries.take_back(self._holder, now, until=claimed_before + CLAIM_LIFE, but=self._held)
            self._strays_due = None
        owed = self._deliveries.endpoints_with_pending()
        with self._changed:
            self._endpoints.keep_only({key for key, _ in owed})
            metrics.gauge("sivuvirta_webhook_endpoints_blocked").set(self._endpoints.blocked())
        metrics.gauge("sivuvirta_webhook_endpoints_owed").set(len(owed))
        due = [key for key, due_at in sorted(owed, key=lambda row: row[1]) if due_at <= now]
        subscriptions = self._subscriptions.find([key for key, _ in owed]) if owed else {}
        silent = {key for key, _ in owed if key not in subscriptions or not subscriptions[key].enabled}
        if silent:
            self._deliveries.end_pending(silent, now)
        pauses = [(due_at - now).total_seconds() for _, due_at in owed if due_at > now]
        for subscription in (subscriptions[key] for key in due if key not in silent):
            if self._stopping:
                break
            pauses.append(self._claim_for(subscription))
        return min(max(min(pauses, default=POLL_S), 0.001), POLL_S)

    def _claim_for(self, subscription: Subscription) -> float:
        """Claim for one endpoint; seconds until it is worth another look."""
        key, now = subscription.id, self._clock.now()
        dropped: list[Parcel] = []
        with self._changed:
            if subscription.throttled_until is not None and subscription.throttled_until > now:
                dropped = self._endpoints.throttle(key, (subscription.throttled_until - now).total_seconds())
            room = min(self._endpoints.room(key), CLAIM_CHUNK)
            blocked_s = self._endpoints.blocked_s(key)
        self._give_back(dropped)
        if room == 0:
            return blocked_s or POLL_S
        claim = self.new_claim()
        found = self._deliveries.claim(key, room, claim, now)
        read_at = time.monotonic()
        self._offer([Parcel(delivery, subscription, claim, read_at) for delivery in found])
        if len(found) < room:
            self._backlogs.discard(key)
        else:
            self._backlogs.add(key)
        return POLL_S

    def _offer(self, parcels: Sequence[Parcel]) -> None:
        with self._changed:
            refused = [
                parcel
                for parcel in parcels
                if self._stopping or not self._endpoints.offer(parcel.subscription.id, parcel)
            ]
            self._held.update(parcel.delivery.id for parcel in parcels)
            self._changed.notify(len(parcels) - len(refused))
        if refused:
            self._backlogs.update(parcel.subscription.id for parcel in refused)
            self._give_back(refused)

    def _give_back(self, parcels: Sequence[Parcel]) -> None:
        """What cannot be written down now runs out by itself."""
        if not parcels:
            return
        self._held.difference_update(parcel.delivery.id for parcel in parcels)
        try:
            self._deliveries.release([parcel.delivery for parcel in parcels], self._clock.now())
        except Exception as error:
            log.warning("database_away", part="webhooks", error=type(error).__name__)

    def _recorded(self, outcome: Outcome) -> None:
        """The recorder wrote an outcome down."""
        self._held.discard(outcome.delivery.id)
        if outcome.disable_reason is not None:
            self.endpoint_changed(outcome.delivery.subscription_id)
        elif outcome.delivery.next_attempt_at is not None:
            wait_s = (outcome.delivery.due_at - self._clock.now()).total_seconds()
            if time.monotonic() + wait_s < self._picker_sleeps_until:
                self.wake()

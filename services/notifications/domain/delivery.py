"""A delivery, its attempts, and the rule that says what follows from an attempt.

The schedule and the meaning of answers are those of Standard Webhooks 1.0.0; redirects are never followed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

SCHEDULE_S = (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
JITTER = 0.2  # a wait is lengthened by up to this share, never shortened
RETRY_AFTER_MAX = timedelta(hours=24)
THROTTLE_S = 60.0  # without Retry-After, or where the delivery's own wait is shorter: that
THROTTLING = frozenset({429, 502, 503, 504})
GONE = 410


class DeliveryState(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One POST: the answer's status, or what went wrong before there was one."""

    at: datetime
    status: int | None
    error: str | None
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice for one subscription. Its id is the ``webhook-id``; id and body never change.

    ``due_at`` is when anybody may take it: the next attempt's time or, while ``claim`` is set, the end of the
    claim. Only the holder of the claim records an outcome.
    """

    id: str
    agency_id: str
    subscription_id: str
    event_type: str
    body: bytes
    queued_at: datetime
    due_at: datetime
    next_attempt_at: datetime | None
    state: DeliveryState = DeliveryState.PENDING
    attempts: tuple[Attempt, ...] = ()
    delivered_at: datetime | None = None
    claim: str | None = None

    @property
    def webhook_id(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from an attempt: the delivery's new state, and what it means for the endpoint."""

    delivery: Delivery
    healthy: bool
    throttle_s: float = 0.0
    disable_reason: str | None = None


def wait_s(attempts_made: int, random: Callable[[], float], scale: float = 1.0) -> float | None:
    """Seconds from the latest attempt to the next; None when the schedule is exhausted. ``random`` gives [0, 1)."""
    if attempts_made >= len(SCHEDULE_S):
        return None
    return SCHEDULE_S[attempts_made] * scale * (1 + JITTER * random())


def retry_after_s(header: str | None, now: datetime) -> float | None:
    """Seconds asked for by a Retry-After header (RFC 9110: seconds or an HTTP date), at most 24 h; else None."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        seconds = float(min(int(text[:9]), RETRY_AFTER_MAX.total_seconds()))
    else:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - now).total_seconds()
    return min(max(seconds, 0.0), RETRY_AFTER_MAX.total_seconds())


def conclude(
    delivery: Delivery,
    attempt: Attempt,
    retry_after: str | None,
    random: Callable[[], float],
    scale: float = 1.0,
) -> Outcome:
    """2xx delivers; 410 ends and disables; anything else waits for the next attempt, the last of which disables."""
    status, ended = attempt.status, attempt.at + timedelta(milliseconds=attempt.duration_ms)
    tried = replace(delivery, attempts=(*delivery.attempts, attempt), claim=None)
    if status is not None and 200 <= status < 300:
        delivered = replace(tried, state=DeliveryState.DELIVERED, delivered_at=ended, next_attempt_at=None)
        return Outcome(delivered, healthy=True)
    failed = replace(tried, state=DeliveryState.FAILED, next_attempt_at=None)
    if status == GONE:
        return Outcome(failed, healthy=False, disable_reason="The endpoint answered 410 Gone.")
    wait = wait_s(len(tried.attempts), random, scale)
    asked = retry_after_s(retry_after, ended) if status in THROTTLING else None
    throttle = 0.0
    if status in THROTTLING:
        throttle = asked if asked is not None else min(wait or 0.0, THROTTLE_S)
    if wait is None:
        reason = f"{len(SCHEDULE_S)} attempts failed; the last: {attempt.error or f'status {status}'}."
        return Outcome(failed, healthy=False, throttle_s=throttle, disable_reason=reason)
    due = ended + timedelta(seconds=max(wait, asked or 0.0))
    return Outcome(replace(tried, next_attempt_at=due, due_at=due), healthy=False, throttle_s=throttle)

"""Which delivery goes out next: fair between endpoints, few at once to each, none to one that is down.

An endpoint is a subscription, not a host: a stranger who subscribes with somebody else's URL must not be able to
open that one's breaker. Everything here is memory of one process and bounded; the database keeps what is owed.
Not safe between threads: its owner holds a lock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """Slots are POSTs under way. Endpoints with a recent failure share at most ``suspect_slots`` of them, so that
    slow ones leave room for the others. Times in seconds."""

    slots: int = 64
    suspect_slots: int = 32
    slots_per_endpoint: int = 4
    queued_per_endpoint: int = 64
    queued: int = 2_000
    failures_to_open: int = 5
    open_s: float = 30.0
    open_s_max: float = 600.0


@dataclass(slots=True)
class Breaker:
    """Closed: all pass. Open until a moment: none. After that half open: one probe, whose success closes it."""

    limits: Limits
    failures: int = 0
    open_until: float = 0.0
    probing: bool = False

    def allows(self, now: float) -> int:
        """How many may be under way at once."""
        if now < self.open_until:
            return 0
        return 1 if self.probing else self.limits.slots_per_endpoint

    def succeeded(self) -> None:
        self.failures, self.probing = 0, False

    def failed(self, now: float) -> None:
        """Count a failure; those that come in after it opened (they were under way) do not lengthen the wait."""
        if now < self.open_until:
            return
        self.failures += 1
        beyond = self.failures - self.limits.failures_to_open
        if beyond >= 0:
            self._open(now, min(self.limits.open_s * 2 ** min(beyond, 16), self.limits.open_s_max))

    def throttle(self, now: float, seconds: float) -> None:
        """The endpoint asked for a pause."""
        if seconds > 0:
            self._open(now, seconds)

    def _open(self, now: float, seconds: float) -> None:
        self.open_until = max(self.open_until, now + seconds)
        self.probing = True


@dataclass(slots=True)
class _Endpoint(Generic[T]):
    breaker: Breaker
    queue: deque[T] = field(default_factory=deque)
    under_way: int = 0


class Endpoints(Generic[T]):
    """Bounded queues per endpoint, served in turn."""

    def __init__(self, limits: Limits, monotonic: Callable[[], float]) -> None:
        self._limits = limits
        self._now = monotonic
        self._endpoints: dict[str, _Endpoint[T]] = {}
        self._turn: deque[str] = deque()  # endpoints with a queue, the next to be served first
        self.queued = 0
        self.under_way = 0

    def room(self, key: str) -> int:
        """How many more deliveries of the endpoint may be offered: none while it is blocked, one for a probe."""
        endpoint = self._endpoints.get(key)
        free = self._limits.queued - self.queued
        if endpoint is None:
            return min(self._limits.queued_per_endpoint, free)
        allowed = endpoint.breaker.allows(self._now())
        if allowed == 0:
            return 0
        most = 1 - endpoint.under_way if endpoint.breaker.probing else self._limits.queued_per_endpoint
        return max(0, min(most - len(endpoint.queue), free))

    def offer(self, key: str, item: T) -> bool:
        """Queue the item; False when there is no room for it just now."""
        if self.room(key) == 0:
            return False
        endpoint = self._endpoints.get(key)
        if endpoint is None:
            endpoint = self._endpoints[key] = _Endpoint(Breaker(self._limits))
        if not endpoint.queue:
            self._turn.append(key)
        endpoint.queue.append(item)
        self.queued += 1
        return True

    def take(self) -> T | None:
        """The next item whose endpoint has a free slot; its endpoint goes to the end of the turn."""
        if self.under_way >= self._limits.slots:
            return None
        now = self._now()
        suspects = sum(e.under_way for e in self._endpoints.values() if e.breaker.failures)
        for _ in range(len(self._turn)):
            key = self._turn.popleft()
            endpoint = self._endpoints[key]
            breaker = endpoint.breaker
            held = breaker.failures > 0 and suspects >= self._limits.suspect_slots
            if held or endpoint.under_way >= breaker.allows(now):
                self._turn.append(key)
                continue
            item = endpoint.queue.popleft()
            if endpoint.queue:
                self._turn.append(key)
            endpoint.under_way += 1
            self.queued -= 1
            self.under_way += 1
            return item
        return None

    def finished(self, key: str, healthy: bool | None, throttle_s: float = 0.0) -> list[T]:
        """Free the slot of an attempt that took ``healthy`` (None: nothing was tried).

        Returns what was queued for the endpoint if it is blocked now: the caller gives it back to the database.
        """
        endpoint, now = self._endpoints[key], self._now()
        endpoint.under_way -= 1
        self.under_way -= 1
        if healthy:
            endpoint.breaker.succeeded()
        elif healthy is False:
            endpoint.breaker.failed(now)
            endpoint.breaker.throttle(now, throttle_s)
        given_back = self.drop(key) if endpoint.breaker.allows(now) == 0 else []
        self._forget_if_idle(key)
        return given_back

    def throttle(self, key: str, seconds: float) -> list[T]:
        """The endpoint asked for a pause, perhaps of another process. Returns what was queued for it, as ``finished``
        does: what waited here behind a pause would be taken by nobody when the pause ends."""
        self._endpoints.setdefault(key, _Endpoint(Breaker(self._limits))).breaker.throttle(self._now(), seconds)
        return self.drop(key)

    def reset(self, key: str) -> None:
        """The owner changed the endpoint: past failures do not count any more."""
        if key in self._endpoints:
            self._endpoints[key].breaker = Breaker(self._limits)
            self._forget_if_idle(key)

    def drop(self, key: str) -> list[T]:
        """Take everything that is queued for the endpoint."""
        endpoint = self._endpoints.get(key)
        if endpoint is None or not endpoint.queue:
            return []
        items = list(endpoint.queue)
        endpoint.queue.clear()
        self.queued -= len(items)
        self._turn.remove(key)
        return items

    def waiting(self, key: str) -> int:
        """How many are queued for the endpoint."""
        endpoint = self._endpoints.get(key)
        return len(endpoint.queue) if endpoint is not None else 0

    def keep_only(self, keys: Collection[str]) -> None:
        """Forget the past of endpoints that are owed nothing, so that memory does not grow with removed ones."""
        now = self._now()
        for key, endpoint in list(self._endpoints.items()):
            idle = not endpoint.queue and endpoint.under_way == 0 and now >= endpoint.breaker.open_until
            if idle and key not in keys:
                del self._endpoints[key]

    def drop_all(self) -> list[T]:
        """Take everything that is queued (the process stops)."""
        return [item for key in list(self._turn) for item in self.drop(key)]

    def blocked_s(self, key: str) -> float:
        """Seconds until the endpoint may be tried again; 0 when it is not blocked."""
        endpoint = self._endpoints.get(key)
        return max(0.0, endpoint.breaker.open_until - self._now()) if endpoint is not None else 0.0

    def blocked(self) -> int:
        """How many endpoints may not be tried just now."""
        now = self._now()
        return sum(1 for endpoint in self._endpoints.values() if endpoint.breaker.allows(now) == 0)

    def _forget_if_idle(self, key: str) -> None:
        endpoint = self._endpoints[key]
        breaker = endpoint.breaker
        if not endpoint.queue and endpoint.under_way == 0 and not breaker.failures and not breaker.probing:
            del self._endpoints[key]

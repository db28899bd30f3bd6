"""A webhook subscription and the rule that decides which notices pass to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

SUBSCRIPTIONS_PER_AGENCY_MAX = 50
ROTATION = timedelta(hours=24)
DISABLED_BY_OWNER = "Disabled by its owner."


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Conditions that must all hold; an empty one holds always."""

    kinds: tuple[str, ...] = ()
    side: str | None = None
    min_score: int = 0
    organisation_ids: tuple[str, ...] = ()


class Filterable(Protocol):
    """What a filter looks at. None, or no organisations: the event has no such thing, and it is not held against it."""

    @property
    def name(self) -> str: ...
    @property
    def agency_id(self) -> str: ...
    @property
    def kind(self) -> str | None: ...
    @property
    def sides(self) -> frozenset[str] | None: ...
    @property
    def score(self) -> int | None: ...
    @property
    def organisation_ids(self) -> frozenset[str] | None: ...


@dataclass(frozen=True, slots=True)
class Secrets:
    """Sealed signing secrets: the present one and, for ROTATION after a change, the one before."""

    current: bytes
    previous: bytes | None = None
    previous_until: datetime | None = None

    def rotated(self, fresh: bytes, now: datetime) -> Secrets:
        return Secrets(fresh, self.current, now + ROTATION)

    def valid(self, now: datetime) -> tuple[bytes, ...]:
        """The secrets to sign with, the present one first."""
        if self.previous is not None and self.previous_until is not None and now < self.previous_until:
            return (self.current, self.previous)
        return (self.current,)


@dataclass(frozen=True, slots=True)
class Subscription:
    """An agency's wish to be told of events at a URL. ``sequence`` counts its changes."""

    id: str
    sequence: int
    agency_id: str
    url: str
    events: tuple[str, ...]
    secrets: Secrets
    registered_at: datetime
    filter: EventFilter = field(default_factory=EventFilter)
    description: str = ""
    enabled: bool = True
    disabled_reason: str | None = None
    throttled_until: datetime | None = None


def passes(subscription: Subscription, notice: Filterable) -> bool:
    """Whether the notice goes to the subscription: same agency, wanted event, every condition of the filter."""
    wanted = subscription.filter
    return (
        subscription.enabled
        and subscription.agency_id == notice.agency_id
        and notice.name in subscription.events
        and (not wanted.kinds or notice.kind is None or notice.kind in wanted.kinds)
        and (wanted.side is None or notice.sides is None or wanted.side in notice.sides)
        and (notice.score is None or notice.score >= wanted.min_score)
        and (
            not wanted.organisation_ids
            or notice.organisation_ids is None
            or not notice.organisation_ids.isdisjoint(wanted.organisation_ids)
        )
    )

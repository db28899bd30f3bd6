"""The registry of event types, subscriptions and calls; topology, AsyncAPI and the architecture tests read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from marshmallow import Schema

T = TypeVar("T")

SERVICES = ("identity", "organisations", "resources", "matching", "synergies", "audits", "notifications")
TYPE_PREFIX = "fi.sivuvirta."
NATIONAL_EXCHANGE = "national.events"
PEERS_EXCHANGE = "peers.events"


@dataclass(frozen=True, slots=True)
class EventType:
    """One kind of event: ``name`` is ``<aggregate>.<past participle>.v<n>``."""

    name: str
    service: str
    schema: type[Schema]
    doc: str
    national: bool = False
    catalogue_only: bool = False

    @property
    def type(self) -> str:
        """The CloudEvents ``type``."""
        return TYPE_PREFIX + self.name

    @property
    def exchange(self) -> str:
        """Where it is published: the service's own exchange, which stays in the cell, or the national one."""
        return NATIONAL_EXCHANGE if self.national else f"{self.service}.events"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A durable queue of one consumer. ``queue`` is an explicit constant: renaming code must not orphan it.
    ``gather_s``: how long it waits for more events once one has come; a projection on which nothing waits leaves the
    machine to what does, and makes fewer transactions."""

    queue: str
    service: str
    events: tuple[EventType, ...]
    from_peers: bool = False
    single_active: bool = False
    max_batch: int = 500
    gather_s: float = 0.0

    @property
    def bindings(self) -> Iterator[tuple[str, str]]:
        """(exchange, routing key) of every event it takes."""
        for event in self.events:
            yield (PEERS_EXCHANGE if self.from_peers else event.exchange, event.name)


@dataclass(frozen=True, slots=True)
class Call:
    """One remote procedure of a service; ``changes`` tells a command from a query. A ``secret_answer`` is shown once
    and never stored, so that repeating such a command with its key is a conflict instead of a second showing."""

    service: str
    method: str
    request: type[Schema]
    response: type[Schema]
    doc: str
    changes: bool = False
    deadline_s: float | None = None
    secret_answer: bool = False

    @property
    def key(self) -> str:
        return f"{self.service}.{self.method}"


class Registry:
    """All contracts, filled at import of ``shared.contracts.catalogue``."""

    def __init__(self) -> None:
        self.events: dict[str, EventType] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self.calls: dict[str, Call] = {}

    def event(self, event: EventType) -> EventType:
        return self._add(self.events, event.type, event)

    def subscription(self, subscription: Subscription) -> Subscription:
        return self._add(self.subscriptions, subscription.queue, subscription)

    def call(self, call: Call) -> Call:
        return self._add(self.calls, call.key, call)

    def has_consumer(self, event: EventType) -> bool:
        """Whether some queue is owed this event, so that publishing it unrouted is a fault."""
        return any(event in s.events and not s.from_peers for s in self.subscriptions.values())

    @staticmethod
    def _add(table: dict[str, T], key: str, value: T) -> T:
        if key in table:
            raise ValueError(f"{key} is registered twice")
        table[key] = value
        return value


REGISTRY = Registry()

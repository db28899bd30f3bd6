"""The inbox: an event's effects and the mark that it was handled are one transaction, so no effect comes twice.

Batches: one look-up of seen ids, one transaction for all fresh events; when that fails, the batch splits down to the
offender, so that one poison event costs its neighbours a second try and nothing else. A single event is not looked up:
its mark is written first, and one that stands already ends the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from marshmallow import ValidationError
from pymongo.database import Database
from pymongo.errors import BulkWriteError, PyMongoError

from shared.clock import Clock
from shared.contracts.envelope import Event
from shared.errors import InfrastructureDown, RetryLater, ServiceError
from shared.failpoints import failpoint
from shared.observability.logs import get_logger
from shared.persistence.indexes import Index
from shared.persistence.mongo import Document, is_away
from shared.persistence.unit_of_work import Transaction, UnitOfWork

log = get_logger(__name__)

_DUPLICATE_KEY = 11_000

BatchHandler = Callable[[Transaction, Sequence[Event]], None]


class Verdict(Enum):
    HANDLED = "handled"
    SEEN = "seen"
    RETRY = "retry"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Outcome:
    verdict: Verdict
    reason: str = ""


def indexes(inbox_days: int) -> tuple[Index, ...]:
    return (Index("inbox", (("handled_at", 1),), expire_after_s=inbox_days * 86_400),)


class _HandledBefore(Exception):
    """A mark stands already."""


class Inbox:
    """Handles events exactly once in effect, for the consumers of one service."""

    def __init__(self, database: Database[Document], unit_of_work: UnitOfWork, clock: Clock) -> None:
        self._marks = database["inbox"]
        self._unit_of_work = unit_of_work
        self._clock = clock

    def handle(self, consumer: str, events: Sequence[Event], handler: BatchHandler) -> list[Outcome]:
        """An outcome per event, in order. Raises InfrastructureDown when the database is away."""
        keys = [f"{consumer}|{event.source}|{event.id}" for event in events]
        seen = self._seen(keys) if len(keys) > 1 else set()
        fresh: dict[str, Event] = {}
        for key, event in zip(keys, events, strict=True):
            if key not in seen and key not in fresh:
                fresh[key] = event
        outcomes = self._settle(fresh, handler)
        return [outcomes.pop(key, Outcome(Verdict.SEEN)) for key in keys]

    def _seen(self, keys: Sequence[str]) -> set[str]:
        try:
            return {mark["_id"] for mark in self._marks.find({"_id": {"$in": list(keys)}}, ["_id"])}
        except PyMongoError as error:
            raise _translated(error) from error

    def _settle(self, fresh: dict[str, Event], handler: BatchHandler) -> dict[str, Outcome]:
        if not fresh:
            return {}
        try:
            self._unit_of_work.run(lambda tx: self._apply(tx, fresh, handler))
        except Exception as error:
            failure = error
        else:
            return {key: Outcome(Verdict.HANDLED) for key in fresh}
        if isinstance(failure, InfrastructureDown) or (isinstance(failure, PyMongoError) and is_away(failure)):
            raise InfrastructureDown(str(failure)) from failure
        if len(fresh) == 1:
            outcome = Outcome(Verdict.SEEN) if isinstance(failure, _HandledBefore) else _outcome_of(failure)
            return dict.fromkeys(fresh, outcome)
        items = list(fresh.items())
        middle = len(items) // 2
        return {**self._settle(dict(items[:middle]), handler), **self._settle(dict(items[middle:]), handler)}

    def _apply(self, tx: Transaction, fresh: dict[str, Event], handler: BatchHandler) -> None:
        self._mark(tx, fresh)
        handler(tx, tuple(fresh.values()))
        failpoint("inbox.before_commit")

    def _mark(self, tx: Transaction, keys: Iterable[str]) -> None:
        now = self._clock.now()
        try:
            self._marks.insert_many([{"_id": key, "handled_at": now} for key in keys], session=tx.session)
        except BulkWriteError as error:
            if any(write.get("code") == _DUPLICATE_KEY for write in (error.details or {}).get("writeErrors", ())):
                raise _HandledBefore from None
            raise


def _outcome_of(failure: Exception) -> Outcome:
    if isinstance(failure, RetryLater):
        return Outcome(Verdict.RETRY, str(failure))
    if isinstance(failure, ServiceError) and failure.status < 500:
        return Outcome(Verdict.DEAD, str(failure))
    if isinstance(failure, ValidationError):
        return Outcome(Verdict.DEAD, f"invalid: {failure.messages}")
    log.error("handler_failed", exc_info=failure)
    return Outcome(Verdict.RETRY, f"{type(failure).__name__}: {failure}")


def _translated(error: PyMongoError) -> Exception:
    return InfrastructureDown(str(error)) if is_away(error) else error

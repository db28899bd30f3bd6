"""The inbox: an event's effects and the mark that it was handled are one transaction, so no effect comes twice.

Batches: one look-up of seen ids, one transaction for all fresh events; when that fails, the batch splits down to the
offender, so that one poison event costs its neighbours a second try and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from marshmallow import ValidationError
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, PyMongoError

from shared.clock import Clock
from shared.contracts.envelope import Event
from shared.errors import InfrastructureDown, RetryLater, ServiceError
from shared.failpoints import failpoint
from shared.observability.logs import get_logger
from shared.persistence.indexes import Index
from shared.persistence.mongo import Document, is_away
from shared.persistence.unit_of_work import Transaction, UnitOfWork

log = get_logger(__name__)

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


class Inbox:
    """Handles events exactly once in effect, for the consumers of one service."""

    def __init__(self, database: Database[Document], unit_of_work: UnitOfWork, clock: Clock) -> None:
        self._marks = database["inbox"]
        self._unit_of_work = unit_of_work
        self._clock = clock

    def handle(self, consumer: str, events: Sequence[Event], handler: BatchHandler) -> list[Outcome]:
        """An outcome per event, in order. Raises InfrastructureDown when the database is away."""
        keys = [f"{consumer}|{event.source}|{event.id}" for event in events]
        try:
            seen = {mark["_id"] for mark in self._marks.find({"_id": {"$in": keys}}, ["_id"])}
        except PyMongoError as error:
            raise _translated(error) from error
        fresh: dict[str, Event] = {}
        for key, event in zip(keys, events, strict=True):
            if key not in seen and key not in fresh:
                fresh[key] = event
        outcomes = self._settle(fresh, handler)
        return [outcomes.pop(key, Outcome(Verdict.SEEN)) for key in keys]

    def _settle(self, fresh: dict[str, Event], handler: BatchHandler) -> dict[str, Outcome]:
        if not fresh:
            return {}
        try:
            self._unit_of_work.run(lambda tx: self._apply(tx, fresh, handler))
        except DuplicateKeyError as error:
            if len(fresh) == 1 and "inbox" in str(error.details or ""):
                return {key: Outcome(Verdict.SEEN) for key in fresh}
            failure: Exception = error
        except Exception as error:
            failure = error
        else:
            return {key: Outcome(Verdict.HANDLED) for key in fresh}
        if isinstance(failure, InfrastructureDown) or (isinstance(failure, PyMongoError) and is_away(failure)):
            raise InfrastructureDown(str(failure)) from failure
        if len(fresh) == 1:
            return {key: _outcome_of(failure) for key in fresh}
        items = list(fresh.items())
        middle = len(items) // 2
        return {**self._settle(dict(items[:middle]), handler), **self._settle(dict(items[middle:]), handler)}

    def _apply(self, tx: Transaction, fresh: dict[str, Event], handler: BatchHandler) -> None:
        handler(tx, tuple(fresh.values()))
        now = self._clock.now()
        self._marks.insert_many([{"_id": key, "handled_at": now} for key in fresh], session=tx.session)
        failpoint("inbox.before_commit")


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

"""Idempotency records: written by the service, in the transaction of the use case itself, kept 24 hours.

Same principal, operation, key and body: the stored answer. Another body: 422. The record is written after the work, in
its transaction: a repetition does its work again, finds the record there, and leaves nothing else behind. Still under
way: 409 where the command only adds; one that changes what the first is changing waits for it and gets its answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

import pymongo
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, OperationFailure
from pymongo.read_concern import ReadConcern

from shared.clock import Clock
from shared.errors import Conflict, ServiceError
from shared.persistence.indexes import Index
from shared.persistence.mongo import Document
from shared.persistence.unit_of_work import Transaction, UnitOfWork

RECORD_LIFE_S = 86_400
_WRITE_CONFLICT = 112
INDEXES = (Index("idempotency", (("recorded_at", 1),), expire_after_s=RECORD_LIFE_S),)


def body_hash(payload: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(payload, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


class Idempotency:
    """Runs a command once per (principal, operation, key)."""

    def __init__(self, database: Database[Document], unit_of_work: UnitOfWork, clock: Clock) -> None:
        self._records = database["idempotency"]
        # The work may have met a change that is committed but not yet known to be durable. A majority read would not
        # find the record beside it; this one sees it, and waits until it is durable.
        self._latest = self._records.with_options(read_concern=ReadConcern("linearizable"))
        self._unit_of_work = unit_of_work
        self._clock = clock

    def run(
        self, key: str, body: str, command: Callable[[Transaction], Any], seconds_max: float, *, keep_answer: bool
    ) -> Any:
        """The answer, fresh or as stored. ``key`` names principal, operation and the caller's key."""

        def work(tx: Transaction) -> Any:
            answer = command(tx)
            record: Document = {"_id": key, "body": body, "recorded_at": self._clock.now()}
            self._keep(tx, {**record, "answer": answer} if keep_answer else record)
            return answer

        try:
            return self._unit_of_work.run(work, seconds_max)
        except (ServiceError, DuplicateKeyError):
            # What was done before may well be refused the second time: the first answer stands.
            with pymongo.timeout(seconds_max):
                known = self._latest.find_one({"_id": key})
            if known is None:
                raise
            if known["body"] != body:
                raise ServiceError(
                    "idempotency_mismatch", "This Idempotency-Key was used with another request; use a new one."
                ) from None
            if "answer" not in known:
                raise Conflict("This was done already, and its answer is shown once only.") from None
            return known["answer"]

    def _keep(self, tx: Transaction, record: Document) -> None:
        try:
            self._records.insert_one(record, session=tx.session)
        except OperationFailure as error:
            if error.code == _WRITE_CONFLICT:
                raise ServiceError(
                    "idempotency_in_flight", "The same request is being handled; ask again in a moment."
                ) from None
            raise

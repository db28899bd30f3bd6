"""One transaction: an aggregate's change, its events in the outbox, its inbox and idempotency marks, all or nothing.

The function given to ``run`` may be called again (a write conflict repeats it), so it has no effect outside the
session; what changes memory or wakes somebody goes through ``after_commit``.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

import pymongo
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from shared.clock import Clock
from shared.contracts.registry import EventType
from shared.persistence.mongo import Document
from shared.tenancy import Scope

if TYPE_CHECKING:
    from shared.persistence.repository import Repository

T = TypeVar("T")
R = TypeVar("R", bound="Repository")

DOCUMENTS_MAX = 1_000
SECONDS_MAX = 5.0
PAUSE_S, PAUSE_MAX_S = 0.005, 0.5


class Outbox(Protocol):
    """What the unit of work needs of the outbox (shared.messaging.outbox)."""

    def row(
        self, event: EventType, subject: str, sequence: int, data: object, agency: str | None
    ) -> Document: ...

    def wake(self, rows: Sequence[Document]) -> None: ...


class Transaction:
    """What a use case works with while the transaction is open."""

    def __init__(self, database: Database[Document], session: ClientSession, outbox: Outbox, clock: Clock) -> None:
        self.session = session
        self.clock = clock
        self._database = database
        self._outbox = outbox
        self._rows: list[Document] = []
        self._actions: list[Callable[[], None]] = []

    def repository(self, repository: type[R], scope: Scope) -> R:
        """The repository, bound to this transaction and the scope."""
        return repository(self._database, scope, self.session)

    def emit(
        self, event: EventType, *, subject: str, sequence: int, data: object, agency: str | None = None
    ) -> None:
        """Write the event to the outbox with this transaction; ``data`` is a mapping or an object with the contract's
        fields. Its id is minted now."""
        self._rows.append(self._outbox.row(event, subject, sequence, data, agency))

    def after_commit(self, action: Callable[[], None]) -> None:
        """Run the action once, after a commit that held."""
        self._actions.append(action)

    def write_outbox(self) -> None:
        if len(self._rows) > DOCUMENTS_MAX:
            raise ValueError(f"{len(self._rows)} events in one transaction; split it at {DOCUMENTS_MAX}")
        if self._rows:
            self._database["outbox"].insert_many(self._rows, session=self.session)

    def finish(self) -> None:
        if self._rows:
            self._outbox.wake(self._rows)
        for action in self._actions:
            action()


class UnitOfWork:
    """Opens transactions on the one database that a service owns."""

    def __init__(self, client: MongoClient[Document], database: Database[Document], outbox: Outbox, clock: Clock):
        self._client = client
        self._database = database
        self._outbox = outbox
        self._clock = clock

    def run(self, work: Callable[[Transaction], T], seconds_max: float = SECONDS_MAX) -> T:
        """Do the work in one transaction and return what it returns. PyMongo's errors pass through.

        Not by PyMongo's ``with_transaction``: that goes on for two minutes behind the deadline, without a pause, which
        leaves the process no time for anything else while the database is away.
        """
        until = time.monotonic() + seconds_max

        def attempt() -> tuple[Transaction, T]:
            session.start_transaction(ReadConcern("snapshot"), WriteConcern("majority"))
            try:
                transaction = Transaction(self._database, session, self._outbox, self._clock)
                result = work(transaction)
                transaction.write_outbox()
            except BaseException:
                session.abort_transaction()
                raise
            _repeated(session.commit_transaction, "UnknownTransactionCommitResult", until)
            return transaction, result

        with pymongo.timeout(seconds_max), self._client.start_session() as session:
            transaction, result = _repeated(attempt, "TransientTransactionError", until)
        transaction.finish()
        return result


def _repeated(action: Callable[[], T], label: str, until: float) -> T:
    """Do the action again while it fails with the server's label for what may be done again, after pauses that grow
    (MongoDB's specification of the convenient API for transactions), until the time by ``time.monotonic``."""
    longest_s = PAUSE_S
    while True:
        try:
            return action()
        except PyMongoError as error:
            pause_s = random.uniform(0, longest_s)
            if not error.has_error_label(label) or time.monotonic() + pause_s >= until:
                raise
        time.sleep(pause_s)
        longest_s = min(longest_s * 1.5, PAUSE_MAX_S)

"""One transaction: an aggregate's change, its events in the outbox, its inbox and idempotency marks, all or nothing.

The function given to ``run`` may be called twice (a write conflict repeats it), so it has no effect outside the
session; what changes memory or wakes somebody goes through ``after_commit``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

import pymongo
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database
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
        """Do the work in one transaction and return what it returns. PyMongo's errors pass through."""
        transaction: Transaction | None = None

        def attempt(session: ClientSession) -> T:
            nonlocal transaction
            transaction = Transaction(self._database, session, self._outbox, self._clock)
            result = work(transaction)
            transaction.write_outbox()
            return result

        with pymongo.timeout(seconds_max), self._client.start_session() as session:
            result = session.with_transaction(
                attempt, read_concern=ReadConcern("snapshot"), write_concern=WriteConcern("majority")
            )
        assert transaction is not None
        transaction.finish()
        return result

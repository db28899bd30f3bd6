"""The only way to a collection: every read and write carries the caller's scope, and an unscoped one raises.

A service's repository names its collection and, where the default is not enough, its read and write filters. The
default: a caller reads and writes what bears its agency; a service on duty (ServiceScope) reaches everything.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

import bson
from pymongo import UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import ConnectionFailure
from pymongo.operations import DeleteOne, ReplaceOne

from shared.errors import InvalidInput, PreconditionFailed
from shared.persistence.mongo import Document
from shared.tenancy import Caller, Scope, ServiceScope

T = TypeVar("T")
Sort = Sequence[tuple[str, int]]


class UnscopedAccess(RuntimeError):
    """A repository was built without a scope: a bug, never a caller's fault."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items and where to go on; ``next_cursor`` None means the end."""

    items: Sequence[T]
    next_cursor: str | None


class Repository:
    """Base of all repositories. Subclasses turn documents into domain objects and back."""

    collection: ClassVar[str]

    def __init__(self, database: Database[Document], scope: Scope, session: ClientSession | None = None) -> None:
        if not isinstance(scope, Caller | ServiceScope):
            raise UnscopedAccess(type(self).__name__)
        self.scope = scope
        self._session = session
        self.__database = database
        self.__collection = database[self.collection]

    def read_filter(self, caller: Caller) -> Mapping[str, Any]:
        """What the caller may read."""
        return {"agency_id": caller.agency}

    def write_filter(self, caller: Caller) -> Mapping[str, Any]:
        """What the caller may change."""
        return {"agency_id": caller.agency}

    # Reads

    def _find_by_id(self, identifier: str) -> Document | None:
        """At most one document by its id. Asked for by its id alone, which the database answers without a plan; whether
        the scope may read it is decided here, by the same filter."""
        within = self.read_filter(self.scope) if isinstance(self.scope, Caller) else {}
        found = self._look_up(identifier)
        return found if found is not None and admits(within, found) else None

    def _look_up(self, identifier: str) -> Document | None:
        """Outside a transaction by the command itself, since the driver's cursor costs a fifth more for one document;
        on a lost connection by the cursor, which the driver lets try once more."""
        by_id = {"_id": identifier}
        if self._session is None:
            command = {"find": self.collection, "filter": by_id, "limit": 1, "singleBatch": True}
            command["readConcern"] = self.__database.read_concern.document
            try:
                answer = self.__database.command(command, codec_options=self.__database.codec_options)
                return next(iter(answer["cursor"]["firstBatch"]), None)
            except ConnectionFailure:
                pass
        return self.__collection.find_one(by_id, session=self._session)

    def _find_one(self, query: Mapping[str, Any], fields: Sequence[str] | None = None) -> Document | None:
        hint = [("_id", 1)] if isinstance(query.get("_id"), str) else None  # nothing to plan: it is at most one
        return self.__collection.find_one(self._read(query), projection=fields, session=self._session, hint=hint)

    def _find(
        self, query: Mapping[str, Any], *, limit: int, sort: Sort = (), fields: Sequence[str] | None = None
    ) -> Iterator[Document]:
        """At most ``limit`` documents; a read without a bound does not exist."""
        cursor = self.__collection.find(self._read(query), projection=fields, session=self._session, limit=limit)
        return cursor.sort(list(sort)) if sort else cursor

    def _find_all_in_batches(self, query: Mapping[str, Any], batch: int = 1_000) -> Iterator[list[Document]]:
        """Every document, by ascending _id, in bounded batches; for duties that walk a whole collection."""
        after: Mapping[str, Any] = {}
        while found := list(self._find({"$and": [query, after]}, limit=batch, sort=[("_id", 1)])):
            yield found
            after = {"_id": {"$gt": found[-1]["_id"]}}

    def _page(self, query: Mapping[str, Any], *, limit: int, cursor: str | None, sort: Sort) -> Page[Document]:
        """One page by keyset: ``sort`` must end with ``_id`` so that the order is total."""
        clauses = [query] if cursor is None else [query, _after(sort, _decode(cursor, len(sort)))]
        found = list(self._find({"$and": clauses}, limit=limit + 1, sort=sort))
        if len(found) <= limit:
            return Page(found, None)
        last = found[limit - 1]
        return Page(found[:limit], _encode([last[name] for name, _ in sort]))

    def _count(self, query: Mapping[str, Any]) -> int:
        return self.__collection.count_documents(self._read(query), session=self._session)

    def _aggregate(self, query: Mapping[str, Any], stages: Sequence[Mapping[str, Any]]) -> list[Document]:
        """The stages over what the scope lets through; they must themselves be bounded."""
        return list(self.__collection.aggregate([{"$match": self._read(query)}, *stages], session=self._session))

    # Writes

    def _insert(self, *documents: Document) -> None:
        """DuplicateKeyError of one document, BulkWriteError of several pass through: what they mean is the subclass's
        business."""
        for document in documents:
            self._check_owned(document)
        if len(documents) == 1:
            self.__collection.insert_one(documents[0], session=self._session)
        elif documents:
            self.__collection.insert_many(documents, session=self._session)

    def _replace_version(self, document: Document, expected_sequence: int) -> None:
        """Put the document in the place of the version with ``expected_sequence``, or raise PreconditionFailed."""
        self._check_owned(document)
        query = self._write({"_id": document["_id"], "sequence": expected_sequence})
        if self.__collection.replace_one(query, document, session=self._session).matched_count == 0:
            present = self._find_one({"_id": document["_id"]}, ["sequence"])
            raise PreconditionFailed(expected_sequence, present["sequence"] if present else 0)

    def _upsert_newer(self, documents: Sequence[Document]) -> set[Any]:
        """Projection write: each document stands afterwards unless an equal or higher sequence stood already. Returns
        the ids of which nothing stood."""
        operations = [
            UpdateOne({"_id": d["_id"]}, [{"$replaceWith": _newer(d)}], upsert=True) for d in _latest_each(documents)
        ]
        return self._bulk(operations)

    def _update(self, query: Mapping[str, Any], change: Mapping[str, Any], *, many: bool = False) -> int:
        """How many matched."""
        update = self.__collection.update_many if many else self.__collection.update_one
        return update(self._write(query), change, session=self._session).matched_count

    def _claim(
        self, query: Mapping[str, Any], change: Mapping[str, Any] | Sequence[Mapping[str, Any]], sort: Sort = ()
    ) -> Document | None:
        """Change one matching document and return it as it is afterwards."""
        return self.__collection.find_one_and_update(
            self._write(query), change, sort=list(sort) or None, return_document=True, session=self._session
        )

    def _delete(self, query: Mapping[str, Any]) -> int:
        return self.__collection.delete_many(self._write(query), session=self._session).deleted_count

    def _bulk(self, operations: Sequence[UpdateOne | ReplaceOne[Document] | DeleteOne]) -> set[Any]:
        """Many writes in one round trip; for services on duty only, since filters are not rewritten. Returns the ids
        that an upsert made."""
        if not isinstance(self.scope, ServiceScope):
            raise UnscopedAccess(f"{type(self).__name__}: bulk writes need a service's scope")
        if not operations:
            return set()
        result = self.__collection.bulk_write(list(operations), ordered=False, session=self._session)
        return set((result.upserted_ids or {}).values())

    # Scope

    def _read(self, query: Mapping[str, Any]) -> Mapping[str, Any]:
        if isinstance(self.scope, ServiceScope):
            return query
        return {"$and": [self.read_filter(self.scope), query]}

    def _write(self, query: Mapping[str, Any]) -> Mapping[str, Any]:
        if isinstance(self.scope, ServiceScope):
            return query
        return {"$and": [self.write_filter(self.scope), query]}

    def _check_owned(self, document: Document) -> None:
        """A caller writes only documents that bear what its write filter asks for."""
        if isinstance(self.scope, Caller):
            for name, value in self.write_filter(self.scope).items():
                if document.get(name) != value:
                    raise UnscopedAccess(f"{type(self).__name__}: {name} is not the caller's")


def admits(read_filter: Mapping[str, Any], document: Document) -> bool:
    """Whether a document is within a read filter, as the database would say of it. A read filter is made of equalities
    (with a list: of one of its items), ``$in`` and ``$or``; another operator is a programming error."""
    return all(
        any(admits(clause, document) for clause in wanted) if name == "$or" else _is_one_of(document.get(name), wanted)
        for name, wanted in read_filter.items()
    )


def _is_one_of(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        if wanted.keys() != {"$in"}:
            raise ValueError(f"no operator of a read filter: {', '.join(wanted)}")
        wanted = wanted["$in"]
    else:
        wanted = (wanted,)
    return any(value in wanted for value in (found if isinstance(found, list) else (found,)))


def _latest_each(documents: Sequence[Document]) -> list[Document]:
    latest: dict[Any, Document] = {}
    for document in documents:
        known = latest.get(document["_id"])
        if known is None or known["sequence"] < document["sequence"]:
            latest[document["_id"]] = document
    return list(latest.values())


def _newer(document: Document) -> Mapping[str, Any]:
    """An aggregation expression: the document if its sequence is higher than what stands, else what stands.

    ``$literal`` keeps texts that begin with a dollar sign from being read as expressions.
    """
    stands_lower = {"$lt": [{"$ifNull": ["$sequence", -1]}, document["sequence"]]}
    return {"$cond": [stands_lower, {"$literal": document}, "$$ROOT"]}


def _after(sort: Sort, values: Sequence[Any]) -> Mapping[str, Any]:
    """The keyset condition: everything that sorts strictly behind the given values."""
    branches = []
    for index, (name, direction) in enumerate(sort):
        branch: dict[str, Any] = {sort[i][0]: values[i] for i in range(index)}
        branch[name] = {"$gt" if direction > 0 else "$lt": values[index]}
        branches.append(branch)
    return {"$or": branches}


def _encode(values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _decode(cursor: str, length: int) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != length:
            raise ValueError
        if any(not isinstance(value, str | int | float) for value in values):
            raise ValueError
        bson.encode({"values": values})  # half a surrogate pair, or a number beyond 64 bits, is in no document
    except (ValueError, OverflowError, bson.errors.InvalidDocument):
        raise InvalidInput([{"field": "cursor", "message": "Use next_cursor of the last page as it was."}]) from None
    return values

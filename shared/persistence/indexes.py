"""Indexes are declared beside the queries that need them and made before a process says it is ready."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database
from pymongo.errors import CollectionInvalid, OperationFailure

from shared.persistence.mongo import Document

_NAMESPACE_EXISTS = 48


@dataclass(frozen=True, slots=True)
class Index:
    """``keys``: (field, 1 or -1). ``expire_after_s``: seconds after the date in the field."""

    collection: str
    keys: tuple[tuple[str, int], ...]
    unique: bool = False
    sparse: bool = False
    partial: Mapping[str, Any] | None = None
    expire_after_s: int | None = None

    def model(self) -> IndexModel:
        options: dict[str, Any] = {"unique": self.unique, "sparse": self.sparse}
        if self.partial is not None:
            options = {"unique": self.unique, "partialFilterExpression": dict(self.partial)}
        if self.expire_after_s is not None:
            options["expireAfterSeconds"] = self.expire_after_s
        return IndexModel(list(self.keys), **options)


def ensure_indexes(database: Database[Document], indexes: Sequence[Index]) -> None:
    """Make collections and indexes that are missing; nothing is dropped (a migration does that)."""
    for collection in sorted({index.collection for index in indexes}):
        try:
            database.create_collection(collection)
        except CollectionInvalid:
            pass  # it exists already
        except OperationFailure as error:
            if error.code != _NAMESPACE_EXISTS:  # another process of the service made it a moment ago
                raise
        database[collection].create_indexes([index.model() for index in indexes if index.collection == collection])

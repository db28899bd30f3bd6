"""The database client of a process, and which of its errors mean that the database is away."""

from __future__ import annotations

from typing import Any

import pymongo
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import (
    ConnectionFailure,
    ExecutionTimeout,
    NetworkTimeout,
    OperationFailure,
    PyMongoError,
    WriteConcernError,
)

Document = dict[str, Any]

# Server codes of a member that is starting, stepping down, shutting down or not primary (server error code list).
_AWAY_CODES = frozenset({6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436})


def connect(uri: str) -> MongoClient[Document]:
    """A client with majority writes and short waits; it connects at first use."""
    return MongoClient(
        uri,
        tz_aware=True,
        w="majority",
        journal=True,
        readConcernLevel="majority",
        serverSelectionTimeoutMS=3_000,
        connectTimeoutMS=3_000,
        socketTimeoutMS=20_000,
        maxPoolSize=64,
        appname="sivuvirta",
    )


def is_away(error: BaseException) -> bool:
    """Whether the error says that the database cannot serve just now (nothing is wrong with the request)."""
    if isinstance(error, ConnectionFailure | NetworkTimeout | ExecutionTimeout | WriteConcernError):
        return True
    if isinstance(error, OperationFailure):
        return error.code in _AWAY_CODES or error.has_error_label("TransientTransactionError")
    return isinstance(error, PyMongoError) and error.timeout


def ping(database: Database[Document]) -> None:
    """Return when the primary answers within two seconds; raise PyMongoError otherwise."""
    with pymongo.timeout(2):
        database.command("ping")

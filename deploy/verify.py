"""Does everything agree? Listings ↔ index ↔ projections ↔ matches: ``make verify``.

Reads the databases of one cell as an administrator, side by side in the order of ids, so that memory stays bounded.
Events under way would look like differences: the outboxes must be empty and consumers idle; ``--wait`` seconds are
given for that. The last line is JSON; the exit code is 1 when something diverges.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from services.matching.index_socket import ask
from shared import config
from shared.config import Settings
from shared.contracts.registry import SERVICES
from shared.persistence.mongo import Document, connect

EXAMPLES_MAX = 5
# Every projection of listings, by the service that keeps it.
PROJECTIONS = ("matching", "notifications", "synergies")
_BATCH = 1_000


@dataclass(slots=True)
class Finding:
    """One comparison: how many were compared, how many differ, and a few of those."""

    name: str
    compared: int = 0
    diverged: int = 0
    examples: list[str] = field(default_factory=list)

    def differs(self, example: str) -> None:
        self.diverged += 1
        if len(self.examples) < EXAMPLES_MAX:
            self.examples.append(example)


class Verification:
    """All comparisons of one cell, over the databases of its services."""

    def __init__(self, settings: Settings, client: MongoClient[Document]) -> None:
        self._settings = settings
        self._client = client

    def pending(self) -> dict[str, int]:
        """Events that wait in the outbox, and listings that wait to be searched."""
        waiting = {s: self._database(s)["outbox"].count_documents({"pending": True}, limit=10_000) for s in SERVICES}
        waiting["search"] = self._database("matching")["listings"].count_documents({"to_search": True}, limit=10_000)
        return {name: count for name, count in waiting.items() if count}

    def findings(self) -> list[Finding]:
        return [*(self.projection(service) for service in PROJECTIONS), self.index(), self.matches(), self.surpluses()]

    def projection(self, service: str) -> Finding:
        """Every listing of this cell stands in the projection at the same sequence, and nothing else of it does."""
        finding = Finding(f"resources ↔ {service}")
        own = {"_id": {"$regex": "^lst-(" + "|".join(sorted(self._settings.regions)) + ")-"}}
        stored = _sequences(self._database("resources"), "listings", {})
        projected = _sequences(self._database(service), "listings", own)
        for identifier, here, there in _side_by_side(stored, projected):
            finding.compared += 1
            if here != there:
                finding.differs(f"{identifier}: sequence {here} in resources, {there} in {service}")
        return finding

    def index(self) -> Finding:
        """The index process holds as many listings as its database says are active."""
        finding = Finding("matching ↔ index")
        stored = self._database("matching")["listings"].count_documents({"gone": {"$exists": False}})
        finding.compared = stored
        try:
            held = int(ask(self._settings.matching_socket, {"op": "stats"})["count"])
        except OSError as error:
            finding.differs(f"the index process does not answer: {error}")
            return finding
        if held != stored:
            finding.diverged += abs(held - stored)
            finding.examples.append(f"{stored} active listings stored, {held} in the index")
        return finding

    def matches(self) -> Finding:
        """An open match stands between two listings that are there; one between gone ones does not."""
        finding = Finding("matches ↔ listings")
        matching = self._database("matching")
        for batch in _batches(matching, "matches", {"state": "open"}, ["have_id", "want_id"]):
            ids = [match[side] for match in batch for side in ("have_id", "want_id")]
            query: Mapping[str, Any] = {"_id": {"$in": ids}, "gone": {"$exists": False}}
            present = {row["_id"] for row in matching["listings"].find(query, ["_id"])}
            for match in batch:
                finding.compared += 1
                missing = [match[side] for side in ("have_id", "want_id") if match[side] not in present]
                if missing:
                    finding.differs(f"{match['_id']} is open, but {', '.join(missing)} is gone")
        return finding

    def surpluses(self) -> Finding:
        """Every surplus that a survey found has become the listing that was promised."""
        finding = Finding("surpluses ↔ listings")
        for batch in _batches(self._database("audits"), "surveys", {}, ["surpluses"]):
            ids = [surplus["listing_id"] for survey in batch for surplus in survey.get("surpluses", ())]
            rows = self._database("resources")["listings"].find({"_id": {"$in": ids}}, ["_id"])
            present = {row["_id"] for row in rows}
            finding.compared += len(ids)
            for missing in set(ids) - present:
                finding.differs(f"{missing} was promised by a survey and is not there")
        return finding

    def _database(self, service: str) -> Database[Document]:
        return self._client[self._settings.database_name(service)]


def verify(settings: Settings, wait_s: float) -> tuple[list[Finding], dict[str, int]]:
    """The findings, taken when nothing waits any more or the time is over, and what still waited then.

    A difference is looked at again until the time is over: a consumer may be in the midst of it.
    """
    client = connect(settings.mongo_uri)
    try:
        verification = Verification(settings, client)
        deadline = time.monotonic() + wait_s
        while True:
            waiting = verification.pending()
            findings = [] if waiting else verification.findings()
            agreed = not waiting and not any(finding.diverged for finding in findings)
            if agreed or time.monotonic() > deadline:
                return findings or verification.findings(), waiting
            time.sleep(0.2)
    finally:
        client.close()


def _batches(
    database: Database[Document], collection: str, query: Document, names: list[str]
) -> Iterator[list[Document]]:
    after: Document = {}
    while batch := list(database[collection].find({"$and": [query, after]}, names, sort=[("_id", 1)], limit=_BATCH)):
        yield batch
        after = {"_id": {"$gt": batch[-1]["_id"]}}


def _sequences(database: Database[Document], collection: str, query: Document) -> Iterator[tuple[str, int]]:
    for batch in _batches(database, collection, query, ["sequence"]):
        yield from ((row["_id"], row["sequence"]) for row in batch)


def _side_by_side(
    left: Iterator[tuple[str, int]], right: Iterator[tuple[str, int]]
) -> Iterator[tuple[str, int | None, int | None]]:
    """Merge two id-ordered streams; None where an id stands on one side only."""
    one, other = next(left, None), next(right, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one[0] < other[0]):
            assert one is not None
            yield one[0], one[1], None
            one = next(left, None)
        elif one is None or other[0] < one[0]:
            yield other[0], None, other[1]
            other = next(right, None)
        else:
            yield one[0], one[1], other[1]
            one, other = next(left, None), next(right, None)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make verify ARGS=…", description=__doc__)
    parser.add_argument("--wait", type=float, default=20.0, help="seconds to wait until nothing is under way")
    given = parser.parse_args(arguments)
    findings, waiting = verify(config.load(), given.wait)
    for finding in findings:
        print(f"{finding.name:28} {finding.compared:8} compared {finding.diverged:6} diverged")
        for example in finding.examples:
            print(f"    {example}")
    if waiting:
        print(f"still under way: {', '.join(f'{name} {count}' for name, count in waiting.items())}")
    diverged = sum(finding.diverged for finding in findings)
    print(json.dumps({"compared": sum(f.compared for f in findings), "diverged": diverged, "waiting": waiting}))
    return 1 if diverged or waiting else 0


if __name__ == "__main__":
    raise SystemExit(main())

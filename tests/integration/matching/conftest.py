"""A cell's matching on the real database, told its events one batch at a time."""

from __future__ import annotations

import base64
import json
import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.matching.domain.match import Match
from services.matching.index_process import PROCESS, IndexProcess
from services.matching.repository import MatchRepository
from services.matching.search import DUTY
from shared.config import Settings
from shared.contracts import subscriptions
from shared.contracts.envelope import Event, decode, source_of
from shared.contracts.events.matching import MATCH_SHARED, MATCH_UNSHARED
from shared.contracts.events.resources import LISTING_REVISED, LISTING_SHARED, LISTING_UNSHARED
from shared.contracts.registry import EventType, Subscription
from shared.messaging.inbox import Outcome
from shared.runtime import Runtime

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
# Three cells: their regions and gateways.
_CELLS = {"https://karjala.example": "11,12", "https://etela.example": "01,02", "https://lappi.example": "18,19"}
GATEWAYS = {region: url for url, regions in _CELLS.items() for region in regions.split(",")}
_IDENTITY = ("agency_id", "organisation_id", "party_id", "site_id", "municipality_code", "point", "sector")


class Cell:
    """Matching of one cell without a broker: ``hear`` does what consumer and search thread do, one after the other."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.restart()

    def restart(self) -> None:
        """A new process on the same database; it knows only what was committed."""
        self.process = IndexProcess(self.runtime)
        self.process.load()

    @property
    def name(self) -> str:
        return self.runtime.settings.cell

    def hear(self, events: Sequence[Event], *, search: bool = True) -> list[Outcome]:
        """One batch from one queue; ``search`` False: the process dies before it searches."""
        subscription = _queue_of(events[0], self.name)
        handler = self.process.handlers[subscription]
        outcomes = self.runtime.inbox.handle(subscription.queue, events, handler)
        if search:
            self.search()
        return outcomes

    def search(self) -> None:
        """Search what waits, in this thread, to the end."""
        self.process.queue.stop()
        self.process.queue.run()

    def told(self, *types: EventType) -> list[Event]:
        """What was written to the outbox, in order, of these types or of all."""
        rows = self.runtime.database["outbox"].find(sort=[("_id", 1)])
        events = [decode(bytes(row["body"])) for row in rows]
        return [event for event in events if not types or event.type in types]

    def matches(self) -> dict[tuple[str, str], Match]:
        """Open matches by have and want."""
        rows = self.runtime.database["matches"].find({"state": "open"}, ["_id"])
        found = self.runtime.repository(MatchRepository, DUTY).of_ids([row["_id"] for row in rows])
        return {(match.have_id, match.want_id): match for match in found}


def _queue_of(event: Event, cell: str) -> Subscription:
    if event.type in (MATCH_SHARED, MATCH_UNSHARED):
        return subscriptions.MATCHING_PEER_MATCHES
    return subscriptions.MATCHING_LISTINGS if event.cell == cell else subscriptions.MATCHING_PEER_LISTINGS


def listing_event(
    data: dict[str, Any], sequence: int = 1, *, cell: str = "12", event_type: EventType = LISTING_REVISED
) -> Event:
    """An event of resources about a listing, as its consumer sees it."""
    return Event(
        type=event_type,
        id=uuid.uuid4().hex,
        source=source_of(cell, "resources"),
        subject=data["id"],
        time=NOW,
        sequence=sequence,
        agency=data.get("agency_id"),
        traceparent="",
        data=data,
    )


def shared_event(data: dict[str, Any], sequence: int = 1, *, cell: str = "01") -> Event:
    """What the nation hears of the listing: its shared part, or that there is nothing to hear any more."""
    if data["visibility"] not in ("nation", "nation_anonymous") or data["state"] != "active":
        gone = {"id": data["id"], "region_code": data["region_code"]}
        return listing_event(gone, sequence, cell=cell, event_type=LISTING_UNSHARED)
    hidden = {"programme", *(_IDENTITY if data["visibility"] == "nation_anonymous" else ())}
    shown = {name: value for name, value in data.items() if name not in hidden}
    return listing_event(shown, sequence, cell=cell, event_type=LISTING_SHARED)


@pytest.fixture
def cell_for(runtime_for: Callable[..., Runtime], tmp_path: Path) -> Callable[..., Cell]:
    """``cell_for("12", "11,12")``: a cell that is home of these regions."""

    def make(name: str = "12", regions: str = "11,12") -> Cell:
        socket_path = f"/tmp/sv-{os.getpid()}-{uuid.uuid4().hex[:8]}.sock"
        runtime = runtime_for(
            "matching",
            SIVUVIRTA_CELL=name,
            SIVUVIRTA_REGIONS=regions,
            SIVUVIRTA_PEERS=json.dumps({r: url for r, url in GATEWAYS.items() if r not in regions.split(",")}),
            SIVUVIRTA_MATCHING_SOCKET=socket_path,
        )
        runtime.prepare(PROCESS)
        return Cell(runtime)

    return make


@pytest.fixture
def cell(cell_for: Callable[..., Cell]) -> Cell:
    return cell_for()


@pytest.fixture
def peer_key() -> tuple[str, str]:
    """A signing seed and its public key, base64, for a cell that exists in this test only."""
    key = Ed25519PrivateKey.generate()
    return base64.b64encode(key.private_bytes_raw()).decode(), base64.b64encode(
        key.public_key().public_bytes_raw()
    ).decode()


@pytest.fixture
def running(settings_for: Callable[..., Settings], peer_key: tuple[str, str]) -> Iterator[IndexProcess]:
    """The whole index process on the real broker, in threads of this one; it knows the keys of cell 01."""
    keys = {**settings_for("matching-index").public_keys, "01/resources": peer_key[1]}
    settings = settings_for(
        "matching-index",
        SIVUVIRTA_REGIONS="11,12",
        SIVUVIRTA_PEERS=json.dumps({r: url for r, url in GATEWAYS.items() if r not in ("11", "12")}),
        SIVUVIRTA_PUBLIC_KEYS=json.dumps(keys),
        SIVUVIRTA_MATCHING_SOCKET=f"/tmp/sv-{os.getpid()}-{uuid.uuid4().hex[:8]}.sock",
    )
    runtime = Runtime(settings, "matching")
    runtime.prepare(PROCESS)
    process = IndexProcess(runtime)
    process.start()
    yield process
    process.stop()
    runtime.client.drop_database(runtime.database.name)
    runtime.client.close()

"""The index process itself: on the broker, at its socket, and killed at its failpoints."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.local.stack import Stack
from services.matching.domain.weights import FULL, KIND_RULES, UNKNOWN_AMOUNT
from services.matching.index import listing_checksum
from services.matching.index_process import IndexProcess
from services.matching.index_socket import ask
from shared.config import Settings
from shared.contracts.events.resources import LISTING_REGISTERED
from shared.runtime import Runtime, ServiceProcess
from tests.unit.matching.listings import AGENCIES, event_data, identifier

MOMENT = datetime(2026, 5, 4, 12, tzinfo=UTC)


def state(number: int, direction: str, **changes: Any) -> dict[str, Any]:
    """A whole state that keeps the contract."""
    return event_data(
        number, direction, **{"origin": "recorded", "basis": "stated", "registered_at": MOMENT, "revised_at": MOMENT,
                              "site_id": f"sit-12-{number:032x}", "municipality_code": "167", **changes}
    )  # fmt: skip


def have_and_want() -> list[dict[str, Any]]:
    return [state(1, "have"), state(2, "want", agency_id=AGENCIES[1])]


@contextmanager
def resources_publishing(runtime: Runtime, states: list[dict[str, Any]]) -> Iterator[None]:
    """The service of listings as far as matching meets it: it emits these and publishes them."""
    process = ServiceProcess("resources", ())
    runtime.prepare(process)

    def emit(tx: Any) -> None:
        for data in states:
            tx.emit(LISTING_REGISTERED, subject=data["id"], sequence=1, data=data, agency=data["agency_id"])

    runtime.unit_of_work.run(emit)
    runtime.start(process)
    try:
        yield
    finally:
        runtime.stop()


def found_and_published(runtime: Runtime) -> int:
    return runtime.database["outbox"].count_documents(
        {"routing_key": "match.found.v1", "published_at": {"$exists": True}}
    )


def test_listings_on_the_broker_become_a_match_on_the_broker(
    running: IndexProcess, runtime_for: Callable[..., Runtime], eventually: Callable[..., None]
) -> None:
    with resources_publishing(runtime_for("resources"), have_and_want()):
        eventually(lambda: found_and_published(running.runtime) == 1)
    assert running.runtime.health.ready


def test_the_socket_answers_what_the_index_holds(
    running: IndexProcess, runtime_for: Callable[..., Runtime], eventually: Callable[..., None]
) -> None:
    path = running.runtime.settings.matching_socket
    with resources_publishing(runtime_for("resources"), have_and_want()):
        eventually(lambda: ask(path, {"op": "stats"})["count"] == 2)
    checksum = sum(listing_checksum(identifier(number), 1) for number in (1, 2)) % 2**64
    assert ask(path, {"op": "stats"}) == {"count": 2, "checksum": f"{checksum:016x}"}
    perfect_but_for_the_amount = FULL - (FULL - UNKNOWN_AMOUNT) * KIND_RULES["material"].amount // 100
    assert ask(path, {"op": "candidates", "id": identifier(1)}) == {
        "candidates": [{"id": identifier(2), "score": perfect_but_for_the_amount}]
    }
    eventually(lambda: ask(path, {"op": "health"}) == {"ready": True, "to_search": 0})


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ({"op": "candidates", "id": "lst-12-none"}, "There is no such listing."),
        ({"op": "other"}, "op is one of health, stats, candidates, near_misses"),
        ({"op": "candidates", "id": "x", "limit": "many"}, "The index could not answer."),
    ],
)
def test_the_socket_says_what_is_wrong(running: IndexProcess, question: dict[str, Any], answer: str) -> None:
    assert ask(running.runtime.settings.matching_socket, question) == {"error": answer}


@pytest.mark.parametrize("where", ["index.before_search", "index.after_search"])
def test_a_process_killed_around_its_search_tells_of_the_match_once(
    infrastructure: Stack,
    settings_for: Callable[..., Settings],
    runtime_for: Callable[..., Runtime],
    eventually: Callable[..., None],
    tmp_path: Path,
    where: str,
) -> None:
    environment = {
        **infrastructure.environment("matching-index"),
        "SIVUVIRTA_DATABASE_PREFIX": settings_for("matching").database_prefix,
        "SIVUVIRTA_FAILPOINTS_DIR": str(tmp_path),
        "SIVUVIRTA_MATCHING_SOCKET": f"/tmp/sv-{os.getpid()}-{uuid.uuid4().hex[:8]}.sock",
        "SIVUVIRTA_PUBLIC_KEYS": json.dumps(dict(settings_for("matching").public_keys)),
        "OPERATOR_PORT": "0",
    }
    command = [sys.executable, "-m", "services.matching.index_process"]
    (tmp_path / where).touch()
    runtime = runtime_for("matching")
    first = subprocess.Popen(command, env={**os.environ, **environment})
    with resources_publishing(runtime_for("resources"), have_and_want()):
        assert first.wait(60) == -signal.SIGKILL
        second = subprocess.Popen(command, env={**os.environ, **environment})
        try:
            eventually(lambda: found_and_published(runtime) == 1)
        finally:
            second.terminate()
            assert second.wait(30) == 0
    assert runtime.database["outbox"].count_documents({}) == 1
    assert runtime.database["listings"].count_documents({"to_search": True}) == 0

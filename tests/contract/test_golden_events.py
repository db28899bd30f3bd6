"""What was sent once stays readable: a golden file per event, and fields that are only ever added.

A new event gets a golden file by hand (copy a like one); a file named ``<event>.<variant>.json`` shows
another face of the same event.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shared.contracts import snapshot
from shared.contracts.catalogue import REGISTRY
from shared.contracts.envelope import decode, encode
from shared.contracts.snapshot import broken_promises

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(GOLDEN.glob("*.json"))

each_golden = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def test_every_event_has_a_golden_file() -> None:
    assert {event.name for event in REGISTRY.events.values()} - {path.stem for path in FILES} == set()


@each_golden
def test_a_golden_event_reads_and_writes_back_as_it_was(path: Path) -> None:
    golden = path.read_bytes()
    event = decode(golden)
    assert path.stem.startswith(event.type.name)
    written = encode(
        event.type,
        event_id=event.id,
        source=event.source,
        subject=event.subject,
        time=event.time,
        sequence=event.sequence,
        agency=event.agency,
        traceparent=event.traceparent,
        data=event.data,
    )
    assert json.loads(written) == json.loads(golden)


@each_golden
def test_what_a_newer_producer_adds_is_ignored_at_every_depth(path: Path) -> None:
    golden = json.loads(path.read_text(encoding="utf-8"))
    newer = {**golden, "data": _with_something_new(golden["data"])}
    assert decode(json.dumps(newer).encode()) == decode(path.read_bytes())


def test_every_promise_of_the_committed_fields_is_kept() -> None:
    assert broken_promises(snapshot.committed(), snapshot.present()) == []


def test_the_committed_fields_are_complete() -> None:
    assert snapshot.committed() == snapshot.present(), "run python -m shared.contracts.snapshot"


@pytest.mark.parametrize(
    ("now", "broken"),
    [
        ({}, "a.done.v1 is gone"),
        ({"a.done.v1": {"id": "string, required"}}, "a.done.v1: size is gone"),
        ({"a.done.v1": {"id": "string", "size": "number"}}, "a.done.v1: id was string, required, is string"),
        (
            {"a.done.v1": {"id": "string, required", "size": "integer"}},
            "a.done.v1: size was number, is integer",
        ),
        (
            {"a.done.v1": {"id": "string, required", "size": "number", "colour": "string, required"}},
            "a.done.v1: colour is new and required: events of yesterday do not have it",
        ),
    ],
)
def test_a_broken_promise_is_told(now: snapshot.Promises, broken: str) -> None:
    before = {"a.done.v1": {"id": "string, required", "size": "number"}}
    assert broken_promises(before, now) == [broken]


def test_a_new_optional_field_breaks_nothing() -> None:
    before = {"a.done.v1": {"id": "string, required"}}
    now = {"a.done.v1": {"id": "string, required", "place": "object", "place.lat": "number, required"}}
    assert broken_promises(before, now) == []


def _with_something_new(value: Any) -> Any:
    if isinstance(value, dict):
        return {**{name: _with_something_new(inner) for name, inner in value.items()}, "something_new": 1}
    return [_with_something_new(inner) for inner in value] if isinstance(value, list) else value

"""Whatever arrives, decoding gives an event or InvalidEvent, so that poison goes to the dead letters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.catalogue import REGISTRY
from shared.contracts.envelope import Event, InvalidEvent, decode

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))
SAMPLES = [json.loads(path.read_text(encoding="utf-8")) for path in GOLDEN]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


def read(body: bytes) -> Event | None:
    try:
        return decode(body)
    except InvalidEvent:
        return None


@given(st.binary(max_size=500))
def test_any_bytes(body: bytes) -> None:
    assert read(body) is None


@given(json_values)
def test_any_json(value: Any) -> None:
    assert read(json.dumps(value).encode()) is None


@given(st.sampled_from(sorted(REGISTRY.events)), st.dictionaries(st.text(max_size=12), json_values))
def test_any_data_under_a_right_envelope(event_type: str, data: dict[str, Any]) -> None:
    source = f"/regions/12/{REGISTRY.events[event_type].service}"
    event = {**SAMPLES[0], "type": event_type, "source": source, "data": data}
    assert read(json.dumps(event).encode()) is None


@given(st.sampled_from(SAMPLES), st.data())
def test_any_one_value_changed_in_a_right_event(sample: dict[str, Any], draw: st.DataObject) -> None:
    name = draw.draw(st.sampled_from(sorted(sample)))
    changed = {**sample, name: draw.draw(json_values)}
    if name == "data":
        return
    event = read(json.dumps(changed).encode())
    assert event is None or _is_sound(event)


@given(st.sampled_from(SAMPLES), st.data())
def test_any_one_field_of_the_data_changed(sample: dict[str, Any], draw: st.DataObject) -> None:
    name = draw.draw(st.sampled_from(sorted(sample["data"])))
    changed = {**sample, "data": {**sample["data"], name: draw.draw(json_values)}}
    event = read(json.dumps(changed).encode())
    assert event is None or _is_sound(event)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("specversion", "0.3"),
        ("id", ""),
        ("source", "/regions/12/identity"),
        ("type", "fi.sivuvirta.unheard.of.v1"),
        ("time", "2026-03-02T08:15:30"),
        ("time", "yesterday"),
        ("sequence", "-1"),
        ("sequence", "1_000"),
        ("agency", 12),
        ("subject", "half a pair \ud800"),
    ],
)
def test_a_wrong_envelope_is_refused(name: str, value: object) -> None:
    sample = next(event for event in SAMPLES if event["type"].endswith("listing.registered.v1"))
    with pytest.raises(InvalidEvent):
        decode(json.dumps({**sample, name: value}).encode())


def test_the_reason_names_the_field_at_fault() -> None:
    sample = next(event for event in SAMPLES if event["type"].endswith("listing.registered.v1"))
    quantity = {"amount": "much", "unit": "t", "period": "year"}
    with pytest.raises(InvalidEvent, match=r"quantity\.amount"):
        decode(json.dumps({**sample, "data": {**sample["data"], "quantity": quantity}}).encode())


def _is_sound(event: Event) -> bool:
    """What consumers rely on: an aware time, a number that the database holds, text that can be written."""
    f"{event.id}{event.source}{event.subject}{event.agency}{event.data}".encode()
    return event.time.tzinfo is not None and 0 <= event.sequence < 2**63

"""The CloudEvents 1.0 envelope (structured JSON), as written to the outbox and read by consumers.

Required: ``id, source, specversion, type``. Ours beside them: ``subject`` (aggregate id), ``time``, ``dataschema``-free
``datacontenttype``, and the extensions ``agency`` (the tenant), ``sequence`` (the aggregate's version, zero-padded
text as the CloudEvents sequence extension asks, compared as a number) and ``traceparent`` (W3C trace context).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from shared.contracts.dumping import dumper
from shared.contracts.registry import REGISTRY, EventType
from shared.errors import field_errors

CONTENT_TYPE = "application/cloudevents+json"
BODY_BYTES_MAX = 256 * 1024


class InvalidEvent(Exception):
    """The bytes are no event we accept; ``reason`` names the field."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Event:
    """One event as its consumer sees it: the contract's type and the loaded data."""

    type: EventType
    id: str
    source: str
    subject: str
    time: datetime
    sequence: int
    agency: str | None
    traceparent: str
    data: Mapping[str, Any]

    @property
    def signer(self) -> str:
        """``<cell>/<service>``, from ``/regions/<cell>/<service>``."""
        return self.source.removeprefix("/regions/")

    @property
    def cell(self) -> str:
        return self.signer.split("/", 1)[0]


def source_of(cell: str, service: str) -> str:
    return f"/regions/{cell}/{service}"


def encode(
    event: EventType,
    *,
    event_id: str,
    source: str,
    subject: str,
    time: datetime,
    sequence: int,
    agency: str | None,
    traceparent: str,
    data: object,
) -> bytes:
    """The event's bytes. The data is checked against the contract: what we emit is what we accept."""
    dumped = dumper(event.schema)(data)
    errors = writer(event.schema).validate(dumped)
    if errors:
        raise ValueError(f"{event.name} breaks its own contract: {field_errors(errors)}")
    envelope = {
        "specversion": "1.0",
        "id": event_id,
        "source": source,
        "type": event.type,
        "subject": subject,
        "time": time.isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "sequence": f"{sequence:012d}",
        "traceparent": traceparent,
        "data": dumped,
    }
    if agency is not None:
        envelope["agency"] = agency
    body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    if len(body) > BODY_BYTES_MAX:
        raise ValueError(f"{event.name} is {len(body)} bytes, more than {BODY_BYTES_MAX}")
    return body


def decode(body: bytes) -> Event:
    """Read and check one event; unknown data fields are ignored (a newer producer), anything else wrong raises."""
    try:
        envelope = json.loads(body)
        if b"\\u" in body:
            json.dumps(envelope, ensure_ascii=False).encode()  # half a surrogate pair is no text: no database takes it
    except (ValueError, RecursionError):
        raise InvalidEvent("the body is not JSON") from None
    if not isinstance(envelope, dict) or envelope.get("specversion") != "1.0":
        raise InvalidEvent("specversion: the body is not a CloudEvents 1.0 event")
    for name in ("id", "source", "type", "subject", "time", "sequence"):
        if not isinstance(envelope.get(name), str) or not envelope[name]:
            raise InvalidEvent(f"{name}: a non-empty text is required")
    event_type = REGISTRY.events.get(envelope["type"])
    if event_type is None:
        raise InvalidEvent(f"type: {envelope['type'][:100]} is not in the registry")
    if not envelope["source"].endswith(f"/{event_type.service}"):
        raise InvalidEvent(f"source: {event_type.name} comes from {event_type.service} only")
    if not isinstance(envelope.get("agency"), str | None):
        raise InvalidEvent("agency: a text or nothing")
    sequence, time = _sequence(envelope["sequence"]), _time(envelope["time"])
    try:
        data = reader(event_type.schema).load(envelope.get("data") or {})
    except ValidationError as error:
        raise InvalidEvent(f"data: {field_errors(error.messages)}") from None
    return Event(
        type=event_type,
        id=envelope["id"],
        source=envelope["source"],
        subject=envelope["subject"],
        time=time,
        sequence=sequence,
        agency=envelope.get("agency"),
        traceparent=str(envelope.get("traceparent", "")),
        data=data,
    )


@cache
def writer(schema: type[Schema]) -> Schema:
    """The schema as producers apply it: every unknown field is a fault. One instance, for making them is slow."""
    return schema()


@cache
def reader(schema: type[Schema]) -> Schema:
    """The schema as consumers apply it: what a newer producer added is ignored, at every depth."""
    return _tolerant(schema())


def _tolerant(schema: Schema) -> Schema:
    schema.unknown = EXCLUDE
    for field in schema.fields.values():
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            _tolerant(inner.schema)
    return schema


def _sequence(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise InvalidEvent("sequence: a whole number of at most 18 digits is required")
    return int(text)


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise InvalidEvent("time: an RFC 3339 time with its offset is required")
    return time

"""A notice: one event as one agency may know it, and the bytes that tell of it.

An event becomes one notice per agency that may hear of it, so that what an agency receives, and what its filters
look at, is decided in one place and holds nothing of the other side's identity.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.ids import derived_id

BODY_BYTES_MAX = 20_000  # Standard Webhooks 1.0.0: payloads stay under 20 kB


@dataclass(frozen=True, slots=True)
class Notice:
    """``data`` is ready for JSON. ``sides``, ``kind``, ``score`` and ``organisation_ids`` are for filters only;
    organisations are the agency's own, or shown to it: a filter must not tell who the other side is."""

    name: str
    event_id: str
    source: str
    time: datetime
    agency_id: str
    data: Mapping[str, Any]
    kind: str | None = None
    sides: frozenset[str] | None = None
    score: int | None = None
    organisation_ids: frozenset[str] | None = None

    def body(self) -> bytes:
        """The webhook's body, always the same bytes; too long a one goes without its reasons."""
        whole = _json(self.name, self.time, self.data)
        if len(whole) < BODY_BYTES_MAX:
            return whole
        short = {name: value for name, value in self.data.items() if name not in ("factors", "name")}
        return _json(self.name, self.time, {**short, "shortened": True})

    def delivery_id(self, subscription_id: str, region: str) -> str:
        """The same for the same event and subscription: an event handled twice makes one delivery."""
        return derived_id("del", region, self.source, self.event_id, subscription_id)


def own_side(agency_id: str, have_agency_id: str | None, want_agency_id: str | None) -> tuple[str, frozenset[str]]:
    """Which side of a match is the agency's: ``have``, ``want``, ``both`` or ``none``, and the same as a set."""
    sides = frozenset(
        side for side, owner in (("have", have_agency_id), ("want", want_agency_id)) if owner == agency_id
    )
    return ("both" if len(sides) == 2 else next(iter(sides), "none")), sides


def _json(name: str, time: datetime, data: Mapping[str, Any]) -> bytes:
    timestamp = time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    content = {"type": name, "timestamp": timestamp, "data": data}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()

"""Identifiers that carry what they name and the region where it was born: ``lst-12-0190f2…``.

The last part is a UUIDv7 (RFC 9562: milliseconds first, so that ids sort by birth) or, for what is derived from
other ids, a UUIDv5, so that deriving twice gives the same id.
"""

from __future__ import annotations

import re
import secrets
import time
import uuid

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "sivuvirta.fi")
_FORM = re.compile(r"([a-z]{3})-([0-9]{2})-([0-9a-f]{32})")


def uuid7_hex() -> str:
    """48 bits of Unix milliseconds, version, 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = secrets.randbits(74)
    value = milliseconds << 80 | 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62 | random & (1 << 62) - 1
    return f"{value:032x}"


def new_id(prefix: str, region: str) -> str:
    """A fresh id of the given three-letter kind, born in the region."""
    return f"{prefix}-{region}-{uuid7_hex()}"


def derived_id(prefix: str, region: str, *parts: str) -> str:
    """The id that these parts always give: same parts, same id."""
    return f"{prefix}-{region}-{uuid.uuid5(NAMESPACE, '|'.join((prefix, *parts))).hex}"


def region_of(identifier: str) -> str | None:
    """The region of birth, or None where the text is no id of ours."""
    form = _FORM.fullmatch(identifier)
    return form.group(2) if form else None


def is_id(prefix: str, identifier: str) -> bool:
    form = _FORM.fullmatch(identifier)
    return form is not None and form.group(1) == prefix

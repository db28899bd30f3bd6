"""The one error model of the platform.

::

    Exception
    ├── ServiceError            what a caller did or met: code, plain detail, extra facts; crosses RPC and HTTP
    │   ├── InvalidInput        a field is wrong; ``errors`` names each field and says what would be right
    │   ├── NotFound, Forbidden, Conflict, …   (see CODES)
    ├── RetryLater              an event cannot be handled *yet*; costs one attempt, comes back by a retry tier
    └── InfrastructureDown      database, broker or an own dependency is away; costs no attempt

A new code is added to CODES and nowhere else; the gateway turns it into problem+json by this table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One row of the table: HTTP status, short title, and whether trying the same again can help."""

    status: int
    title: str
    retryable: bool = False


CODES: Mapping[str, CodeEntry] = {
    "malformed_request": CodeEntry(400, "The request cannot be read"),
    "unauthenticated": CodeEntry(401, "No valid credentials"),
    "forbidden": CodeEntry(403, "Not allowed"),
    "not_found": CodeEntry(404, "Not found"),
    "method_not_allowed": CodeEntry(405, "Method not allowed here"),
    "not_acceptable": CodeEntry(406, "No acceptable representation"),
    "conflict": CodeEntry(409, "In conflict with the present state"),
    "duplicate": CodeEntry(409, "Already exists"),
    "idempotency_in_flight": CodeEntry(409, "The same request is still being handled", retryable=True),
    "precondition_failed": CodeEntry(412, "Changed in the meantime"),
    "too_large": CodeEntry(413, "Too large"),
    "unsupported_media_type": CodeEntry(415, "Unsupported media type"),
    "misdirected": CodeEntry(421, "Homed in another region"),
    "invalid_input": CodeEntry(422, "Invalid input"),
    "idempotency_mismatch": CodeEntry(422, "Idempotency key used with another request"),
    "precondition_required": CodeEntry(428, "If-Match is required"),
    "rate_limited": CodeEntry(429, "Too many requests", retryable=True),
    "unexpected": CodeEntry(500, "Something went wrong on our side", retryable=True),
    "unavailable": CodeEntry(503, "A part of the platform is unavailable", retryable=True),
    "deadline_exceeded": CodeEntry(504, "No answer in time", retryable=True),
}


class ServiceError(Exception):
    """An error a caller can act on; ``code`` is a key of CODES, ``detail`` a sentence for a person."""

    def __init__(self, code: str, detail: str, extra: Mapping[str, Any] | None = None) -> None:
        if code not in CODES:
            raise ValueError(f"unknown error code {code!r}")
        super().__init__(code, detail, dict(extra or {}))
        self.code = code
        self.detail = detail
        self.extra: dict[str, Any] = dict(extra or {})

    @property
    def status(self) -> int:
        return CODES[self.code].status

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"


class InvalidInput(ServiceError):
    """One or more fields are wrong; ``errors`` is a sequence of {field, message}."""

    def __init__(self, errors: Sequence[Mapping[str, str]], detail: str = "Some fields need correction.") -> None:
        super().__init__("invalid_input", detail, {"errors": [dict(error) for error in errors]})


class NotFound(ServiceError):
    def __init__(self, what: str, identifier: str) -> None:
        super().__init__("not_found", f"There is no {what} {identifier} that you may see.")


class Forbidden(ServiceError):
    def __init__(self, detail: str) -> None:
        super().__init__("forbidden", detail)


class Conflict(ServiceError):
    def __init__(self, detail: str, extra: Mapping[str, Any] | None = None) -> None:
        super().__init__("conflict", detail, extra)


class PreconditionFailed(ServiceError):
    def __init__(self, expected: int, actual: int) -> None:
        detail = f"Your version is {expected}, the present one {actual}. Read it again, then repeat the change."
        super().__init__("precondition_failed", detail, {"sequence": actual})


class Misdirected(ServiceError):
    def __init__(self, region: str, home: str | None) -> None:
        super().__init__(
            "misdirected", f"Data of region {region} is homed elsewhere.", {"region": region, "home": home}
        )


class Unavailable(ServiceError):
    def __init__(self, what: str) -> None:
        super().__init__("unavailable", f"{what} is unavailable just now; try again shortly.")


class DeadlineExceeded(ServiceError):
    def __init__(self, what: str) -> None:
        super().__init__("deadline_exceeded", f"{what} did not answer in time.")


class RetryLater(Exception):
    """Raised by an event handler that misses something which will come (an earlier event, for example)."""


class InfrastructureDown(Exception):
    """Database or broker cannot be reached; the message waits where it is and costs no attempt."""


def field_errors(messages: object, prefix: str = "") -> list[dict[str, str]]:
    """Flatten marshmallow's nested messages into ``[{field: "quantity.unit", message: …}]``."""
    if isinstance(messages, Mapping):
        found: list[dict[str, str]] = []
        for key, inner in messages.items():
            name = prefix if key == "_schema" else f"{prefix}.{key}" if prefix else str(key)
            found.extend(field_errors(inner, name))
        return found
    if isinstance(messages, list | tuple):
        return [error for message in messages for error in field_errors(message, prefix)]
    return [{"field": prefix, "message": str(messages)}]

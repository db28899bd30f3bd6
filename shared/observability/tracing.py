"""W3C trace context (``00-<trace>-<span>-<flags>``), carried through calls, events and jobs by a context variable."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog

_FORM = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$")
_current: ContextVar[str] = ContextVar("traceparent", default="")


def new_traceparent() -> str:
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def child_of(traceparent: str | None) -> str:
    """A new span in the given trace; a new trace when the header is missing or malformed."""
    form = _FORM.match(traceparent or "")
    if form is None or set(form.group(1)) == {"0"}:
        return new_traceparent()
    return f"00-{form.group(1)}-{secrets.token_hex(8)}-01"


def current() -> str:
    """The traceparent of the work under way; a fresh one outside any."""
    return _current.get() or new_traceparent()


@contextmanager
def span(traceparent: str | None, **labels: str | None) -> Iterator[str]:
    """Bind a child span and the labels (agency, principal, …) to everything logged and emitted inside."""
    child = child_of(traceparent)
    token = _current.set(child)
    bound = {name: value for name, value in labels.items() if value is not None}
    with structlog.contextvars.bound_contextvars(trace_id=child[3:35], **bound):
        try:
            yield child
        finally:
            _current.reset(token)

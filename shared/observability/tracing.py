"""W3C trace context (``00-<trace>-<span>-<flags>``), carried through calls, events and jobs by a context variable."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from contextvars import ContextVar, Token
from types import MappingProxyType

_FORM = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$")
_NO_LABELS: Mapping[str, str] = MappingProxyType({})
_current: ContextVar[str] = ContextVar("traceparent", default="")
_labels: ContextVar[Mapping[str, str]] = ContextVar("labels", default=_NO_LABELS)


def new_traceparent() -> str:
    return f"00-{random.getrandbits(128):032x}-{random.getrandbits(64):016x}-01"


def child_of(traceparent: str | None) -> str:
    """A new span in the given trace; a new trace when the header is missing or malformed."""
    form = _FORM.match(traceparent or "")
    if form is None or set(form.group(1)) == {"0"}:
        return new_traceparent()
    return f"00-{form.group(1)}-{random.getrandbits(64):016x}-01"


def current() -> str:
    """The traceparent of the work under way; a fresh one outside any."""
    return _current.get() or new_traceparent()


def labels() -> Mapping[str, str]:
    """The trace and the labels of the work under way, for everything it logs."""
    return _labels.get()


class Span:
    """``with Span(header, agency=…) as traceparent``: a child span and its labels (agency, principal, …), bound to
    everything logged and emitted inside."""

    __slots__ = ("_before", "_bound", "traceparent")

    def __init__(self, traceparent: str | None, **labels: str | None) -> None:
        self.traceparent = child_of(traceparent)
        self._bound = {name: value for name, value in labels.items() if value is not None}
        self._before: tuple[Token[str], Token[Mapping[str, str]]] | None = None

    def __enter__(self) -> str:
        bound = {**_labels.get(), "trace_id": self.traceparent[3:35], **self._bound}
        self._before = _current.set(self.traceparent), _labels.set(bound)
        return self.traceparent

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            trace, labels = self._before
            _current.reset(trace)
            _labels.reset(labels)

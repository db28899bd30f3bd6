"""Metrics by the manifest: code asks by name, and a name that does not stand in ``manifest.yaml`` raises.

Labels are bounded: agencies yes, organisations and listings never.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from typing import Any, TypeVar, cast

import yaml
from prometheus_client import Counter, Gauge, Histogram

M = TypeVar("M", Counter, Gauge, Histogram)

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_metrics: dict[str, Counter | Gauge | Histogram] = {}
_lock = threading.Lock()


@lru_cache(maxsize=1)
def manifest() -> dict[str, Any]:
    """The parsed manifest: ``metrics`` and ``log_events`` by name."""
    loaded: dict[str, Any] = yaml.safe_load(files("shared.observability").joinpath("manifest.yaml").read_text("utf-8"))
    return loaded


def counter(name: str) -> Counter:
    return _made(name, "counter", lambda entry: Counter(name, entry["help"], entry.get("labels", [])))


def gauge(name: str) -> Gauge:
    """``multiprocess`` in the manifest says how workers of one service add up (for the gateway)."""

    def make(entry: dict[str, Any]) -> Gauge:
        mode = entry.get("multiprocess", "livesum")
        return Gauge(name, entry["help"], entry.get("labels", []), multiprocess_mode=mode)

    return _made(name, "gauge", make)


def histogram(name: str) -> Histogram:
    def make(entry: dict[str, Any]) -> Histogram:
        buckets = tuple(entry.get("buckets", _SECONDS))
        return Histogram(name, entry["help"], entry.get("labels", []), buckets=buckets)

    return _made(name, "histogram", make)


def _made(name: str, kind: str, make: Callable[[dict[str, Any]], M]) -> M:
    """The metric of that name, made once however many threads ask first."""
    known = _metrics.get(name)
    if known is None:
        with _lock:
            known = _metrics.get(name)
            if known is None:
                entry: dict[str, Any] = manifest()["metrics"][name]
                if entry["type"] != kind:
                    raise TypeError(f"{name} is a {entry['type']} in the manifest")
                known = _metrics[name] = make(entry)
    return cast(M, known)

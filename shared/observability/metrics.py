"""Metrics by the manifest: code asks by name, and a name that does not stand in ``manifest.yaml`` raises.

Labels are bounded: agencies yes, organisations and listings never.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml
from prometheus_client import Counter, Gauge, Histogram


@lru_cache(maxsize=1)
def manifest() -> dict[str, Any]:
    """The parsed manifest: ``metrics`` and ``log_events`` by name."""
    loaded: dict[str, Any] = yaml.safe_load(files("shared.observability").joinpath("manifest.yaml").read_text("utf-8"))
    return loaded


def _entry(name: str, kind: str) -> dict[str, Any]:
    entry: dict[str, Any] = manifest()["metrics"][name]
    if entry["type"] != kind:
        raise TypeError(f"{name} is a {entry['type']} in the manifest")
    return entry


@cache
def counter(name: str) -> Counter:
    entry = _entry(name, "counter")
    return Counter(name, entry["help"], entry.get("labels", []))


@cache
def gauge(name: str) -> Gauge:
    """``multiprocess`` in the manifest says how workers of one service add up (for the gateway)."""
    entry = _entry(name, "gauge")
    return Gauge(name, entry["help"], entry.get("labels", []), multiprocess_mode=entry.get("multiprocess", "livesum"))


@cache
def histogram(name: str) -> Histogram:
    entry = _entry(name, "histogram")
    buckets = entry.get("buckets", (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0))
    return Histogram(name, entry["help"], entry.get("labels", []), buckets=tuple(buckets))

"""Every metric and every log event stands in the manifest, and nothing stands there that does not exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.architecture.sources import ROOT, modules

MANIFEST: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(
    (ROOT / "shared/observability/manifest.yaml").read_text(encoding="utf-8")
)
METRICS, LOG_EVENTS = MANIFEST["metrics"], MANIFEST["log_events"]
METRIC_TYPES = ("counter", "gauge", "histogram")
LEVELS = ("debug", "info", "warning", "error", "critical")
UNBOUNDED_LABELS = {"organisation", "organisation_id", "listing", "listing_id", "user", "principal", "trace", "url"}
BASE_UNITS = ("_seconds", "_bytes", "_ratio", "_celsius", "_meters", "_joules")


def test_every_metric_in_the_code_stands_in_the_manifest_with_its_type() -> None:
    wrong = [f"{where} {name}" for where, kind, name in _metrics_used() if METRICS.get(name, {}).get("type") != kind]
    assert wrong == []


def test_every_metric_of_the_manifest_is_in_the_code() -> None:
    assert set(METRICS) - {name for _, _, name in _metrics_used()} == set()


def test_every_log_event_in_the_code_stands_in_the_manifest_with_its_level() -> None:
    wrong = [
        f"{where} {level}({name!r})"
        for where, level, name in _events_logged()
        if LOG_EVENTS.get(name, {}).get("level") != _WRITTEN_BY_LEVEL.get(level, level)
    ]
    assert wrong == []


def test_every_log_event_of_the_manifest_is_in_the_code() -> None:
    # An event name may be chosen between two literals and passed on, so any literal of that text counts.
    literals = {
        node.value
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(LOG_EVENTS) - literals == set()


def test_a_log_call_names_an_event_and_writes_no_sentence() -> None:
    sentences = [
        f"{module.at(node)} {ast.unparse(node.args[0])}"
        for module in modules()
        for node, _ in _log_calls(module.tree)
        if node.args and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
    ]
    assert sentences == []


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_is_described_and_named_by_the_rules(name: str) -> None:
    entry = METRICS[name]
    assert entry["type"] in METRIC_TYPES
    assert entry["help"].endswith(".")
    assert set(entry) <= {"type", "help", "labels", "unit", "buckets", "multiprocess"}
    assert re.fullmatch(r"sivuvirta_[a-z][a-z0-9_]*", name)
    assert name.endswith("_total") == (entry["type"] == "counter")
    if entry["type"] == "histogram":
        assert name.endswith(BASE_UNITS)


@pytest.mark.parametrize("name", METRICS)
def test_labels_are_bounded(name: str) -> None:
    assert set(METRICS[name].get("labels", [])) & UNBOUNDED_LABELS == set()


@pytest.mark.parametrize("name", LOG_EVENTS)
def test_a_log_event_is_described(name: str) -> None:
    entry = LOG_EVENTS[name]
    assert entry["level"] in LEVELS
    assert entry["help"].endswith(".")
    assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", name)


_WRITTEN_BY_LEVEL = {"exception": "error"}


def _metrics_used() -> Iterator[tuple[str, str, str]]:
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in METRIC_TYPES:
                for name in _literals(node.args[:1]):
                    yield module.at(node), node.func.attr, name


def _events_logged() -> Iterator[tuple[str, str, str]]:
    for module in modules():
        for node, level in _log_calls(module.tree):
            for name in _literals(node.args[:1]):
                yield module.at(node), level, name


def _log_calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value).rsplit(".", 1)[-1].removeprefix("_")
            if owner in ("log", "logger") and node.func.attr in (*LEVELS, *_WRITTEN_BY_LEVEL):
                yield node, node.func.attr


def _literals(nodes: list[ast.expr]) -> Iterator[str]:
    """The texts an argument may be: one literal, or either side of a conditional."""
    for node in nodes:
        if isinstance(node, ast.IfExp):
            yield from _literals([node.body, node.orelse])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value

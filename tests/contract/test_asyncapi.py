"""The AsyncAPI document: committed as the registry says, and valid by the official schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.exceptions import best_match

from shared.contracts.asyncapi import COMMITTED, document, rendered
from shared.contracts.catalogue import REGISTRY

GOLDEN = Path(__file__).parent / "golden"
OFFICIAL = Path(__file__).parents[1] / "data" / "asyncapi" / "asyncapi-3.0.0.json"


@pytest.fixture(scope="module")
def doc() -> dict[str, Any]:
    return document()


def test_the_committed_document_is_what_the_registry_says(doc: dict[str, Any]) -> None:
    assert COMMITTED.read_text(encoding="utf-8") == rendered(doc), "run python -m shared.contracts.asyncapi"


def test_the_document_is_valid_by_the_official_schema(doc: dict[str, Any]) -> None:
    schema = json.loads(OFFICIAL.read_text(encoding="utf-8"))
    assert best_match(Draft7Validator(schema).iter_errors(doc)) is None


def test_every_reference_in_the_document_leads_somewhere(doc: dict[str, Any]) -> None:
    for reference in _references(doc):
        target: Any = doc
        for step in reference.removeprefix("#/").split("/"):
            assert step in target, reference
            target = target[step]


def test_every_event_is_sent_and_every_queue_received(doc: dict[str, Any]) -> None:
    actions = [operation["action"] for operation in doc["operations"].values()]
    assert actions.count("send") == len(REGISTRY.events)
    assert actions.count("receive") == len(REGISTRY.subscriptions)


def test_the_public_catalogue_is_marked(doc: dict[str, Any]) -> None:
    marked = {name for name, message in doc["components"]["messages"].items() if message["x-catalogue-only"]}
    assert marked == {event.name for event in REGISTRY.events.values() if event.catalogue_only}


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_a_golden_event_is_valid_by_the_documented_payload(path: Path, doc: dict[str, Any]) -> None:
    event = json.loads(path.read_text(encoding="utf-8"))
    message = next(m for m in doc["components"]["messages"].values() if m["name"] == event["type"])
    validator = Draft202012Validator({**message["payload"], "components": doc["components"]})
    assert best_match(validator.iter_errors(event)) is None


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if "$ref" in node else []
        return own + [found for inner in node.values() for found in _references(inner)]
    return [found for inner in node for found in _references(inner)] if isinstance(node, list) else []

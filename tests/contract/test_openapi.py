"""The committed OpenAPI document is the present one, valid by the official schema, and says all it should."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from gateway import openapi
from gateway.openapi import COMMITTED
from gateway.problems import ProblemSchema
from gateway.routes import ENDPOINTS
from shared.contracts.rpc.notifications import SUBSCRIBABLE

OFFICIAL = Path(__file__).parents[1] / "data" / "openapi" / "openapi-3.1.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi.document()


def test_the_committed_document_is_current() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == openapi.rendered(), "run make contracts"


def test_the_document_is_valid_by_the_official_schema(document: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(json.loads(OFFICIAL.read_text(encoding="utf-8"))).validate(document)


def test_every_route_is_described_with_an_answer_and_its_problems(document: dict[str, Any]) -> None:
    for endpoint in ENDPOINTS:
        path = endpoint.path.replace("<", "{").replace(">", "}")
        described = document["paths"][path][endpoint.method.lower()]
        assert str(endpoint.status) in described["responses"]
        assert "401" in described["responses"]
        assert described["summary"] != ""


def test_every_request_body_has_an_example(document: dict[str, Any]) -> None:
    bare = [
        f"{method} {path}"
        for path, item in document["paths"].items()
        for method, described in item.items()
        for content in described.get("requestBody", {}).get("content", {}).values()
        if "example" not in content
    ]
    assert bare == []


@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if e.example is not None], ids=lambda e: str(e.name))
def test_an_example_is_accepted_by_its_schema(endpoint: Any) -> None:
    assert endpoint.body_loader.validate(dict(endpoint.example)) == {}


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(node: object) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [found for inner in node.values() for found in references(inner)]
        return [found for inner in node for found in references(inner)] if isinstance(node, list) else []

    for reference in references(document):
        node: Any = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]


def test_every_subscribable_event_is_described_as_a_webhook(document: dict[str, Any]) -> None:
    assert set(SUBSCRIBABLE) - document["webhooks"].keys() == set()


def test_problems_are_described_as_they_are_sent(document: dict[str, Any]) -> None:
    described = document["components"]["schemas"]["Problem"]
    assert described["properties"].keys() == ProblemSchema().fields.keys()
    assert described["additionalProperties"] is True

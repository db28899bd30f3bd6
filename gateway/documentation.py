"""OpenAPI 3.1 from the table of routes and the contracts' own schemas, put together by flask-smorest."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Flask
from flask_smorest import Api
from marshmallow import Schema, fields

from gateway.endpoints import IDEMPOTENCY_HEADER, Endpoint
from gateway.problems import CONTENT_TYPE as PROBLEM
from gateway.problems import ProblemSchema
from gateway.reference import ReferenceList, ReferenceQuerySchema
from shared.contracts import webhooks
from shared.contracts.catalogue import REGISTRY
from shared.contracts.fields import Id
from shared.contracts.registry import TYPE_PREFIX
from shared.errors import CODES

Json = dict[str, Any]

OPENAPI_VERSION = "3.1.0"
OLDER_VERSION = "3.0.3"  # what the bundled Swagger UI reads
API_VERSION = "1.0.0"
JSON = "application/json"
_DESCRIPTION = """Haves and wants of industrial symbiosis, and who could use what.

Send an API key as `Authorization: Bearer <key>`. Lists are paged: pass `next_cursor` back as `cursor`. `ETag` carries
a record's version; changes ask for it in `If-Match`. `Idempotency-Key` (8 to 200 visible characters) makes repeating
a change safe for 24 hours. Errors are `application/problem+json` (RFC 9457); `code` is stable, `errors` names fields.
Unknown fields and parameters are refused by name. Every answer carries `traceparent`."""
_EVERYWHERE = ("unauthenticated", "not_acceptable", "invalid_input", "rate_limited", "unexpected", "unavailable")


class OpenApi(Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest without its error handling: problems are ours."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """``gateway.problems`` does."""

    def _register_pagination_header(self) -> None:
        """Pages carry their cursor in the body."""

    def _register_responses(self) -> None:
        """Only our own, by the error table; several codes may share a status."""
        schema = self.ma_plugin.resolver.resolve_schema_dict(ProblemSchema)
        for status in sorted({entry.status for entry in CODES.values()}):
            codes = [code for code, entry in CODES.items() if entry.status == status]
            title = "; ".join(f"{CODES[code].title} (`{code}`)" for code in codes)
            response: Json = {"description": title + ".", "content": {PROBLEM: {"schema": schema}}}
            if status == 401:
                response["headers"] = {"WWW-Authenticate": _header("Bearer challenge.")}
            if status in (429, 503):
                response["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
            self.spec.components.response(f"Problem{status}", response)


def configuration(openapi_version: str) -> Json:
    """flask-smorest's settings."""
    return {
        "API_TITLE": "Sivuvirta",
        "API_VERSION": API_VERSION,
        "OPENAPI_VERSION": openapi_version,
        "API_SPEC_OPTIONS": {
            "info": {"description": _DESCRIPTION},
            "servers": [{"url": "/"}],
            "security": [{"apiKey": []}],
            "components": {
                "securitySchemes": {
                    "apiKey": {"type": "http", "scheme": "bearer", "description": "An API key of a service account."}
                }
            },
        },
    }


def add_api(app: Flask) -> OpenApi:
    """The collector of the routes' documentation."""
    api = OpenApi(app)
    api.ma_plugin.converter.add_attribute_function(_describe_id)
    return api


def operation(endpoint: Endpoint) -> Json:
    """The documentation of one route."""
    made: Json = {
        "operationId": endpoint.name,
        "summary": endpoint.summary or endpoint.call.doc,
        "parameters": [*_path_parameters(endpoint), *_headers_in(endpoint)],
        "responses": {str(endpoint.status): _answer(endpoint), **_problems(_codes(endpoint))},
    }
    if endpoint.description:
        made["description"] = endpoint.description
    if endpoint.query_fields:
        left_out = tuple(endpoint.path_ids)
        made["parameters"].append({"in": "query", "schema": endpoint.call.request(exclude=left_out)})
    if endpoint.method == "GET" and endpoint.has_sequence:
        made["responses"]["304"] = {"description": "Unchanged since the ETag given."}
    if endpoint.body_schema is not None:
        content: Json = {"schema": endpoint.body_schema}
        if endpoint.example is not None:
            content["example"] = dict(endpoint.example)
        made["requestBody"] = {"required": True, "content": {JSON: content}}
    return made


def reference_operation(of: ReferenceList) -> Json:
    return {
        "summary": of.doc,
        "operationId": f"reference_{of.name.replace('-', '_')}_get",
        "security": [],
        "parameters": [{"in": "query", "schema": ReferenceQuerySchema}, _if_none_match()],
        "responses": {
            "200": {
                "description": "A page.",
                "content": {JSON: {"schema": of.page_schema}},
                "headers": {"ETag": _header("Of this page."), "Cache-Control": _header("For an hour, by anybody.")},
            },
            "304": {"description": "Unchanged since the ETag given."},
            **_problems(("not_acceptable", "invalid_input", "unexpected")),
        },
    }


def add_webhooks(api: OpenApi) -> None:
    """What is sent to subscribers. OpenAPI 3.0, which the docs page renders, has no place for it."""
    if api.spec.openapi_version.major == 3 and api.spec.openapi_version.minor == 0:
        return
    made: Json = {}
    for name, schema in sorted(webhooks.NOTICES.items()):
        event = REGISTRY.events.get(TYPE_PREFIX + name)
        made[name] = {
            "post": {
                "summary": event.doc if event else "A test of the subscription.",
                "operationId": "webhook_" + name.replace(".", "_"),
                "tags": ["subscriptions"],
                "security": [],
                "parameters": [_webhook_header(*described) for described in _WEBHOOK_HEADERS],
                "requestBody": {"required": True, "content": {JSON: {"schema": _webhook_body(api, name, schema)}}},
                "responses": {
                    "2XX": {"description": "Received. Anything else is tried again by the schedule."},
                    "410": {"description": "Gone for good: the subscription is disabled."},
                },
            }
        }
    api.spec.options["webhooks"] = made


def document(api: OpenApi) -> Json:
    """The whole document, the same for the same routes."""
    # JSON Schema's expressions end with $, Python's with \Z.
    made: Json = json.loads(json.dumps(api.spec.to_dict()).replace('\\\\Z"', '$"'))
    schemas = made["components"]["schemas"]
    for (schema, *_), name in api.ma_plugin.converter.refs.items():
        if schema.__dict__.get("__doc__"):
            schemas[name]["description"] = plain(schema.__doc__)
    made["components"]["schemas"] = dict(sorted(schemas.items()))
    made["paths"] = {path: made["paths"][path] for path in sorted(made["paths"])}
    for item in made["paths"].values():
        item.pop("parameters", None)  # each operation describes its path's parameters better
    return made


def _answer(endpoint: Endpoint) -> Json:
    made: Json = {"description": "Done, nothing to show." if endpoint.status == 204 else "As asked."}
    headers: Json = {"traceparent": _header("W3C trace context of this request.")}
    if endpoint.status != 204:
        made["content"] = {JSON: {"schema": endpoint.response_schema}}
        if endpoint.has_sequence:
            headers["ETag"] = _header("The record's version, for If-Match.")
    if endpoint.location:
        headers["Location"] = _header("Address of the new record.")
    return {**made, "headers": headers}


def _codes(endpoint: Endpoint) -> tuple[str, ...]:
    more = ["forbidden", "deadline_exceeded"]
    if endpoint.path_ids:
        more += ["not_found", "misdirected"]
    if endpoint.method != "GET":
        more += ["malformed_request", "conflict", "not_found", "misdirected"]
    if endpoint.method in ("POST", "PATCH"):
        more += ["too_large", "unsupported_media_type"]
    if endpoint.conditional:
        more += ["precondition_failed", "precondition_required"]
    return (*_EVERYWHERE, *more)


def _problems(codes: tuple[str, ...]) -> Json:
    return {str(status): f"Problem{status}" for status in sorted({CODES[code].status for code in codes})}


def _path_parameters(endpoint: Endpoint) -> list[Json]:
    return [
        {
            "in": "path",
            "name": name,
            "required": True,
            "schema": {"type": "string", "pattern": _id_pattern(prefix)},
        }
        for name, prefix in endpoint.path_ids.items()
    ]


def _headers_in(endpoint: Endpoint) -> list[Json]:
    made: list[Json] = []
    if endpoint.conditional:
        made.append(
            {
                "in": "header",
                "name": "If-Match",
                "required": True,
                "description": "The ETag you have read.",
                "schema": {"type": "string", "pattern": '^"[0-9]{1,15}"$'},
                "example": '"3"',
            }
        )
    if endpoint.method == "GET" and endpoint.has_sequence:
        made.append(_if_none_match())
    if endpoint.call.changes:
        made.append(
            {
                "in": "header",
                "name": IDEMPOTENCY_HEADER,
                "required": False,
                "description": "Makes repeating the request safe for 24 hours.",
                "schema": {"type": "string", "minLength": 8, "maxLength": 200, "pattern": "^[!-~]+$"},
            }
        )
    return made


def _if_none_match() -> Json:
    return {
        "in": "header",
        "name": "If-None-Match",
        "required": False,
        "description": "Answers 304 while the ETag is the same.",
        "schema": {"type": "string"},
    }


def _header(description: str) -> Json:
    return {"schema": {"type": "string"}, "description": description}


_WEBHOOK_HEADERS = (
    ("webhook-id", "The same over every attempt: drop what you have seen."),
    ("webhook-timestamp", "Seconds since 1970 of this attempt."),
    ("webhook-signature", "`v1,<base64 HMAC-SHA256 of id.timestamp.body>`; two while a secret rotates."),
)


def _webhook_header(name: str, description: str) -> Json:
    return {"in": "header", "name": name, "required": True, "description": description, "schema": {"type": "string"}}


def _webhook_body(api: OpenApi, name: str, schema: type[Schema]) -> Json:
    return {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": name},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": api.ma_plugin.resolver.resolve_schema_dict(schema),
        },
    }


def _describe_id(_converter: Any, made: fields.Field[Any], **_: Any) -> Json:
    return {"pattern": _id_pattern(made._prefix)} if isinstance(made, Id) else {}


def _id_pattern(prefix: str) -> str:
    return f"^{prefix}-[0-9]{{2}}-[0-9a-f]{{32}}$"


def plain(text: str) -> str:
    """A docstring as one line without the marks of reStructuredText."""
    return re.sub(r"\s+", " ", text.replace("``", "`")).strip()

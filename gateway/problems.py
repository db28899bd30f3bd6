"""Errors as problem+json (RFC 9457), every one by the table ``shared.errors.CODES``; never an inner message."""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import Flask, Response, request
from marshmallow import INCLUDE, Schema, fields
from werkzeug.exceptions import HTTPException

from shared.errors import CODES, ServiceError
from shared.observability import tracing
from shared.observability.logs import get_logger

log = get_logger(__name__)

CONTENT_TYPE = "application/problem+json"
TYPE_PAGE = "/docs/problems"
RETRY_AFTER_S = 1

# What the web framework raises by itself, and the sentence a person gets for it.
_OF_STATUS: Mapping[int, tuple[str, str]] = {
    400: ("malformed_request", "The request is not well-formed."),
    404: ("not_found", "There is nothing at this address; see /docs for what there is."),
    405: ("method_not_allowed", "This address does not take that method; see the Allow header."),
    413: ("too_large", "The body is larger than this platform takes."),
    415: ("unsupported_media_type", "Send JSON with Content-Type: application/json."),
}


class FieldErrorSchema(Schema):
    """One field and what would be right."""

    field = fields.String(required=True)
    message = fields.String(required=True)


class ProblemSchema(Schema):
    """RFC 9457. ``code`` is stable and made for programs; ``errors`` names fields; ``home`` is the gateway to ask
    instead (421); ``sequence`` the present version (412). Further members tell more of the matter."""

    class Meta:
        unknown = INCLUDE

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(required=True)
    code = fields.String(required=True)
    trace_id = fields.String(required=True)
    errors = fields.List(fields.Nested(FieldErrorSchema))
    region = fields.String()
    home = fields.String(allow_none=True)
    sequence = fields.Integer()


def problem(error: ServiceError, headers: Mapping[str, str] | None = None) -> Response:
    """The response for an error; facts of the error (``errors``, ``home``, …) stand beside the standard members."""
    entry = CODES[error.code]
    body = {
        **error.extra,
        "type": f"{TYPE_PAGE}#{error.code}",
        "title": entry.title,
        "status": entry.status,
        "detail": error.detail,
        "instance": request.path,
        "code": error.code,
        "trace_id": tracing.current()[3:35],
    }
    response = Response(json.dumps(body), entry.status, content_type=CONTENT_TYPE)
    response.headers.update(_headers(error))
    if headers:
        response.headers.update(headers)
    return response


def register(app: Flask) -> None:
    """Every error of the application becomes a problem."""
    app.register_error_handler(ServiceError, problem)
    app.register_error_handler(HTTPException, _of_http_exception)
    app.register_error_handler(Exception, _of_unexpected)


def _headers(error: ServiceError) -> dict[str, str]:
    if error.code == "unauthenticated":
        challenge = 'Bearer realm="sivuvirta"'
        return {"WWW-Authenticate": challenge + (', error="invalid_token"' if _has_credentials() else "")}
    if error.code == "rate_limited":
        return {"Retry-After": str(error.extra.get("retry_after_s", RETRY_AFTER_S))}
    if error.code in ("unavailable", "idempotency_in_flight"):
        return {"Retry-After": str(RETRY_AFTER_S)}
    return {}


def _has_credentials() -> bool:
    return "Authorization" in request.headers


def _of_http_exception(error: HTTPException) -> Response:
    status = error.code or 500
    code, detail = _OF_STATUS.get(status, ("malformed_request", "The request is not well-formed."))
    if status >= 500:
        return _of_unexpected(error)
    kept = {name: value for name, value in error.get_headers() if name == "Allow"}
    return problem(ServiceError(code, detail), kept)


def _of_unexpected(error: Exception) -> Response:
    log.error("request_failed", path=request.path, exc_info=error)
    return problem(ServiceError("unexpected", "Something went wrong on our side."))

"""One route as a value, and the one way every route is answered.

A route maps a method and a path on a call of the contracts. What the path and the headers say goes into the call's
payload; the body is only looked at for its form and for unknown names, for the service checks it by the same schema.
``gateway.documentation`` makes OpenAPI from the same values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from flask import Request, Response
from marshmallow import Schema, ValidationError, fields

from gateway.auth import Authenticator, Calls, Principal
from gateway.conditional import etag_of, expected_sequence, is_unchanged
from gateway.limits import JSON, RateLimits, check_accept, read_object
from shared.config import Settings
from shared.contracts.fields import EmptySchema, Id
from shared.contracts.registry import Call
from shared.errors import InvalidInput, Misdirected, NotFound, ServiceError, field_errors
from shared.ids import is_id, region_of

IDEMPOTENCY_HEADER = "Idempotency-Key"
_EXPECTED = "expected_sequence"


@dataclass(frozen=True, slots=True)
class Gate:
    """What answering needs, made once per worker."""

    settings: Settings
    rpc: Calls
    authenticator: Authenticator
    limits: RateLimits


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that passed the gate: who asks, and the call's payload."""

    gate: Gate
    request: Request
    principal: Principal
    payload: dict[str, Any]
    idempotency_key: str | None

    def call(self, call: Call, payload: Mapping[str, Any] | None = None) -> Any:
        return self.gate.rpc.call(
            call,
            self.payload if payload is None else payload,
            self.principal.token,
            idempotency_key=self.idempotency_key,
        )


@dataclass(frozen=True)
class Endpoint:
    """One route. ``body`` is what the request may carry where it is not the whole of the call's request;
    ``location`` is filled from the answer; ``answer`` replaces the plain call where a route does more."""

    method: str
    path: str
    call: Call
    status: int = 200
    body: type[Schema] | None = None
    location: str | None = None
    response: type[Schema] | None = None
    answer: Callable[[Asked], Response | Any] | None = None
    summary: str = ""
    description: str = ""
    example: Mapping[str, Any] | None = None
    answered_here: bool = False
    """Data homed elsewhere is asked here first: this cell keeps a projection of it."""
    load_body: bool = False
    """The body is checked here, since the service never sees it as it is."""
    prefixes: Mapping[str, str] = field(default_factory=dict)
    """Id prefix of a path parameter that the call's request does not name."""

    @cached_property
    def name(self) -> str:
        """``listings_id_matches_get``, unique; Flask's endpoint and OpenAPI's operationId."""
        words = [part.strip("<>") for part in self.path.split("/")[2:]]
        return "_".join([*words, self.method.lower()]).replace("-", "_")

    @cached_property
    def path_ids(self) -> dict[str, str]:
        """Path parameter to its id's prefix, as the call's request schema says."""
        names = [part[1:-1] for part in self.path.split("/") if part.startswith("<")]
        return {name: self.prefixes.get(name) or prefix_of(self._request_fields[name]) for name in names}

    @cached_property
    def conditional(self) -> bool:
        """Whether the caller must say which version it has read."""
        return _EXPECTED in self._request_fields

    @cached_property
    def body_schema(self) -> type[Schema] | None:
        """What the body may hold; None for a route that takes none."""
        if self.method not in ("POST", "PATCH"):
            return None
        if self.body is not None:
            return self.body
        own = self._request_fields.keys() - self.path_ids.keys() - {_EXPECTED}
        return self.call.request if own and not self.path_ids else None

    @cached_property
    def body_loader(self) -> Schema:
        return (self.body_schema or EmptySchema)()

    @cached_property
    def response_schema(self) -> type[Schema]:
        return self.response or self.call.response

    @cached_property
    def query_fields(self) -> dict[str, fields.Field[Any]]:
        """The query parameters a GET takes: the request's fields that the path does not give."""
        if self.method != "GET" or self.response is not None:
            return {}
        return {name: made for name, made in self._request_fields.items() if name not in self.path_ids}

    @cached_property
    def has_sequence(self) -> bool:
        return "sequence" in self.response_schema().fields

    @cached_property
    def _request_fields(self) -> dict[str, fields.Field[Any]]:
        return dict(self.call.request().fields)

    def handle(self, gate: Gate, request: Request, path: Mapping[str, str]) -> Response:
        """Check what is cheap to check, ask the service, and answer with what it said."""
        check_accept(request)
        self._check_home(gate.settings, path)
        principal = authenticated(gate, request)
        for name, prefix in self.path_ids.items():
            if not is_id(prefix, path[name]):
                raise _not_found(path[name])
        payload = {**self._query(request), **self._read_body(request), **path}
        if self.conditional:
            payload[_EXPECTED] = expected_sequence(request.headers.get("If-Match"))
        asked = Asked(gate, request, principal, payload, self._idempotency_key(request))
        try:
            result = self.answer(asked) if self.answer else asked.call(self.call)
        except ServiceError as error:
            if error.code == "not_found" and self.answered_here:
                self._misdirect(gate.settings, path)
            raise
        return result if isinstance(result, Response) else self.respond(request, result)

    def respond(self, request: Request, result: Any) -> Response:
        """The service's JSON as it came, with status, ETag, Location and the next page's link."""
        headers: dict[str, str] = {}
        if self.status == 204:
            return Response(status=204)
        if self.has_sequence:
            headers["ETag"] = etag = etag_of(result["sequence"])
            if self.method == "GET" and is_unchanged(request.environ.get("HTTP_IF_NONE_MATCH"), etag):
                return Response(status=304, headers=headers)
        if self.location is not None:
            headers["Location"] = self.location.format(**result)
        if self.method == "GET" and result.get("next_cursor"):
            query = {**request.args.to_dict(), "cursor": result["next_cursor"]}
            headers["Link"] = f'<{request.path}?{urlencode(query)}>; rel="next"'
        return json_response(result, self.status, headers)

    def _check_home(self, settings: Settings, path: Mapping[str, str]) -> None:
        if not self.answered_here:
            self._misdirect(settings, path)

    def _misdirect(self, settings: Settings, path: Mapping[str, str]) -> None:
        for identifier in path.values():
            region = region_of(identifier)
            if region is not None and not settings.is_home(region) and region in settings.peers:
                raise Misdirected(region, settings.peers[region])

    def _query(self, request: Request) -> dict[str, str]:
        if not request.environ.get("QUERY_STRING"):
            return {}
        errors = [
            {"field": name, "message": "Unknown query parameter." if name not in self.query_fields else "Give it once."}
            for name, values in request.args.lists()
            if name not in self.query_fields or len(values) > 1
        ]
        if errors:
            raise InvalidInput(errors)
        return request.args.to_dict()

    def _read_body(self, request: Request) -> dict[str, Any]:
        if self.method not in ("POST", "PATCH"):
            return {}
        body = read_object(request)
        loader = self.body_loader
        if self.load_body or not body.keys() <= loader.fields.keys():
            errors = loader.validate(body)
            if errors:
                raise InvalidInput(field_errors(errors))
        return {} if self.load_body else body

    def _idempotency_key(self, request: Request) -> str | None:
        key = request.environ.get("HTTP_IDEMPOTENCY_KEY")
        if key is None or not self.call.changes:
            return None
        if not 8 <= len(key) <= 200 or not all("!" <= char <= "~" for char in key):
            raise InvalidInput([{"field": IDEMPOTENCY_HEADER, "message": "8 to 200 visible ASCII characters."}])
        return str(key)


def authenticated(gate: Gate, request: Request) -> Principal:
    """The caller, within its rate; an address that tries wrong keys is slowed before anything is asked."""
    address = request.remote_addr or ""
    gate.limits.check_address(address)
    try:
        principal = gate.authenticator.authenticate(request.environ.get("HTTP_AUTHORIZATION"))
    except ServiceError as error:
        if error.code == "unauthenticated" and "HTTP_AUTHORIZATION" in request.environ:
            gate.limits.count_wrong_key(address)
        raise
    gate.limits.count_request(principal.id)
    request.environ["sivuvirta.principal"] = principal
    return principal


def json_response(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body, status, headers, content_type=JSON)


def prefix_of(made: fields.Field[Any]) -> str:
    """The prefix of an id field (``lst``)."""
    if not isinstance(made, Id):
        raise TypeError("a path parameter must be an id of the call's request")
    return made._prefix


def loaded(schema: Schema, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values checked by a schema of ours; raises InvalidInput."""
    try:
        made: dict[str, Any] = schema.load(values)
    except ValidationError as error:
        raise InvalidInput(field_errors(error.messages)) from None
    return made


def _not_found(identifier: str) -> NotFound:
    return NotFound("record", identifier[:60])

"""The application: every route of the table bound to what answers it, and the documentation made from the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Request, Response, request
from flask_smorest import Blueprint

from gateway import docs_pages, documentation, health, problems, reference
from gateway.auth import Authenticator, Calls
from gateway.endpoints import Endpoint, Gate
from gateway.front import ROUTE, Front
from gateway.limits import RateLimits
from gateway.routes import RESOURCES
from shared.config import Settings
from shared.observability.health import Health

_FORM_MEMORY_BYTES = 1024  # no form is read; whatever claims to be one is refused as not JSON


class PlainFlask(Flask):
    """No view here is a coroutine, so that none is asked at every request whether it is one."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(
    rpc: Calls,
    settings: Settings,
    *,
    authenticator: Authenticator | None = None,
    health_state: Health | None = None,
    openapi_version: str = documentation.OPENAPI_VERSION,
) -> Flask:
    """The public application around an RPC client; ``app.extensions["gate"]`` is what the views use."""
    app = PlainFlask("gateway", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.request_bytes_max
    app.config["MAX_FORM_MEMORY_SIZE"] = _FORM_MEMORY_BYTES
    app.config.update(documentation.configuration(openapi_version))
    app.url_map.merge_slashes = False
    gate = Gate(settings, rpc, authenticator or Authenticator(rpc), RateLimits(settings.rate_limit_per_minute))
    app.extensions["gate"] = gate
    health_state = health_state or Health()
    health.add_health(health_state, rpc)
    health.add_routes(app, health_state)
    api = documentation.add_api(app)
    for resource in RESOURCES:
        blueprint = Blueprint(resource.tag, __name__, description=resource.description)
        for endpoint in resource.endpoints:
            _add(blueprint, endpoint, gate)
        api.register_blueprint(blueprint)
    api.register_blueprint(_reference_blueprint())
    documentation.add_webhooks(api)
    app.extensions["openapi"] = documentation.document(api)

    def older() -> dict[str, Any]:
        made: dict[str, Any] = create_app(rpc, settings, openapi_version=documentation.OLDER_VERSION).extensions[
            "openapi"
        ]
        return made

    docs_pages.add_routes(app, app.extensions["openapi"], older)
    problems.register(app)
    app.before_request(_note_route)
    app.wsgi_app = Front(app.wsgi_app)  # type: ignore[method-assign]
    return app


def _add(blueprint: Blueprint, endpoint: Endpoint, gate: Gate) -> None:
    def view(**path: str) -> Response:
        return endpoint.handle(gate, _this_request(), path)

    view.__name__ = endpoint.name
    view._apidoc = {"manual_doc": documentation.operation(endpoint)}  # type: ignore[attr-defined]
    blueprint.add_url_rule(endpoint.path, endpoint.name, view, methods=[endpoint.method])


def _reference_blueprint() -> Blueprint:
    blueprint = Blueprint("reference", __name__, description="Code lists and places. Open to all, cacheable.")
    for of in reference.LISTS:

        def view(of: reference.ReferenceList = of, **_: Any) -> Response:
            return reference.answer(of, _this_request())

        view.__name__ = f"reference_{of.name.replace('-', '_')}_get"
        view._apidoc = {"manual_doc": documentation.reference_operation(of)}  # type: ignore[attr-defined]
        blueprint.add_url_rule(f"/v1/reference/{of.name}", view.__name__, view, methods=["GET"])
    return blueprint


def _note_route() -> None:
    this = _this_request()
    if this.url_rule is not None:
        this.environ[ROUTE] = this.url_rule.rule


def _this_request() -> Request:
    """The request itself; its proxy would look for it at every access."""
    this: Request = request._get_current_object()  # type: ignore[attr-defined]
    return this

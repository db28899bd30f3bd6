"""/healthz and /readyz for everybody, and the operator's port with the metrics of all workers.

Live says that a worker answers; ready, that calls reach identity, without which nobody gets in.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Flask, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from gateway.auth import Calls
from gateway.limits import JSON
from shared.contracts.rpc import identity
from shared.errors import ServiceError

if TYPE_CHECKING:
    from shared.observability.health import Health

_PROBE_DEADLINE_S = 2.0
_REMEMBERED_S = 3.0
# No key of ours looks like this; identity refuses it, and that it answers is what is asked.
_PROBE_KEY = "readiness-probe"


def add_health(health: Health, rpc: Calls, now: Callable[[], float] = time.monotonic) -> None:
    """The gateway's conditions."""
    good_until = 0.0

    def identity_answers() -> bool:
        nonlocal good_until
        if now() < good_until:
            return True
        try:
            rpc.call(identity.AUTHENTICATE, {"api_key": _PROBE_KEY}, "", deadline_s=_PROBE_DEADLINE_S)
        except ServiceError as error:
            if error.status >= 500:
                return False
        good_until = now() + _REMEMBERED_S
        return True

    health.probe("calls", lambda: rpc.connected)
    health.probe("identity", identity_answers)


def add_routes(app: Flask, health: Health) -> None:
    app.add_url_rule("/healthz", "healthz", _alive)
    app.add_url_rule("/readyz", "readyz", lambda: _readiness(health))


def operator_app(health: Health) -> Flask:
    """What the operator's port answers."""
    app = Flask("gateway.operator", static_folder=None)
    add_routes(app, health)
    app.add_url_rule("/metrics", "metrics", _metrics)
    return app


def _alive() -> Response:
    return Response('{"status":"alive"}', content_type=JSON)


def _readiness(health: Health) -> Response:
    conditions = health.conditions()
    ready = bool(conditions) and all(conditions.values())
    return Response(json.dumps({"ready": ready, "conditions": conditions}), 200 if ready else 503, content_type=JSON)


def _metrics() -> Response:
    try:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    except ValueError:  # one process: no directory is set
        registry = REGISTRY
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

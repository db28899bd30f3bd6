"""The outermost layer around the application: trace, security headers, metrics and one access log line a request.

It is plain WSGI, so that it covers whatever happens inside, and it tells the operator's port from the public one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from shared.observability import metrics, tracing
from shared.observability.logs import get_logger

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = get_logger(__name__)

ROUTE = "sivuvirta.route"
PRINCIPAL = "sivuvirta.principal"
_SECURITY = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]
_NOTHING_LOADS = ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
_TRANSPORT = ("Strict-Transport-Security", "max-age=31536000")
_NOT_STORED = ("Cache-Control", "no-store")


class Front:
    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()
        status = "500 "

        def start(given: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            nonlocal status
            status = given
            return start_response(given, _completed(headers, environ, traceparent), exc_info)

        with tracing.Span(environ.get("HTTP_TRACEPARENT")) as traceparent:
            try:
                return self._app(environ, start)
            finally:
                _record(environ, int(status[:3]), time.perf_counter() - began)


class PortSplit:
    """The public application on the gateway's port, the operator's on any other that is listened to."""

    def __init__(self, public: WSGIApplication, operator: WSGIApplication, public_port: int) -> None:
        self._public = public
        self._operator = operator
        self._public_port = str(public_port)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        app = self._public if environ["SERVER_PORT"] == self._public_port else self._operator
        return app(environ, start_response)


def _completed(headers: list[tuple[str, str]], environ: WSGIEnvironment, traceparent: str) -> list[tuple[str, str]]:
    present = {name for name, _ in headers}
    more = [*_SECURITY, ("traceparent", traceparent)]
    if "Content-Security-Policy" not in present:
        more.append(_NOTHING_LOADS)
    if "Cache-Control" not in present:
        more.append(_NOT_STORED)
    if environ["wsgi.url_scheme"] == "https":
        more.append(_TRANSPORT)
    return headers + more


def _record(environ: WSGIEnvironment, status: int, seconds: float) -> None:
    route, method = environ.get(ROUTE, "(none)"), environ["REQUEST_METHOD"]
    if method not in ("GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"):
        method = "other"
    total, duration = _instruments(route, method, status // 100)
    total.inc()
    duration.observe(seconds)
    principal = environ.get(PRINCIPAL)
    log.info(
        "request_answered",
        method=method,
        route=route,
        path=environ.get("PATH_INFO", "")[:200],
        status=status,
        ms=round(seconds * 1000, 1),
        agency=principal.agency_id if principal else None,
        principal=principal.id if principal else None,
        remote=environ.get("REMOTE_ADDR"),
    )


@cache
def _instruments(route: str, method: str, status_class: int) -> tuple[Any, Any]:
    """The label sets, kept: finding them costs more than counting. Bounded by routes, methods and classes."""
    return (
        metrics.counter("sivuvirta_http_requests_total").labels(route, method, f"{status_class}xx"),
        metrics.histogram("sivuvirta_http_request_seconds").labels(route, method),
    )

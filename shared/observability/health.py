"""Health of a process and the small operator server that answers for it.

*Liveness* (``/healthz``) says that the process runs; it never depends on broker or database, else an outage would
restart everything. *Readiness* (``/readyz``) is the sum of named conditions, each set by the part it belongs to.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest


class Health:
    """Named conditions; ready when every one of them is."""

    def __init__(self) -> None:
        self._conditions: dict[str, bool] = {}
        self._probes: dict[str, Callable[[], bool]] = {}

    def set(self, name: str, ready: bool) -> None:
        self._conditions[name] = ready

    def probe(self, name: str, check: Callable[[], bool]) -> None:
        """A condition that is asked when somebody asks; it must answer fast and may raise for "no"."""
        self._probes[name] = check

    def conditions(self) -> dict[str, bool]:
        asked = {}
        for name, check in self._probes.items():
            try:
                asked[name] = check()
            except Exception:
                asked[name] = False
        return {**self._conditions, **asked}

    @property
    def ready(self) -> bool:
        conditions = self.conditions()
        return bool(conditions) and all(conditions.values())


def serve(health: Health, host: str, port: int) -> ThreadingHTTPServer:
    """Answer /healthz, /readyz and /metrics in a background thread; the server's address tells a picked port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/healthz":
                self._answer(200, b'{"status":"alive"}', "application/json")
            elif self.path == "/readyz":
                conditions = health.conditions()
                ready = bool(conditions) and all(conditions.values())
                body = json.dumps({"ready": ready, "conditions": conditions}).encode()
                self._answer(200 if ready else 503, body, "application/json")
            elif self.path == "/metrics":
                self._answer(200, generate_latest(), CONTENT_TYPE_LATEST)
            else:
                self._answer(404, b"{}", "application/json")

        def _answer(self, status: int, body: bytes, content_type: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Scrapes are not worth a line."""

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="operator", daemon=True).start()
    return server

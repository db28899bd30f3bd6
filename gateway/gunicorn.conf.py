"""How gunicorn runs the gateway: threads in a few processes, the public port and the operator's."""

import json
import os
import tempfile
from typing import Any

# Before prometheus_client is imported: the workers' numbers are added up through this folder.
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="sivuvirta-metrics-")

import gunicorn.http.wsgi
import gunicorn.util

from gateway import cores as _cores
from shared.config import load as _load

_settings = _load()

bind = [
    f"{_settings.gateway_host}:{_settings.gateway_port}",
    f"{_settings.operator_host}:{_settings.operator_port}",
]
worker_class = "gateway.worker.LingeringWorker"
workers = _settings.gateway_workers or _cores.workers(len(os.sched_getaffinity(0)))
threads = _settings.gateway_threads
worker_connections = 1000
backlog = 1024
keepalive = 30
timeout = 30
graceful_timeout = 25
limit_request_line = 8190
limit_request_fields = 60
limit_request_field_size = 8190
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = "warning"
proc_name = "sivuvirta-gateway"


def _write_problem(sock: Any, status: int, reason: str, _message: str) -> None:
    """What gunicorn refuses before there is a request (a header too long, a broken request line), as a problem."""
    problem = {
        "type": "/docs/problems#malformed_request",
        "title": reason,
        "status": status,
        "detail": "The request line or a header cannot be read, or is too long.",
        "code": "malformed_request",
    }
    body = json.dumps(problem)
    head = f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: application/problem+json\r\n"
    gunicorn.util.write_nonblock(sock, f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode("latin-1"))


# Neither name nor version of the server is anybody's business.
gunicorn.http.wsgi.SERVER = "sivuvirta"
gunicorn.util.write_error = _write_problem


def pre_fork(server: Any, worker: Any) -> None:
    """Where workers are bound to cores, this one gets the core that the fewest others have."""
    if _settings.gateway_bind_cores:
        taken = [other.core for other in server.WORKERS.values() if other.core is not None]
        worker.core = _cores.freest(os.sched_getaffinity(0), taken)


def worker_exit(_server: Any, _worker: Any) -> None:
    """Close the worker's connections once its requests are answered."""
    import sys

    composed = sys.modules.get("gateway.wsgi")
    if composed is not None:
        composed.close()


def child_exit(_server: Any, worker: Any) -> None:
    """A dead worker's live gauges no longer count."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]

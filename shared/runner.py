"""Runs one service: ``python -m shared.runner resources``. SIGTERM drains what is under way and ends."""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import importlib  # noqa: E402 (the patch comes first)
import signal  # noqa: E402
import sys  # noqa: E402
from typing import Any  # noqa: E402

import nameko  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from shared import config  # noqa: E402
from shared.contracts.registry import SERVICES  # noqa: E402
from shared.garbage import spare_what_is_loaded, without_collecting  # noqa: E402
from shared.messaging.connection import HEARTBEAT_S  # noqa: E402
from shared.observability import health, logs  # noqa: E402
from shared.runtime import Runtime, ServiceProcess  # noqa: E402

log = logs.get_logger(__name__)


def run(service: str) -> None:
    """Set up, serve until SIGTERM, drain, end."""
    settings = config.load()
    logs.configure(service, settings.log_level)
    runtime = Runtime(settings, service)
    health.serve(runtime.health, settings.operator_host, settings.operator_port)
    process: ServiceProcess = importlib.import_module(f"services.{service}.service").PROCESS
    runtime.prepare(process)
    nameko.config.setup(
        {
            "AMQP_URI": settings.amqp_uri,
            "RUNTIME": runtime,
            "max_workers": settings.rpc_workers,
            "prefetch_count": settings.rpc_workers,
            "heartbeat": HEARTBEAT_S,
        }
    )
    with without_collecting():
        process.on_start(runtime)
    runtime.start(process)
    runner = ServiceRunner()
    for service_class in process.classes:
        runner.add_service(service_class)

    def drain(_signal: int, _frame: Any) -> None:
        # A signal handler runs in the hub and may not wait; a green thread may.
        log.info("process_stopping")
        eventlet.spawn_n(runner.stop)

    runner.start()
    spare_what_is_loaded()
    signal.signal(signal.SIGTERM, drain)
    signal.signal(signal.SIGINT, drain)
    runtime.health.set("serving", True)
    log.info("process_started")
    _wait(runner)
    process.on_stop(runtime)
    runtime.stop()


def _wait(runner: ServiceRunner) -> None:
    """Wait for the end; a signal that arrives while the hub waits on a socket shows as EINTR and is no end."""
    waiting = eventlet.spawn(runner.wait)
    while True:
        try:
            waiting.wait()
            return
        except InterruptedError:
            continue


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in SERVICES:
        sys.exit(f"usage: python -m shared.runner {{{'|'.join(SERVICES)}}}")
    run(sys.argv[1])

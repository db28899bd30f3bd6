"""Structured logs: one JSON object a line on standard output, with trace, agency and process.

The first argument of a log call is an event name of the manifest, never a sentence; facts are keyword arguments.
No secret and no personal datum is logged: callers are logged by id.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, cast

import structlog
from structlog.typing import FilteringBoundLogger

from shared.observability import tracing


def configure(process: str, level: str = "INFO") -> None:
    """Called once at the start of a process."""
    number = logging.getLevelNamesMapping()[level.upper()]
    def label(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {"process": process, **tracing.labels(), **event}

    shared: list[Any] = [
        label,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(sort_keys=False)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[_library_event, structlog.processors.JSONRenderer()]
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    # nameko logs every expected ServiceError with its stack; ours are logged by the wrapper around use cases.
    logging.getLogger("nameko.containers").setLevel(logging.CRITICAL)
    # urllib3 warns of each connection to a host that it does not keep; more at once than are kept is meant.
    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)


def get_logger(name: str) -> FilteringBoundLogger:
    return cast(FilteringBoundLogger, structlog.get_logger(source=name))


def _library_event(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    record = event.pop("_record", None)
    event.pop("_from_structlog", None)
    return {**event, "event": "library_message", "logger": record.name if record else "", "message": event["event"]}

"""Answering calls under nameko: ``@command(CALL)`` and ``@query(CALL)`` around plain methods.

From outside in: deadline, verified caller, request by its schema, trace and log labels, metrics, for commands the
transaction with the idempotency record; then the method: ``(self, tx, caller, request)`` for a command,
``(self, caller, request)`` for a query. What it returns is dumped by the response schema.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any

import eventlet
import nameko
from amqp.basic_message import Message
from kombu import Connection
from marshmallow import Schema, ValidationError
from nameko.amqp.consume import Consumer
from nameko.extensions import DependencyProvider
from nameko.messaging import decode_from_headers
from nameko.rpc import Rpc, RpcConsumer
from pymongo.errors import PyMongoError

from shared.contracts.registry import Call
from shared.errors import DeadlineExceeded, InfrastructureDown, InvalidInput, ServiceError, Unavailable, field_errors
from shared.failpoints import failpoint
from shared.messaging.connection import BROKER_ERRORS, close_quietly, connect, read_ahead
from shared.messaging.idempotency import body_hash
from shared.messaging.topology import RPC_EXCHANGE
from shared.observability import metrics, tracing
from shared.observability.logs import get_logger
from shared.persistence.mongo import is_away
from shared.persistence.unit_of_work import Transaction
from shared.tenancy import Caller, Role

log = get_logger(__name__)

NOBODY = Caller("nobody", None, frozenset(), "")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A call as it came over the wire."""

    payload: Mapping[str, Any]
    context: Mapping[str, Any]


class RuntimeDependency(DependencyProvider):
    """Gives each worker the process's runtime."""

    def get_dependency(self, _worker: Any) -> Any:
        return nameko.config["RUNTIME"]


def RuntimeProvider() -> Any:
    """The dependency, typed so that a service can declare ``runtime: Runtime``."""
    return RuntimeDependency()


class Replier:
    """Publishes replies over one connection of its own, unconfirmed: a lost reply is a 504 and a safe repeat."""

    def __init__(self, uri: str, name: str) -> None:
        self._uri = uri
        self._name = name
        self._lock = threading.Lock()
        self._connection: Any = None
        self._channel: Any = None

    def send(self, reply_to: str, correlation_id: str, body: bytes) -> None:
        message = Message(
            body,
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=1,
            correlation_id=correlation_id,
        )
        with self._lock:
            for attempt in (1, 2):
                try:
                    if self._channel is None:
                        self._connection = connect(self._uri, self._name)
                        self._channel = self._connection.channel()
                    self._channel.basic_publish(message, RPC_EXCHANGE, reply_to)
                    return
                except BROKER_ERRORS as error:
                    close_quietly(self._connection)
                    self._connection = self._channel = None
                    if attempt == 2:
                        log.warning("broker_lost", part="replies", error=type(error).__name__)

    def keep_alive(self) -> None:
        """Heartbeats, once every few seconds, while nothing is answered."""
        while True:
            eventlet.sleep(10)
            with self._lock:
                try:
                    if self._connection is not None:
                        self._connection.heartbeat_check(rate=2)
                        self._connection.drain_events(timeout=0.001)
                except TimeoutError:
                    pass
                except BROKER_ERRORS:
                    close_quietly(self._connection)
                    self._connection = self._channel = None


class ReadAheadConsumer(Consumer):
    """nameko's consumer on a connection that reads in large pieces."""

    @contextmanager
    def establish_connection(self) -> Iterator[Connection]:
        with super().establish_connection() as connection:
            yield read_ahead(connection)


class CallConsumer(RpcConsumer):
    """nameko's consumer of one service's calls, replying over the persistent Replier."""

    consumer_cls = ReadAheadConsumer

    def setup(self) -> None:
        super().setup()
        # The topology declared the queue; a service has no right to declare the exchange, nor need.
        self.queue.no_declare = True
        self._replier = Replier(self.amqp_uri, f"{self.container.service_name} replies")

    def start(self) -> None:
        super().start()
        self.container.spawn_managed_thread(self._replier.keep_alive)

    def handle_message(self, body: Any, message: Any) -> None:
        try:
            provider = self.get_provider_for_method(message.delivery_info["routing_key"])
            provider.handle_message(body, message)
        except Exception:
            error = ServiceError("malformed_request", "No such method, or a malformed call.")
            self.handle_result(message, None, (ServiceError, error, None))

    def handle_result(self, message: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        error = None if exc_info is None else _wire_error(exc_info[1])
        reply_to = message.properties.get("reply_to")
        if reply_to:
            body = json.dumps({"result": result, "error": error}, separators=(",", ":")).encode()
            self._replier.send(reply_to, message.properties.get("correlation_id") or "", body)
        self.consumer.ack_message(message)
        return result, exc_info


class CallEntrypoint(Rpc):
    """An entrypoint whose method takes one Incoming."""

    rpc_consumer = CallConsumer()

    def check_signature(self, args: Any, kwargs: Any) -> None:
        """The request schema checks what comes."""

    def handle_message(self, body: Any, message: Any) -> None:
        payload = body["kwargs"]["payload"]
        if not isinstance(payload, dict):
            raise TypeError("payload")
        incoming = Incoming(payload, decode_from_headers(message.headers))
        super().handle_message({"args": (incoming,), "kwargs": {}}, message)


def command(call: Call) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A method that changes something: ``(self, tx, caller, request) -> response object``."""
    return _entrypoint(call, _run_command)


def query(call: Call, *, open_to_all: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A method that reads: ``(self, caller, request) -> response object``. ``open_to_all``: before authentication."""

    def run(service: Any, call: Call, caller: Caller, request: Any, *rest: Any) -> Any:
        _incoming, method, _left = rest
        return _dump(call.response, method(service, caller, request))

    return _entrypoint(call, run, open_to_all=open_to_all)


def _run_command(
    service: Any, call: Call, caller: Caller, request: Any, incoming: Incoming, method: Any, left: float
) -> Any:
    def work(tx: Transaction) -> Any:
        return _dump(call.response, method(service, tx, caller, request))

    key = f"{caller.principal_id}|{call.key}|{incoming.context.get('idempotency_key', '')}"
    keep_answer = not call.secret_answer
    answer = service.runtime.idempotency.run(key, body_hash(incoming.payload), work, left, keep_answer=keep_answer)
    failpoint("command.after_commit")
    return answer


def _entrypoint(call: Call, run: Callable[..., Any], *, open_to_all: bool = False) -> Callable[..., Any]:
    request_schema = call.request()

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def answer(service: Any, incoming: Incoming) -> Any:
            began = time.monotonic()
            outcome = "ok"
            try:
                left = _seconds_left(incoming)
                with eventlet.Timeout(left, DeadlineExceeded(call.service)):
                    caller = NOBODY if open_to_all else _caller(service, incoming)
                    trace = tracing.span(
                        incoming.context.get("traceparent"),
                        method=call.key,
                        agency=caller.agency_id,
                        principal=caller.principal_id,
                    )
                    with trace, _speaking_for("" if open_to_all else str(incoming.context["caller"])):
                        request = _load(request_schema, incoming.payload)
                        return run(service, call, caller, request, incoming, method, left)
            except Exception as error:
                known = _known(error, call)
                outcome = known.code
                raise known from None
            finally:
                metrics.counter("sivuvirta_rpc_calls_total").labels(call.key, outcome).inc()
                metrics.histogram("sivuvirta_rpc_call_seconds").labels(call.key).observe(time.monotonic() - began)

        decorated: Callable[..., Any] = CallEntrypoint.decorator(expected_exceptions=ServiceError)(answer)
        return decorated

    return decorate


_token: ContextVar[str] = ContextVar("callers_token", default="")


def callers_token() -> str:
    """The verified token of the caller who is being answered, for a question to another service on their behalf: the
    other service then decides by the caller's own rights. Empty outside a call and before authentication."""
    return _token.get()


@contextmanager
def _speaking_for(token: str) -> Iterator[None]:
    before = _token.set(token)
    try:
        yield
    finally:
        _token.reset(before)


def _seconds_left(incoming: Incoming) -> float:
    try:
        left = float(incoming.context["deadline"]) - time.time()
    except (KeyError, ValueError):
        raise ServiceError("malformed_request", "A call carries its deadline.") from None
    if left <= 0:
        raise DeadlineExceeded("The service")
    return min(left, 60.0)


def _caller(service: Any, incoming: Incoming) -> Caller:
    caller: Caller = service.runtime.tokens.verify(str(incoming.context.get("caller", "")))
    return caller


def _load(schema: Schema, payload: Mapping[str, Any]) -> Any:
    try:
        return schema.load(payload)
    except ValidationError as error:
        raise InvalidInput(field_errors(error.messages)) from None


_SCHEMAS: dict[type[Schema], Schema] = {}


def _dump(schema: type[Schema], value: Any) -> Any:
    dumper = _SCHEMAS.get(schema)
    if dumper is None:
        dumper = _SCHEMAS[schema] = schema()
    return dumper.dump(value)


def _known(error: Exception, call: Call) -> ServiceError:
    """The error as the caller may know it; what is unexpected is logged here and stays inside."""
    if isinstance(error, ServiceError):
        if error.status < 500:
            log.info("call_refused", method=call.key, code=error.code)
        return error
    if isinstance(error, InfrastructureDown) or (isinstance(error, PyMongoError) and is_away(error)):
        return Unavailable("The database")
    log.error("call_failed", method=call.key, exc_info=error)
    return _unexpected()


def _unexpected() -> ServiceError:
    return ServiceError("unexpected", "Something went wrong on our side.")


def _wire_error(error: BaseException) -> dict[str, Any]:
    """nameko's wire form of an error, with arguments as JSON values instead of nameko's texts."""
    known = error if isinstance(error, ServiceError) else _unexpected()
    return {
        "exc_type": "ServiceError",
        "exc_path": "shared.errors.ServiceError",
        "exc_args": [known.code, known.detail, known.extra],
        "value": str(known),
    }


def service_caller(service: str, cell: str, agency_id: str | None = None) -> Caller:
    """A service calling for itself, within one agency where the call needs one."""
    return Caller(f"service:{cell}/{service}", agency_id, frozenset({Role.SERVICE}), "")

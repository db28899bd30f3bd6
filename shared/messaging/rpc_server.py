"""Answering calls under nameko: ``@command(CALL)`` and ``@query(CALL)`` around plain methods.

From outside in: deadline, verified caller, request by its schema, trace and log labels, metrics, for commands the
transaction with the idempotency record; then the method: ``(self, tx, caller, request)`` for a command,
``(self, caller, request)`` for a query. What it returns is dumped by the response schema.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, partial, wraps
from typing import Any

import eventlet
import nameko
from amqp.basic_message import Message
from kombu import Connection
from marshmallow import Schema, ValidationError
from nameko.amqp.consume import Consumer
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import DependencyProvider
from nameko.rpc import Rpc, RpcConsumer
from pymongo.errors import PyMongoError

from shared.contracts.dumping import dumper
from shared.contracts.registry import Call
from shared.errors import DeadlineExceeded, InfrastructureDown, InvalidInput, ServiceError, Unavailable, field_errors
from shared.failpoints import failpoint
from shared.messaging.connection import BROKER_ERRORS, Writes, attuned, drain, join_writes
from shared.messaging.idempotency import body_hash
from shared.messaging.topology import RPC_EXCHANGE
from shared.observability import metrics, tracing
from shared.observability.logs import get_logger
from shared.persistence.mongo import is_away
from shared.persistence.unit_of_work import Transaction
from shared.tenancy import Caller, Role

log = get_logger(__name__)

_PAUSE_S = 0.02
_READ_S = 1
"""How long is waited for a call before the heartbeat and an order to stop are looked at."""
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


class AnsweringConsumer(Consumer):
    """nameko's consumer on a connection that reads in large pieces and carries the answers as well: an answer and the
    acknowledgement of its call leave in one piece. A lost answer is a 504 and a safe repeat."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._writes: Writes | None = None
        self._unanswered = 0

    @contextmanager
    def establish_connection(self) -> Iterator[Connection]:
        with super().establish_connection() as connection:
            self._writes = join_writes(attuned(connection))
            connection.connection.sock.settimeout(_READ_S)
            yield connection
            # Told to stop: what was taken is answered before the connection closes.
            while self._unanswered:
                eventlet.sleep(_PAUSE_S)

    def consume(self, *_: Any, **context: Any) -> Iterator[None]:
        """As kombu's, but all calls that have come are taken at once, and from no other connection than the one that
        was subscribed: kombu would open another by itself where it found this one closed."""
        with self.consumer_context(**context) as (kept, _channel, _consumers):
            connection = kept.connection
            while not self.should_stop:
                try:
                    drain(connection)
                except TimeoutError:
                    connection.heartbeat_tick(rate=2)
                except OSError:
                    if not self.should_stop:
                        raise
                yield

    def on_message(self, body: Any, message: Any) -> None:
        self._unanswered += 1
        super().on_message(body, message)

    def requeue_message(self, message: Any) -> None:
        self._unanswered -= 1
        super().requeue_message(message)

    def answer(self, message: Any, body: bytes) -> None:
        """Answer the call, where an answer is wanted, and acknowledge it. On a connection that was lost the broker has
        taken the call back and gives it to somebody again."""
        reply_to, channel = message.properties.get("reply_to"), message.channel
        reply = Message(
            body,
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=1,
            correlation_id=message.properties.get("correlation_id") or "",
        )
        try:
            if channel.connection is None or self._writes is None:
                return
            with self._writes.together():
                if reply_to:
                    channel.basic_publish(reply, RPC_EXCHANGE, reply_to)
                message.ack()
        except BROKER_ERRORS as error:
            log.warning("broker_lost", part="replies", error=type(error).__name__)
        finally:
            self._unanswered -= 1


class CallConsumer(RpcConsumer):
    """nameko's consumer of one service's calls."""

    consumer_cls = AnsweringConsumer

    def setup(self) -> None:
        super().setup()
        # The topology declared the queue; a service has no right to declare the exchange, nor need.
        self.queue.no_declare = True

    def handle_message(self, body: Any, message: Any) -> None:
        try:
            provider = self.get_provider_for_method(message.delivery_info["routing_key"])
            provider.handle_message(body, message)
        except Exception:
            error = ServiceError("malformed_request", "No such method, or a malformed call.")
            self.handle_result(message, None, (ServiceError, error, None))

    def handle_result(self, message: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        error = None if exc_info is None else _wire_error(exc_info[1])
        body = json.dumps({"result": result, "error": error}, separators=(",", ":")).encode()
        self.consumer.answer(message, body)
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
        incoming = Incoming(payload, {name.removeprefix("nameko."): value for name, value in message.headers.items()})
        if self.container._worker_pool.free() <= 0:
            # In a thread of its own, so that a full pool does not keep the consumer from its heartbeats.
            super().handle_message({"args": (incoming,), "kwargs": {}}, message)
            return
        try:
            self.container.spawn_worker(
                self, (incoming,), {}, context_data=incoming.context, handle_result=partial(self.handle_result, message)
            )
        except ContainerBeingKilled:
            self.rpc_consumer.consumer.requeue_message(message)


def command(call: Call) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A method that changes something: ``(self, tx, caller, request) -> response object``."""
    return _entrypoint(call, _run_command)


def query(call: Call, *, open_to_all: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A method that reads: ``(self, caller, request) -> response object``. ``open_to_all``: before authentication."""

    def run(service: Any, call: Call, caller: Caller, request: Any, *rest: Any) -> Any:
        _incoming, method, _left = rest
        return dumper(call.response)(method(service, caller, request))

    return _entrypoint(call, run, open_to_all=open_to_all)


def _run_command(
    service: Any, call: Call, caller: Caller, request: Any, incoming: Incoming, method: Any, left: float
) -> Any:
    def work(tx: Transaction) -> Any:
        return dumper(call.response)(method(service, tx, caller, request))

    key = f"{caller.principal_id}|{call.key}|{incoming.context.get('idempotency_key', '')}"
    keep_answer = not call.secret_answer
    answer = service.runtime.idempotency.run(key, body_hash(incoming.payload), work, left, keep_answer=keep_answer)
    failpoint("command.after_commit")
    return answer


def _entrypoint(call: Call, run: Callable[..., Any], *, open_to_all: bool = False) -> Callable[..., Any]:
    request_schema = call.request()

    class Late(DeadlineExceeded):
        """Made only when it comes to that."""

        def __init__(self) -> None:
            super().__init__(call.service)

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def answer(service: Any, incoming: Incoming) -> Any:
            began = time.monotonic()
            outcome = "ok"
            try:
                left = _seconds_left(incoming)
                with eventlet.Timeout(left, Late):
                    caller = NOBODY if open_to_all else _caller(service, incoming)
                    trace = tracing.Span(
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
                calls, seconds = _instruments(call.key, outcome)
                calls.inc()
                seconds.observe(time.monotonic() - began)

        decorated: Callable[..., Any] = CallEntrypoint.decorator(expected_exceptions=ServiceError)(answer)
        return decorated

    return decorate


@cache
def _instruments(method: str, outcome: str) -> tuple[Any, Any]:
    """The label sets, kept: finding them costs more than counting. Bounded by methods and error codes."""
    return (
        metrics.counter("sivuvirta_rpc_calls_total").labels(method, outcome),
        metrics.histogram("sivuvirta_rpc_call_seconds").labels(method),
    )


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

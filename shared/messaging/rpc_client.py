"""Calls to services over nameko's wire, many at once over one connection that one thread owns.

nameko's standalone client opens a connection for every reply; this one keeps a reply queue and a connection, so that a
call costs two messages and nothing else. It is created after a fork, works in plain and in green threads alike, and
lives until ``close``. No answer in time → DeadlineExceeded; unknown service or broker away → Unavailable.
"""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from typing import Any

from amqp.basic_message import Message
from kombu import Connection

from shared.contracts.registry import Call
from shared.errors import DeadlineExceeded, ServiceError, Unavailable
from shared.ids import uuid7_hex
from shared.messaging.connection import BROKER_ERRORS, close_quietly, connect
from shared.messaging.topology import RPC_EXCHANGE
from shared.observability import tracing
from shared.observability.logs import get_logger

log = get_logger(__name__)

CALLER_HEADER = "nameko.caller"
DEADLINE_HEADER = "nameko.deadline"
TRACE_HEADER = "nameko.traceparent"
IDEMPOTENCY_HEADER = "nameko.idempotency_key"
_REPLY_QUEUE_LIFE_MS = 60_000
_IN_FLIGHT_MAX = 10_000


@dataclass(frozen=True, slots=True)
class _Request:
    correlation_id: str
    key: str
    body: bytes
    headers: Mapping[str, Any]
    expiration_ms: int


class PendingReply:
    """An answer on its way; ``result`` waits for it until the call's deadline."""

    def __init__(self, client: RpcClient, call: Call, correlation_id: str, future: Future[Any], deadline: float):
        self._client = client
        self._call = call
        self._correlation_id = correlation_id
        self._future = future
        self._deadline = deadline

    def result(self) -> Any:
        """The answer's JSON value; raises the ServiceError the service raised, or DeadlineExceeded, Unavailable."""
        try:
            return self._future.result(max(0.0, self._deadline - time.time()))
        except FutureTimeout:
            raise DeadlineExceeded(self._call.service) from None
        finally:
            self._client.forget(self._correlation_id)


class RpcClient:
    def __init__(self, uri: str, name: str, deadline_s: float) -> None:
        self._uri = uri
        self._name = name
        self._deadline_s = deadline_s
        self._reply_key = uuid7_hex()
        self._queue = f"rpc.reply-{name}-{self._reply_key}"
        self._to_send: deque[_Request] = deque()
        self._futures: dict[str, Future[Any]] = {}
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_in.setblocking(False)
        self._stopping = False
        self._connected = threading.Event()
        self._channel: Any = None
        self._thread = threading.Thread(target=self._run, name="rpc-client", daemon=True)
        self._thread.start()

    @property
    def connected(self) -> bool:
        return self._connected.is_set()

    def call(
        self,
        call: Call,
        payload: Mapping[str, Any],
        token: str,
        *,
        idempotency_key: str | None = None,
        deadline_s: float | None = None,
    ) -> Any:
        """Ask and wait. See ``start`` for the parameters."""
        pending = self.start(call, payload, token, idempotency_key=idempotency_key, deadline_s=deadline_s)
        return pending.result()

    def start(
        self,
        call: Call,
        payload: Mapping[str, Any],
        token: str,
        *,
        idempotency_key: str | None = None,
        deadline_s: float | None = None,
    ) -> PendingReply:
        """Send a call and go on; ``payload`` is JSON by the call's request schema, ``token`` the signed caller.

        A command without a key gets a fresh one, so that its redelivery after a crash has one effect all the same.
        """
        if not self._connected.wait(min(1.0, self._deadline_s)):
            raise Unavailable("The message broker")
        if len(self._futures) >= _IN_FLIGHT_MAX:
            raise Unavailable("The platform is at its limit; a part")
        seconds = deadline_s or call.deadline_s or self._deadline_s
        deadline = time.time() + seconds
        correlation_id = uuid7_hex()
        headers = {CALLER_HEADER: token, DEADLINE_HEADER: repr(deadline), TRACE_HEADER: tracing.current()}
        if call.changes:
            headers[IDEMPOTENCY_HEADER] = idempotency_key or f"auto-{correlation_id}"
        body = json.dumps({"args": [], "kwargs": {"payload": payload}}, separators=(",", ":")).encode()
        future: Future[Any] = Future()
        self._futures[correlation_id] = future
        self._to_send.append(_Request(correlation_id, call.key, body, headers, int(seconds * 1000) + 1))
        self._wake()
        return PendingReply(self, call, correlation_id, future, deadline)

    def forget(self, correlation_id: str) -> None:
        self._futures.pop(correlation_id, None)

    def close(self) -> None:
        self._stopping = True
        self._wake()
        self._thread.join(5)

    def _wake(self) -> None:
        try:
            self._wake_out.send(b"x")
        except OSError:
            pass  # full: a wake is pending already

    def _run(self) -> None:
        pause_s = 0.2
        while not self._stopping:
            connection = None
            try:
                connection = self._open()
                self._connected.set()
                pause_s = 0.2
                self._serve(connection)
            except BROKER_ERRORS as error:
                log.warning("broker_lost", part="rpc-client", error=type(error).__name__)
            finally:
                self._connected.clear()
                close_quietly(connection)
                self._fail_all()
            if not self._stopping:
                time.sleep(pause_s)
                pause_s = min(pause_s * 2, 4.0)

    def _open(self) -> Connection:
        connection = connect(self._uri, f"{self._name} calls")
        self._channel = channel = connection.channel()
        channel.queue_declare(
            self._queue, exclusive=True, auto_delete=False, arguments={"x-expires": _REPLY_QUEUE_LIFE_MS}
        )
        channel.queue_bind(self._queue, RPC_EXCHANGE, self._reply_key)
        channel.events["basic_return"].add(self._on_return)
        channel.basic_consume(self._queue, no_ack=True, callback=self._on_reply)
        return connection

    def _serve(self, connection: Connection) -> None:
        sock = connection.connection.sock
        while not self._stopping:
            readable, _, _ = select.select([sock, self._wake_in], [], [], 5.0)
            if self._wake_in in readable:
                self._wake_in.recv(4096)
            while self._to_send:
                self._send(self._to_send.popleft())
            if sock in readable:
                self._drain(connection)
            connection.heartbeat_check(rate=2)

    def _drain(self, connection: Connection) -> None:
        try:
            while True:
                connection.drain_events(timeout=0)
        except TimeoutError:
            pass

    def _send(self, request: _Request) -> None:
        message = Message(
            request.body,
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=1,
            reply_to=self._reply_key,
            correlation_id=request.correlation_id,
            expiration=str(request.expiration_ms),
            application_headers=dict(request.headers),
        )
        self._channel.basic_publish(message, RPC_EXCHANGE, request.key, mandatory=True)

    def _on_reply(self, message: Message) -> None:
        future = self._futures.pop(message.properties.get("correlation_id", ""), None)
        if future is None or future.done():
            return
        reply = json.loads(message.body)
        error = reply.get("error")
        if error is None:
            future.set_result(reply["result"])
        else:
            future.set_exception(_error_of(error))

    def _on_return(self, _error: Exception, _exchange: str, routing_key: str, message: Message) -> None:
        future = self._futures.pop(message.properties.get("correlation_id", ""), None)
        if future is not None and not future.done():
            future.set_exception(Unavailable(f"The service {routing_key.split('.')[0]}"))

    def _fail_all(self) -> None:
        """The answers will not come to this queue: whoever waits is told at once."""
        self._to_send.clear()
        for correlation_id in list(self._futures):
            future = self._futures.pop(correlation_id, None)
            if future is not None and not future.done():
                future.set_exception(Unavailable("The message broker"))


def _error_of(error: Mapping[str, Any]) -> ServiceError:
    """The ServiceError that crossed the wire; anything else is unexpected and keeps its inner message to itself."""
    arguments = error.get("exc_args") or []
    if error.get("exc_path") == "shared.errors.ServiceError" and len(arguments) == 3:
        return ServiceError(arguments[0], arguments[1], arguments[2])
    return ServiceError("unexpected", "Something went wrong on our side.")

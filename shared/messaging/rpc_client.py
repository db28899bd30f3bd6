"""Calls to services over nameko's wire, many at once over two connections that stay.

nameko's standalone client opens a connection for every reply. Here callers publish for themselves on a connection that
a lock guards, so that no other thread has to wake up first; one thread reads the replies from the other connection,
and what the first one returns as unroutable. The client is created after a fork, works in plain and in green threads
alike, and lives until ``close``. No answer in time → DeadlineExceeded; unknown service or broker away → Unavailable.
"""

from __future__ import annotations

import json
import selectors
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from queue import Empty, SimpleQueue
from typing import Any

from amqp.basic_message import Message
from kombu import Connection

from shared.contracts.registry import Call
from shared.errors import DeadlineExceeded, ServiceError, Unavailable
from shared.ids import uuid7_hex
from shared.messaging.connection import BROKER_ERRORS, close_quietly, connect, drain
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
_WAIT_S = 1.0
_FRAME_S = 15.0
"""How long the rest of a frame may take."""


class PendingReply:
    """An answer on its way; ``result`` waits for it until the call's deadline."""

    __slots__ = ("_answer", "_call", "_client", "_correlation_id", "_deadline")

    def __init__(self, client: RpcClient, call: Call, correlation_id: str, deadline: float) -> None:
        self._client = client
        self._call = call
        self._correlation_id = correlation_id
        self._deadline = deadline
        self._answer: SimpleQueue[bytes | ServiceError] = SimpleQueue()

    def give(self, answer: bytes | ServiceError) -> None:
        """Called once, by the thread that reads replies."""
        self._answer.put(answer)

    def result(self) -> Any:
        """The answer's JSON value; raises the ServiceError the service raised, or DeadlineExceeded, Unavailable."""
        try:
            answer = self._answer.get(timeout=max(0.0, self._deadline - time.time()))
        except Empty:
            raise DeadlineExceeded(self._call.service) from None
        finally:
            self._client.forget(self._correlation_id)
        if isinstance(answer, ServiceError):
            raise answer
        reply = json.loads(answer)
        if reply.get("error") is not None:
            raise _error_of(reply["error"])
        return reply["result"]


class RpcClient:
    def __init__(self, uri: str, name: str, deadline_s: float) -> None:
        self._uri = uri
        self._name = name
        self._deadline_s = deadline_s
        self._reply_key = uuid7_hex()
        self._numbers = count()
        self._queue = f"rpc.reply-{name}-{self._reply_key}"
        self._pending: dict[str, PendingReply] = {}
        self._sending = threading.Lock()
        self._sender: Any = None
        self._connected = threading.Event()
        self._stopping = False
        self._beaten = 0.0
        self._waking, self._woken = socket.socketpair()  # closing one end wakes the reader at the other
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
        if len(self._pending) >= _IN_FLIGHT_MAX:
            raise Unavailable("The platform is at its limit; a part")
        seconds = deadline_s or call.deadline_s or self._deadline_s
        deadline = time.time() + seconds
        correlation_id = f"{self._reply_key}-{next(self._numbers)}"
        headers = {CALLER_HEADER: token, DEADLINE_HEADER: repr(deadline), TRACE_HEADER: tracing.current()}
        if call.changes:
            headers[IDEMPOTENCY_HEADER] = idempotency_key or f"auto-{correlation_id}"
        message = Message(
            json.dumps({"args": [], "kwargs": {"payload": payload}}, separators=(",", ":")).encode(),
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=1,
            reply_to=self._reply_key,
            correlation_id=correlation_id,
            expiration=str(int(seconds * 1000) + 1),
            application_headers=headers,
        )
        pending = PendingReply(self, call, correlation_id, deadline)
        self._pending[correlation_id] = pending
        self._send(message, call.key, correlation_id)
        return pending

    def forget(self, correlation_id: str) -> None:
        self._pending.pop(correlation_id, None)

    def close(self) -> None:
        self._stopping = True
        self._waking.close()
        self._thread.join(5)

    def _send(self, message: Message, key: str, correlation_id: str) -> None:
        try:
            with self._sending:
                if self._sender is None:
                    raise ConnectionError("not connected")
                self._sender.basic_publish(message, RPC_EXCHANGE, key, mandatory=True)
        except BROKER_ERRORS:
            self.forget(correlation_id)
            raise Unavailable("The message broker") from None

    def _rest(self, seconds: float) -> None:
        """Until ``close`` at most."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._woken, selectors.EVENT_READ)
            selector.select(seconds)

    def _run(self) -> None:
        pause_s = 0.2
        while not self._stopping:
            connections: list[Connection] = []
            try:
                self._open(connections)
                self._connected.set()
                pause_s = 0.2
                self._serve(*connections)
            except BROKER_ERRORS as error:
                log.warning("broker_lost", part="rpc-client", error=type(error).__name__)
            except Exception:
                # Whatever it was, without this thread no call would ever be answered again.
                log.exception("rpc_client_failed")
            finally:
                self._connected.clear()
                with self._sending:
                    self._sender = None
                for connection in connections:
                    close_quietly(connection)
                self._fail_all()
            if not self._stopping:
                self._rest(pause_s)
                pause_s = min(pause_s * 2, 4.0)
        self._woken.close()

    def _open(self, connections: list[Connection]) -> None:
        connections.append(connect(self._uri, f"{self._name} replies"))
        channel = connections[0].channel()
        channel.queue_declare(
            self._queue, exclusive=True, auto_delete=False, arguments={"x-expires": _REPLY_QUEUE_LIFE_MS}
        )
        channel.queue_bind(self._queue, RPC_EXCHANGE, self._reply_key)
        channel.basic_consume(self._queue, no_ack=True, callback=self._on_reply)
        connections.append(connect(self._uri, f"{self._name} calls"))
        sender = connections[1].channel()
        sender.events["basic_return"].add(self._on_return)
        with self._sending:
            self._sender = sender

    def _serve(self, replies: Connection, calls: Connection) -> None:
        """Read until something breaks. Only the connection of calls is shared with other threads."""
        heard, told = replies.connection, calls.connection
        heard.sock.settimeout(_FRAME_S)
        with selectors.DefaultSelector() as selector:
            for source in (heard.sock, told.sock, self._woken):
                selector.register(source, selectors.EVENT_READ)
            while not self._stopping:
                readable = [key.fileobj for key, _ in selector.select(_WAIT_S)]
                with suppress(TimeoutError):  # in the middle of a frame, of which py-amqp keeps what has come
                    if heard.sock in readable:
                        drain(heard)
                    if told.sock in readable:
                        with self._sending, told.transport.having_timeout(_FRAME_S):
                            drain(told)
                if not readable or time.monotonic() - self._beaten > _WAIT_S:
                    self._beaten = time.monotonic()
                    replies.heartbeat_check(rate=2)
                    with self._sending:
                        calls.heartbeat_check(rate=2)

    def _on_reply(self, message: Message) -> None:
        pending = self._pending.pop(message.properties.get("correlation_id", ""), None)
        if pending is not None:
            pending.give(message.body)

    def _on_return(self, _error: Exception, _exchange: str, routing_key: str, message: Message) -> None:
        pending = self._pending.pop(message.properties.get("correlation_id", ""), None)
        if pending is not None:
            pending.give(Unavailable(f"The service {routing_key.split('.')[0]}"))

    def _fail_all(self) -> None:
        """The answers will not come to this queue: whoever waits is told at once."""
        for correlation_id in list(self._pending):
            pending = self._pending.pop(correlation_id, None)
            if pending is not None:
                pending.give(Unavailable("The message broker"))


def _error_of(error: Mapping[str, Any]) -> ServiceError:
    """The ServiceError that crossed the wire; anything else is unexpected and keeps its inner message to itself."""
    arguments = error.get("exc_args") or []
    if error.get("exc_path") == "shared.errors.ServiceError" and len(arguments) == 3:
        return ServiceError(arguments[0], arguments[1], arguments[2])
    return ServiceError("unexpected", "Something went wrong on our side.")

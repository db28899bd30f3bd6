"""Connections to the broker, and which errors mean that it is away."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import amqp.exceptions
import kombu.exceptions
from amqp import Connection as AmqpConnection
from amqp.transport import TCPTransport
from kombu import Connection

HEARTBEAT_S = 30
_PIECE_BYTES = 16_384
BROKER_ERRORS = (OSError, amqp.exceptions.AMQPError, kombu.exceptions.OperationalError)


def connect(uri: str, name: str) -> Connection:
    """An open connection whose name shows in the broker's lists; raises one of BROKER_ERRORS."""
    connection = Connection(
        uri,
        heartbeat=HEARTBEAT_S,
        connect_timeout=5,
        transport_options={
            "client_properties": {"connection_name": name},
            "read_timeout": None,
            "write_timeout": 15,
            "max_retries": 0,
        },
    )
    connection.connect()
    return attuned(connection)


def attuned(connection: Connection) -> Connection:
    """Let an open connection read what has arrived in one piece, and publish without reading first. (The versions of
    kombu and py-amqp are pinned.)"""
    transport = connection.connection.transport
    if isinstance(transport, TCPTransport):
        # py-amqp asks the system three times a frame, nine times a message; its buffer takes a larger piece as well.
        receive = transport.sock.recv
        transport._quick_recv = lambda _wanted: receive(_PIECE_BYTES)
    # It would read the socket before every publish to learn whether the broker is blocked. Confirms and deadlines tell
    # us all the same, without a system call each.
    connection.connection.client_properties.get("capabilities", {}).pop("connection.blocked", None)
    return connection


def drain(connection: AmqpConnection) -> None:
    """Take all that has arrived, waiting for the first frame and for the rest of one that has arrived in part; the
    socket's TimeoutError passes through. (kombu's drain_events sets its socket up anew for every message, py-amqp's
    blocking_read for every frame.)"""
    transport, take = connection.transport, connection.on_inbound_frame
    deciphered = getattr(connection.sock, "pending", int)  # of TLS
    take(transport.read_frame())
    while transport._read_buffer or deciphered():
        take(transport.read_frame())


class Writes:
    """What a connection writes: whole, one after another, and several in one piece where they belong together. Each
    write wakes the broker, which costs more than what it then does."""

    def __init__(self, send: Callable[[bytes], object]) -> None:
        self._send = send
        self._sending = threading.Lock()
        self._pieces: list[bytes] | None = None

    def __call__(self, data: bytes | memoryview) -> None:
        if self._pieces is not None:
            self._pieces.append(bytes(data))
            return
        with self._sending:
            self._send(bytes(data))

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is written inside leaves in one piece at the end, also what another green thread writes meanwhile."""
        if self._pieces is not None:
            yield
            return
        self._pieces = []
        try:
            yield
        finally:
            pieces, self._pieces = self._pieces, None
            if pieces:
                self(b"".join(pieces))


def join_writes(connection: Connection) -> Writes:
    """Let an open connection of green threads write through ``Writes``."""
    transport = connection.connection.transport
    transport._write = writes = Writes(transport._write)
    return writes


def close_quietly(connection: Connection | None) -> None:
    """Close; what breaks while closing has no consequence, since the broker requeues what was not acknowledged."""
    if connection is not None:
        try:
            connection.release()
        except BROKER_ERRORS:
            pass

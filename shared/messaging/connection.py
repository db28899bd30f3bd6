"""Connections to the broker, and which errors mean that it is away."""

from __future__ import annotations

import amqp.exceptions
import kombu.exceptions
from amqp.transport import TCPTransport
from kombu import Connection

HEARTBEAT_S = 30
_PIECE_BYTES = 65_536
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
    read_ahead(connection)
    # py-amqp would read the socket before every publish to learn whether the broker is blocked. Confirms and deadlines
    # tell us all the same, without a system call each.
    connection.connection.client_properties.get("capabilities", {}).pop("connection.blocked", None)
    return connection


def read_ahead(connection: Connection) -> Connection:
    """Let an open connection read what has arrived in one piece. py-amqp asks the system three times a frame, nine
    times a message; its buffer takes a larger piece as well (the version is pinned)."""
    transport = connection.connection.transport
    if isinstance(transport, TCPTransport):
        receive = transport.sock.recv
        transport._quick_recv = lambda _wanted: receive(_PIECE_BYTES)
    return connection


def close_quietly(connection: Connection | None) -> None:
    """Close; what breaks while closing has no consequence, since the broker requeues what was not acknowledged."""
    if connection is not None:
        try:
            connection.release()
        except BROKER_ERRORS:
            pass

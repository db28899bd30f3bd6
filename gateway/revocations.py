"""Hears of revoked API keys, so that a cached one stops at once.

Each worker has a queue of its own that vanishes with its connection. While the broker is away events are missed;
everything remembered is dropped on return, and until then the cache's 30 s are the bound.
"""

from __future__ import annotations

import threading
from typing import Any

from gateway.auth import Authenticator
from shared.contracts.envelope import InvalidEvent, decode
from shared.contracts.events.identity import API_KEY_REVOKED
from shared.ids import uuid7_hex
from shared.messaging.connection import BROKER_ERRORS, close_quietly, connect
from shared.messaging.outbox import SIGNATURE_HEADER
from shared.observability.logs import get_logger
from shared.signing import BadSignature, Keyring, UnknownSigner

log = get_logger(__name__)

_WAIT_S = 1.0


class RevocationListener:
    """A daemon thread; ``start`` after the fork, ``stop`` at the worker's end."""

    def __init__(self, uri: str, cell: str, keyring: Keyring, authenticator: Authenticator) -> None:
        self._uri = uri
        self._cell = cell
        self._keyring = keyring
        self._authenticator = authenticator
        self._stopping = threading.Event()
        self.listening = threading.Event()
        self._thread = threading.Thread(target=self._run, name="revocations", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(3)

    def _run(self) -> None:
        pause_s = 0.2
        while not self._stopping.is_set():
            connection = None
            try:
                connection = connect(self._uri, "gateway revocations")
                self._subscribe(connection)
                pause_s = 0.2
                self._listen(connection)
            except BROKER_ERRORS as error:
                log.warning("broker_lost", part="revocations", error=type(error).__name__)
            finally:
                self.listening.clear()
                close_quietly(connection)
            self._stopping.wait(pause_s)
            pause_s = min(pause_s * 2, 4.0)

    def _subscribe(self, connection: Any) -> None:
        queue = f"gateway.{uuid7_hex()}"
        channel = connection.channel()
        channel.queue_declare(queue, exclusive=True, auto_delete=True)
        channel.queue_bind(queue, API_KEY_REVOKED.exchange, API_KEY_REVOKED.name)
        channel.basic_consume(queue, no_ack=True, callback=self.on_message)
        self._authenticator.forget_all()
        self.listening.set()

    def _listen(self, connection: Any) -> None:
        while not self._stopping.is_set():
            try:
                connection.drain_events(timeout=_WAIT_S)
            except TimeoutError:
                pass
            connection.heartbeat_check(rate=2)

    def on_message(self, message: Any) -> None:
        """Drops the key an event names, if the event is signed by this cell's identity."""
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        headers = message.properties.get("application_headers") or {}
        try:
            event = decode(body)
            self._keyring.verify(event.signer, body, str(headers.get(SIGNATURE_HEADER, "")))
        except (InvalidEvent, UnknownSigner, BadSignature) as error:
            log.warning("revocation_refused", reason=f"{type(error).__name__}: {error}"[:200])
            return
        if event.type is API_KEY_REVOKED and event.cell == self._cell:
            self._authenticator.forget_key(event.data["key_id"])

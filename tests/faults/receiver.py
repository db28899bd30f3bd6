"""A webhook receiver that verifies with the public library, remembers everything, and can be told to misbehave."""

from __future__ import annotations

import json
import random
import socket
import struct
import sys
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

MISBEHAVIOURS = ("status 500", "status 429", "redirect", "reset", "hang")


@dataclass(slots=True)
class Received:
    """What came under one webhook-id: the bodies (one, if all is well), tries, and whether one was accepted."""

    bodies: set[bytes] = field(default_factory=set)
    tries: int = 0
    accepted: bool = False


class _Server(ThreadingHTTPServer):
    """Says nothing of senders that are killed in the middle."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Receiver:
    """Paths are names given by the test: ``url("good")``. A path misbehaves with its probability on first tries."""

    def __init__(self, seed: int = 0, hang_s: float = 3.0) -> None:
        self._random = random.Random(seed)
        self._hang_s = hang_s
        self._lock = threading.Lock()
        self._secrets: dict[str, str] = {}
        self._moods: dict[str, tuple[float, tuple[str, ...]]] = {}
        self.received: dict[str, dict[str, Received]] = defaultdict(lambda: defaultdict(Received))
        self._told: dict[str, Counter[str]] = defaultdict(Counter)
        self.forged = 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                receiver._take(self)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: the tally says what came."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/{path}"

    def expect(self, path: str, secret: str) -> None:
        """Verify what comes to the path with this secret."""
        self._secrets[path] = secret

    def misbehave(self, path: str, probability: float, ways: tuple[str, ...] = MISBEHAVIOURS) -> None:
        """From now on, the first two tries of a webhook at this path go wrong with this probability."""
        self._moods[path] = (probability, ways)

    def accepted(self, path: str) -> set[str]:
        """The webhook-ids that the path accepted."""
        with self._lock:
            return {identifier for identifier, received in self.received[path].items() if received.accepted}

    def count(self, path: str, text: str) -> int:
        """How many webhooks (by their ids) that the path accepted have the text as a value of their data."""
        with self._lock:
            return self._told[path][text]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _take(self, request: BaseHTTPRequestHandler) -> None:
        path = request.path.strip("/")
        length = int(request.headers.get("Content-Length", 0))
        body = request.rfile.read(length)
        if len(body) < length:  # the sender was killed between two packets
            request.close_connection = True
            return
        identifier = request.headers.get("webhook-id", "")
        with self._lock:
            try:
                # The secret is known a moment after the subscription: what comes before is refused and comes again.
                Webhook(self._secrets[path]).verify(body, dict(request.headers))
            except (WebhookVerificationError, KeyError):
                self.forged += path in self._secrets
                way: str | None = "status 500"
            else:
                received = self.received[path][identifier]
                received.tries += 1
                received.bodies.add(body)
                way = self._way(path, received.tries)
                if way is None and not received.accepted:
                    received.accepted = True
                    self._told[path].update({v for v in json.loads(body)["data"].values() if isinstance(v, str)})
        self._answer(request, way)

    def _way(self, path: str, tries: int) -> str | None:
        probability, ways = self._moods.get(path, (0.0, ()))
        if tries > 2 or self._random.random() >= probability:
            return None
        return self._random.choice(ways)

    def _answer(self, request: BaseHTTPRequestHandler, way: str | None) -> None:
        if way == "reset":
            request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            request.connection.close()
            request.close_connection = True
            return
        if way == "hang":
            time.sleep(self._hang_s)
            request.close_connection = True
            return
        status = {None: 204, "redirect": 302}.get(way) or int(str(way).split()[1])
        request.send_response(status)
        if status == 429:
            request.send_header("Retry-After", "1")
        if status == 302:
            request.send_header("Location", self.url("elsewhere"))
        request.send_header("Content-Length", "0")
        request.end_headers()

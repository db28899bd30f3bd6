"""A webhook receiver on loopback that behaves as badly as it is told to, path by path."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook


@dataclass(frozen=True)
class Received:
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def webhook_id(self) -> str:
        return self.headers["webhook-id"]


@dataclass(frozen=True)
class Behaviour:
    """``kind``: answer, hang (say nothing), reset (break the connection), drip (a byte at a time, for ever)."""

    kind: str = "answer"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


ACCEPT = Behaviour()
HANG = Behaviour("hang")
RESET = Behaviour("reset")
DRIP = Behaviour("drip")


def answer(status: int, **headers: str) -> Behaviour:
    return Behaviour("answer", status, {name.replace("_", "-"): value for name, value in headers.items()})


class Receiver:
    """What came, by path; what to do, by path (the last behaviour stays)."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._scheme = "http" if tls is None else "https"
        self.received: dict[str, list[Received]] = defaultdict(list)
        self._behaviours: dict[str, list[Behaviour]] = {}
        self._lock = threading.Lock()
        self.ending = threading.Event()
        self._server = _server(self)
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{self._scheme}://{host}:{self._server.server_address[1]}{path}"

    def behave(self, path: str, *behaviours: Behaviour) -> str:
        """Set what happens at the path, and return its URL."""
        with self._lock:
            self._behaviours[path] = list(behaviours)
        return self.url(path)

    def take(self, received: Received) -> Behaviour:
        with self._lock:
            self.received[received.path].append(received)
            script = self._behaviours.get(received.path, [ACCEPT])
            return script.pop(0) if len(script) > 1 else script[0]

    def count(self, path: str) -> int:
        return len(self.received[path])

    def verified(self, path: str, secret: str) -> list[dict[str, object]]:
        """Every body that came, checked with the public library."""
        return [Webhook(secret).verify(r.body.decode(), dict(r.headers)) for r in self.received[path]]

    def close(self) -> None:
        self.ending.set()
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    receiver = Receiver(tls)
    try:
        yield receiver
    finally:
        receiver.close()


def _server(receiver: Receiver) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            behaviour = receiver.take(Received(self.path, headers, body))
            if behaviour.kind == "hang":
                receiver.ending.wait()
                self.close_connection = True
            elif behaviour.kind == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
            elif behaviour.kind == "drip":
                self._drip()
            else:
                self.send_response(behaviour.status)
                for name, value in behaviour.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

        def _drip(self) -> None:
            self.close_connection = True
            try:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
                while not receiver.ending.wait(0.05):
                    self.wfile.write(b"x")
                    self.wfile.flush()
            except OSError:
                pass  # the other side has given up, as it should

        def finish(self) -> None:
            try:
                super().finish()
            except (OSError, ValueError):
                pass  # reset on purpose

        def log_message(self, format: str, *args: object) -> None:
            """Tests look at what came, not at lines."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    return server

"""A load generator that costs little: keep-alive connections in one thread, each with one request in flight."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Load:
    """What a run counted. ``errors`` are answers that were not a success, and broken connections."""

    answered: int = 0
    errors: int = 0
    elapsed_s: float = 0.0
    latencies_s: list[float] = field(default_factory=list)
    last_error: str = ""

    @property
    def rate(self) -> float:
        return self.answered / self.elapsed_s if self.elapsed_s else 0.0


class _Lane:
    """One connection: sends a request, reads the answer, again."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        self.buffer = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> int | None:
        """The status when the answer is whole, else None."""
        part = self.socket.recv(65_536)
        if not part:
            raise ConnectionError("closed")
        self.buffer += part
        head, separator, body = self.buffer.partition(b"\r\n\r\n")
        if not separator:
            return None
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return int(head[9:12]) if len(body) >= length else None


def drive(address: tuple[str, int], make_request: Callable[[], bytes], in_flight: int, seconds: float) -> Load:
    """Keep so many requests in flight for so long; the requests under way at the end are awaited, not counted."""
    load = Load()
    selector = selectors.DefaultSelector()
    began = time.perf_counter()
    for _ in range(in_flight):
        lane = _Lane(address)
        selector.register(lane.socket, selectors.EVENT_READ, lane)
        lane.send(make_request())
    open_lanes = in_flight
    while open_lanes:
        for key, _ in selector.select(timeout=10):
            lane = key.data
            try:
                status = lane.receive()
            except OSError as error:
                load.errors += 1
                load.last_error = str(error)
                status = -1
            if status is None:
                continue
            now = time.perf_counter()
            over = now - began >= seconds
            if not over:
                _count(load, lane, status, now)
                load.elapsed_s = now - began
            if over or status == -1:
                selector.unregister(lane.socket)
                lane.socket.close()
                open_lanes -= 1
            else:
                lane.send(make_request())
    return load


def _count(load: Load, lane: _Lane, status: int, now: float) -> None:
    if 200 <= status < 300:
        load.answered += 1
        load.latencies_s.append(now - lane.sent_at)
    elif status != -1:
        load.errors += 1
        load.last_error = lane.buffer[:300].decode(errors="replace")


def request_bytes(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body

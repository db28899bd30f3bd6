"""The local socket of the index process: questions to the present snapshot, from this machine only.

A request is a JSON object behind its length (four bytes, big-endian); the answer has the same form. ``health``:
whether the index is loaded. ``stats``: count and checksum of what it holds. ``candidates`` (id, limit): the best
candidates of a listing now, provisional, without an event. ``near_misses`` (id, limit): what nearly fits it.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from shared.errors import Unavailable
from shared.observability.logs import get_logger

log = get_logger(__name__)

MESSAGE_BYTES_MAX = 1024 * 1024
THREADS = 8
HITS_MAX = 200
"""Candidates or near misses in one answer."""
NO_LISTING = "There is no such listing."
_IDLE_S = 60.0
_LENGTH = struct.Struct(">I")

Answer = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class IndexSocket:
    """Answers over a Unix socket with a bounded number of threads; one connection is served by one thread."""

    def __init__(self, path: str, answer: Answer) -> None:
        self._path = Path(path)
        self._answer = answer
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="index-socket")
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)

    def start(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.unlink(missing_ok=True)
        self._listener.bind(str(self._path))
        self._path.chmod(0o600)
        self._listener.listen(THREADS * 4)
        threading.Thread(target=self._accept, name="index-socket", daemon=True).start()

    def stop(self) -> None:
        self._listener.close()
        self._path.unlink(missing_ok=True)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
                self._pool.submit(self._serve, connection)
            except (OSError, RuntimeError):
                return  # closed

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(_IDLE_S)
            try:
                while (request := _receive(connection)) is not None:
                    _send(connection, self._reply(request))
            except OSError:
                return  # the other side is gone or idle
            except ValueError as error:
                log.warning("index_question_failed", error=str(error)[:200])

    def _reply(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            return self._answer(request)
        except Exception as error:
            log.warning("index_question_failed", error=f"{type(error).__name__}: {error}"[:200])
            return {"error": "The index could not answer."}


def ask(path: str, request: Mapping[str, Any], timeout_s: float = 5.0) -> Mapping[str, Any]:
    """One question and its answer. Raises OSError when the index process is not there."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout_s)
        connection.connect(path)
        _send(connection, request)
        answer = _receive(connection)
    if answer is None:
        raise ConnectionError("the index process closed the connection")
    return answer


def nearest(path: str, listing_id: str) -> list[str]:
    """The ids of what comes nearest to fitting the listing and does not, nearest first, at most HITS_MAX; none where
    it has ended. Raises Unavailable when the index process is not there or does not know."""
    try:
        answer = ask(path, {"op": "near_misses", "id": listing_id, "limit": HITS_MAX})
    except (OSError, ValueError):
        raise Unavailable("The index of matching") from None
    if answer.get("error") not in (None, NO_LISTING):
        raise Unavailable("The index of matching")
    return [str(hit["id"]) for hit in answer.get("near_misses", ())]


def _send(connection: socket.socket, message: Mapping[str, Any]) -> None:
    body = json.dumps(message, separators=(",", ":")).encode()
    connection.sendall(_LENGTH.pack(len(body)) + body)


def _receive(connection: socket.socket) -> Mapping[str, Any] | None:
    """None at the orderly end; ValueError for what is no message of ours."""
    head = _exactly(connection, _LENGTH.size)
    if not head:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > MESSAGE_BYTES_MAX:
        raise ValueError(f"a message of {length} bytes, more than {MESSAGE_BYTES_MAX}")
    message = json.loads(_exactly(connection, length))
    if not isinstance(message, dict):
        raise ValueError("a message is a JSON object")
    return message


def _exactly(connection: socket.socket, length: int) -> bytes:
    """``length`` bytes, or none at all when the other side ended before the first."""
    received = b""
    while len(received) < length:
        part = connection.recv(length - len(received))
        if not part:
            if received:
                raise ConnectionError("cut off within a message")
            return b""
        received += part
    return received

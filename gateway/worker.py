"""gunicorn's threaded worker with fewer hand-overs: between threads, and between the two ends of a connection.

Every hand-over wakes somebody who sleeps, and for a short request waking up is most of the time. What is used of
gunicorn's inside is small and its version is pinned.
"""

from __future__ import annotations

import os
import select
import threading
from typing import Any

from gunicorn import util
from gunicorn.http import wsgi
from gunicorn.workers.gthread import TConn, ThreadWorker

_LINGER_MS = 20
"""How long a thread that has nothing else to do waits for the next request of the client it has just answered."""
_MAY_LINGER = 0.75
"""The part of the threads that may wait so; the others are there for whoever comes meanwhile."""


class LingeringWorker(ThreadWorker):  # type: ignore[misc]
    """Reads the next request of a busy connection in the same thread, as long as no other connection waits for one.

    gunicorn hands every kept-alive connection back to its main thread, which waits for the next request and hands it
    to a thread again.
    """

    core: int | None = None
    """The one core on which all of its threads run, if it is bound to one (docs/adr/0014)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._may_linger = threading.Semaphore(int(self.cfg.threads * _MAY_LINGER))

    def init_process(self) -> None:
        if self.core is not None:
            os.sched_setaffinity(0, {self.core})
        # gunicorn looks every setting up anew, some twenty-five times a request; here none changes any more.
        self.cfg.__dict__.update({name: setting.get() for name, setting in self.cfg.settings.items()})
        super().init_process()

    def handle(self, conn: TConn) -> Any:
        kept = super().handle(conn)
        while kept is True and self._next_is_here(conn):
            kept = super().handle(conn)
        return kept

    def _next_is_here(self, conn: TConn) -> bool:
        if not self.alive or self.tpool._work_queue.qsize() or conn.is_http2 or self.cfg.is_ssl:
            return False
        if conn.parser.unreader.buf.getvalue():
            return True
        if not self._may_linger.acquire(blocking=False):
            return False
        try:
            poll = select.poll()
            poll.register(conn.sock, select.POLLIN)
            return bool(poll.poll(_LINGER_MS))
        finally:
            self._may_linger.release()


class WholeResponse(wsgi.Response):  # type: ignore[misc]
    """Sends the head together with the first part of the body: the client wakes once."""

    def write(self, arg: bytes) -> None:
        if self.headers_sent:
            super().write(arg)
            return
        sock: Any = self.sock
        pieces = _Pieces()
        self.sock: Any = pieces
        try:
            super().write(arg)
        finally:
            self.sock = sock
        util.write(sock, b"".join(pieces))


class _Pieces(list[bytes]):
    """In the place of a socket: keeps what is sent."""

    def sendall(self, data: bytes) -> None:
        self.append(bytes(data))


wsgi.Response = WholeResponse

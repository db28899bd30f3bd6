"""One POST to a receiver we do not trust: a pinned address, no redirect, a bounded answer, one deadline for all of it.

Connections are kept and used again per name and address. The process runs under eventlet, whose Timeout ends even
an attempt that hangs in the name's look-up or drips its answer byte by byte.
"""

from __future__ import annotations

import socket
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import eventlet
import urllib3
from urllib3.exceptions import HTTPError, NewConnectionError, ProtocolError, SSLError, TimeoutError

from services.notifications.domain.destination import (
    Destination,
    Resolve,
    UnsafeDestination,
    choose_address,
    parse_destination,
)

ANSWER_BYTES_MAX = 4_096
POOLS_MAX = 256
CONNECTIONS_PER_POOL = 4


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    retry_after: str | None


class PostFailed(Exception):
    """There was no answer; ``reason`` is plain and names nothing of our network."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, in the resolver's order."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class Poster:
    """Posts to judged destinations only. Safe between threads."""

    def __init__(self, timeout_s: float, *, allow_loopback: bool = False, resolve: Resolve = look_up) -> None:
        self.timeout_s = timeout_s
        self._allow_loopback = allow_loopback
        self._resolve = resolve
        self._pools: OrderedDict[tuple[str, str, int, str], urllib3.HTTPConnectionPool] = OrderedDict()
        self._lock = threading.Lock()

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The receiver's answer, or PostFailed after at most ``timeout_s``."""
        overall = eventlet.Timeout(self.timeout_s)
        try:
            destination = parse_destination(url, allow_loopback=self._allow_loopback)
            address = choose_address(destination, self._resolve, allow_loopback=self._allow_loopback)
            return self._post(destination, address, headers, body)
        except eventlet.Timeout as raised:
            if raised is not overall:
                raise
            raise self._too_late() from None
        except UnsafeDestination as refused:
            raise PostFailed(f"refused: {refused.message}") from None
        except socket.gaierror:
            raise PostFailed("the host name cannot be looked up") from None
        except SSLError:
            raise PostFailed("TLS failed: check the certificate and the host name") from None
        except NewConnectionError:
            raise PostFailed("no connection") from None
        except TimeoutError:
            raise self._too_late() from None
        except ProtocolError:
            raise PostFailed("the connection broke before an answer") from None
        except (HTTPError, OSError, ValueError) as error:
            raise PostFailed(f"no usable answer ({type(error).__name__})") from None
        finally:
            overall.cancel()

    def close(self) -> None:
        with self._lock:
            while self._pools:
                self._pools.popitem()[1].close()

    def _post(self, destination: Destination, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
        response = self._pool(destination, address).urlopen(
            "POST",
            destination.target,
            body=body,
            headers={**headers, "Host": destination.host_header},
            retries=False,
            redirect=False,
            assert_same_host=False,
            timeout=urllib3.Timeout(total=self.timeout_s),
            preload_content=False,
            decode_content=False,
        )
        whole = False
        try:
            answer = Answer(response.status, response.headers.get("retry-after"))
            # What it says is not ours to keep; reading the short ones lets the connection be used again.
            whole = len(response.read(ANSWER_BYTES_MAX + 1)) <= ANSWER_BYTES_MAX
            return answer
        except (HTTPError, OSError, eventlet.Timeout):
            return answer  # the status counts, however the rest came
        finally:
            if whole:
                response.release_conn()
            else:
                response.close()

    def _pool(self, destination: Destination, address: str) -> urllib3.HTTPConnectionPool:
        key = (destination.scheme, destination.host, destination.port, address)
        with self._lock:
            pool = self._pools.get(key)
            if pool is None:
                pool = self._pools[key] = self._new_pool(destination, address)
                while len(self._pools) > POOLS_MAX:
                    self._pools.popitem(last=False)[1].close()
            self._pools.move_to_end(key)
            return pool

    @staticmethod
    def _new_pool(destination: Destination, address: str) -> urllib3.HTTPConnectionPool:
        if destination.scheme == "http":
            return urllib3.HTTPConnectionPool(address, destination.port, maxsize=CONNECTIONS_PER_POOL, block=False)
        return urllib3.HTTPSConnectionPool(
            address,
            destination.port,
            maxsize=CONNECTIONS_PER_POOL,
            block=False,
            cert_reqs="CERT_REQUIRED",
            assert_hostname=destination.host,
            server_hostname=destination.host,
        )

    def _too_late(self) -> PostFailed:
        return PostFailed(f"no answer within {self.timeout_s:g} s")

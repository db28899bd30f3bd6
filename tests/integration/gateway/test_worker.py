"""The gateway's gunicorn worker under a real gunicorn: whose thread reads the next request changes no answer."""

from __future__ import annotations

import ast
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.driver import wait_until

PROJECT = Path(__file__).parents[3]
THREADS = 2
APP = """
def app(environ, start_response):
    body = environ["PATH_INFO"].encode() * (5 if environ["PATH_INFO"] == "/long" else 1)
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body[:3], body[3:]]
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    folder = tmp_path_factory.mktemp("gunicorn")
    (folder / "plain.py").write_text(APP)
    port = free_port()
    options = ["--worker-class", "gateway.worker.LingeringWorker", "--threads", str(THREADS), "--keep-alive", "5"]
    with gunicorn(folder, port, [*options, "--bind", f"127.0.0.1:{port}", "--log-level", "error"], {}):
        yield "127.0.0.1", port


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@contextmanager
def gunicorn(folder: Path, port: int, options: Sequence[str], settings: Mapping[str, str]) -> Iterator[None]:
    """gunicorn with ``plain.py`` of the folder; ends it and sees it end well."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "plain:app", "--no-control-socket", *options],
        env={**os.environ, **settings, "PYTHONPATH": f"{folder}{os.pathsep}{PROJECT}"},
    )
    try:
        wait_until(lambda: _answers(port), 20, "gunicorn answers")
        yield
    finally:
        process.terminate()
        code = process.wait(20)
    assert code == 0


def _answers(port: int) -> bool:
    try:
        with Client(("127.0.0.1", port)) as client:
            return client.get("/ready") == b"/ready"
    except OSError:
        return False


class Client:
    """One kept-alive connection."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._socket = socket.create_connection(address, timeout=10)
        self._file = self._socket.makefile("rb")

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._socket.close()

    def get(self, path: str) -> bytes:
        self.send("GET", path)
        return self.receive()

    def send(self, *methods_and_paths: str) -> None:
        pairs = zip(methods_and_paths[::2], methods_and_paths[1::2], strict=True)
        self._socket.sendall(b"".join(f"{m} {p} HTTP/1.1\r\nHost: here\r\n\r\n".encode() for m, p in pairs))

    def receive(self, *, with_body: bool = True) -> bytes:
        length = 0
        while (line := self._file.readline().strip()) != b"":
            name, _, value = line.partition(b": ")
            if name.lower() == b"content-length":
                length = int(value)
        return self._file.read(length) if with_body else b""


def test_a_busy_connection_gets_every_answer_whole(address: tuple[str, int]) -> None:
    with Client(address) as client:
        answers = [client.get(path) for path in ("/a", "/long", "/b")]

    assert answers == [b"/a", b"/long" * 5, b"/b"]


def test_requests_sent_in_one_piece_are_answered_in_their_order(address: tuple[str, int]) -> None:
    with Client(address) as client:
        client.send("GET", "/first", "GET", "/second", "GET", "/third")

        assert [client.receive() for _ in range(3)] == [b"/first", b"/second", b"/third"]


def test_an_answer_to_head_has_no_body(address: tuple[str, int]) -> None:
    with Client(address) as client:
        client.send("HEAD", "/long", "GET", "/next")

        assert (client.receive(with_body=False), client.receive()) == (b"", b"/next")


def test_more_busy_connections_than_threads_are_all_answered(address: tuple[str, int]) -> None:
    answered: list[int] = []

    def ask() -> None:
        with Client(address) as client:
            answered.append(sum(client.get("/busy") == b"/busy" for _ in range(200)))

    askers = [threading.Thread(target=ask) for _ in range(3 * THREADS)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(60)

    assert answered == [200] * len(askers)


def test_idle_connections_keep_no_thread(address: tuple[str, int]) -> None:
    idle = [Client(address) for _ in range(4 * THREADS)]
    for client in idle:
        assert client.get("/once") == b"/once"

    with Client(address) as late:
        assert late.get("/late") == b"/late"
    for client in idle:
        assert client.get("/again") == b"/again"
        client.__exit__()


AFFINITY_APP = """
import os

def app(environ, start_response):
    if environ["PATH_INFO"] == "/ready":
        body = b"/ready"
    else:
        body = repr((os.getpid(), sorted(os.sched_getaffinity(0)))).encode()
    start_response("200 OK", [("Content-Length", str(len(body))), ("Connection", "close")])
    return [body]
"""


@pytest.mark.parametrize("bound", [True, False])
def test_a_worker_keeps_to_a_core_where_it_is_told_to(tmp_path: Path, bound: bool) -> None:
    (tmp_path / "plain.py").write_text(AFFINITY_APP)
    port = free_port()
    settings = {
        "GATEWAY_PORT": str(port), "OPERATOR_PORT": str(free_port()), "GATEWAY_WORKERS": "2",
        "GATEWAY_BIND_CORES": str(int(bound)), "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
    }  # fmt: skip
    cores_of: dict[int, list[int]] = {}

    def both_have_answered() -> bool:
        with Client(("127.0.0.1", port)) as client:
            pid, cores = ast.literal_eval(client.get("/cores").decode())
        cores_of[pid] = cores
        return len(cores_of) == 2

    with gunicorn(tmp_path, port, ["-c", str(PROJECT / "gateway" / "gunicorn.conf.py")], settings):
        wait_until(both_have_answered, 20, "both workers answer")
    mine = sorted(os.sched_getaffinity(0))
    expected = [[mine[0]], [mine[min(1, len(mine) - 1)]]] if bound else [mine, mine]
    assert sorted(cores_of.values()) == expected

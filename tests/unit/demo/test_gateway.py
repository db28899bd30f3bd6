"""The client of the demonstration, against a server that answers what the test says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from demo.gateway import ATTEMPTS, Gateway, GatewayError


class Scripted(BaseHTTPRequestHandler):
    """Answers the scripted (status, body) in turn and keeps what was asked."""

    script: ClassVar[list[tuple[int, dict[str, Any]]]] = []
    asked: ClassVar[list[tuple[str, str, dict[str, str]]]] = []

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.asked.append((self.command, self.path, {name.lower(): value for name, value in self.headers.items()}))
        status, body = self.script.pop(0)
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PATCH = answer

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    Scripted.script, Scripted.asked = [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Gateway(f"http://127.0.0.1:{server.server_port}", "key-of-a-test")
    server.shutdown()
    server.server_close()


def test_pages_are_followed_to_the_end(gateway: Gateway) -> None:
    Scripted.script = [
        (200, {"items": [{"n": 1}, {"n": 2}], "next_cursor": "c"}),
        (200, {"items": [{"n": 3}], "next_cursor": None}),
    ]
    assert list(gateway.pages("/v1/listings", own="true")) == [{"n": 1}, {"n": 2}, {"n": 3}]
    assert Scripted.asked[1][1] == "/v1/listings?limit=200&own=true&cursor=c"


def test_a_command_is_repeated_with_the_same_idempotency_key(gateway: Gateway) -> None:
    Scripted.script = [(503, {}), (429, {}), (201, {"id": "lst-1"})]
    assert gateway.post("/v1/listings", {"name": "Sahanpuru"}) == {"id": "lst-1"}
    assert len({headers["idempotency-key"] for _, _, headers in Scripted.asked}) == 1


def test_after_the_last_attempt_nothing_is_waited_for(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("demo.gateway.time.sleep", pauses.append)
    Scripted.script = [(503, {})] * ATTEMPTS
    with pytest.raises(GatewayError, match="503"):
        gateway.get("/v1/listings")
    assert len(pauses) == ATTEMPTS - 1


def test_two_commands_have_two_idempotency_keys(gateway: Gateway) -> None:
    Scripted.script = [(201, {}), (201, {})]
    gateway.post("/v1/listings", {"name": "Sahanpuru"})
    gateway.post("/v1/listings", {"name": "Sahanpuru"})
    assert len({headers["idempotency-key"] for _, _, headers in Scripted.asked}) == 2


def test_a_change_names_the_version_that_was_read(gateway: Gateway) -> None:
    Scripted.script = [(200, {})]
    gateway.patch("/v1/subscriptions/sub-1", {"enabled": True}, 3)
    assert Scripted.asked[0][2]["if-match"] == '"3"'


def test_a_refusal_is_not_repeated_and_names_the_fields(gateway: Gateway) -> None:
    problem = {"detail": "Check the fields.", "errors": [{"field": "ewc_code", "message": "No such code."}]}
    Scripted.script = [(422, problem)]
    with pytest.raises(GatewayError, match=r"422.*ewc_code: No such code\.") as raised:
        gateway.post("/v1/listings", {})
    assert (raised.value.status, len(Scripted.asked)) == (422, 1)

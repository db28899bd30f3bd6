"""The other end of the webhooks: a process of its own that verifies each POST and writes down what came.

``python -m demo.receiver FILE`` listens on a free port of 127.0.0.1 and prints it. One line of JSON on standard input
(``{"path": …, "secret": …}``) teaches it a secret; the end of standard input ends it. Verification is the public
package ``standardwebhooks`` and nothing of ours.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, ClassVar

from standardwebhooks import Webhook, WebhookVerificationError

BODY_BYTES_MAX = 64 * 1024


@dataclass(frozen=True, slots=True)
class Receipt:
    """One POST as it came. ``subject`` is the id in the body's data; ``digest`` of the whole body, SHA-256."""

    path: str
    webhook_id: str
    type: str
    subject: str
    digest: str
    verified: bool


class Receiver:
    """The process, seen from the demonstration; a context manager. Receipts of earlier runs stay in the file."""

    def __init__(self, record: Path) -> None:
        self._record = record
        record.parent.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "demo.receiver", str(record)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._input: IO[str] = self._process.stdin
        first_line = self._process.stdout.readline()
        if not first_line.strip().isdigit():
            self._process.wait()
            raise RuntimeError("The receiver did not start; its message stands above.")
        self.port = int(first_line)

    def __enter__(self) -> Receiver:
        return self

    def __exit__(self, *_: object) -> None:
        self._input.close()
        self._process.wait(timeout=10)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def learn(self, path: str, secret: str) -> None:
        self._input.write(json.dumps({"path": path, "secret": secret}) + "\n")
        self._input.flush()

    def receipts(self) -> list[Receipt]:
        """Everything that ever came, oldest first."""
        if not self._record.exists():
            return []
        # A line without its end is being written: it comes with the next reading.
        lines = self._record.read_text(encoding="utf-8").splitlines(keepends=True)
        return [Receipt(**json.loads(line)) for line in lines if line.endswith("\n")]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    secrets: ClassVar[dict[str, str]] = {}
    record: Path
    lock = threading.Lock()

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > BODY_BYTES_MAX:
            return self._answer(413)
        body = self.rfile.read(length)
        if len(body) < length:  # the sender was killed between two packets
            self.close_connection = True
            return None
        secret = self.secrets.get(self.path)
        if secret is None:
            return self._answer(503)  # the secret is on its way; the platform tries again
        try:
            event = Webhook(secret).verify(body, {name.lower(): value for name, value in self.headers.items()})
        except WebhookVerificationError:
            self._write("", "", body, verified=False)
            return self._answer(401)
        # Written down before the answer: what is answered with 2xx never comes again.
        self._write(event["type"], str(event["data"].get("id", "")), body, verified=True)
        return self._answer(204)

    def _write(self, kind: str, subject: str, body: bytes, *, verified: bool) -> None:
        webhook_id = self.headers.get("webhook-id", "")
        receipt = Receipt(self.path, webhook_id, kind, subject, hashlib.sha256(body).hexdigest(), verified)
        with self.lock, self.record.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(receipt)) + "\n")

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the screen: the demonstration shows what came."""


def main() -> None:
    _Handler.record = Path(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    try:
        for line in sys.stdin:
            lesson = json.loads(line)
            _Handler.secrets[lesson["path"]] = lesson["secret"]
    except KeyboardInterrupt:
        pass  # Ctrl-C reaches every process of the terminal; the demonstration says so, not we
    server.shutdown()


if __name__ == "__main__":
    main()

"""A program for the tests of the stack: 200 at /readyz on its operator port, its environment at /environment."""

from __future__ import annotations

import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer


class Answers(BaseHTTPRequestHandler):
    """GET only."""

    def do_GET(self) -> None:
        body = json.dumps(dict(os.environ) if self.path == "/environment" else {"ready": True}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(os.environ["OPERATOR_PORT"])), Answers).serve_forever()

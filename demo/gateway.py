"""The platform as any integration meets it: REST by urllib3, one API key, problems as errors."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import urllib3

ATTEMPTS = 6
LONGEST_PAUSE_S = 5.0
WORTH_ANOTHER_TRY = (429, 502, 503, 504)


class GatewayError(Exception):
    """The gateway did not answer, or answered with a problem; ``status`` is 0 when there was no answer."""

    def __init__(self, request: str, status: int, problem: Mapping[str, Any]) -> None:
        fields = "; ".join(f"{each['field']}: {each['message']}" for each in problem.get("errors", []))
        super().__init__(f"{request}: {status or 'no answer'}, {problem.get('detail', '')} {fields}".rstrip())
        self.status = status
        self.problem = problem


class Gateway:
    """One caller of one gateway. A command is repeated with its own Idempotency-Key until an answer comes."""

    def __init__(self, url: str, api_key: str) -> None:
        self.url = url.rstrip("/")
        self._pool = urllib3.PoolManager(headers={"Authorization": f"Bearer {api_key}", "Accept": "application/json"})

    def get(self, path: str, **query: str) -> dict[str, Any]:
        return self._ask("GET", f"{path}?{urlencode(query)}" if query else path)

    def pages(self, path: str, **query: str) -> Iterator[dict[str, Any]]:
        """Every item of a collection, page after page."""
        cursor: dict[str, str] = {}
        while True:
            page = self.get(path, limit="200", **query, **cursor)
            yield from page["items"]
            if not page["next_cursor"]:
                return
            cursor = {"cursor": page["next_cursor"]}

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return self._ask("POST", path, body or {}, {"Idempotency-Key": uuid.uuid4().hex})

    def patch(self, path: str, body: Mapping[str, Any], sequence: int) -> dict[str, Any]:
        return self._ask("PATCH", path, body, {"If-Match": f'"{sequence}"', "Idempotency-Key": uuid.uuid4().hex})

    def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        content = {} if body is None else {"Content-Type": "application/json"}
        payload = None if body is None else json.dumps(body).encode()
        failure = GatewayError(f"{method} {path}", 0, {"detail": f"nothing answers at {self.url}."})
        pause_s = 0.0
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(pause_s)
            pause_s = min(0.2 * 2**attempt, LONGEST_PAUSE_S)
            try:
                answer = self._pool.request(
                    method,
                    self.url + path,
                    body=payload,
                    headers={**self._pool.headers, **content, **(headers or {})},
                    timeout=15.0,
                    retries=False,
                    redirect=False,
                )
            except urllib3.exceptions.HTTPError:
                continue
            if answer.status < 400:
                return _object(answer.data)
            failure = GatewayError(f"{method} {path}", answer.status, _object(answer.data))
            if answer.status not in WORTH_ANOTHER_TRY and failure.problem.get("code") != "idempotency_in_flight":
                break
            pause_s = min(float(answer.headers.get("Retry-After") or pause_s), LONGEST_PAUSE_S)
        raise failure


def _object(data: bytes) -> dict[str, Any]:
    try:
        read = json.loads(data or b"{}")
    except ValueError:
        return {"detail": data[:200].decode(errors="replace")}
    return read if isinstance(read, dict) else {"detail": str(read)}

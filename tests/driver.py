"""Drives a real platform through its gateway, for end-to-end and fault tests and for the benchmarks.

``Api`` is one account's view of the gateway; ``Platform`` starts a private stack and makes agencies in it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3

from deploy.local.daemons import eventually
from deploy.local.processes import PROJECT, launched
from deploy.local.stack import Stack

Body = dict[str, Any]
_TRY_AGAIN = {429, 500, 502, 503, 504}


class Refused(AssertionError):
    """The gateway answered with an error that trying again does not change."""

    def __init__(self, method: str, path: str, status: int, body: Any) -> None:
        super().__init__(f"{method} {path}: {status} {json.dumps(body, ensure_ascii=False)[:800]}")
        self.status = status
        self.body = body


class Api:
    """Requests with one API key. A change is repeated with its Idempotency-Key until there is a definite answer."""

    def __init__(self, url: str, key: str, patience_s: float = 180.0) -> None:
        """``patience_s``: several kills and an outage of 20 s may follow one another before there is an answer."""
        self.url = url
        self._patience_s = patience_s
        self._pool = urllib3.PoolManager(maxsize=64, retries=False, timeout=urllib3.Timeout(connect=2, read=15))
        self.authorization = f"Bearer {key}"
        self._headers = {"Authorization": self.authorization, "Accept": "application/json"}

    def send(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, **headers: str
    ) -> urllib3.BaseHTTPResponse:
        """One request and its answer, whatever it is."""
        given = {**self._headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self._pool.request(method, self.url + path, json=body, headers=given)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, **headers: str) -> Any:
        """The JSON of a success; Refused for a definite error; repeats what may pass, for ``patience_s``."""
        deadline = time.monotonic() + self._patience_s
        if method == "POST":
            headers.setdefault("Idempotency_Key", uuid.uuid4().hex)
        while True:
            try:
                answer = self.send(method, path, body, **headers)
            except urllib3.exceptions.HTTPError as error:
                last: object = error
            else:
                if answer.status < 300:
                    return json.loads(answer.data) if answer.data else None
                problem = _problem(method, path, answer)
                last = (answer.status, problem)
                if answer.status not in _TRY_AGAIN and problem.get("code") != "idempotency_in_flight":
                    raise Refused(method, path, answer.status, problem)
            if time.monotonic() > deadline:
                raise AssertionError(f"{method} {path}: no definite answer in {self._patience_s:g} s, last {last}")
            time.sleep(0.1)

    def get(self, path: str) -> Any:
        return self.ask("GET", path)

    def post(self, path: str, body: Mapping[str, Any], **headers: str) -> Any:
        return self.ask("POST", path, body, **headers)

    def pages(self, path: str) -> Iterator[Any]:
        """Every item of a list, page by page."""
        cursor = ""
        while True:
            page = self.get(f"{path}{'&' if '?' in path else '?'}limit=200{cursor}")
            yield from page["items"]
            if page["next_cursor"] is None:
                return
            cursor = f"&cursor={page['next_cursor']}"

    def organisation(self, name: str, **fields: Any) -> Body:
        return dict(self.post("/v1/organisations", {"name": name, **fields}))

    def site(self, organisation_id: str, municipality: str, name: str = "Tehdas") -> Body:
        return dict(
            self.post(f"/v1/organisations/{organisation_id}/sites", {"name": name, "municipality": municipality})
        )

    def listing(self, site_id: str, direction: str, name: str, kind: str = "material", **fields: Any) -> Body:
        body = {"site_id": site_id, "direction": direction, "name": name, "kind": kind, **fields}
        return dict(self.post("/v1/listings", body))

    def subscribe(self, url: str, events: list[str], **fields: Any) -> Body:
        return dict(self.post("/v1/subscriptions", {"url": url, "events": events, **fields}))


def _problem(method: str, path: str, answer: urllib3.BaseHTTPResponse) -> Body:
    """The problem document of an error; every error has one."""
    try:
        return dict(json.loads(answer.data))
    except ValueError:
        raise AssertionError(f"{method} {path}: {answer.status} without a problem: {answer.data[:300]!r}") from None


@dataclass(frozen=True, slots=True)
class Agency:
    """A tenant made for a test: its facilitator's view, and one client with one site."""

    id: str
    api: Api
    organisation_id: str
    site_id: str


class Platform:
    """A running private stack and its operator."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.operator = Api(stack.gateway_url, bootstrap(stack))

    def api(self, agency_id: str | None, roles: list[str]) -> Api:
        """A fresh account with a key, in the agency."""
        draft = {"name": f"testi {uuid.uuid4().hex[:6]}", "roles": roles, "agency_id": agency_id}
        account = self.operator.post("/v1/service-accounts", draft)
        issued = self.operator.post(f"/v1/service-accounts/{account['id']}/api-keys", {})
        return Api(self.stack.gateway_url, issued["api_key"])

    def agency(self, name: str, municipality: str, region: str = "12", programmes: tuple[str, ...] = ()) -> Agency:
        draft = {"name": name, "region_code": region, "programmes": list(programmes)}
        agency = self.operator.post("/v1/agencies", draft)
        api = self.api(agency["id"], ["facilitator"])
        organisation = api.organisation(f"Esimerkki {name} Oy")
        return Agency(agency["id"], api, organisation["id"], api.site(organisation["id"], municipality)["id"])


def bootstrap(stack: Stack) -> str:
    """The operator's key, by the command an operator uses."""
    command = [sys.executable, "-W", "ignore", "-m", "services.identity.bootstrap", "--new-key"]
    done = subprocess.run(
        launched(stack.launch_file("identity"), command), cwd=PROJECT, capture_output=True, check=True, timeout=60
    )
    return str(json.loads(done.stdout.splitlines()[-1])["api_key"])


@contextmanager
def running_platform(folder: Path, **options: Any) -> Iterator[Platform]:
    """A stack from nothing to ready, gone at the end."""
    stack = Stack(folder, **options)
    try:
        stack.start(timeout=180)
        yield Platform(stack)
    finally:
        stack.abandon()


def wait_until(condition: Callable[[], object], timeout_s: float, what: str) -> None:
    """Wait for the condition; AssertionError naming it when it does not come true."""
    if not eventually(condition, timeout_s):
        raise AssertionError(f"{what} did not come true in {timeout_s:g} s")

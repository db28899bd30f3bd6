"""What the gateway lets in, what it refuses, and the headers on everything."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway import limits
from gateway.app import create_app
from gateway.front import PortSplit
from gateway.health import operator_app
from shared.config import Settings, load
from shared.contracts.rpc import identity, organisations
from shared.errors import CODES, Unavailable
from shared.observability.health import Health
from tests.unit.gateway.conftest import KEY, StubRpc

CREATE = "/v1/organisations"
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"name=x", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        (b"--x--", {"Content-Type": "multipart/form-data; boundary=x"}, 415),
        (b"{}", {"Content-Type": "application/json; charset=latin-1"}, 415),
        (b"{}", {**JSON, "Content-Encoding": "gzip"}, 415),
        (b"{", JSON, 400),
        (b"\xff\xfe", JSON, 400),
        (b"[]", JSON, 400),
        (b"null", JSON, 400),
        (b'{"name": NaN}', JSON, 400),
        (b'{"name": "a", "name": "b"}', JSON, 400),
        (b'{"name": ' + b"9" * 1900 + b"}", JSON, 422),
        (b'{"name": ' + b"[" * 21 + b"]" * 21 + b"}", JSON, 400),
        (b'{"name": ' + b"[" * 990, JSON, 400),
        (b'{"name": "' + b"a" * 2000 + b'"}', JSON, 413),
        (b"", {}, 422),
        (b'{"name": 5}', JSON, 422),
    ],
)
def test_a_bad_body_is_refused_with_the_right_status(
    client: FlaskClient, rpc: StubRpc, body: bytes, headers: dict[str, str], status: int
) -> None:
    rpc.answers[organisations.REGISTER_ORGANISATION.key] = lambda payload: organisations_refusal(payload)
    answer = client.post(CREATE, data=body, headers=headers)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def organisations_refusal(payload: object) -> Exception:
    """What the service's own check says to these bodies."""
    from shared.errors import InvalidInput

    return InvalidInput([{"field": "name", "message": "Not a valid string."}])


def test_a_chunked_body_is_measured_as_it_comes(client: FlaskClient) -> None:
    answer = client.post(
        CREATE,
        input_stream=io.BytesIO(b" " * 5000),
        headers=JSON,
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""},
    )
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("accept", "status"),
    [("text/html", 406), ("image/*", 406), ("text/html, */*;q=0.1", 200), ("application/*", 200), ("", 200)],
)
def test_an_answer_is_refused_only_when_no_form_fits(
    client: FlaskClient, rpc: StubRpc, accept: str, status: int
) -> None:
    rpc.answers[organisations.LIST_ORGANISATIONS.key] = {"items": [], "next_cursor": None}
    assert client.get(CREATE, headers={"Accept": accept}).status_code == status


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/nothing", 404), ("GET", "//v1/listings", 404), ("PUT", CREATE, 405), ("TRACE", CREATE, 405)],
)
def test_wrong_addresses_and_methods_are_problems(anybody: FlaskClient, method: str, path: str, status: int) -> None:
    answer = anybody.open(path, method=method)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert (status == 405) == ("Allow" in answer.headers)


@pytest.mark.parametrize(("header", "error"), [(None, ""), ("Bearer wrong", ', error="invalid_token"')])
def test_who_has_no_good_key_is_challenged(anybody: FlaskClient, header: str | None, error: str) -> None:
    answer = anybody.get(CREATE, headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, f'Bearer realm="sivuvirta"{error}')
    assert "inner words" not in answer.text


def test_a_principal_has_a_rate(rpc: StubRpc) -> None:
    rpc.answers[organisations.LIST_ORGANISATIONS.key] = {"items": [], "next_cursor": None}
    client = create_app(rpc, load({"SIVUVIRTA_RATE_LIMIT": "3"})).test_client()
    rpc.now = 4_000_000_000.0
    answers = [client.get(CREATE, headers={"Authorization": f"Bearer {KEY}"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def test_an_address_that_tries_wrong_keys_is_stopped_before_identity_is_asked(
    anybody: FlaskClient, rpc: StubRpc, settings: Settings
) -> None:
    allowed = settings.rate_limit_per_minute // 20
    statuses = [
        anybody.get(CREATE, headers={"Authorization": f"Bearer wrong-{n}"}).status_code for n in range(allowed + 1)
    ]
    assert statuses == [401] * allowed + [429]
    assert len(rpc.of(identity.AUTHENTICATE)) == allowed
    elsewhere = anybody.get(CREATE, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 401


def test_counters_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "COUNTERS_MAX", 100)
    counters = limits.BoundedCounters()
    for number in range(1000):
        counters.incr(str(number), 60)
    assert len(counters._counters) <= 100


def test_every_answer_carries_the_protective_headers(client: FlaskClient, rpc: StubRpc) -> None:
    for path in (CREATE, "/", "/docs", "/openapi.json", "/nothing"):
        headers = client.get(path, headers={"Accept": "*/*"}).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert not {"Server", "Access-Control-Allow-Origin", "Strict-Transport-Security"} & set(headers.keys())


def test_answers_under_v1_are_not_stored_and_https_is_kept(client: FlaskClient) -> None:
    answer = client.get("/v1/nothing", base_url="https://localhost")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" in answer.headers


def test_a_trace_is_taken_up_and_told(client: FlaskClient) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = client.get("/v1/nothing", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    assert answer.headers["traceparent"].startswith(f"00-{trace}-")
    assert answer.json["trace_id"] == trace


def test_ready_means_that_calls_reach_identity(anybody: FlaskClient, rpc: StubRpc) -> None:
    assert anybody.get("/healthz").json == {"status": "alive"}
    rpc.answers[identity.AUTHENTICATE.key] = Unavailable("identity")
    answer = anybody.get("/readyz")
    assert (answer.status_code, answer.json["conditions"]) == (503, {"calls": True, "identity": False})
    del rpc.answers[identity.AUTHENTICATE.key]
    assert anybody.get("/readyz").status_code == 200


def test_metrics_are_for_the_operators_port_only(app: Flask) -> None:
    split = PortSplit(app, operator_app(Health()), 8000)
    from werkzeug.test import Client

    outside = Client(split)
    assert outside.get("/metrics", base_url="http://localhost:8000").status_code == 404
    inside = outside.get("/metrics", base_url="http://localhost:9000")
    assert (inside.status_code, inside.content_type.split(";")[0]) == (200, "text/plain")
    assert outside.get("/v1/listings", base_url="http://localhost:9000").status_code == 404


def test_reference_lists_are_open_searched_paged_and_cached(anybody: FlaskClient) -> None:
    found = anybody.get("/v1/reference/municipalities?q=lieksa")
    assert [entry["name_fi"] for entry in found.json["items"]] == ["Lieksa"]
    assert found.headers["Cache-Control"] == "public, max-age=3600"
    again = anybody.get("/v1/reference/municipalities?q=lieksa", headers={"If-None-Match": found.headers["ETag"]})
    assert again.status_code == 304
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = anybody.get("/v1/reference/municipalities?limit=200" + (f"&cursor={cursor}" if cursor else "")).json
        seen += [entry["code"] for entry in page["items"]]
        cursor = page["next_cursor"]
    assert len(seen) == len(set(seen)) == 308


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=nothing", "z=1", "q=a&q=b"])
def test_a_bad_reference_query_is_refused_by_name(anybody: FlaskClient, query: str) -> None:
    answer = anybody.get(f"/v1/reference/units?{query}")
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, query.split("=")[0])


def test_the_documentation_loads_nothing_from_outside(anybody: FlaskClient) -> None:
    page = anybody.get("/docs").text
    assets = [part.split('"')[0] for part in page.split("/docs/assets/")[1:]]
    assert assets != []
    assert "http" not in page.replace("http-equiv", "")
    assert [anybody.get(f"/docs/assets/{name}").status_code for name in assets] == [200] * len(assets)
    assert anybody.get("/docs/assets/../docs.html").status_code == 404
    assert anybody.get("/docs/openapi-3.0.json").json["openapi"] == "3.0.3"


def test_every_problem_has_its_place_on_the_page_its_type_leads_to(anybody: FlaskClient) -> None:
    page = anybody.get("/docs/problems").text
    assert [code for code in CODES if f'id="{code}"' not in page] == []

"""Pages for people: a greeting, the interactive documentation with our own assets only, what each problem means.

The documentation page renders OpenAPI 3.0 (the bundled Swagger UI knows no 3.1); ``/openapi.json`` is 3.1.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from flask import Flask, Response, send_from_directory
from swagger_ui_bundle import swagger_ui_path

from shared.errors import CODES

STATIC = Path(__file__).parent / "static"
OWN_ASSETS = ("docs.js", "page.css")
SWAGGER_ASSETS = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png", "favicon-16x16.png")
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "public, max-age=300"}


def add_routes(app: Flask, document: dict[str, Any], older: Callable[[], dict[str, Any]]) -> None:
    """``older`` makes the same document in the form of OpenAPI 3.0, when the page is first looked at."""
    openapi, openapi_3_0 = _encoded(document), cache(lambda: _encoded(older()))
    app.add_url_rule("/", "home", lambda: _page("home.html"))
    app.add_url_rule("/docs", "docs", lambda: _page("docs.html"))
    app.add_url_rule("/docs/problems", "problem_types", _problem_types)
    app.add_url_rule("/docs/assets/<name>", "docs_assets", _asset)
    app.add_url_rule("/openapi.json", "openapi", lambda: _json(openapi))
    app.add_url_rule("/docs/openapi-3.0.json", "openapi_3_0", lambda: _json(openapi_3_0()))


def _page(name: str) -> Response:
    return Response((STATIC / name).read_bytes(), headers=_HEADERS, content_type="text/html; charset=utf-8")


def _json(body: bytes) -> Response:
    return Response(body, headers={"Cache-Control": "public, max-age=300"}, content_type="application/json")


def _encoded(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _asset(name: str) -> Response:
    folder = STATIC if name in OWN_ASSETS else Path(str(swagger_ui_path)) if name in SWAGGER_ASSETS else None
    if folder is None:
        return Response(status=404)
    response = send_from_directory(folder, name, max_age=86_400)
    response.headers["Content-Security-Policy"] = PAGE_POLICY
    return response


def _problem_types() -> Response:
    rows = "".join(
        f'<tr id="{code}"><th scope="row"><code>{code}</code></th><td>{entry.status}</td>'
        f"<td>{escape(entry.title)}</td><td>{'yes' if entry.retryable else 'no'}</td></tr>"
        for code, entry in CODES.items()
    )
    page = (STATIC / "problems.html").read_text(encoding="utf-8").replace("<!--rows-->", rows)
    return Response(page, headers=_HEADERS, content_type="text/html; charset=utf-8")

"""``python -m gateway.openapi`` writes ``docs/api/openapi.json``; with ``--check`` it fails when that is stale."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway.app import create_app
from shared import config
from shared.contracts.registry import Call

COMMITTED = Path(__file__).parents[1] / "docs" / "api" / "openapi.json"


class NoCalls:
    """Stands where the RPC client stands while nothing is asked."""

    connected = False

    def call(self, call: Call, payload: Mapping[str, Any], token: str, **_: Any) -> Any:
        raise RuntimeError("documentation calls nobody")

    start = call


def document() -> dict[str, Any]:
    """The whole document."""
    app = create_app(NoCalls(), config.load({}))
    made: dict[str, Any] = app.extensions["openapi"]
    return made


def rendered() -> str:
    return json.dumps(document(), ensure_ascii=False, indent=2) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m gateway.openapi", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the committed file is stale")
    text = rendered()
    if not parser.parse_args().check:
        COMMITTED.parent.mkdir(parents=True, exist_ok=True)
        COMMITTED.write_text(text, encoding="utf-8")
        return 0
    if COMMITTED.is_file() and COMMITTED.read_text(encoding="utf-8") == text:
        return 0
    print("docs/api/openapi.json is stale: run python -m gateway.openapi", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

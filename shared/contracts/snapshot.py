"""What keeps event contracts append-only: the fields of every event version as they were once promised.

``python -m shared.contracts.snapshot`` adds new events and new optional fields to ``docs/api/event-fields.json`` and
refuses what would break a promise: a field taken away, renamed, of another type, or no longer as required as it was.
With ``--check`` it writes nothing and fails as well when something new is not written down yet.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from shared.contracts.asyncapi import data_schemas, schema_name
from shared.contracts.catalogue import REGISTRY

Promises = Mapping[str, Mapping[str, str]]
"""Event name to field path to its type, such as ``{"listing.shared.v1": {"quantity.amount": "number, required"}}``."""

COMMITTED = Path(__file__).parents[2] / "docs" / "api" / "event-fields.json"
REQUIRED = ", required"


def present() -> Promises:
    """What the registry says now."""
    events = sorted(REGISTRY.events.values(), key=lambda event: event.name)
    schemas = data_schemas(events)
    return {
        event.name: {"(exchange)": event.exchange, **dict(_walk(schemas[schema_name(event.schema)], schemas))}
        for event in events
    }


def committed() -> Promises:
    if not COMMITTED.is_file():
        return {}
    read: dict[str, dict[str, str]] = json.loads(COMMITTED.read_text(encoding="utf-8"))
    return read


def broken_promises(before: Promises, now: Promises) -> list[str]:
    """One sentence for each promise of ``before`` that ``now`` does not keep."""
    broken = [f"{name} is gone" for name in before if name not in now]
    for name in before.keys() & now.keys():
        old, new = before[name], now[name]
        broken += [f"{name}: {path} is gone" for path in old if path not in new]
        broken += [
            f"{name}: {path} was {old[path]}, is {new[path]}"
            for path in old.keys() & new.keys()
            if old[path] != new[path]
        ]
        broken += [
            f"{name}: {path} is new and required: events of yesterday do not have it"
            for path in new.keys() - old.keys()
            if new[path].endswith(REQUIRED) and _parent(path) not in new.keys() - old.keys()
        ]
    return sorted(broken)


def _walk(schema: Mapping[str, Any], schemas: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, field in sorted(schema.get("properties", {}).items()):
        path, required = f"{prefix}{name}", REQUIRED if name in schema.get("required", ()) else ""
        yield path, _type_of(field) + required
        for nested in _nested(field):
            yield from _walk(schemas[nested], schemas, f"{path}.")


def _type_of(field: Mapping[str, Any]) -> str:
    options = field.get("anyOf") or field.get("allOf") or [field]
    names = {_type_name(option) for option in options}
    return " or ".join(sorted(names))


def _type_name(field: Mapping[str, Any]) -> str:
    if "$ref" in field:
        return "object"
    kind = field["type"]
    names = " or ".join(sorted(kind)) if isinstance(kind, list) else str(kind)
    if kind == "array":
        return f"array of {_type_of(field['items'])}"
    return f"{names} ({field['format']})" if "format" in field else names


def _nested(field: Mapping[str, Any]) -> list[str]:
    options = [field, field.get("items", {}), *field.get("anyOf", ()), *field.get("allOf", ())]
    return [option["$ref"].rsplit("/", 1)[1] for option in options if "$ref" in option]


def _parent(path: str) -> str:
    return path.rpartition(".")[0]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m shared.contracts.snapshot", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when something is not written down")
    check: bool = parser.parse_args().check
    before, now = committed(), present()
    broken = broken_promises(before, now)
    if broken:
        print("An event version is append-only; make a new version instead:", *broken, sep="\n  ", file=sys.stderr)
        return 1
    if check and before != now:
        print("docs/api/event-fields.json is stale: run python -m shared.contracts.snapshot", file=sys.stderr)
        return 1
    if not check:
        COMMITTED.write_text(json.dumps(now, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

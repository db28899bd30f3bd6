"""The AsyncAPI 3.0 document of the platform, made from the registry.

``python -m shared.contracts.asyncapi`` writes ``docs/api/asyncapi.json``; with ``--check`` it writes nothing and
fails when the committed file is not what the registry says now.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from shared.contracts.catalogue import REGISTRY
from shared.contracts.envelope import CONTENT_TYPE
from shared.contracts.registry import PEERS_EXCHANGE, SERVICES, EventType, Subscription

Json = dict[str, Any]

ASYNCAPI_VERSION = "3.0.0"
API_VERSION = "1.0.0"
COMMITTED = Path(__file__).parents[2] / "docs" / "api" / "asyncapi.json"
_AMQP_BINDING = "0.3.0"


def document() -> Json:
    """The whole document, the same for the same registry."""
    events = sorted(REGISTRY.events.values(), key=lambda event: event.name)
    queues = sorted(REGISTRY.subscriptions.values(), key=lambda subscription: subscription.queue)
    return {
        "asyncapi": ASYNCAPI_VERSION,
        "info": _info(),
        "defaultContentType": CONTENT_TYPE,
        "servers": {"cell": _server()},
        "channels": {
            **{f"event.{event.name}": _event_channel(event) for event in events},
            **{f"queue.{queue.queue}": _queue_channel(queue) for queue in queues},
        },
        "operations": {
            **{f"{event.service}.send.{event.name}": _send(event) for event in events},
            **{f"{queue.service}.receive.{queue.queue}": _receive(queue) for queue in queues},
        },
        "components": {
            "messages": {event.name: _message(event) for event in events},
            "schemas": {"CloudEvent": _envelope_schema(), **data_schemas(events)},
        },
    }


def data_schemas(events: list[EventType]) -> dict[str, Json]:
    """JSON Schema by name of everything that travels in ``data``. Open to further fields, as consumers are."""
    spec = APISpec("data", API_VERSION, "3.1.0", plugins=[MarshmallowPlugin()])
    for schema in dict.fromkeys(event.schema for event in events):
        if schema_name(schema) not in spec.components.schemas:
            spec.components.schema(schema_name(schema), schema=schema)
    schemas: dict[str, Json] = spec.to_dict()["components"]["schemas"]
    for made in schemas.values():
        made.pop("additionalProperties", None)
    for event in events:
        schemas[schema_name(event.schema)]["description"] = _one_line(event.schema.__doc__ or event.doc)
    return dict(sorted(schemas.items()))


def schema_name(schema: type[Schema]) -> str:
    return schema.__name__.removesuffix("Schema")


def rendered(doc: Mapping[str, Any]) -> str:
    return json.dumps(doc, ensure_ascii=False, indent=2) + "\n"


def _info() -> Json:
    return {
        "title": "Sivuvirta events",
        "version": API_VERSION,
        "description": (
            "Events of one cell (a region, or a few that share an agency). Exchanges named after a service stay in "
            "their cell; national.events is federated to the other cells, where it arrives on peers.events. Delivery "
            "is at least once and in no promised order: drop duplicates by source and id, and apply only a higher "
            "sequence. A schema only ever gains optional fields; a breaking change is a new version beside the old."
        ),
        "tags": [{"name": service} for service in SERVICES],
    }


def _server() -> Json:
    return {
        "host": "{host}:{port}",
        "pathname": "/{virtualHost}",
        "protocol": "amqp",
        "protocolVersion": "0.9.1",
        "description": "The broker of one cell. Every service has an account of its own with the least rights.",
        "variables": {
            "host": {"default": "127.0.0.1", "description": "Broker of the cell."},
            "port": {"default": "5672", "description": "AMQP port."},
            "virtualHost": {"default": "", "description": "Virtual host, the default one when empty."},
        },
    }


def _event_channel(event: EventType) -> Json:
    return {
        "address": event.name,
        "title": event.name,
        "description": event.doc,
        "messages": {event.name: _ref("components", "messages", event.name)},
        "tags": _tags(event),
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {"name": event.exchange, "type": "topic", "durable": True, "autoDelete": False},
                "bindingVersion": _AMQP_BINDING,
            }
        },
        "x-federated": event.national,
        "x-catalogue-only": event.catalogue_only,
    }


def _queue_channel(queue: Subscription) -> Json:
    origin = f"other cells, by {PEERS_EXCHANGE}" if queue.from_peers else "this cell"
    return {
        "address": queue.queue,
        "title": queue.queue,
        "description": f"Quorum queue of {queue.service} with events of {origin}.",
        "messages": {event.name: _ref("components", "messages", event.name) for event in queue.events},
        "tags": [{"name": queue.service}],
        "bindings": {
            "amqp": {
                "is": "queue",
                "queue": {"name": queue.queue, "durable": True, "exclusive": False, "autoDelete": False},
                "bindingVersion": _AMQP_BINDING,
            }
        },
        "x-bindings": [{"exchange": exchange, "routingKey": key} for exchange, key in queue.bindings],
        "x-single-active-consumer": queue.single_active,
    }


def _send(event: EventType) -> Json:
    channel = f"event.{event.name}"
    return {
        "action": "send",
        "channel": _ref("channels", channel),
        "messages": [_ref("channels", channel, "messages", event.name)],
        "summary": event.doc,
        "tags": _tags(event),
        "bindings": {
            "amqp": {
                "deliveryMode": 2,
                "mandatory": REGISTRY.has_consumer(event),
                "bindingVersion": _AMQP_BINDING,
            }
        },
    }


def _receive(queue: Subscription) -> Json:
    channel = f"queue.{queue.queue}"
    return {
        "action": "receive",
        "channel": _ref("channels", channel),
        "messages": [_ref("channels", channel, "messages", event.name) for event in queue.events],
        "tags": [{"name": queue.service}],
        "bindings": {"amqp": {"ack": True, "bindingVersion": _AMQP_BINDING}},
    }


def _message(event: EventType) -> Json:
    data = _ref("components", "schemas", schema_name(event.schema))
    return {
        "name": event.type,
        "title": event.name,
        "summary": event.doc,
        "contentType": CONTENT_TYPE,
        "tags": _tags(event),
        "payload": {
            "allOf": [
                _ref("components", "schemas", "CloudEvent"),
                {
                    "type": "object",
                    "properties": {"type": {"const": event.type}, "source": _source_of(event), "data": data},
                    "required": ["data"],
                },
            ]
        },
        "x-catalogue-only": event.catalogue_only,
    }


def _envelope_schema() -> Json:
    """CloudEvents 1.0 (JSON format, structured mode) with the extensions every event of ours carries."""
    text = {"type": "string", "minLength": 1}
    return {
        "type": "object",
        "description": "CloudEvents 1.0, JSON format, structured mode.",
        "required": ["specversion", "id", "source", "type", "subject", "time", "sequence"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {**text, "description": "Unique together with source; the same over every repeat."},
            "source": {"type": "string", "format": "uri-reference", "description": "/regions/<cell>/<service>"},
            "type": {**text, "description": "fi.sivuvirta.<aggregate>.<past participle>.v<n>"},
            "subject": {**text, "description": "Id of the aggregate."},
            "time": {"type": "string", "format": "date-time"},
            "datacontenttype": {"const": "application/json"},
            "agency": {"type": "string", "description": "The agency whose data this is; absent where there is none."},
            "sequence": {
                "type": "string",
                "pattern": "^[0-9]{1,18}$",
                "description": "Version of the aggregate, zero-padded; compare it as a number.",
            },
            "traceparent": {"type": "string", "description": "W3C trace context."},
            "data": {"type": "object"},
        },
    }


def _source_of(event: EventType) -> Json:
    return {"type": "string", "pattern": f"^/regions/[0-9]{{2}}/{event.service}$"}


def _tags(event: EventType) -> list[Json]:
    return [{"name": event.service}, *([{"name": "public catalogue"}] if event.catalogue_only else [])]


def _ref(*path: str) -> Json:
    return {"$ref": "#/" + "/".join(path)}


def _one_line(text: str) -> str:
    return " ".join(text.split())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m shared.contracts.asyncapi", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the committed file is stale")
    text = rendered(document())
    if not parser.parse_args().check:
        COMMITTED.parent.mkdir(parents=True, exist_ok=True)
        COMMITTED.write_text(text, encoding="utf-8")
        return 0
    if COMMITTED.is_file() and COMMITTED.read_text(encoding="utf-8") == text:
        return 0
    print("docs/api/asyncapi.json is stale: run python -m shared.contracts.asyncapi", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

"""What each broker user may do: one table, rendered into RabbitMQ's definitions.

A user may publish to its own exchange and to the shared ones it needs, and consume its own queues only. Only
the administrator writes to the default exchange (whoever may reaches every queue); retry tiers return a
message through dead-lettering, which asks for no right. Durable queues and their bindings are declared by the
administrator. Topic rights narrow the shared exchanges: nobody binds another's RPC key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

SERVICES = ("identity", "organisations", "resources", "matching", "synergies", "audits", "notifications")
RPC_EXCHANGE = "nameko-rpc"
NATIONAL_EXCHANGE = "national.events"
PEERS_EXCHANGE = "peers.events"
ADMINISTRATOR = "administrator"
NOTHING = "^$"
EVERYTHING = ".*"
_CORRELATION = "[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"


@dataclass(frozen=True, slots=True)
class TopicRight:
    """On a topic exchange: routing keys the user may publish with and bind."""

    exchange: str
    write: str
    read: str


@dataclass(frozen=True, slots=True)
class Rights:
    """Regular expressions on the names of exchanges and queues."""

    configure: str
    write: str
    read: str
    topics: tuple[TopicRight, ...] = ()
    tags: str = ""


def program_rights() -> dict[str, Rights]:
    """User name to rights, for every process of the cell and the administrator."""
    users = {service: _service(service, service) for service in SERVICES}
    users["matching-index"] = _service("matching-index", "matching")
    users["gateway"] = _gateway()
    users[ADMINISTRATOR] = Rights(EVERYTHING, EVERYTHING, EVERYTHING, tags="administrator")
    return users


def cluster_name(cell: str) -> str:
    """The name under which a cell's broker is known to its peers."""
    return f"sivuvirta-{cell}"


def peer_rights(cell: str) -> Rights:
    """What the broker of another cell may do here: read national events through its own link."""
    own = rf"federation: {re.escape(NATIONAL_EXCHANGE)} -> {re.escape(cluster_name(cell))}.*"
    return Rights(f"^{own}$", f"^{own}$", f"^({re.escape(NATIONAL_EXCHANGE)}|{own})$")


def definitions(passwords: Mapping[str, str], rights: Mapping[str, Rights], vhost: str) -> dict[str, object]:
    """RabbitMQ definitions of the users: ``users``, ``permissions`` and ``topic_permissions``.

    The passwords stand in clear (the file is private and the node hashes them when it reads it).
    """
    return {
        "users": [
            {"name": user, "password": passwords[user], "tags": right.tags, "limits": {}}
            for user, right in rights.items()
        ],
        "permissions": [
            {
                "user": user,
                "vhost": vhost,
                "configure": right.configure,
                "write": right.write,
                "read": right.read,
            }
            for user, right in rights.items()
        ],
        "topic_permissions": [
            {
                "user": user,
                "vhost": vhost,
                "exchange": topic.exchange,
                "write": topic.write,
                "read": topic.read,
            }
            for user, right in rights.items()
            for topic in right.topics
        ],
    }


def _service(user: str, service: str) -> Rights:
    queues = rf"{service}\.(?!events$).*"
    rpc_queue = [f"rpc-{service}"] if user == service else []
    replies = rf"rpc\.reply-{user}-.*"
    keys = rf"{service}\..*"
    shared = [
        rf"{service}\.events",
        r"national\.events",
        RPC_EXCHANGE,
        r"sivuvirta\.retry\..*",
        r"sivuvirta\.dead",
    ]
    bound = f"^({keys}|{_CORRELATION})$" if user == service else f"^{_CORRELATION}$"
    return Rights(
        configure=_any(queues, *rpc_queue, replies),
        write=_any(*shared, queues, *rpc_queue, replies),
        read=_any(queues, *rpc_queue, replies, RPC_EXCHANGE),
        topics=(TopicRight(RPC_EXCHANGE, f"^({'|'.join(_call_keys())})$", bound),),
    )


def _gateway() -> Rights:
    own = (r"gateway\..*", r"rpc\.reply-gateway-.*")
    return Rights(
        configure=_any(*own),
        write=_any(*own, RPC_EXCHANGE),
        read=_any(*own, RPC_EXCHANGE, r"identity\.events"),
        topics=(TopicRight(RPC_EXCHANGE, f"^({'|'.join(_call_keys())})$", f"^{_CORRELATION}$"),),
    )


def _call_keys() -> Iterator[str]:
    yield from (rf"{service}\..+" for service in SERVICES)
    yield _CORRELATION


def _any(*patterns: str) -> str:
    return f"^({'|'.join(patterns)})$"

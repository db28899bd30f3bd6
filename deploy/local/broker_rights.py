"""What each broker user may do: one table, rendered into RabbitMQ's definitions.

A user may publish to its own exchange and to the shared ones it needs, and consume its own queues only. Only
the administrator writes to the default exchange (whoever may reaches every queue); retry tiers return a
message through dead-lettering, which asks for no right. Durable queues and their bindings are declared by the
administrator. Topic rights narrow the shared topic exchanges: nobody receives another's calls.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

SERVICES = ("identity", "organisations", "resources", "matching", "synergies", "audits", "notifications")
RPC_EXCHANGE = "nameko-rpc"
NATIONAL_EXCHANGE = "national.events"
PEERS_EXCHANGE = "peers.events"
ADMINISTRATOR = "administrator"
NOTHING = "^$"
EVERYTHING = ".*"
RETRY_TIERS = (1, 2, 3, 4)
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
    own = rf"{service}\..*"  # its queues, and its exchange `<service>.events`
    replies = rf"rpc\.reply-{service}-.*"
    shared = (r"national\.events", RPC_EXCHANGE, r"sivuvirta\.retry\..*", r"sivuvirta\.dead")
    own_key = f"^{own}$"
    return Rights(
        configure=_any(replies),
        write=_any(rf"{service}\.events", *shared, replies),
        read=_any(own, f"rpc-{user}", replies, RPC_EXCHANGE),
        topics=(
            _CALLS,
            # Retries and dead letters carry the name of the queue they belong to.
            TopicRight("sivuvirta.dead", own_key, NOTHING),
            *(TopicRight(f"sivuvirta.retry.{tier}", own_key, NOTHING) for tier in RETRY_TIERS),
        ),
    )


def _gateway() -> Rights:
    # It alone declares a queue of its own for events: a temporary one, bound to what revokes API keys.
    own = (r"gateway\..*", r"rpc\.reply-gateway-.*")
    return Rights(
        configure=_any(*own),
        write=_any(*own, RPC_EXCHANGE),
        read=_any(*own, RPC_EXCHANGE, r"identity\.events"),
        topics=(_CALLS,),
    )


def _any(*patterns: str) -> str:
    return f"^({'|'.join(patterns)})$"


# Anyone may call and answer; what anyone may bind is the key of its own replies.
_CALLS = TopicRight(
    RPC_EXCHANGE,
    write=rf"^(({'|'.join(SERVICES)})\..+|{_CORRELATION})$",
    read=f"^{_CORRELATION}$",
)

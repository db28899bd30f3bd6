"""Which TCP ports of 127.0.0.1 one stack uses, and how they are chosen.

``make up`` uses fixed ports, each moved by its own variable or all at once by BASE_PORT. Tests pick a free
block, below the range from which the kernel takes ports for outgoing connections: a part that is down for a
while finds its port again.
"""

from __future__ import annotations

import random
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import psutil

from deploy.local.errors import StackError

OPERATOR_PORTS = 20
BLOCK = 40


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of one stack; operator ports are counted upwards from ``operator_base``."""

    gateway: int = 8000
    operator_base: int = 8010
    broker: int = 5682
    broker_distribution: int = 25682
    broker_metrics: int = 15682
    epmd: int = 4379
    database: int = 27027

    @classmethod
    def from_base(cls, base: int) -> Ports:
        """All ports in the block of 40 that starts at ``base``."""
        return cls(base, base + 10, base + 30, base + 31, base + 32, base + 33, base + 34)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Ports:
        """The fixed ports, or those of BASE_PORT, each replaced by its own variable when that is set."""
        start = cls.from_base(_port("BASE_PORT", environ["BASE_PORT"])) if environ.get("BASE_PORT") else cls()
        chosen = {
            name: _port(variable, environ[variable]) for name, variable in VARIABLES.items() if environ.get(variable)
        }
        return cls(**{**asdict(start), **chosen})

    @classmethod
    def pick_free(cls) -> Ports:
        """A block of ports that nothing listens on now."""
        chooser = random.SystemRandom()
        for _ in range(200):
            base = chooser.randrange(10_240, _first_ephemeral_port() - BLOCK, BLOCK)
            if all(is_free(base + offset) for offset in range(BLOCK)):
                return cls.from_base(base)
        raise StackError("No block of 40 free ports was found below the ephemeral range; stop something and try again.")


VARIABLES = {
    "gateway": "GATEWAY_PORT",
    "operator_base": "OPERATOR_PORT_BASE",
    "broker": "BROKER_PORT",
    "broker_distribution": "BROKER_DISTRIBUTION_PORT",
    "broker_metrics": "BROKER_METRICS_PORT",
    "epmd": "EPMD_PORT",
    "database": "MONGO_PORT",
}
assert list(VARIABLES) == [item.name for item in fields(Ports)]


def is_free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1:port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def listener(port: int) -> str:
    """Who listens on the port, as far as this user may know: ``" by name (process 123)"`` or nothing."""
    try:
        for connection in psutil.net_connections("tcp"):
            local = connection.laddr
            listens = connection.status == psutil.CONN_LISTEN and local and local.port == port
            if listens and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        pass
    return ""


def _port(variable: str, text: str) -> int:
    if text.isdigit() and 1024 <= int(text) <= 65_535 - BLOCK:
        return int(text)
    raise StackError(f"{variable} is {text!r}; a port is a number from 1024 to {65_535 - BLOCK}.")


def _first_ephemeral_port() -> int:
    try:
        first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    except (OSError, ValueError):
        first = 32_768
    return min(max(first, 12_000), 32_768)

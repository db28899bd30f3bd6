"""Where a webhook may go: the guard against requests into our own or somebody else's inner network (SSRF).

The URL is judged when it is given, its address at every attempt: resolved once, judged, and that very address is
connected to, so that a name which changes between judging and connecting (DNS rebinding) gains nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import quote, urlsplit

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[str]]

PORTS = frozenset({80, 443})
PORT_FREE_FROM = 1024

# Beside what ``ipaddress`` calls not global: forms that wrap an IPv4 address, and one cloud's metadata address that
# is public by its number.
_REFUSED = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8", "100.64.0.0/10", "168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15",
        "224.0.0.0/4", "240.0.0.0/4",
        "::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
        "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip


class UnsafeDestination(Exception):
    """The URL or its address is refused; ``message`` tells a person why, and no inner address."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Destination:
    """A judged URL, in the parts a connection needs. ``host`` is lower-case ASCII without brackets."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def host_header(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == {"http": 80, "https": 443}[self.scheme] else f"{name}:{self.port}"


def parse_destination(url: str, *, allow_loopback: bool = False) -> Destination:
    """The URL's parts, or UnsafeDestination saying what would be right. Looks up nothing."""
    if not url.isprintable() or any(c in url for c in " \\"):
        raise UnsafeDestination("Must be a URL without spaces, backslashes or control characters.")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
        host = host if ":" in host else host.encode("idna").decode().lower()
    except ValueError:
        raise UnsafeDestination("Is not a URL, for example https://example.fi/webhooks.") from None
    if parts.scheme != "https" and not (allow_loopback and parts.scheme == "http"):
        raise UnsafeDestination("Must begin with https://.")
    if "@" in parts.netloc:
        raise UnsafeDestination("Must not carry a user name or password; deliveries are signed instead.")
    if parts.fragment:
        raise UnsafeDestination("Must not have a part behind #.")
    if not host or "%" in host:
        raise UnsafeDestination("Must name a host.")
    port = {"http": 80, "https": 443}[parts.scheme] if port is None else port
    if port not in PORTS and port < PORT_FREE_FROM:
        raise UnsafeDestination("The port must be 443, 80, or 1024 and above.")
    target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe="/?%:@!$&'()*+,;=-._~[]")
    destination = Destination(parts.scheme, host, port, target)
    literal = _literal(host)
    if literal is not None:
        _check(destination, literal, allow_loopback)
    elif host == "localhost" or host.endswith(".localhost"):
        _check(destination, IPv4Address("127.0.0.1"), allow_loopback)
    elif host.endswith((".local", ".internal")) or "." not in host:
        raise UnsafeDestination("Must name a public host.")
    return destination


def choose_address(destination: Destination, resolve: Resolve, *, allow_loopback: bool = False) -> str:
    """The address to connect to, from one look-up. One refused address among several refuses all."""
    addresses = [ip_address(text) for text in resolve(destination.host, destination.port)]
    if not addresses:
        raise UnsafeDestination("The host has no address.")
    for address in addresses:
        _check(destination, address, allow_loopback)
    return str(addresses[0])


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _check(destination: Destination, address: Address, allow_loopback: bool) -> None:
    if allow_loopback and address.is_loopback:
        return
    if destination.scheme != "https":
        raise UnsafeDestination("Plain http is for this machine only; use https.")
    if not address.is_global or any(address in network for network in _REFUSED):
        raise UnsafeDestination("The host's address is not a public one.")

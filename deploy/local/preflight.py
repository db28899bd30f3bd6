"""Can this machine run the platform? Each refusal is one StackError: what is wrong, and the way out."""

from __future__ import annotations

import platform
import shutil
import subprocess
import urllib.parse
from collections.abc import Callable, Sequence
from pathlib import Path
from socket import create_connection

import psutil

from deploy.local import packages
from deploy.local.broker import OLDEST, find_server, server_version
from deploy.local.database import find_mongod
from deploy.local.errors import StackError
from deploy.local.ports import OPERATOR_PORTS, VARIABLES, Ports, is_free, listener

GIB = 1 << 30
LEAST_MEMORY = 2 * GIB
LEAST_DISK = 2 * GIB
LIBRARY_PACKAGES = {
    "libcurl.so.4": "libcurl4",
    "libldap": "libldap-2.5-0",
    "liblber": "libldap-2.5-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libcrypto.so.3": "libssl3",
    "libssl.so.3": "libssl3",
    "liblzma.so.5": "liblzma5",
}


def check_ports(
    ports: Ports,
    programs: int,
    *,
    broker: bool,
    database: bool,
    free: Callable[[int], bool] = is_free,
    who: Callable[[int], str] = listener,
) -> None:
    """Refuse occupied ports, each with who has it and the variable that moves it."""
    needed: dict[int, tuple[str, str]] = {ports.gateway: ("gateway", VARIABLES["gateway"])}
    for offset in range(min(programs, OPERATOR_PORTS)):
        needed[ports.operator_base + offset] = ("health and metrics", VARIABLES["operator_base"])
    if broker:
        needed[ports.broker] = ("broker", VARIABLES["broker"])
        needed[ports.broker_distribution] = ("broker's own channel", VARIABLES["broker_distribution"])
        needed[ports.broker_metrics] = ("broker's metrics", VARIABLES["broker_metrics"])
        needed[ports.epmd] = ("Erlang's name server", VARIABLES["epmd"])
    if database:
        needed[ports.database] = ("database", VARIABLES["database"])
    taken: dict[str, str] = {}
    for port, (purpose, variable) in needed.items():
        if variable not in taken and not free(port):
            way_out = f"stop that, or choose another with {variable}."
            taken[variable] = f"Port {port} ({purpose}) is in use{who(port)}: {way_out}"
    if taken:
        raise StackError(
            "\n".join([*taken.values(), "All ports move together with BASE_PORT, for example BASE_PORT=9000 make up."])
        )


def check_memory(available: int, needed: int = LEAST_MEMORY) -> None:
    """``available`` and ``needed`` in bytes."""
    if available < needed:
        raise StackError(
            f"Only {available / GIB:.1f} GB of memory is free and {needed / GIB:.0f} GB is needed: close "
            "something, or let the broker and the database run elsewhere (AMQP_URI, MONGO_URI)."
        )


def check_disk(folder: Path, available: int, needed: int = LEAST_DISK) -> None:
    """``available`` and ``needed`` in bytes."""
    if available < needed:
        raise StackError(
            f"Only {available / GIB:.1f} GB of disk is free at {folder} and {needed / GIB:.0f} GB is needed: "
            "make room, or set SIVUVIRTA_LOCAL to a folder on another disk."
        )


def check_broker(server: Path | None) -> None:
    """Refuse a RabbitMQ that is missing or older than 3.10."""
    choices = "Or set AMQP_URI to a RabbitMQ 3.10 or newer that runs."
    if server is None:
        raise StackError(f"RabbitMQ is not installed. Install it: apt-get install rabbitmq-server. {choices}")
    if server_version(server) < OLDEST:
        version = ".".join(str(number) for number in server_version(server))
        raise StackError(
            f"The system's RabbitMQ is {version}; the oldest that works is 3.10 (Debian 12, Ubuntu 24.04). {choices}"
        )


def missing_libraries(ldd_output: str) -> list[str]:
    """The libraries ``ldd`` could not find."""
    return sorted({line.split()[0] for line in ldd_output.splitlines() if line.rstrip().endswith("not found")})


def library_packages(libraries: Sequence[str]) -> list[str]:
    """The Debian packages that bring them; raises StackError naming a library nobody knows."""
    found = {
        library: next((p for n, p in LIBRARY_PACKAGES.items() if library.startswith(n)), "") for library in libraries
    }
    unknown = [library for library, package in found.items() if not package]
    if unknown:
        raise StackError(
            f"The embedded database lacks the libraries {', '.join(unknown)}, which Debian 12, "
            "Ubuntu 22.04 and newer have. Install them, or set MONGO_URI to a MongoDB 6 replica set."
        )
    return sorted(set(found.values()))


def prepare_broker() -> None:
    """See that RabbitMQ is installed, installing it when this user may."""
    if find_server() is None:
        packages.install(
            ["rabbitmq-server"],
            "RabbitMQ is not installed.",
            "Choices: install it by hand (apt-get install rabbitmq-server), or set AMQP_URI.",
        )
    check_broker(find_server())


def prepare_database() -> None:
    """See that the embedded mongod can run here, installing system libraries it lacks when this user may."""
    elsewhere = "Set MONGO_URI to a MongoDB 6 replica set that runs."
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise StackError(
            f"The embedded database runs on Linux x86-64, this is {platform.system()} {platform.machine()}. {elsewhere}"
        )
    server = find_mongod()
    if server is None:
        raise StackError(f"The embedded database is not installed; remove .venv and try again. {elsewhere}")
    missing = _lacking(server)
    if missing:
        names = library_packages(missing)
        packages.install(
            names,
            f"The embedded database lacks the system libraries {', '.join(missing)}.",
            f"Choices: install them by hand (apt-get install {' '.join(names)}). {elsewhere}",
        )
    if still := _lacking(server):
        raise StackError(f"The embedded database still lacks {', '.join(still)}. {elsewhere}")


def check_reachable(variable: str, uri: str, default_port: int) -> None:
    """Refuse an address from outside at which nothing answers."""
    address = urllib.parse.urlsplit(uri.split(",")[0])
    host, port = address.hostname or "127.0.0.1", address.port or default_port
    if address.scheme.endswith("+srv"):
        raise StackError(
            f"{variable} uses {address.scheme}, which does not work under eventlet; name the hosts instead."
        )
    try:
        create_connection((host, port), timeout=5).close()
    except OSError as error:
        raise StackError(
            f"{variable} names {host}:{port}, and nothing answers there ({error}). Start it, correct the "
            f"address, or unset {variable} for a private one."
        ) from None


def preflight(folder: Path, ports: Ports, programs: int, amqp_uri: str | None, mongo_uri: str | None) -> None:
    """Everything that can be known before the first process starts; installs what may be installed."""
    folder.mkdir(parents=True, exist_ok=True)
    check_ports(ports, programs, broker=amqp_uri is None, database=mongo_uri is None)
    check_memory(psutil.virtual_memory().available)
    check_disk(folder, shutil.disk_usage(folder).free)
    if amqp_uri is None:
        prepare_broker()
    else:
        check_reachable("AMQP_URI", amqp_uri, 5672)
    if mongo_uri is None:
        prepare_database()
    else:
        check_reachable("MONGO_URI", mongo_uri, 27_017)


def _lacking(server: Path) -> list[str]:
    done = subprocess.run(["ldd", str(server)], capture_output=True, text=True, check=False)
    return missing_libraries(done.stdout)

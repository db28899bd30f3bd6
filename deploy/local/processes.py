"""The programs of a cell: their commands, the environment each gets, and the supervisor's configuration."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.broker_rights import SERVICES
from deploy.local.keys import Secrets, write_private
from deploy.local.ports import Ports

PROJECT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable
LONGEST_SOCKET_PATH = 100
PASSED_THROUGH = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE")
PASSED_PREFIXES = ("SIVUVIRTA_", "GATEWAY_")
OWN_MACHINE = {"GATEWAY_BIND_CORES": "1"}
"""What holds unless the environment says otherwise."""
NEVER_PASSED = ("SIVUVIRTA_SIGNING_KEY", "SIVUVIRTA_API_KEY_PEPPER", "SIVUVIRTA_SECRETS_KEY")


@dataclass(frozen=True, slots=True)
class Program:
    """One supervised process. Its name is its broker user; it signs with the key of ``signer``."""

    name: str
    command: tuple[str, ...]
    signer: str | None = None


def service(name: str) -> Program:
    """The process that runs a service's nameko classes."""
    return Program(name, (PYTHON, "-m", "shared.runner", name), signer=name)


# The order gives the operator ports: gateway base + 0, identity base + 1, …
PROGRAMS = (
    Program("gateway", (f"{Path(PYTHON).parent}/gunicorn", "-c", "gateway/gunicorn.conf.py", "gateway.wsgi:app")),
    *(service(name) for name in SERVICES),
    Program("matching-index", (PYTHON, "-m", "services.matching.index_process"), signer="matching"),
)
TOPOLOGY = (PYTHON, "-m", "shared.messaging.topology")


@dataclass(frozen=True, slots=True)
class Cell:
    """What the programs of a cell share."""

    name: str
    regions: tuple[str, ...]
    peers: Mapping[str, str]
    """Region code to the gateway that homes it."""
    peer_keys: Mapping[str, str]
    """Signer of another cell to its base64 public key."""
    mongo_uri: str
    ports: Ports
    secrets: Secrets
    folder: Path
    extra: Mapping[str, str]

    def common(self) -> dict[str, str]:
        """The environment of every process and of the administrator's tools; no AMQP address, no secret."""
        passed = OWN_MACHINE | {
            name: value
            for name, value in os.environ.items()
            if name in PASSED_THROUGH or (name.startswith(PASSED_PREFIXES) and name not in NEVER_PASSED)
        }
        keys = json.loads(passed.get("SIVUVIRTA_PUBLIC_KEYS", "{}")) | dict(self.peer_keys)
        return passed | {
            "PYTHONUNBUFFERED": "1",
            "NUMBA_CACHE_DIR": str(self.folder / "numba"),
            "MONGO_URI": self.mongo_uri,
            "SIVUVIRTA_CELL": self.name,
            "SIVUVIRTA_REGIONS": ",".join(self.regions),
            "SIVUVIRTA_PEERS": json.dumps(dict(self.peers)),
            "SIVUVIRTA_PUBLIC_KEYS": json.dumps(keys | self.secrets.public_keys(self.name, SERVICES), sort_keys=True),
            "SIVUVIRTA_WEBHOOK_ALLOW_LOOPBACK": "1",
            "SIVUVIRTA_MATCHING_SOCKET": str(short_folder(self.folder) / "matching.sock"),
            "GATEWAY_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.ports.gateway),
            **self.extra,
        }

    def environment(self, program: Program, amqp_uri: str, operator_port: int) -> dict[str, str]:
        """The environment of one program: the common part, its own account, port and keys, and no other's."""
        own = {
            "AMQP_URI": amqp_uri,
            "OPERATOR_PORT": str(operator_port),
            "SIVUVIRTA_PROCESS": program.name,
        }
        if program.signer is not None:
            own["SIVUVIRTA_SIGNING_KEY"] = self.secrets.signing_seed(program.signer)
        if program.name == "identity":
            own["SIVUVIRTA_API_KEY_PEPPER"] = self.secrets.key("api-key-pepper")
        if program.name == "notifications":
            own["SIVUVIRTA_SECRETS_KEY"] = self.secrets.key("webhook-secrets")
        if program.name == "gateway":
            own["PROMETHEUS_MULTIPROC_DIR"] = str(self.folder / "prometheus")
        return self.common() | own


def write_launch_file(path: Path, environment: Mapping[str, str]) -> None:
    """The private file from which ``launch.py`` takes a program's environment."""
    emptied = [environment["PROMETHEUS_MULTIPROC_DIR"]] if "PROMETHEUS_MULTIPROC_DIR" in environment else []
    write_private(path, json.dumps({"environment": dict(environment), "emptied_folders": emptied}, indent=1))


def launched(launch_file: Path, command: Sequence[str]) -> list[str]:
    """The command line that runs ``command`` in the environment of the launch file."""
    return [PYTHON, "-I", "-S", str(Path(__file__).with_name("launch.py")), str(launch_file), *command]


def supervisor_configuration(programs: Sequence[Program], socket: Path, run: Path, logs: Path) -> str:
    """The supervisord configuration: everything restarts for ever, each failed start a second later.

    The gateway stops first: it has the last priority, and supervisord stops in reverse order.
    """
    sections = [
        f"""[supervisord]
nodaemon = true
logfile = {_escaped(logs / "supervisor.log")}
logfile_maxbytes = 5MB
logfile_backups = 1
pidfile = {_escaped(run / "supervisord.pid")}
childlogdir = {_escaped(logs)}
directory = {_escaped(PROJECT)}

[unix_http_server]
file = {_escaped(socket)}
chmod = 0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""
    ]
    for program in programs:
        command = launched(run / "env" / f"{program.name}.json", program.command)
        sections.append(
            f"""[program:{program.name}]
command = {" ".join(_quoted(word) for word in command)}
priority = {900 if program.name == "gateway" else 500}
autostart = true
autorestart = true
startsecs = 2
startretries = 1000000
stopsignal = TERM
stopwaitsecs = 45
killasgroup = true
redirect_stderr = true
stdout_logfile = {_escaped(logs / f"{program.name}.log")}
stdout_logfile_maxbytes = 20MB
stdout_logfile_backups = 2
"""
        )
    return "\n".join(sections)


def short_folder(folder: Path) -> Path:
    """Where the stack's sockets live: its folder, or a temp dir where that path is too long."""
    own = folder / "run"
    if len(str(own / "supervisor.sock")) < LONGEST_SOCKET_PATH:
        return own
    mark = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    # A temp dir of one's own may be deep as well.
    return Path(min(tempfile.gettempdir(), "/tmp", key=len)) / f"sivuvirta-{os.getuid()}-{mark}"


def _quoted(word: str) -> str:
    safe = str(word).replace("\\", "\\\\").replace('"', '\\"')
    return _escaped(f'"{safe}"' if any(mark in safe for mark in " ;'\"\\") else safe)


def _escaped(value: object) -> str:
    # supervisord expands %(name)s everywhere.
    return str(value).replace("%", "%%")

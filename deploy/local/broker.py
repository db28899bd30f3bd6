"""The private RabbitMQ node of one stack, run from the system's packages by the current user.

It has its own name, ports, epmd, cookie, plugins and folders, reads nothing under /etc/rabbitmq and addresses
no other node. Users and rights are in a definitions file that the node reads at every start.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import string
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import amqp

from deploy.local.broker_rights import (
    ADMINISTRATOR,
    NATIONAL_EXCHANGE,
    PEERS_EXCHANGE,
    Rights,
    cluster_name,
    definitions,
    peer_rights,
    program_rights,
)
from deploy.local.daemons import Daemon, wait_until
from deploy.local.errors import StackError
from deploy.local.keys import Secrets, write_private
from deploy.local.ports import Ports

VHOST = "sivuvirta"
OLDEST = (3, 10)
CONFIGURATION = Path(__file__).resolve().parents[1] / "rabbitmq"


def find_server(root: Path = Path("/usr/lib/rabbitmq/lib")) -> Path | None:
    """The newest installed server's folder, whose ``sbin`` holds the scripts."""
    return max(root.glob("rabbitmq_server-*"), key=server_version, default=None)


def server_version(server: Path) -> tuple[int, ...]:
    """``(3, 10, 8)`` of ``…/rabbitmq_server-3.10.8``."""
    return tuple(int(number) for number in re.findall(r"\d+", server.name))


@dataclass(slots=True)
class Broker:
    """One node. ``folder`` keeps its data, ``cell`` names it; the data may be started on other ports."""

    folder: Path
    logs: Path
    cell: str
    ports: Ports
    secrets: Secrets
    peers: dict[str, str] = field(default_factory=dict)
    """Cell to the AMQP address, with that cell's account for us, from which its national events are read."""
    _node: Daemon = field(init=False)
    _epmd: Daemon = field(init=False)

    def __post_init__(self) -> None:
        self._node = Daemon("broker", self.folder.parent / "run", self.logs / "broker.log")
        self._epmd = Daemon("epmd", self.folder.parent / "run", self.logs / "epmd.log")

    @property
    def alive(self) -> bool:
        return self._node.alive

    @property
    def pid(self) -> int | None:
        return self._node.pid

    @property
    def admin_uri(self) -> str:
        return self.uri(ADMINISTRATOR)

    def uri(self, user: str) -> str:
        """The AMQP address with the user's password."""
        return f"amqp://{user}:{self.secrets.password(user)}@127.0.0.1:{self.ports.broker}/{VHOST}"

    def start(self, timeout: float = 90.0) -> None:
        """Start epmd and the node; return when its administrator can log in."""
        server = find_server()
        if server is None:
            raise StackError("RabbitMQ is not installed; `make up` installs it when it may, or set AMQP_URI.")
        self._write_configuration()
        environment = self._environment()
        if not self._epmd.alive:
            epmd = shutil.which("epmd", path=environment["PATH"])
            if epmd is None:
                raise StackError("Erlang's epmd was not found; install the package erlang-base, or set AMQP_URI.")
            command = [epmd, "-port", str(self.ports.epmd), "-address", "127.0.0.1"]
            self._epmd.start(command, environment, self.folder)
        self._node.start([str(server / "sbin" / "rabbitmq-server")], environment, self.folder)
        wait_until(lambda: self._answers() or not self._node.alive, timeout, "RabbitMQ to accept its administrator")
        if not self._node.alive:
            raise StackError(f"RabbitMQ ended at its start; the end of {self._node.log}:\n{self._node.last_words()}")

    def stop(self) -> None:
        """End the node in good order, then its epmd."""
        if self._node.alive:
            # The collector of statistics would ask a controller that is ending itself, and wait five seconds for its
            # answer (rabbitmq-server pull request 11070); a node that is not up yet has none.
            with suppress(StackError, subprocess.TimeoutExpired):
                self.control("eval", "gen_event:delete_handler(rabbit_event, rabbit_mgmt_db_handler, []).")
        self._node.stop()
        self._epmd.stop(5)

    def kill(self) -> None:
        """SIGKILL the node; its epmd stays."""
        self._node.kill()

    def control(self, *arguments: str) -> str:
        """What ``rabbitmqctl`` prints for this node; raises StackError with its words when it fails."""
        server = find_server()
        if server is None:
            raise StackError("RabbitMQ is not installed.")
        command = [str(server / "sbin" / "rabbitmqctl"), "--quiet", "--node", self._node_name, *arguments]
        done = subprocess.run(
            command,
            env=self._environment(),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode != 0:
            raise StackError(f"rabbitmqctl {arguments[0]} failed: {(done.stderr or done.stdout).strip()}")
        return done.stdout

    def apply(self) -> None:
        """Bring a running node's users, rights and federation up to date with the table and ``peers``."""
        self.control("import_definitions", str(self._write_definitions()))

    def settle(self) -> None:
        """Write down which quorum queues there are; call it after declaring some.

        RabbitMQ registers a quorum queue in a file it syncs every three minutes only. A node that is killed before that
        forgets the queue's log, confirmed messages included, and the queue never elects a leader again (3.10.8).
        """
        self.control("eval", "[ok = dets:sync(Table) || Table <- dets:all()].")

    def peer_uri(self, cell: str) -> str:
        """The address, with its own account, at which that cell reads our national events."""
        self.secrets.password(f"peer-{cell}")
        return self.uri(f"peer-{cell}")

    def forget_peer(self, cell: str) -> None:
        """Stop reading the peer's events."""
        if self.peers.pop(cell, None) is not None and self.alive:
            self.control("clear_parameter", "--vhost", VHOST, "federation-upstream", f"cell-{cell}")

    @property
    def _node_name(self) -> str:
        # Named after the cell, not the port: a node's data belongs to its name, and ports may move.
        return f"sivuvirta-{self.cell}@localhost"

    def _answers(self) -> bool:
        try:
            connection = amqp.Connection(
                f"127.0.0.1:{self.ports.broker}",
                userid=ADMINISTRATOR,
                password=self.secrets.password(ADMINISTRATOR),
                virtual_host=VHOST,
                connect_timeout=2,
                read_timeout=2,
            )
            connection.connect()
            connection.close()
        except (OSError, amqp.AMQPError):
            return False
        return True

    def _environment(self) -> dict[str, str]:
        folder = str(self.folder)
        loopback = "-kernel inet_dist_use_interface {127,0,0,1}"
        return {
            "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "HOME": folder,
            "ERL_EPMD_PORT": str(self.ports.epmd),
            "RABBITMQ_NODENAME": self._node_name,
            "RABBITMQ_NODE_PORT": str(self.ports.broker),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(self.ports.broker_distribution),
            "RABBITMQ_MNESIA_BASE": f"{folder}/data",
            "RABBITMQ_LOG_BASE": str(self.logs),
            "RABBITMQ_CONF_ENV_FILE": f"{folder}/rabbitmq-env.conf",
            "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
            "RABBITMQ_CONFIG_FILES": f"{folder}/conf.d",
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{folder}/advanced.config",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": loopback,
            # Its idle threads would yield to one another for ten seconds where two cores are busy with something else.
            "RABBITMQ_CTL_ERL_ARGS": f"{loopback} +sbwt none +sbwtdcpu none +sbwtdio none",
            # The script then becomes the node instead of waiting beside it: one process number.
            "RUNNING_UNDER_SYSTEMD": "true",
        }

    def _write_configuration(self) -> None:
        for name in ("data", "conf.d"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.logs.mkdir(parents=True, exist_ok=True)
        cookie = self.folder / ".erlang.cookie"
        if not cookie.exists():
            write_private(cookie, self.secrets.password("erlang-cookie"))
            cookie.chmod(0o400)
        (self.folder / "rabbitmq-env.conf").write_text("")
        (self.folder / "enabled_plugins").write_text((CONFIGURATION / "enabled_plugins").read_text())
        template = string.Template((CONFIGURATION / "rabbitmq.conf").read_text())
        (self.folder / "rabbitmq.conf").write_text(
            template.substitute(
                port=self.ports.broker,
                metrics_port=self.ports.broker_metrics,
                definitions=self._write_definitions(),
            )
        )

    def _write_definitions(self) -> Path:
        path = self.folder / "definitions.json"
        write_private(path, json.dumps(self._definitions(), indent=1))
        return path

    def _definitions(self) -> Mapping[str, object]:
        rights: dict[str, Rights] = program_rights()
        rights |= {f"peer-{cell}": peer_rights(cell) for cell in self.secrets.peer_cells()}
        upstreams = [
            {
                "component": "federation-upstream",
                "vhost": VHOST,
                "name": f"cell-{cell}",
                "value": {
                    "uri": uri,
                    "exchange": NATIONAL_EXCHANGE,
                    "ack-mode": "on-confirm",
                    "max-hops": 1,
                    "prefetch-count": 500,
                    "reconnect-delay": 2,
                    # What a cut-off peer is owed waits at the upstream for a week.
                    "expires": 7 * 24 * 3_600_000,
                },
            }
            for cell, uri in sorted(self.peers.items())
        ]
        listen = _policy("peers", f"^{re.escape(PEERS_EXCHANGE)}$", "exchanges", {"federation-upstream-set": "all"})
        # Buffers for cut-off peers: without a limit one dead peer fills the disk. Beyond it the oldest go, and the
        # peer is brought up to date by re-emission. (RabbitMQ 3.10 knows no such parameter of an upstream.)
        buffers = _policy("federation-buffers", "^federation: ", "queues", {"max-length": 1_000_000})
        return {
            "vhosts": [{"name": VHOST}],
            "global_parameters": [{"name": "cluster_name", "value": cluster_name(self.cell)}],
            **definitions({user: self.secrets.password(user) for user in rights}, rights, VHOST),
            "parameters": upstreams,
            "policies": [listen, buffers],
        }


def _policy(name: str, pattern: str, apply_to: str, definition: Mapping[str, object]) -> dict[str, object]:
    return {
        "vhost": VHOST,
        "name": name,
        "pattern": pattern,
        "apply-to": apply_to,
        "definition": dict(definition),
        "priority": 0,
    }

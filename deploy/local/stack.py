"""``Stack``: one whole cell on this machine, for ``make up`` and for the tests that need real processes.

    stack = Stack(tmp_path, cell="12")
    stack.start()
    stack.kill("matching")
    stack.wait_ready()
    stack.stop()

Everything it writes is below its folder. Two stacks run side by side; ``connect_peer`` joins them to one
nation.
"""

from __future__ import annotations

import json
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.local.broker import Broker
from deploy.local.broker_rights import ADMINISTRATOR, SERVICES
from deploy.local.daemons import tail
from deploy.local.database import Database
from deploy.local.errors import StackError
from deploy.local.keys import Secrets, write_private
from deploy.local.ports import Ports
from deploy.local.processes import (
    PROGRAMS,
    PROJECT,
    TOPOLOGY,
    Cell,
    Program,
    launched,
    write_launch_file,
)
from deploy.local.supervision import ProgramState, Supervisor
from shared.config import ALL_REGIONS


@dataclass(frozen=True, slots=True)
class Peer:
    """What this stack knows of another cell."""

    gateway_url: str
    regions: tuple[str, ...]
    broker_uri: str
    public_keys: Mapping[str, str]


class Stack:
    """Broker, database, services and gateway of one cell."""

    def __init__(
        self,
        folder: Path,
        *,
        cell: str = "12",
        regions: Sequence[str] | None = None,
        ports: Ports | None = None,
        peers: Mapping[str, str] | None = None,
        extra_env: Mapping[str, str] | None = None,
        programs: Sequence[Program] = PROGRAMS,
        topology: Sequence[str] | None = TOPOLOGY,
        amqp_uri: str | None = None,
        mongo_uri: str | None = None,
    ) -> None:
        """Without ``ports`` free ones are picked; ``amqp_uri`` and ``mongo_uri`` name parts run by others."""
        self.folder = folder.resolve()
        self.logs = self.folder / "logs"
        self.cell = cell
        self.regions = tuple(regions or ALL_REGIONS.split(","))
        self.ports = ports or Ports.pick_free()
        self.programs = tuple(programs)
        self.secrets = Secrets(self.folder / "secrets.json")
        self._peer_urls = dict(peers or {})
        self._extra_env = dict(extra_env or {})
        self._topology = topology
        self._amqp_uri = amqp_uri
        self._mongo_uri = mongo_uri
        self.broker = Broker(self.folder / "broker", self.logs, cell, self.ports, self.secrets)
        self.database = Database(self.folder / "database", self.logs, self.ports)
        self.supervisor = Supervisor(self.folder, self.logs)
        self._peers = self._read_peers()
        self.broker.peers = {name: peer.broker_uri for name, peer in self._peers.items()}

    @classmethod
    def open(cls, folder: Path) -> Stack:
        """The stack that was last started in the folder; raises StackError when none was."""
        try:
            state = json.loads((folder / "stack.json").read_text())
        except FileNotFoundError:
            raise StackError(f"Nothing was ever started in {folder}; `make up` starts the platform.") from None
        return cls(
            folder,
            cell=state["cell"],
            regions=state["regions"],
            ports=Ports(**state["ports"]),
            amqp_uri=state["amqp_uri"],
            mongo_uri=state["mongo_uri"],
        )

    @property
    def amqp_uri(self) -> str:
        """The broker, as its administrator."""
        return self._amqp_uri or self.broker.admin_uri

    @property
    def mongo_uri(self) -> str:
        return self._mongo_uri or self.database.uri

    @property
    def gateway_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.gateway}"

    def operator_url(self, program: str) -> str:
        """Where a program answers /healthz, /readyz and /metrics."""
        return f"http://127.0.0.1:{self._operator_port(program)}"

    @property
    def alive(self) -> bool:
        """Whether any process of this stack lives."""
        return self.supervisor.alive or self.broker.alive or self.database.alive

    def start(self, timeout: float = 120.0) -> None:
        """Start everything and wait until every program is ready."""
        self.start_parts()
        self.start_processes()
        self.wait_ready(timeout)

    def start_parts(self) -> None:
        """Start broker and database side by side. Whoever is interrupted need not wait for what is still starting."""
        self._write_state()
        with ThreadPoolExecutor() as both:
            starting = [both.submit(self.start_broker), both.submit(self.start_database)]
            try:
                for part in starting:
                    part.result()
            except BaseException:
                # A start that is under way cannot be called back, but it gives up when its process ends.
                while wait(starting, timeout=0.2).not_done:
                    for process in (self.database, self.broker):
                        if process.alive:
                            process.stop()
                raise

    def start_broker(self) -> None:
        if self._amqp_uri is None and not self.broker.alive:
            self.broker.start()

    def stop_broker(self) -> None:
        self.broker.stop()

    def kill_broker(self) -> None:
        self.broker.kill()

    def start_database(self) -> None:
        if self._mongo_uri is None and not self.database.alive:
            self.database.start()

    def stop_database(self) -> None:
        self.database.stop()

    def kill_database(self) -> None:
        self.database.kill()

    def start_processes(self) -> None:
        """Declare the topology as administrator, then let the supervisor start every program."""
        self.declare_topology()
        self.supervisor.start(self.programs)

    def declare_topology(self) -> None:
        """Exchanges and queues, made by the administrator; repeating it changes nothing."""
        self._write_launch_files()
        if self._topology is not None:
            self.run(self._topology, log=self.logs / "topology.log")
            if self._amqp_uri is None:
                self.broker.settle()

    def stop_processes(self) -> None:
        self.supervisor.stop()

    def stop(self) -> None:
        """Programs first, then the database, the broker and its epmd; what does not run is passed over."""
        self.supervisor.stop()
        self.database.stop()
        self.broker.stop()

    def abandon(self) -> None:
        """Kill everything at once: the end of a test, when nobody will ask for its data any more."""
        self.supervisor.kill()
        self.database.kill()
        self.broker.kill()
        self.stop()

    def run(self, command: Sequence[str], *, program: str = ADMINISTRATOR, log: Path | None = None) -> None:
        """Run a command to its end in a program's environment; it must succeed."""
        log = log or self.logs / "run.log"
        with log.open("wb") as output:
            done = subprocess.run(
                launched(self.launch_file(program), command),
                cwd=PROJECT,
                stdout=output,
                stderr=output,
                check=False,
            )
        if done.returncode != 0:
            raise StackError(f"`{' '.join(command)}` failed; the end of {log}:\n{tail(log, 3)}")

    def launch_file(self, program: str) -> Path:
        """The private file with the environment of a program or of the administrator."""
        return self.folder / "run" / "env" / f"{program}.json"

    def environment(self, program: str = ADMINISTRATOR) -> dict[str, str]:
        """The environment a program, or the administrator's tools, get."""
        for known in self.programs:
            if known.name == program:
                uri = self._amqp_uri or self.broker.uri(program)
                return self._cell().environment(known, uri, self._operator_port(program))
        if program == ADMINISTRATOR:
            return self._cell().common() | {"AMQP_URI": self.amqp_uri, "SIVUVIRTA_PROCESS": ADMINISTRATOR}
        raise StackError(f"There is no program {program!r}; there are {', '.join(p.name for p in self.programs)}.")

    def not_ready(self, programs: Sequence[str] | None = None) -> dict[str, str]:
        """Program to the reason it gives, for every program, or of those named, whose /readyz is not 200."""
        asked = [program.name for program in self.programs] if programs is None else programs
        return {name: reason for name in asked if (reason := self._unreadiness(name))}

    def wait_ready(self, timeout: float = 120.0, programs: Sequence[str] | None = None) -> None:
        """Wait until every program, or those named, answers 200 at /readyz; StackError says who does not."""
        deadline = time.monotonic() + timeout
        waiting = self.not_ready(programs)
        while waiting:
            if time.monotonic() > deadline:
                raise StackError(self._explain(waiting, timeout))
            time.sleep(0.1)
            # First those that lacked: all are asked once more when these are ready.
            waiting = self.not_ready(list(waiting)) or self.not_ready(programs)

    def states(self) -> list[ProgramState]:
        return self.supervisor.states()

    def pid(self, program: str) -> int:
        """The program's process number, 0 while it does not run."""
        return self.supervisor.state(program).pid

    def kill(self, program: str) -> int:
        """SIGKILL; the supervisor starts it again. Returns the process number that died."""
        return self.supervisor.signal(program, signal.SIGKILL)

    def terminate(self, program: str) -> int:
        """SIGTERM; the supervisor starts it again. Returns the process number that was told."""
        return self.supervisor.signal(program, signal.SIGTERM)

    def stop_program(self, program: str) -> None:
        """Stop it in good order and keep it down."""
        self.supervisor.stop_program(program)

    def start_program(self, program: str) -> None:
        self.supervisor.start_program(program)

    def restart(self, program: str) -> None:
        """Stop and start it, with an environment written anew."""
        self._write_launch_files()
        self.supervisor.stop_program(program)
        self.supervisor.start_program(program)

    def connect_peer(self, other: Stack, *, through: int | None = None) -> None:
        """Hear the other cell's national events and know its gateway and keys; call it on both for both ways.

        Both brokers run. ``through`` is a port of 127.0.0.1 that leads to the other's broker (a test's cable
        to cut). Programs that run are restarted to learn the keys.
        """
        uri = other.broker.peer_uri(self.cell)
        other.broker.apply()
        if through is not None:
            uri = uri.replace(f":{other.ports.broker}/", f":{through}/")
        keys = other.secrets.public_keys(other.cell, SERVICES)
        self._peers[other.cell] = Peer(other.gateway_url, other.regions, uri, keys)
        self._write_peers()
        self.broker.peers[other.cell] = uri
        if self.supervisor.alive:
            self._write_launch_files()
            for program in self.programs:
                self.restart(program.name)
        # Last: what comes before its signer's key is known would go to the dead letters.
        self.broker.apply()

    def disconnect_peer(self, cell: str) -> None:
        """Stop hearing the other cell; its gateway and keys are forgotten at the next start."""
        self.broker.forget_peer(cell)
        self._peers.pop(cell, None)
        self._write_peers()

    def _cell(self) -> Cell:
        learned = {code: peer.gateway_url for peer in self._peers.values() for code in peer.regions}
        keys = {signer: key for peer in self._peers.values() for signer, key in peer.public_keys.items()}
        return Cell(
            name=self.cell,
            regions=self.regions,
            peers={code: url for code, url in {**learned, **self._peer_urls}.items() if code not in self.regions},
            peer_keys=keys,
            mongo_uri=self.mongo_uri,
            ports=self.ports,
            secrets=self.secrets,
            folder=self.folder,
            extra=self._extra_env,
        )

    def _operator_port(self, program: str) -> int:
        return self.ports.operator_base + [known.name for known in self.programs].index(program)

    def _unreadiness(self, program: str) -> str:
        try:
            with urllib.request.urlopen(f"{self.operator_url(program)}/readyz", timeout=2) as answer:
                return "" if answer.status == 200 else f"status {answer.status}"
        except urllib.error.HTTPError as error:
            return f"status {error.code} {error.read(300).decode(errors='replace')}"
        except (OSError, ValueError) as error:
            return str(getattr(error, "reason", error))

    def _explain(self, waiting: Mapping[str, str], timeout: float) -> str:
        lines = [f"Not ready after {timeout:.0f} s:"]
        for name, why in waiting.items():
            log = self.logs / f"{name}.log"
            lines += [f"  {name}: {why} (log: {log})", *(f"    {line}" for line in tail(log, 4).splitlines())]
        return "\n".join(lines)

    def _write_launch_files(self) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        for name in (*(program.name for program in self.programs), ADMINISTRATOR):
            write_launch_file(self.launch_file(name), self.environment(name))

    def _write_state(self) -> None:
        state = {
            "cell": self.cell,
            "regions": self.regions,
            "ports": asdict(self.ports),
            "amqp_uri": self._amqp_uri,
            "mongo_uri": self._mongo_uri,
        }
        write_private(self.folder / "stack.json", json.dumps(state, indent=1))

    def _read_peers(self) -> dict[str, Peer]:
        path = self.folder / "peers.json"
        stored = json.loads(path.read_text()) if path.exists() else {}
        return {name: Peer(**{**peer, "regions": tuple(peer["regions"])}) for name, peer in stored.items()}

    def _write_peers(self) -> None:
        stored = {name: asdict(peer) for name, peer in self._peers.items()}
        write_private(self.folder / "peers.json", json.dumps(stored, indent=1))

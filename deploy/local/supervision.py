"""The supervisord of one stack: started, asked and stopped through its unix socket."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import xmlrpc.client
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import Faults, SupervisorTransport

from deploy.local.daemons import Daemon, wait_until
from deploy.local.errors import StackError
from deploy.local.keys import write_private
from deploy.local.processes import PROJECT, Program, short_folder, supervisor_configuration

UNREACHABLE = (OSError, xmlrpc.client.Error)


@dataclass(frozen=True, slots=True)
class ProgramState:
    """What the supervisor says of one program; ``pid`` is 0 while it does not run."""

    name: str
    state: str
    pid: int
    description: str


@dataclass(slots=True)
class Supervisor:
    """Keeps the programs of one stack running."""

    folder: Path
    logs: Path
    _daemon: Daemon = field(init=False)

    def __post_init__(self) -> None:
        self._daemon = Daemon("supervisor", self.folder / "run", self.logs / "supervisor-start.log")

    @property
    def alive(self) -> bool:
        return self._daemon.alive

    @property
    def pid(self) -> int | None:
        return self._daemon.pid

    def start(self, programs: Sequence[Program]) -> None:
        """Start supervisord with these programs; their launch files stand in ``run/env`` already."""
        sockets = short_folder(self.folder)
        sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        if sockets.stat().st_uid != os.getuid():
            raise StackError(f"{sockets} belongs to somebody else; remove it, or set TMPDIR to a folder of your own.")
        run = self.folder / "run"
        configuration = run / "supervisord.conf"
        write_private(configuration, supervisor_configuration(programs, self._socket, run, self.logs))
        command = [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(configuration)]
        self._daemon.start(command, {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}, PROJECT)
        wait_until(lambda: self._answers() or not self.alive, 20, "the supervisor to answer")
        if not self.alive:
            raise StackError(f"The supervisor ended at its start:\n{self._daemon.last_words()}")

    def stop(self) -> None:
        """Stop the programs, the gateway first, each with its own time to finish, then the supervisor."""
        if self.alive:
            try:
                # One call each: told by a signal, supervisord would stop one program after the other.
                self.stop_program("gateway")
                self._call("stopAllProcesses")
            except (*UNREACHABLE, StackError):
                pass
        self._daemon.stop(timeout=75)

    def kill(self) -> None:
        """SIGKILL the supervisor, then its programs: nothing is finished."""
        pids = [state.pid for state in self.states() if state.pid]
        self._daemon.kill()
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def states(self) -> list[ProgramState]:
        """Every program's state; nothing while the supervisor does not answer."""
        try:
            found: list[dict[str, Any]] = self._call("getAllProcessInfo")
        except UNREACHABLE:
            return []
        return [ProgramState(item["name"], item["statename"], item["pid"], item["description"]) for item in found]

    def state(self, program: str) -> ProgramState:
        """One program's state; raises StackError for a name that is not there."""
        for item in self.states():
            if item.name == program:
                return item
        raise StackError(f"The supervisor knows no program {program!r}.")

    def signal(self, program: str, number: signal.Signals) -> int:
        """Send a signal to the program's process; returns the process number it went to."""
        pid = self.state(program).pid
        if not pid:
            raise StackError(f"{program} does not run just now.")
        os.kill(pid, number)
        return pid

    def stop_program(self, program: str) -> None:
        """Stop it in good order; it stays down until started."""
        wait_until(lambda: self._stopped(program), 40, f"{program} to stop")

    def start_program(self, program: str) -> None:
        """Start it again; return when it has been started, not when it is ready."""
        try:
            self._call("startProcess", program, False)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode != Faults.ALREADY_STARTED:
                raise StackError(f"The supervisor would not start {program}: {fault.faultString}") from None

    @property
    def _socket(self) -> Path:
        return short_folder(self.folder) / "supervisor.sock"

    def _stopped(self, program: str) -> bool:
        # Between its death and its restart a program cannot be told to stop, so it may take another try.
        try:
            self._call("stopProcess", program)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode == Faults.BAD_NAME:
                raise StackError(f"The supervisor knows no program {program!r}.") from None
        return self.state(program).state == "STOPPED"

    def _answers(self) -> bool:
        try:
            return bool(self._call("getState")["statename"] == "RUNNING")
        except UNREACHABLE:
            return False

    def _call(self, method: str, *arguments: object) -> Any:
        transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        with xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport) as server:
            return getattr(server.supervisor, method)(*arguments)

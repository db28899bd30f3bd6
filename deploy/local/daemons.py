"""A long-running process: started in a session of its own, found again by a record.

The record (process number and its time of birth) lets ``make down`` in another terminal, or the next ``make
up`` after a crash, stop exactly the processes that this stack started and no other.
"""

from __future__ import annotations

import json
import resource
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy.local.errors import StackError


@dataclass(slots=True)
class Daemon:
    """One such process. Its output goes to ``log``; its record is ``<run>/<name>.json``."""

    name: str
    run: Path
    log: Path
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self, command: Sequence[str], environment: Mapping[str, str], cwd: Path) -> None:
        """Start it with a file limit that suits servers; a Ctrl-C in our terminal does not reach it."""
        self.run.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        # A limit of a thousand starves a broker; a limit of a billion (containers) makes Erlang reserve
        # gigabytes.
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        files = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
        with self.log.open("ab") as output:
            self._child = subprocess.Popen(
                ["/bin/sh", "-c", f'ulimit -Sn {files}; exec "$@"', "sh", *command],
                env=dict(environment),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        born = psutil.Process(self._child.pid).create_time()
        self._record.write_text(json.dumps({"pid": self._child.pid, "born": born}))

    def process(self) -> psutil.Process | None:
        """The process when it lives."""
        child = self._child  # another thread may forget it meanwhile
        if child is not None and child.poll() is not None:
            self._child = None  # it is over; the record may tell of a successor that somebody else started
        try:
            record = json.loads(self._record.read_text())
            process = psutil.Process(record["pid"])
            if abs(process.create_time() - record["born"]) < 0.1 and not self._is_over(process):
                return process
        except (OSError, ValueError, psutil.Error):
            pass
        return None

    def _is_over(self, process: psutil.Process) -> bool:
        # Our own child is over when it could be reaped: before that a killed process may still hold its
        # ports.
        return self._child is None and process.status() == psutil.STATUS_ZOMBIE

    @property
    def alive(self) -> bool:
        return self.process() is not None

    @property
    def pid(self) -> int | None:
        process = self.process()
        return process.pid if process else None

    def stop(self, timeout: float = 30.0) -> None:
        """Ask it to end; after ``timeout`` seconds end it."""
        process = self.process()
        if process is not None:
            try:
                process.terminate()
                if not eventually(lambda: not self.alive, timeout):
                    self.kill()
            except psutil.NoSuchProcess:
                pass
        self._record.unlink(missing_ok=True)

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        process = self.process()
        if process is not None:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                pass
            wait_until(lambda: not self.alive, 10, f"{self.name} to be gone")

    def last_words(self, lines: int = 8) -> str:
        """The end of its log, for a message."""
        return tail(self.log, lines)

    @property
    def _record(self) -> Path:
        return self.run / f"{self.name}.json"


def eventually(condition: Callable[[], object], timeout: float) -> bool:
    """Whether the condition came true within ``timeout`` seconds."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def wait_until(condition: Callable[[], bool], timeout: float, what: str) -> None:
    """Wait for the condition; raise StackError naming ``what`` after ``timeout`` seconds."""
    if not eventually(condition, timeout):
        raise StackError(f"Waited {timeout:.0f} s in vain for {what}.")


def tail(log: Path, lines: int) -> str:
    """The last lines of a text file, nothing when there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 16_384))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""

"""How much processor time each part of a stack takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from deploy.local.stack import Stack


class Meter:
    """Adds up what the parts took inside ``running``, in seconds, by name: services, gateway, broker, database."""

    def __init__(self, stack: Stack) -> None:
        pids = {program.name: stack.pid(program.name) for program in stack.programs}
        pids |= {"broker": stack.broker.pid or 0, "database": stack.database.pid or 0}
        roots = {name: psutil.Process(pid) for name, pid in pids.items() if pid}
        self._processes = {name: [root, *root.children(recursive=True)] for name, root in roots.items()}
        self.taken: Counter[str] = Counter()

    @contextmanager
    def running(self) -> Iterator[None]:
        before = self._seconds()
        yield
        self.taken.update({name: seconds - before[name] for name, seconds in self._seconds().items()})

    def _seconds(self) -> dict[str, float]:
        return {
            name: sum(sum(process.cpu_times()[:2]) for process in processes)
            for name, processes in self._processes.items()
        }

"""The command line of the local stack; the Makefile names each command.

Every refusal is one message on standard error and exit code 1.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from deploy.local import packages
from deploy.local.broker import Broker
from deploy.local.broker_rights import ADMINISTRATOR
from deploy.local.daemons import eventually
from deploy.local.database import Database
from deploy.local.errors import StackError
from deploy.local.ports import Ports
from deploy.local.preflight import preflight, prepare_broker, prepare_database
from deploy.local.processes import PROJECT
from deploy.local.stack import Stack
from deploy.local.supervision import Supervisor

FOLDER = Path(os.environ.get("SIVUVIRTA_LOCAL") or PROJECT / ".local")
LONGEST_WAIT_BETWEEN_RESTARTS = 30.0
NOT_RUNNING = "Not running; `make up` starts it."
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Ctrl-C or SIGTERM reached us."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, help_text in (
        ("up", "start everything, stay until Ctrl-C"),
        ("down", "stop what another terminal started"),
        ("status", "what runs, and whether it is ready"),
        ("reset", "delete all local data (asks; FORCE=1 does not)"),
        ("prepare-tests", "install the system packages the tests need"),
    ):
        commands.add_parser(name, help=help_text)
    commands.add_parser("logs", help="follow the logs").add_argument("program", nargs="?", default="*")
    commands.add_parser("connect", help="hear another cell's national events").add_argument("other", type=Path)
    run = commands.add_parser("exec", help="run a command in a program's environment")
    run.add_argument("program", help=f"a program's name, or {ADMINISTRATOR}")
    run.add_argument("words", nargs=argparse.REMAINDER)
    chosen = parser.parse_args(arguments)
    try:
        match chosen.command:
            case "up":
                return up()
            case "down":
                return down()
            case "status":
                return status()
            case "reset":
                return reset()
            case "prepare-tests":
                return prepare_tests()
            case "logs":
                return logs(chosen.program)
            case "connect":
                Stack.open(FOLDER).connect_peer(Stack.open(chosen.other))
                return 0
            case _:
                return execute(chosen.program, [word for word in chosen.words if word != "--"])
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    except (Stopped, KeyboardInterrupt):
        return 130


def up() -> int:
    """Start everything, say where it is, keep it running until told to stop, stop it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with _only_one() as first:
        if not first:
            print(f"Sivuvirta is running already: {Stack.open(FOLDER).gateway_url} (make status, make down).")
            return 0
        _stop_what_was_left()
        for number in SIGNALS:
            signal.signal(number, _on_signal)
        stack = _stack_of_environment()
        external = os.environ.get("AMQP_URI") or None, os.environ.get("MONGO_URI") or None
        preflight(FOLDER, stack.ports, len(stack.programs), *external)
        code = 0
        try:
            _start(stack)
            _watch(stack)
        except Stopped:
            print("\nStopping: programs, database, broker …", flush=True)
        except StackError as error:
            print(error, file=sys.stderr, flush=True)
            code = 1
        finally:
            for number in SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            stack.stop()
            print(f"Stopped. Data stays in {_shown(FOLDER)}.", flush=True)
        return code


def down() -> int:
    """Stop the running platform and wait until it is gone; also what a killed `make up` left behind."""
    with _only_one() as first:
        if first:
            left = (FOLDER / "stack.json").exists() and Stack.open(FOLDER).alive
            if left:
                _stop_what_was_left()
            print("Stopped." if left else "Nothing runs.")
            return 0
    holder = int((FOLDER / "up.lock").read_text())
    os.kill(holder, signal.SIGTERM)
    if not eventually(_is_unlocked, 150):
        raise StackError(f"Process {holder} has not stopped within 150 s; see {_shown(FOLDER / 'logs')}.")
    print("Stopped.")
    return 0


def status() -> int:
    """Print each part; exit code 0 when all is ready, 1 otherwise."""
    stack = Stack.open(FOLDER)
    if not stack.alive:
        print(NOT_RUNNING)
        return 1
    unready = stack.not_ready()
    parts = (("broker", stack.broker), ("database", stack.database), ("supervisor", stack.supervisor))
    for name, part in parts:
        print(f"{name:16} {f'running, process {part.pid}' if part.alive else 'not run from here'}")
    for state in stack.states():
        print(f"{state.name:16} {state.state.lower():9} {unready.get(state.name) or 'ready':9} {state.description}")
    return 1 if unready else 0


def logs(program: str) -> int:
    """Follow the logs with `tail -F`; becomes that process."""
    files = sorted(str(path) for path in (FOLDER / "logs").glob(f"{program}.log"))
    if not files:
        raise StackError(f"There is no log {program}.log in {_shown(FOLDER / 'logs')}.")
    os.execvp("tail", ["tail", "-n", "20", "-F", *files])


def reset() -> int:
    """Delete the folder with all data, after asking."""
    with _only_one() as first:
        if not first:
            raise StackError("Sivuvirta is running: make down first.")
        _stop_what_was_left()
        if os.environ.get("FORCE") != "1":
            if not sys.stdin.isatty():
                raise StackError("reset deletes all local data and asks first; without a terminal set FORCE=1.")
            if input(f"Delete everything in {_shown(FOLDER)}, the database too? [y/N] ").strip().lower() != "y":
                print("Nothing was deleted.")
                return 1
        shutil.rmtree(FOLDER)
    print("Deleted.")
    return 0


def execute(program: str, words: Sequence[str]) -> int:
    """Become a command with a program's environment; the platform must run."""
    stack = Stack.open(FOLDER)
    if program not in (ADMINISTRATOR, *(known.name for known in stack.programs)):
        raise StackError(f"There is no program {program}; `make status` lists them.")
    if not stack.alive:
        raise StackError(NOT_RUNNING)
    if not stack.launch_file(program).exists():
        raise StackError("Not started yet; `make status` shows how far it is.")
    environment = json.loads(stack.launch_file(program).read_text())["environment"]
    # The program's metrics folder and operator port are its own; a tool beside it must not take them.
    for name in ("PROMETHEUS_MULTIPROC_DIR", "OPERATOR_PORT"):
        environment.pop(name, None)
    os.execvpe(words[0], list(words), environment)


def prepare_tests() -> int:
    """RabbitMQ and mongod's libraries must be there; promtool is fetched when that is allowed."""
    prepare_broker()
    prepare_database()
    if shutil.which("promtool") is None:
        if packages.may_install():
            packages.install(["prometheus"], "promtool is not installed.", "Install it: apt-get install prometheus.")
        else:
            print("promtool is missing and may not be installed: our own check of the configuration must do.")
    return 0


def _stack_of_environment() -> Stack:
    environ = os.environ
    regions = [code.strip() for code in environ.get("SIVUVIRTA_REGIONS", "").split(",") if code.strip()]
    try:
        peers = json.loads(environ.get("SIVUVIRTA_PEERS") or "{}")
    except ValueError:
        raise StackError('SIVUVIRTA_PEERS is no JSON; it looks like {"19": "http://127.0.0.1:9000"}.') from None
    return Stack(
        FOLDER,
        cell=environ.get("SIVUVIRTA_CELL") or "12",
        regions=regions or None,
        ports=Ports.from_environ(environ),
        peers=peers,
        amqp_uri=environ.get("AMQP_URI") or None,
        mongo_uri=environ.get("MONGO_URI") or None,
    )


def _start(stack: Stack) -> None:
    for words, step in (
        ("Starting broker and database", stack.start_parts),
        ("Starting services and gateway", stack.start_processes),
        ("Waiting until each is ready", stack.wait_ready),
    ):
        print(f"{words} …", flush=True)
        step()
    print(
        f"""
Sivuvirta is ready (cell {stack.cell}).
  Gateway    {stack.gateway_url}
  API docs   {stack.gateway_url}/docs   OpenAPI {stack.gateway_url}/openapi.json
  Metrics    {stack.operator_url("gateway")}/metrics and on the next {len(stack.programs) - 1} ports
  Data, logs {_shown(stack.folder)}   (make status | logs | help in another terminal)
Ctrl-C stops it.""",
        flush=True,
    )


def _watch(stack: Stack) -> None:
    """Restart broker, database or supervisor when one dies, ever more rarely while it keeps dying."""
    # The broker first: the supervisor's start declares the topology on it.
    parts: dict[str, tuple[Broker | Database | Supervisor, Callable[[], None]]] = {}
    if not os.environ.get("AMQP_URI"):
        parts["broker"] = (stack.broker, stack.start_broker)
    if not os.environ.get("MONGO_URI"):
        parts["database"] = (stack.database, stack.start_database)
    parts["supervisor"] = (stack.supervisor, stack.start_processes)
    waits = dict.fromkeys(parts, 1.0)
    died = dict.fromkeys(parts, 0.0)
    due: dict[str, float] = {}  # of those that are dead: one that keeps dying holds up no other
    while True:
        time.sleep(0.5)
        for name, (part, start) in parts.items():
            now = time.monotonic()
            if part.alive:
                due.pop(name, None)
                if now - died[name] > 60:
                    waits[name] = 1.0
                continue
            if name not in due:
                due[name] = now + waits[name]
                print(
                    f"The {name} died; starting it again in {waits[name]:.0f} s (log: {_shown(stack.logs)}).",
                    flush=True,
                )
            if now < due[name]:
                continue
            waits[name] = min(waits[name] * 2, LONGEST_WAIT_BETWEEN_RESTARTS)
            died[name] = now
            del due[name]
            try:
                start()
            except StackError as error:
                print(error, file=sys.stderr, flush=True)


def _stop_what_was_left() -> None:
    if (FOLDER / "stack.json").exists() and (left := Stack.open(FOLDER)).alive:
        print("Stopping what an earlier run left behind …", flush=True)
        left.stop()


@contextmanager
def _only_one() -> Iterator[bool]:
    """Whether we hold the folder's lock; it is free again when this process ends, however it ends."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "up.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield True


def _is_unlocked() -> bool:
    with _only_one() as first:
        return first


def _on_signal(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def _shown(path: Path) -> str:
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)

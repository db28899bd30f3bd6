"""A real broker, database and supervisor in a temporary folder, with small programs instead of the services."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import amqp
import pytest

from deploy.local.processes import Program
from deploy.local.stack import Stack

READY_PROGRAM = (sys.executable, str(Path(__file__).with_name("ready_program.py")))
PROGRAMS = (
    Program("gateway", READY_PROGRAM),
    Program("resources", READY_PROGRAM, signer="resources"),
    Program("identity", READY_PROGRAM, signer="identity"),
)


class connected:
    """A channel as one broker user; used with ``with``."""

    def __init__(self, stack: Stack, user: str) -> None:
        self._connection = amqp.Connection(
            f"127.0.0.1:{stack.ports.broker}",
            userid=user,
            password=stack.secrets.password(user),
            virtual_host="sivuvirta",
            connect_timeout=10,
            confirm_publish=True,
        )

    def __enter__(self) -> amqp.Channel:
        self._connection.connect()
        return self._connection.channel()

    def __exit__(self, *_: object) -> None:
        if self._connection.connected:
            self._connection.close()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One running stack for a module's tests."""
    with_programs = Stack(tmp_path_factory.mktemp("stack"), programs=PROGRAMS)
    try:
        with_programs.start(30)
        yield with_programs
    finally:
        with_programs.abandon()

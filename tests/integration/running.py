"""Services as real processes on the run's broker and database, and callers who ask them."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from deploy.local.stack import Stack
from shared import config
from shared.contracts.catalogue import REGISTRY
from shared.contracts.registry import Call
from shared.errors import ServiceError
from shared.ids import new_id
from shared.messaging.rpc_client import RpcClient
from shared.runtime import Runtime
from shared.tenancy import Caller, Role
from shared.tokens import Tokens

ROOT = Path(__file__).parents[2]


def caller(
    role: Role = Role.FACILITATOR,
    *,
    agency_id: str | None = None,
    region: str = "12",
    programmes: frozenset[str] = frozenset(),
) -> Caller:
    """Somebody of a fresh agency in the region, unless an agency is named."""
    agency_id = agency_id or new_id("agy", region)
    return Caller(new_id("acc", region), agency_id, frozenset({role}), region, programmes)


@dataclass
class RunningServices:
    """``start("resources")``, then ``ask(CALL, {...}, caller)``; ``runtime`` reaches into a service's database."""

    infrastructure: Stack
    client: RpcClient
    tokens: Tokens
    folder: Path
    eventually: Callable[..., None]
    prefix: str = field(default_factory=lambda: f"t{uuid.uuid4().hex[:10]}")
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    runtimes: list[Runtime] = field(default_factory=list)

    def start(self, service: str, **settings: str) -> None:
        """Start the service and wait until it has made its indexes and answers calls."""
        with (self.folder / f"{service}.log").open("ab") as output:
            self.processes[service] = subprocess.Popen(
                [sys.executable, "-m", "shared.runner", service],
                cwd=ROOT,
                env={"PATH": os.environ["PATH"], **self._environment(service, **settings)},
                stdout=output,
                stderr=output,
            )
        call = next(call for call in REGISTRY.calls.values() if call.service == service)
        self.eventually(lambda: self._answers(service, call), timeout_s=60)

    def stop(self, service: str) -> None:
        process = self.processes.pop(service)
        process.terminate()
        process.wait(30)

    def ask(self, call: Call, payload: dict[str, Any], who: Caller, *, key: str | None = None) -> Any:
        token = self.tokens.sign(who)
        return self.client.call(call, payload, token, idempotency_key=key, deadline_s=20)

    def refusal(self, call: Call, payload: dict[str, Any], who: Caller, *, key: str | None = None) -> ServiceError:
        """The error that the call must end in."""
        with pytest.raises(ServiceError) as refused:
            self.ask(call, payload, who, key=key)
        return refused.value

    def runtime(self, service: str) -> Runtime:
        runtime = Runtime(config.load(self._environment(service)), service)
        self.runtimes.append(runtime)
        return runtime

    def close(self) -> None:
        for service in list(self.processes):
            self.stop(service)
        self.client.close()
        for runtime in self.runtimes:
            runtime.client.close()
        database = Runtime(config.load(self._environment("identity")), "identity").client
        for name in database.list_database_names():
            if name.startswith(self.prefix):
                database.drop_database(name)
        database.close()

    def _environment(self, service: str, **settings: str) -> dict[str, str]:
        own = {"SIVUVIRTA_DATABASE_PREFIX": self.prefix, "OPERATOR_PORT": "0", **settings}
        return {**self.infrastructure.environment(service), **own}

    def _answers(self, service: str, call: Call) -> bool:
        """Any answer, a refusal included, shows that the process serves."""
        if self.processes[service].poll() is not None:
            pytest.fail(f"{service} ended: {(self.folder / f'{service}.log').read_text()[-3000:]}")
        try:
            self.client.call(call, {}, "", deadline_s=1)
        except ServiceError as error:
            return error.code == "unauthenticated"
        return True

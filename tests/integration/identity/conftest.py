"""One identity service as a real process, with two agencies in it and a caller of every role."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from deploy.local.stack import Stack
from services.identity.bootstrap import bootstrap
from shared import config
from shared.contracts.registry import Call
from shared.contracts.rpc import identity as calls
from shared.errors import ServiceError
from shared.messaging.rpc_client import RpcClient
from shared.messaging.rpc_server import service_caller
from shared.runtime import Runtime

ROOT = Path(__file__).parents[3]


@dataclass
class Identity:
    """The running service as its callers meet it: ``as_("facilitator", CALL, name="…")``."""

    runtime: Runtime
    client: RpcClient
    log: Path
    keys: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    agencies: dict[str, str] = field(default_factory=dict)

    def as_(self, who: str, call: Call, *, idempotency_key: str | None = None, **payload: Any) -> Any:
        return self.client.call(call, payload, self.token(who), idempotency_key=idempotency_key, deadline_s=20)

    def refusal(self, who: str, call: Call, **payload: Any) -> str:
        """The error's code, or ``ok``."""
        try:
            self.as_(who, call, **payload)
        except ServiceError as error:
            return error.code
        return "ok"

    def authenticate(self, api_key: str) -> Any:
        return self.client.call(calls.AUTHENTICATE, {"api_key": api_key}, "", deadline_s=20)

    def token(self, who: str) -> str:
        if who == "service":
            cell = self.runtime.settings.cell
            return self.runtime.tokens.sign(service_caller("identity", cell, self.agencies["own"]))
        return str(self.authenticate(self.keys[who])["token"])

    def add_account(self, who: str, by: str, roles: list[str], agency_id: str | None = None) -> None:
        """An account with a key, both remembered under ``who``."""
        account = self.as_(by, calls.REGISTER_ACCOUNT, name=who, roles=roles, agency_id=agency_id)
        self.accounts[who] = account["id"]
        self.keys[who] = self.as_(by, calls.ISSUE_API_KEY, account_id=account["id"])["api_key"]


@pytest.fixture(scope="module")
def identity(
    infrastructure: Stack, tmp_path_factory: pytest.TempPathFactory, eventually: Callable[..., None]
) -> Iterator[Identity]:
    own = {
        "SIVUVIRTA_DATABASE_PREFIX": f"t{uuid.uuid4().hex[:10]}",
        "SIVUVIRTA_REGIONS": "11,12",
        "SIVUVIRTA_PEERS": '{"19": "https://lappi.example"}',
        "OPERATOR_PORT": "0",
    }
    environment = {**infrastructure.environment("identity"), **own}
    runtime = Runtime(config.load(environment), "identity")
    first_key = bootstrap(runtime)
    log = tmp_path_factory.mktemp("identity") / "identity.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "shared.runner", "identity"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **environment},
            stdout=output,
            stderr=output,
        )
    client = RpcClient(infrastructure.environment("gateway")["AMQP_URI"], "gateway", 5.0)
    try:
        served = Identity(runtime, client, log, keys={"operator": first_key})
        eventually(lambda: _serves(served), timeout_s=60)
        _populate(served)
        yield served
    finally:
        process.terminate()
        process.wait(30)
        client.close()
        runtime.client.drop_database(runtime.database.name)
        runtime.client.close()


def _serves(served: Identity) -> Mapping[str, Any] | None:
    try:
        answer: Mapping[str, Any] = served.authenticate(served.keys["operator"])
    except ServiceError:
        return None
    return answer


def _populate(served: Identity) -> None:
    served.accounts["operator"] = served.authenticate(served.keys["operator"])["principal_id"]
    for label, name, region in (("own", "Esimerkkikehitys Oy", "12"), ("other", "Naapurikehitys Oy", "11")):
        agency = served.as_("operator", calls.REGISTER_AGENCY, name=name, region_code=region, programmes=["vesi"])
        served.agencies[label] = agency["id"]
    served.add_account("facilitator", "operator", ["facilitator", "integration"], served.agencies["own"])
    served.add_account("integration", "facilitator", ["integration"])
    served.add_account("neighbour", "operator", ["facilitator"], served.agencies["other"])

"""The first operator: made once, before the service has ever run, however often it is asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.identity import use_cases
from services.identity.bootstrap import bootstrap
from services.identity.domain import KeyHasher
from services.identity.repository import AgencyRepository, ApiKeyRepository
from services.identity.use_cases import Authenticated
from shared.clock import FixedClock
from shared.errors import Conflict, ServiceError
from shared.runtime import Runtime
from shared.tenancy import Caller, Role, ServiceScope
from shared.tokens import Tokens

ROOT = Path(__file__).parents[3]
SCOPE = ServiceScope("test")


def authenticate(runtime: Runtime, api_key: str, moment: datetime | None = None) -> Authenticated:
    clock = FixedClock(moment or datetime.now(UTC))
    return use_cases.authenticate(
        runtime.repository(ApiKeyRepository, SCOPE),
        runtime.repository(AgencyRepository, SCOPE),
        KeyHasher(runtime.settings.api_key_pepper),
        Tokens(runtime.keyring, clock, runtime.settings.cell, runtime.signer),
        clock,
        api_key,
    )


def test_the_first_operator_is_made_on_an_empty_database(runtime_for: Any) -> None:
    runtime = runtime_for("identity")
    assert authenticate(runtime, bootstrap(runtime)).roles == (Role.OPERATOR,)


def test_a_second_bootstrap_says_so_and_another_key_is_of_the_same_account(runtime_for: Any) -> None:
    runtime = runtime_for("identity")
    first = bootstrap(runtime)
    with pytest.raises(Conflict, match="stands already"):
        bootstrap(runtime)
    second = bootstrap(runtime, new_key=True)
    assert second != first
    assert authenticate(runtime, second).principal_id == authenticate(runtime, first).principal_id


def test_bootstraps_at_the_same_moment_make_one_operator_and_one_key(runtime_for: Any) -> None:
    runtimes = [runtime_for("identity") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        attempts = [pool.submit(bootstrap, runtime) for runtime in runtimes]
    made = [attempt.result() for attempt in attempts if attempt.exception() is None]
    refused = {type(attempt.exception()) for attempt in attempts} - {type(None)}
    assert (len(made), refused) == (1, {Conflict})


def test_a_key_works_until_its_end_and_not_after(runtime_for: Any) -> None:
    runtime = runtime_for("identity")
    account_id = authenticate(runtime, bootstrap(runtime)).principal_id
    operator = Caller(account_id, None, frozenset({Role.OPERATOR}), "")
    hasher = KeyHasher(runtime.settings.api_key_pepper)
    end = runtime.clock.now() + timedelta(hours=1)
    issued = runtime.unit_of_work.run(
        lambda tx: use_cases.issue_key(tx, operator, hasher, bytes(32), account_id, expires_at=end)
    )
    shortly_before = end - timedelta(seconds=5)
    assert authenticate(runtime, issued.text, shortly_before).expires_at == end.replace(microsecond=0)
    with pytest.raises(ServiceError, match="unauthenticated"):
        authenticate(runtime, issued.text, end)


def test_the_command_prints_the_key_once_as_json(infrastructure: Any, settings_for: Any, runtime_for: Any) -> None:
    runtime = runtime_for("identity")
    prefix = runtime.settings.database_prefix
    environment = {**infrastructure.environment("identity"), "SIVUVIRTA_DATABASE_PREFIX": prefix}

    def command(*arguments: str) -> Any:
        done = subprocess.run(
            [sys.executable, "-m", "services.identity.bootstrap", *arguments],
            cwd=ROOT, env={"PATH": os.environ["PATH"], **environment}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return json.loads(done.stdout.splitlines()[-1])["api_key"]

    first, again, another = command(), command(), command("--new-key")
    assert again is None
    assert authenticate(runtime, first).principal_id == authenticate(runtime, another).principal_id

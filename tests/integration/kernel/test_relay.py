"""Two processes of one service write events; one of them at a time publishes."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest

from shared.persistence.lease import Lease, Leases
from shared.runtime import Runtime
from tests.integration.kernel.test_outbox_to_inbox import emit_sites, relaying

COMMITS = 100


def test_the_relay_without_the_lease_does_not_ask_for_it_at_every_commit(
    runtime_for: Any, eventually: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    publishing, waiting = two_processes(runtime_for)
    asked = counted(monkeypatch)
    with relaying(publishing):
        emit_sites(publishing, 1)
        eventually(lambda: publishing.relay.pending() == 0)
        with relaying(waiting):
            for _ in range(COMMITS):
                emit_sites(waiting, 1)
            eventually(lambda: waiting.relay.pending() == 0)
    assert 0 < asked["waiting"] < COMMITS / 5


def test_the_relay_that_waited_publishes_when_the_lease_is_given_back(runtime_for: Any, eventually: Any) -> None:
    publishing, waiting = two_processes(runtime_for)
    with ExitStack() as until_the_end:
        with relaying(publishing):
            emit_sites(publishing, 1)
            eventually(lambda: publishing.relay.pending() == 0)
            until_the_end.enter_context(relaying(waiting))
        emit_sites(waiting, 3)
        eventually(lambda: waiting.relay.pending() == 0)


def two_processes(runtime_for: Any) -> list[Runtime]:
    return [runtime_for("organisations", SIVUVIRTA_PROCESS=name) for name in ("publishing", "waiting")]


def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each holder asks for a lease from now on."""
    asked: Counter[str] = Counter()
    acquire = Leases.acquire

    def counting(leases: Leases, name: str, holder: str, life: timedelta) -> Lease | None:
        asked[holder.rpartition("/")[2]] += 1
        return acquire(leases, name, holder, life)

    monkeypatch.setattr(Leases, "acquire", counting)
    return asked

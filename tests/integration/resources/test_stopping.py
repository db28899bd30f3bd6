"""A service that is told to stop has answered what it took, and leaves the rest to its successor."""

from __future__ import annotations

from shared.contracts.rpc import resources as calls
from tests.integration.running import RunningServices, caller

CALLS = 200


def test_every_call_is_answered_though_the_service_is_replaced_meanwhile(services: RunningServices) -> None:
    services.start("resources")
    token = services.tokens.sign(caller())
    pending = [services.client.start(calls.LIST_LISTINGS, {}, token, deadline_s=60) for _ in range(CALLS)]
    answers = [pending.pop(0).result()]
    services.stop("resources")
    services.start("resources")
    answers += [one.result() for one in pending]
    assert [answer["items"] for answer in answers] == [[]] * CALLS

"""Who is calling: what is remembered, for how long, and what ends it."""

from __future__ import annotations

import pytest

from gateway.auth import REMEMBERED_MAX, Authenticator
from shared.contracts.rpc import identity
from shared.errors import ServiceError, Unavailable
from tests.unit.gateway.conftest import KEY, StubRpc

HEADER = f"Bearer {KEY}"


@pytest.fixture
def authenticator(rpc: StubRpc) -> Authenticator:
    return Authenticator(rpc, lambda: rpc.now)


def asked(rpc: StubRpc) -> int:
    return len(rpc.of(identity.AUTHENTICATE))


def test_a_key_is_asked_for_once_and_remembered(rpc: StubRpc, authenticator: Authenticator) -> None:
    first = authenticator.authenticate(HEADER)
    assert authenticator.authenticate(HEADER) is first
    assert asked(rpc) == 1


def test_after_thirty_seconds_it_is_asked_again(rpc: StubRpc, authenticator: Authenticator) -> None:
    authenticator.authenticate(HEADER)
    rpc.now += 29.9
    authenticator.authenticate(HEADER)
    assert asked(rpc) == 1
    rpc.now += 0.2
    authenticator.authenticate(HEADER)
    assert asked(rpc) == 2


def test_a_token_is_renewed_before_it_ends(rpc: StubRpc, authenticator: Authenticator) -> None:
    rpc.token_life_s = 20.0
    authenticator.authenticate(HEADER)
    rpc.now += 6.0
    assert authenticator.authenticate(HEADER).token == "signed-2"


def test_a_revoked_key_stops_at_once(rpc: StubRpc, authenticator: Authenticator) -> None:
    principal = authenticator.authenticate(HEADER)
    del rpc.keys[KEY]
    authenticator.forget_key(principal.key_id)
    with pytest.raises(ServiceError, match="unauthenticated"):
        authenticator.authenticate(HEADER)


def test_an_answer_overtaken_by_the_revocation_is_not_kept(rpc: StubRpc, authenticator: Authenticator) -> None:
    authenticator.forget_key(rpc.keys[KEY])
    with pytest.raises(ServiceError, match="unauthenticated"):
        authenticator.authenticate(HEADER)


def test_a_wrong_key_costs_identity_one_question_in_three_seconds(rpc: StubRpc, authenticator: Authenticator) -> None:
    for _ in range(5):
        with pytest.raises(ServiceError, match="unauthenticated"):
            authenticator.authenticate("Bearer wrong")
    assert asked(rpc) == 1
    rpc.now += 3.1
    with pytest.raises(ServiceError):
        authenticator.authenticate("Bearer wrong")
    assert asked(rpc) == 2


def test_an_outage_of_identity_is_no_refusal_and_is_not_remembered(rpc: StubRpc, authenticator: Authenticator) -> None:
    rpc.answers[identity.AUTHENTICATE.key] = Unavailable("identity")
    with pytest.raises(ServiceError, match="unavailable"):
        authenticator.authenticate(HEADER)
    del rpc.answers[identity.AUTHENTICATE.key]
    assert authenticator.authenticate(HEADER).token == "signed-2"


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer " + "x" * 201, "Bearer ä"])
def test_what_is_no_key_is_refused_without_asking(
    rpc: StubRpc, authenticator: Authenticator, header: str | None
) -> None:
    with pytest.raises(ServiceError, match="unauthenticated"):
        authenticator.authenticate(header)
    assert asked(rpc) == 0


def test_what_is_remembered_is_bounded_and_holds_no_key(rpc: StubRpc, authenticator: Authenticator) -> None:
    for number in range(REMEMBERED_MAX + 10):
        rpc.keys[f"key-{number}"] = str(number)
        authenticator.authenticate(f"Bearer key-{number}")
    assert len(authenticator._known) == REMEMBERED_MAX
    assert all(isinstance(hashed, bytes) and len(hashed) == 16 for hashed in authenticator._known)

"""The signed caller: what verifies, and everything that must not."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import FixedClock
from shared.errors import Forbidden, ServiceError
from shared.signing import BadSignature, Keyring, Signer, UnknownSigner, generate_keys
from shared.tenancy import Caller, Role
from shared.tokens import TOKEN_LIFE, Tokens

NOW = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
SEEDS, _PUBLIC = generate_keys(["12/identity", "12/resources", "12/stranger"])
KEYRING = Keyring({name: key for name, key in json.loads(_PUBLIC).items() if name != "12/stranger"})
FACILITATOR = Caller("acc-12-1", "agy-12-1", frozenset({Role.FACILITATOR}), "12", frozenset({"vesi"}))
RESOURCES = Caller("resources", None, frozenset({Role.SERVICE}), "12")


def tokens_of(signer: str, clock: FixedClock | None = None) -> Tokens:
    return Tokens(KEYRING, clock or FixedClock(NOW), "12", Signer(signer, SEEDS[signer]))


def refusal(token: str, clock: FixedClock | None = None) -> str:
    with pytest.raises(ServiceError) as refused:
        Tokens(KEYRING, clock or FixedClock(NOW), "12").verify(token)
    return refused.value.code


def test_identity_speaks_for_a_person() -> None:
    token = tokens_of("12/identity").sign(FACILITATOR)
    assert Tokens(KEYRING, FixedClock(NOW), "12").verify(token) == FACILITATOR


def test_a_service_speaks_for_itself() -> None:
    token = tokens_of("12/resources").sign(RESOURCES)
    assert Tokens(KEYRING, FixedClock(NOW), "12").verify(token) == RESOURCES


@pytest.mark.parametrize("roles", [{Role.FACILITATOR}, {Role.OPERATOR}, {Role.SERVICE, Role.OPERATOR}, set()])
def test_another_service_speaks_for_no_person(roles: set[Role]) -> None:
    token = tokens_of("12/resources").sign(replace(FACILITATOR, roles=frozenset(roles)))
    assert refusal(token) == "unauthenticated"


def test_a_signer_nobody_knows_is_refused() -> None:
    assert refusal(tokens_of("12/stranger").sign(FACILITATOR)) == "unauthenticated"


def test_a_token_under_another_signers_name_is_refused() -> None:
    impostor = Signer("12/identity", SEEDS["12/stranger"])
    assert refusal(Tokens(KEYRING, FixedClock(NOW), "12", impostor).sign(FACILITATOR)) == "unauthenticated"


def test_a_key_id_that_is_not_the_issuer_is_refused() -> None:
    resources = Signer("12/resources", SEEDS["12/resources"])
    claims = jwt.decode(tokens_of("12/identity").sign(FACILITATOR), options={"verify_signature": False})
    token = jwt.encode(claims, resources.private_key, algorithm="EdDSA", headers={"kid": "12/resources"})
    assert refusal(token) == "unauthenticated"


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_another_algorithm_is_refused(algorithm: str) -> None:
    claims = jwt.decode(tokens_of("12/identity").sign(FACILITATOR), options={"verify_signature": False})
    # The public key as the shared secret of an HMAC: the classic confusion of algorithms.
    secret = Signer("12/identity", SEEDS["12/identity"]).public_key_base64 if algorithm == "HS256" else ""
    token = jwt.encode(claims, secret, algorithm=algorithm, headers={"kid": "12/identity"})
    assert refusal(token) == "unauthenticated"


@pytest.mark.parametrize("claim", [("agency", "agy-12-2"), ("roles", ["operator"]), ("exp", 10**10)])
def test_a_changed_claim_is_refused(claim: tuple[str, object]) -> None:
    head, body, signature = tokens_of("12/identity").sign(FACILITATOR).split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims[claim[0]] = claim[1]
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    assert refusal(f"{head}.{forged}.{signature}") == "unauthenticated"


@pytest.mark.parametrize("claim", ["exp", "iss", "sub", "roles", "agency", "region"])
def test_a_missing_claim_is_refused(claim: str) -> None:
    claims = jwt.decode(tokens_of("12/identity").sign(FACILITATOR), options={"verify_signature": False})
    del claims[claim]
    identity = Signer("12/identity", SEEDS["12/identity"])
    token = jwt.encode(claims, identity.private_key, algorithm="EdDSA", headers={"kid": "12/identity"})
    assert refusal(token) == "unauthenticated"


def test_a_token_ends_with_its_life() -> None:
    clock = FixedClock(NOW)
    tokens = tokens_of("12/identity", clock)
    token = tokens.sign(FACILITATOR)
    clock.advance(TOKEN_LIFE - timedelta(seconds=1))
    assert tokens.verify(token) == FACILITATOR
    clock.advance(timedelta(seconds=1))
    with pytest.raises(ServiceError, match="out of date"):
        tokens.verify(token)  # known by now, and refused all the same
    assert refusal(token, clock) == "unauthenticated"


@given(st.text(max_size=300) | st.from_regex(r"[A-Za-z0-9_-]{0,80}\.[A-Za-z0-9_-]{0,80}\.[A-Za-z0-9_-]{0,80}"))
def test_anything_else_is_refused(token: str) -> None:
    assert refusal(token) == "unauthenticated"


def test_a_process_without_a_key_signs_nothing() -> None:
    with pytest.raises(RuntimeError, match="no signing key"):
        Tokens(KEYRING, FixedClock(NOW), "12").sign(FACILITATOR)


def test_a_caller_without_the_role_is_told_which_it_needs() -> None:
    with pytest.raises(Forbidden, match="operator"):
        FACILITATOR.require(Role.OPERATOR)
    FACILITATOR.require(Role.OPERATOR, Role.FACILITATOR)


def test_a_caller_of_no_agency_has_none_to_act_in() -> None:
    with pytest.raises(Forbidden, match="key of an agency"):
        _ = RESOURCES.agency


def test_a_signature_belongs_to_its_bytes_and_its_signer() -> None:
    signature = Signer("12/resources", SEEDS["12/resources"]).sign(b"an event")
    KEYRING.verify("12/resources", b"an event", signature)
    for signer, body, given_signature in (
        ("12/resources", b"another event", signature),
        ("12/identity", b"an event", signature),
        ("12/resources", b"an event", "not base64"),
        ("12/resources", b"an event", ""),
    ):
        with pytest.raises(BadSignature):
            KEYRING.verify(signer, body, given_signature)
    with pytest.raises(UnknownSigner):
        KEYRING.verify("12/stranger", b"an event", signature)


def test_another_cells_identity_speaks_for_nobody_here() -> None:
    seeds, public = generate_keys(["12/identity", "19/identity"])
    keyring = Keyring(json.loads(public))
    foreign = Tokens(keyring, FixedClock(NOW), "19", Signer("19/identity", seeds["19/identity"])).sign(FACILITATOR)
    with pytest.raises(ServiceError, match="unauthenticated"):
        Tokens(keyring, FixedClock(NOW), "12").verify(foreign)

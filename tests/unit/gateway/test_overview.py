"""One organisation at a glance, whatever some part of the platform is doing."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from gateway.overview import DEADLINE_S, PARTS
from shared.contracts.rpc import matching, organisations, synergies
from shared.errors import DeadlineExceeded, NotFound, Unavailable
from tests.unit.gateway.conftest import StubRpc

ORGANISATION = "org-12-" + "d" * 32
ADDRESS = f"/v1/organisations/{ORGANISATION}/overview"


@pytest.fixture(autouse=True)
def everything_answers(rpc: StubRpc) -> None:
    rpc.answers[organisations.GET_ORGANISATION.key] = {"id": ORGANISATION, "sequence": 1}
    for part, (call, _) in PARTS.items():
        rpc.answers[call.key] = {"shows": part}


def test_all_parts_are_shown_and_asked_under_one_deadline(client: FlaskClient, rpc: StubRpc) -> None:
    shown = client.get(ADDRESS).json
    assert shown["organisation"] == {"id": ORGANISATION, "sequence": 1}
    assert {part: shown[part] for part in PARTS} == {part: {"shows": part} for part in PARTS}
    assert set(map(str, (state["state"] for state in shown["parts"].values()))) == {"ok"}
    assert {sent.deadline_s for sent in rpc.sent[1:]} == {DEADLINE_S}


def test_slow_and_failed_parts_are_named_and_left_out(client: FlaskClient, rpc: StubRpc) -> None:
    rpc.answers[matching.LIST_MATCHES.key] = DeadlineExceeded("matching")
    rpc.answers[synergies.LIST_INTERESTS.key] = Unavailable("synergies")
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    assert answer.json["parts"]["matches"] == {"state": "slow"}
    assert answer.json["parts"]["interests"] == {"state": "failed"}
    assert (answer.json["matches"], answer.json["interests"]) == (None, None)
    assert answer.json["sites"] == {"shows": "sites"}


def test_an_organisation_one_may_not_see_is_not_found(client: FlaskClient, rpc: StubRpc) -> None:
    rpc.answers[organisations.GET_ORGANISATION.key] = NotFound("organisation", ORGANISATION)
    assert client.get(ADDRESS).status_code == 404


def test_a_slow_organisation_is_a_part_like_the_others(client: FlaskClient, rpc: StubRpc) -> None:
    rpc.answers[organisations.GET_ORGANISATION.key] = DeadlineExceeded("organisations")
    assert client.get(ADDRESS).json["parts"]["organisation"] == {"state": "slow"}

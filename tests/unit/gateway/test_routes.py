"""What goes to the services, and what comes back of their answers."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from gateway.routes import ENDPOINTS
from shared.contracts.catalogue import REGISTRY
from shared.contracts.rpc import identity, matching, notifications, organisations, resources
from shared.errors import Conflict, DeadlineExceeded, InvalidInput, Misdirected, NotFound, ServiceError, Unavailable
from tests.unit.gateway.conftest import PEER, StubRpc

LISTING = "lst-12-" + "c" * 32
ORGANISATION = "org-12-" + "d" * 32
SHOWN = {"id": LISTING, "sequence": 3, "name": "Sahanpuru"}


def test_every_call_is_reached_by_a_route() -> None:
    inside = {identity.AUTHENTICATE.key, resources.ORGANISATION_LISTINGS.key}  # the gate's own, and the overview's
    assert REGISTRY.calls.keys() - inside == {endpoint.call.key for endpoint in ENDPOINTS}


def test_route_names_and_addresses_are_unique() -> None:
    assert len({endpoint.name for endpoint in ENDPOINTS}) == len(ENDPOINTS)
    assert len({(endpoint.method, endpoint.path) for endpoint in ENDPOINTS}) == len(ENDPOINTS)


def test_a_read_answers_what_the_service_said_with_its_version(client: FlaskClient, rpc: StubRpc) -> None:
    rpc.answers[resources.GET_LISTING.key] = SHOWN
    answer = client.get(f"/v1/listings/{LISTING}")
    assert (answer.status_code, answer.json, answer.headers["ETag"]) == (200, SHOWN, '"3"')
    assert rpc.of(resources.GET_LISTING)[0].payload == {"id": LISTING}
    assert rpc.of(resources.GET_LISTING)[0].token == "signed-1"


@pytest.mark.parametrize("held", ['"3"', 'W/"3"', '"1", "3"', "*"])
def test_an_unchanged_record_is_not_sent_again(client: FlaskClient, rpc: StubRpc, held: str) -> None:
    rpc.answers[resources.GET_LISTING.key] = SHOWN
    answer = client.get(f"/v1/listings/{LISTING}", headers={"If-None-Match": held})
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", '"3"')


def test_a_change_carries_body_path_and_version(client: FlaskClient, rpc: StubRpc) -> None:
    rpc.answers[resources.REVISE_LISTING.key] = SHOWN
    headers = {"If-Match": '"2"', "Idempotency-Key": "k" * 8}
    client.patch(f"/v1/listings/{LISTING}", json={"name": "Hake"}, headers=headers)
    sent = rpc.of(resources.REVISE_LISTING)[0]
    assert sent.payload == {"id": LISTING, "name": "Hake", "expected_sequence": 2}
    assert sent.idempotency_key == "k" * 8


@pytest.mark.parametrize(
    ("if_match", "status"),
    [
        (None, 428),
        ("3", 400),
        ("*", 400),
        ('"1", "2"', 400),
        ('W/"3"', 412),
        ('"abc"', 412),
        ('"9' + "9" * 15 + '"', 412),
    ],
)
def test_a_change_without_a_usable_version_is_refused(
    client: FlaskClient, rpc: StubRpc, if_match: str | None, status: int
) -> None:
    headers = {} if if_match is None else {"If-Match": if_match}
    assert client.patch(f"/v1/listings/{LISTING}", json={}, headers=headers).status_code == status
    assert rpc.of(resources.REVISE_LISTING) == []


def test_a_creation_says_where_the_record_is(client: FlaskClient, rpc: StubRpc) -> None:
    rpc.answers[organisations.REGISTER_ORGANISATION.key] = {"id": ORGANISATION, "sequence": 1}
    answer = client.post("/v1/organisations", json={"name": "Esimerkkisaha Oy"})
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1/organisations/{ORGANISATION}"
    assert answer.headers["ETag"] == '"1"'


def test_a_deletion_has_nothing_to_show(client: FlaskClient, rpc: StubRpc) -> None:
    rpc.answers[notifications.REMOVE_SUBSCRIPTION.key] = {}
    answer = client.delete(f"/v1/subscriptions/sub-12-{'e' * 32}", headers={"If-Match": '"4"'})
    assert (answer.status_code, answer.data) == (204, b"")


def test_a_page_links_to_the_next(client: FlaskClient, rpc: StubRpc) -> None:
    rpc.answers[resources.LIST_LISTINGS.key] = {"items": [], "next_cursor": "a+b"}
    answer = client.get("/v1/listings?kind=material&limit=10")
    assert answer.headers["Link"] == '</v1/listings?kind=material&limit=10&cursor=a%2Bb>; rel="next"'
    assert rpc.of(resources.LIST_LISTINGS)[0].payload == {"kind": "material", "limit": "10"}


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("colour=red", [{"field": "colour", "message": "Unknown query parameter."}]),
        ("kind=water&kind=energy", [{"field": "kind", "message": "Give it once."}]),
    ],
)
def test_query_parameters_are_refused_by_name(client: FlaskClient, query: str, errors: list[dict[str, str]]) -> None:
    answer = client.get(f"/v1/listings?{query}")
    assert (answer.status_code, answer.json["errors"]) == (422, errors)


def test_unknown_fields_are_refused_by_name_together_with_what_else_is_wrong(client: FlaskClient) -> None:
    answer = client.post("/v1/organisations", json={"colour": "red"})
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json["errors"]} == {"colour", "name"}


def test_what_the_path_says_cannot_be_said_in_the_body(client: FlaskClient) -> None:
    answer = client.patch(f"/v1/listings/{LISTING}", json={"id": LISTING}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json["errors"]) == (422, [{"field": "id", "message": "Unknown field."}])


def test_an_action_without_a_body_takes_none(client: FlaskClient) -> None:
    answer = client.post(f"/v1/subscriptions/sub-12-{'e' * 32}/rotate-secret", json={"secret": "mine"})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "secret")


@pytest.mark.parametrize("key", ["short", "x" * 201, "with blank", "käpy-käpy"])
def test_an_idempotency_key_has_a_form(client: FlaskClient, key: str) -> None:
    answer = client.post("/v1/organisations", json={"name": "A"}, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "Idempotency-Key")


@pytest.mark.parametrize("identifier", ["nonsense", "org-12-" + "c" * 32, "lst-12-XYZ", "%00", "lst-12-" + "c" * 33])
def test_what_is_no_id_of_the_kind_is_not_found(client: FlaskClient, rpc: StubRpc, identifier: str) -> None:
    assert client.get(f"/v1/listings/{identifier}").status_code == 404
    assert rpc.of(resources.GET_LISTING) == []


def test_a_record_of_another_region_is_told_its_home_before_anything_is_asked(
    anybody: FlaskClient, rpc: StubRpc
) -> None:
    answer = anybody.get(f"/v1/listings/lst-19-{'c' * 32}")
    assert (answer.status_code, answer.json["home"], answer.json["region"]) == (421, PEER, "19")
    assert rpc.sent == []


def test_a_record_of_an_unknown_region_is_asked_for(client: FlaskClient, rpc: StubRpc) -> None:
    rpc.answers[resources.GET_LISTING.key] = NotFound("listing", "x")
    assert client.get(f"/v1/listings/lst-05-{'c' * 32}").status_code == 404


def test_a_match_homed_elsewhere_is_answered_here_when_it_is_known(client: FlaskClient, rpc: StubRpc) -> None:
    match = f"mat-19-{'c' * 32}"
    rpc.answers[matching.GET_MATCH.key] = {"id": match, "sequence": 1}
    assert client.get(f"/v1/matches/{match}").status_code == 200
    rpc.answers[matching.GET_MATCH.key] = NotFound("match", match)
    assert client.get(f"/v1/matches/{match}").json["home"] == PEER


@pytest.mark.parametrize(
    ("error", "status", "extra"),
    [
        (InvalidInput([{"field": "name", "message": "Too long."}]), 422, {"errors"}),
        (Conflict("It is so."), 409, set()),
        (Misdirected("19", PEER), 421, {"region", "home"}),
        (ServiceError("precondition_failed", "Old.", {"sequence": 7}), 412, {"sequence"}),
        (Unavailable("The database"), 503, set()),
        (DeadlineExceeded("resources"), 504, set()),
    ],
)
def test_a_services_error_becomes_a_problem(
    client: FlaskClient, rpc: StubRpc, error: ServiceError, status: int, extra: set[str]
) -> None:
    rpc.answers[resources.GET_LISTING.key] = error
    answer = client.get(f"/v1/listings/{LISTING}")
    assert answer.content_type == "application/problem+json"
    assert answer.status_code == answer.json["status"] == status
    standard = {"type", "title", "status", "detail", "instance", "code", "trace_id"}
    assert answer.json.keys() == standard | extra
    assert (answer.json["code"], answer.json["detail"]) == (error.code, error.detail)
    assert answer.json["instance"] == f"/v1/listings/{LISTING}"


def test_a_fault_of_our_own_tells_nothing_of_itself(client: FlaskClient, rpc: StubRpc) -> None:
    rpc.answers[resources.GET_LISTING.key] = KeyError("password=hunter2")
    answer = client.get(f"/v1/listings/{LISTING}")
    assert (answer.status_code, answer.json["code"]) == (500, "unexpected")
    assert "hunter2" not in answer.text


def test_a_job_is_named_by_its_kind(client: FlaskClient, rpc: StubRpc) -> None:
    job = f"job-12-{'a' * 32}"
    rpc.answers[resources.START_REEMISSION.key] = {"id": job}
    answer = client.post("/v1/jobs", json={"kind": "listings.reemit"})
    assert (answer.status_code, answer.headers["Location"]) == (202, f"/v1/jobs/{job}")
    assert rpc.of(resources.START_REEMISSION)[0].payload == {}
    assert client.post("/v1/jobs", json={"kind": "mine.bitcoin"}).json["errors"][0]["field"] == "kind"


def test_a_site_is_read_by_its_id(client: FlaskClient, rpc: StubRpc) -> None:
    site = f"sit-12-{'f' * 32}"
    rpc.answers[organisations.GET_SITES.key] = {"items": [{"id": site, "sequence": 1}]}
    assert client.get(f"/v1/sites/{site}").json == {"id": site, "sequence": 1}
    rpc.answers[organisations.GET_SITES.key] = {"items": []}
    assert client.get(f"/v1/sites/{site}").status_code == 404

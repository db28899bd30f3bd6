"""Identity over the real broker: who may do what, and what each caller sees."""

from __future__ import annotations

import base64
import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.contracts import envelope
from shared.contracts.events.identity import API_KEY_REVOKED
from shared.contracts.rpc import identity as calls
from shared.errors import ServiceError
from shared.messaging.connection import connect
from shared.messaging.outbox import SIGNATURE_HEADER
from shared.tenancy import Caller, Role

ROLES = ("operator", "facilitator", "integration", "service")


def ids(page: dict[str, Any]) -> set[str]:
    return {item["id"] for item in page["items"]}


# Who stands behind a key


def test_a_key_gives_the_caller_and_a_token_that_services_accept(identity: Any) -> None:
    answer = identity.authenticate(identity.keys["facilitator"])
    own = identity.agencies["own"]
    account = identity.accounts["facilitator"]
    assert {name: answer[name] for name in ("principal_id", "agency_id", "roles", "region")} == {
        "principal_id": account,
        "agency_id": own,
        "roles": ["facilitator", "integration"],
        "region": "12",
    }
    roles = frozenset({Role.FACILITATOR, Role.INTEGRATION})
    assert identity.runtime.tokens.verify(answer["token"]) == Caller(account, own, roles, "12", frozenset({"vesi"}))


def test_an_operators_key_acts_in_no_agency(identity: Any) -> None:
    answer = identity.authenticate(identity.keys["operator"])
    assert (answer["agency_id"], answer["roles"], answer["region"]) == (None, ["operator"], "")


def test_a_token_lives_two_minutes_and_never_longer_than_its_key(identity: Any) -> None:
    account = identity.accounts["facilitator"]
    end = datetime.now(UTC) + timedelta(seconds=60)
    short = identity.as_("facilitator", calls.ISSUE_API_KEY, account_id=account, expires_at=end.isoformat())
    for key, latest in ((short["api_key"], end), (identity.keys["facilitator"], end + timedelta(seconds=60))):
        answer = identity.authenticate(key)
        _head, claims, _signature = answer["token"].split(".")
        until = json.loads(base64.urlsafe_b64decode(claims + "=="))["exp"]
        assert datetime.fromisoformat(answer["expires_at"]).timestamp() == until
        assert latest.timestamp() - 30 < until <= latest.timestamp() + 30 * (latest != end)


def test_a_key_narrowed_to_some_roles_has_only_these(identity: Any) -> None:
    account = identity.accounts["facilitator"]
    issued = identity.as_("facilitator", calls.ISSUE_API_KEY, account_id=account, roles=["integration"])
    assert identity.authenticate(issued["api_key"])["roles"] == ["integration"]


def test_every_bad_key_gets_the_same_answer(identity: Any) -> None:
    good = identity.keys["facilitator"]
    account = identity.accounts["facilitator"]
    revoked = identity.as_("facilitator", calls.ISSUE_API_KEY, account_id=account)
    identity.as_("facilitator", calls.REVOKE_API_KEY, account_id=account, key_id=revoked["id"])
    last = "A" if good[-2] != "A" else "B"
    bad = {
        "malformed": "sv_what",
        "not a key": "x" * 200,
        "empty": "",
        "unknown": good.replace(good[10:42], uuid.uuid4().hex),
        "tampered": good[:-2] + last + good[-1],
        "another key's secret": good[:43] + identity.keys["integration"][43:],
        "revoked": revoked["api_key"],
    }
    answers = set()
    for key in bad.values():
        with pytest.raises(ServiceError) as refused:
            identity.authenticate(key)
        answers.add((refused.value.code, refused.value.detail, str(refused.value.extra)))
    assert answers == {("unauthenticated", "This API key is not valid.", "{}")}


def test_no_call_but_authenticate_goes_without_a_token(identity: Any) -> None:
    for token in ("", "nonsense"):
        with pytest.raises(ServiceError, match="unauthenticated"):
            identity.client.call(calls.LIST_AGENCIES, {}, token)


# Roles and calls


@pytest.mark.parametrize(
    ("call", "payload", "expected"),
    [
        (calls.REGISTER_AGENCY, {"name": "Uusi", "region_code": "12"}, ("ok", "forbidden", "forbidden", "forbidden")),
        (calls.GET_AGENCY, {"id": "own"}, ("ok", "ok", "ok", "ok")),
        (calls.GET_AGENCY, {"id": "other"}, ("ok", "not_found", "not_found", "not_found")),
        (calls.LIST_AGENCIES, {}, ("ok", "ok", "ok", "ok")),
        (
            calls.REVISE_AGENCY, {"id": "own", "expected_sequence": 99},
            ("precondition_failed", "forbidden", "forbidden", "forbidden"),
        ),
        (
            calls.REGISTER_ACCOUNT, {"name": "Uusi", "roles": ["facilitator"], "agency_id": "own"},
            ("ok", "ok", "forbidden", "forbidden"),
        ),
        (
            calls.REGISTER_ACCOUNT, {"name": "Uusi", "roles": ["integration"], "agency_id": "other"},
            ("ok", "not_found", "forbidden", "forbidden"),
        ),
        (
            calls.REGISTER_ACCOUNT, {"name": "Uusi", "roles": ["operator"]},
            ("ok", "forbidden", "forbidden", "forbidden"),
        ),
        (calls.LIST_ACCOUNTS, {}, ("ok", "ok", "forbidden", "forbidden")),
        (calls.ISSUE_API_KEY, {"account_id": "integration"}, ("ok", "ok", "forbidden", "forbidden")),
        (calls.ISSUE_API_KEY, {"account_id": "neighbour"}, ("ok", "not_found", "forbidden", "forbidden")),
        (calls.ISSUE_API_KEY, {"account_id": "operator"}, ("ok", "not_found", "forbidden", "forbidden")),
        (calls.LIST_API_KEYS, {"account_id": "integration"}, ("ok", "ok", "forbidden", "forbidden")),
        (calls.LIST_API_KEYS, {"account_id": "neighbour"}, ("ok", "not_found", "forbidden", "forbidden")),
        (
            calls.REVOKE_API_KEY, {"account_id": "neighbour", "key_id": "spare key"},
            ("ok", "not_found", "forbidden", "forbidden"),
        ),
    ],
    ids=lambda value: getattr(value, "method", None),
)  # fmt: skip
@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_its_part(identity: Any, role: str, call: Any, payload: Any, expected: Any) -> None:
    known = {**identity.agencies, **identity.accounts}
    if "key_id" in payload:
        spare = identity.as_("operator", calls.ISSUE_API_KEY, account_id=identity.accounts["neighbour"])
        known["spare key"] = spare["id"]
    filled = {name: known.get(value, value) if name.endswith("id") else value for name, value in payload.items()}
    assert identity.refusal(role, call, **filled) == expected[ROLES.index(role)]


def test_an_agency_lists_itself_and_an_operator_all(identity: Any) -> None:
    both = set(identity.agencies.values())
    assert ids(identity.as_("facilitator", calls.LIST_AGENCIES)) == {identity.agencies["own"]}
    assert ids(identity.as_("operator", calls.LIST_AGENCIES, limit=200)) >= both


def test_accounts_are_listed_page_by_page_within_the_agency(identity: Any) -> None:
    seen: set[str] = set()
    cursor = None
    while True:
        page = identity.as_("neighbour", calls.LIST_ACCOUNTS, limit=1, cursor=cursor)
        seen |= ids(page)
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert identity.accounts["neighbour"] in seen
    assert seen.isdisjoint({identity.accounts["facilitator"], identity.accounts["operator"]})


# Agencies


def test_an_agency_is_revised_from_the_version_that_was_read(identity: Any) -> None:
    agency = identity.as_(
        "operator", calls.REGISTER_AGENCY, name="Ennen", region_code="11", programmes=["vesi", "lampo", "vesi"]
    )
    change = {"id": agency["id"], "name": "Jälkeen", "expected_sequence": 1}
    revised = identity.as_("operator", calls.REVISE_AGENCY, **change)
    assert (revised["sequence"], revised["name"], revised["programmes"]) == (2, "Jälkeen", ["lampo", "vesi"])
    assert identity.refusal("operator", calls.REVISE_AGENCY, **change) == "precondition_failed"
    assert identity.as_("operator", calls.GET_AGENCY, id=agency["id"]) == revised


@pytest.mark.parametrize(("region", "home"), [("19", "https://lappi.example"), ("01", None)])
def test_an_agency_of_another_cell_is_sent_home(identity: Any, region: str, home: str | None) -> None:
    elsewhere = f"agy-{region}-{'0' * 32}"
    for call, payload in (
        (calls.REGISTER_AGENCY, {"name": "Muualla", "region_code": region}),
        (calls.GET_AGENCY, {"id": elsewhere}),
        (calls.REVISE_AGENCY, {"id": elsewhere, "expected_sequence": 1}),
        (calls.REGISTER_ACCOUNT, {"name": "Muualla", "roles": ["facilitator"], "agency_id": elsewhere}),
    ):
        with pytest.raises(ServiceError) as refused:
            identity.as_("operator", call, **payload)
        assert (refused.value.code, refused.value.extra) == ("misdirected", {"region": region, "home": home})


def test_an_agency_that_does_not_exist_gets_no_account(identity: Any) -> None:
    payload = {"name": "Uusi", "roles": ["facilitator"], "agency_id": f"agy-12-{'0' * 32}"}
    assert identity.refusal("operator", calls.REGISTER_ACCOUNT, **payload) == "not_found"


# Keys


def test_a_repeated_command_has_one_effect_and_a_key_is_not_shown_again(identity: Any) -> None:
    account = identity.accounts["integration"]
    once = uuid.uuid4().hex
    before = ids(identity.as_("facilitator", calls.LIST_API_KEYS, account_id=account))
    issued = identity.as_("facilitator", calls.ISSUE_API_KEY, idempotency_key=once, account_id=account)
    with pytest.raises(ServiceError) as refused:
        identity.as_("facilitator", calls.ISSUE_API_KEY, idempotency_key=once, account_id=account)
    assert (refused.value.code, "api_key" in str(refused.value.extra)) == ("conflict", False)
    after = ids(identity.as_("facilitator", calls.LIST_API_KEYS, account_id=account))
    assert after - before == {issued["id"]}


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        ({"roles": ["facilitator"]}, "roles"),
        ({"roles": ["operator"]}, "roles"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "9999-12-31T23:59:59-05:00"}, "expires_at"),
    ],
)
def test_a_key_that_would_be_wrong_is_refused_by_field(identity: Any, draft: dict[str, Any], field: str) -> None:
    with pytest.raises(ServiceError) as refused:
        identity.as_("facilitator", calls.ISSUE_API_KEY, account_id=identity.accounts["integration"], **draft)
    assert [error["field"] for error in refused.value.extra["errors"]] == [field]


def test_a_revocation_ends_the_key_and_reaches_the_broker_signed(identity: Any, amqp_uri: str, eventually: Any) -> None:
    account = identity.accounts["integration"]
    issued = identity.as_("facilitator", calls.ISSUE_API_KEY, account_id=account)
    connection = connect(amqp_uri, "test")
    channel = connection.channel()
    queue = channel.queue_declare("", exclusive=True).queue
    channel.queue_bind(queue, API_KEY_REVOKED.exchange, API_KEY_REVOKED.name)
    for _ in range(2):
        revocation = {"account_id": account, "key_id": issued["id"]}
        assert identity.as_("facilitator", calls.REVOKE_API_KEY, **revocation) == {}
    messages: list[Any] = []

    def arrived() -> bool:
        message = channel.basic_get(queue, no_ack=True)
        if message is not None:
            messages.append(message)
        return bool(messages)

    eventually(arrived)
    body = messages[0].body if isinstance(messages[0].body, bytes) else messages[0].body.encode()
    event = envelope.decode(body)
    identity.runtime.keyring.verify(event.signer, body, messages[0].headers[SIGNATURE_HEADER])
    assert (event.subject, event.agency, event.data) == (
        issued["id"], identity.agencies["own"], {"key_id": issued["id"], "account_id": account},
    )  # fmt: skip
    eventually(lambda: not identity.runtime.relay.pending())
    assert channel.basic_get(queue, no_ack=True) is None
    connection.release()
    with pytest.raises(ServiceError, match="unauthenticated"):
        identity.authenticate(issued["api_key"])


def test_no_secret_stays_in_the_database_or_the_log(identity: Any) -> None:
    stored = "".join(
        str(document) for name in identity.runtime.database.list_collection_names()
        for document in identity.runtime.database[name].find()
    )  # fmt: skip
    written = identity.log.read_text()
    for key in identity.keys.values():
        secret = key[-43:]
        assert (secret in stored, secret in written) == (False, False)
    assert "call_refused" in written

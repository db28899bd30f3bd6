"""What we sign, the public library accepts; what we seal, only we open."""

from __future__ import annotations

import base64
import os
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from services.notifications.domain import signing
from services.notifications.domain.subscription import Secrets
from services.notifications.sealing import Sealer
from tests.unit.notifications.examples import NOW, notice, subscription

OLD, NEW = (signing.secret_text(bytes([number]) * 32) for number in (1, 2))


def signed(body: bytes, *secrets: str) -> dict[str, str]:
    return signing.headers("del-12-1", int(datetime.now(UTC).timestamp()), body, secrets)


def test_the_public_library_accepts_our_signature() -> None:
    body = notice().body()
    assert Webhook(NEW).verify(body.decode(), signed(body, NEW))["type"] == "match.found.v1"


def test_the_public_library_refuses_another_body() -> None:
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify('{"type":"forged"}', signed(notice().body(), NEW))


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_while_a_secret_rotates_both_verify(secret: str) -> None:
    body = notice().body()
    headers = signed(body, NEW, OLD)
    assert len(headers["webhook-signature"].split(" ")) == 2
    assert Webhook(secret).verify(body.decode(), headers)["type"] == "match.found.v1"


@given(st.text(max_size=50), st.binary(min_size=24, max_size=64))
def test_any_text_and_any_secret_verify(text: str, raw: bytes) -> None:
    body, secret = notice(data={"text": text.encode("utf-8", "replace").decode()}).body(), signing.secret_text(raw)
    assert Webhook(secret).verify(body.decode(), signed(body, secret))["type"] == "match.found.v1"


def test_a_rotated_secret_is_valid_for_a_day() -> None:
    secrets = Secrets(b"old").rotated(b"new", NOW)
    assert secrets.valid(NOW + timedelta(hours=23, minutes=59)) == (b"new", b"old")
    assert secrets.valid(NOW + timedelta(hours=24)) == (b"new",)


def test_a_second_rotation_leaves_two() -> None:
    secrets = Secrets(b"first").rotated(b"second", NOW).rotated(b"third", NOW)
    assert secrets.valid(NOW) == (b"third", b"second")


def test_a_new_secret_has_32_random_bytes_behind_its_prefix() -> None:
    secret, _ = sealer().new_secret("sub-12-1")
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32


def test_a_sealed_secret_is_opened_for_its_subscription_only() -> None:
    one = sealer()
    secret, sealed = one.new_secret("sub-12-1")
    assert one.open(sealed, "sub-12-1") == secret
    assert secret.encode() not in sealed
    with pytest.raises(InvalidTag):
        one.open(sealed, "sub-12-2")


def test_a_sealed_secret_is_not_opened_by_another_key() -> None:
    _, sealed = sealer().new_secret("sub-12-1")
    with pytest.raises(InvalidTag):
        sealer().open(sealed, "sub-12-1")


def test_a_missing_key_is_named() -> None:
    with pytest.raises(ValueError, match="SIVUVIRTA_SECRETS_KEY"):
        Sealer("")


def test_the_body_has_type_timestamp_and_data() -> None:
    assert notice().body() == (
        b'{"type":"match.found.v1","timestamp":"2026-03-02T08:00:00.000Z","data":{"id":"mat-12-1"}}'
    )


def test_a_body_stays_below_20_kb() -> None:
    long = notice(data={"id": "mat-12-1", "factors": [{"sentence": "x" * 30_000}]}).body()
    assert b'"data":{"id":"mat-12-1","shortened":true}' in long


def test_one_event_and_subscription_have_one_delivery_id() -> None:
    ids = {
        notice(event_id=event, source=source).delivery_id(subscription(id=to).id, "12")
        for event in ("e1", "e2")
        for source in ("/regions/12/matching", "/regions/17/matching")
        for to in ("sub-12-1", "sub-12-2")
        for _ in range(2)
    }
    assert len(ids) == 8


def sealer() -> Sealer:
    return Sealer(base64.b64encode(os.urandom(32)).decode())

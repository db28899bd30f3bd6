"""Rules of accounts and keys: the form of a key, its hash, its validity, and who may make what."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity import domain
from services.identity.domain import ApiKey, IssuedApiKey, KeyHasher, ServiceAccount
from shared.errors import Forbidden, InvalidInput, NotFound, ServiceError
from shared.tenancy import Caller, Role

NOW = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
KEY_ID = "key-12-" + "0" * 31 + "a"
HASHER = KeyHasher(base64.b64encode(bytes(range(32))).decode())
AGENCY, OTHER_AGENCY = "agy-12-" + "1" * 32, "agy-12-" + "2" * 32
secrets_ = st.binary(min_size=32, max_size=32)


def caller(role: Role, agency: str | None = AGENCY) -> Caller:
    return Caller("acc-12-" + "1" * 32, None if role is Role.OPERATOR else agency, frozenset({role}), "12")


def account(*roles: Role) -> ServiceAccount:
    return ServiceAccount("acc-12-" + "3" * 32, 1, "Esimerkkirajapinta", AGENCY, roles, NOW)


def key(**changes: datetime) -> ApiKey:
    times: dict[str, datetime | None] = {"expires_at": None, "revoked_at": None, **changes}
    return ApiKey(
        KEY_ID, 1, "acc-12-" + "3" * 32, AGENCY, (Role.INTEGRATION,), b"\x01" * 32, NOW, times["expires_at"],
        times["revoked_at"],
    )  # fmt: skip


# The key's form


@given(secrets_)
def test_a_key_names_its_id_and_hides_its_secret_in_43_characters(secret: bytes) -> None:
    text = domain.write_api_key(KEY_ID, secret)
    assert domain.key_id_of(text) == KEY_ID
    assert text.startswith(f"sv_{KEY_ID}_")
    assert len(text) == len(f"sv_{KEY_ID}_") + 43


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_secret_of_another_length_makes_no_key(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        domain.write_api_key(KEY_ID, bytes(length))


@pytest.mark.parametrize(
    "text",
    [
        "", "sv_", KEY_ID, f"sv_{KEY_ID}", f"sv_{KEY_ID}_", f"sv_{KEY_ID}_{'A' * 42}", f"sv_{KEY_ID}_{'A' * 44}",
        f"sv_{KEY_ID}_{'A' * 42}=", f"sv_{KEY_ID}_{'A' * 42}ä", f"sv_{KEY_ID}_{'A' * 43}\n", f" sv_{KEY_ID}_{'A' * 43}",
        f"SV_{KEY_ID}_{'A' * 43}", f"sv_{KEY_ID.upper()}_{'A' * 43}", f"sv_acc{KEY_ID[3:]}_{'A' * 43}",
        f"sv_key-١٢-{'0' * 32}_{'A' * 43}",
    ],
)  # fmt: skip
def test_what_is_no_key_of_ours_has_no_id(text: str) -> None:
    assert domain.key_id_of(text) is None


# The hash


@given(secrets_, st.data())
def test_a_key_with_one_character_changed_does_not_match(secret: bytes, data: st.DataObject) -> None:
    text = domain.write_api_key(KEY_ID, secret)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters().filter(lambda c: c != text[place]))
    known = HASHER.hash(text)
    assert HASHER.matches(text, known) is True
    assert HASHER.matches(text[:place] + other + text[place + 1 :], known) is False


@given(st.text(max_size=200))
def test_nothing_matches_where_no_key_is_known(text: str) -> None:
    assert HASHER.matches(text, None) is False


def test_the_hash_depends_on_the_pepper() -> None:
    other = KeyHasher(base64.b64encode(bytes(32)).decode())
    assert other.matches("sv_key", HASHER.hash("sv_key")) is False


@pytest.mark.parametrize("known", [b"\x01" * 32, None])
def test_hashes_are_compared_in_constant_time_whether_a_key_is_known_or_not(
    monkeypatch: pytest.MonkeyPatch, known: bytes | None
) -> None:
    compared: list[tuple[int, int]] = []
    compare: Callable[[bytes, bytes], bool] = hmac.compare_digest

    def recorded(ours: bytes, theirs: bytes) -> bool:
        compared.append((len(ours), len(theirs)))
        return compare(ours, theirs)

    monkeypatch.setattr(hmac, "compare_digest", recorded)
    HASHER.matches("sv_key", known)
    assert compared == [(32, 32)]


@pytest.mark.parametrize("pepper", ["", "c2hvcnQ=", "not base64!"])
def test_a_missing_or_short_pepper_is_refused(pepper: str) -> None:
    with pytest.raises(ValueError):
        KeyHasher(pepper)


def test_neither_text_nor_hash_shows_when_a_key_is_printed() -> None:
    shown = repr(IssuedApiKey(key(), "sv_very_secret"))
    assert "sv_very_secret" not in shown
    assert "secret_hash" not in shown


# Validity


@pytest.mark.parametrize(
    ("times", "valid"),
    [
        ({}, True),
        ({"expires_at": NOW + timedelta(milliseconds=1)}, True),
        ({"expires_at": NOW}, False),
        ({"expires_at": NOW - timedelta(days=1)}, False),
        ({"revoked_at": NOW}, False),
        ({"revoked_at": NOW - timedelta(days=1), "expires_at": NOW + timedelta(days=1)}, False),
    ],
)
def test_a_key_is_valid_until_its_end_or_its_revocation(times: dict[str, datetime], valid: bool) -> None:
    assert key(**times).is_valid_at(NOW) is valid


def test_an_expiry_is_kept_in_utc_and_whole_milliseconds() -> None:
    wanted = datetime(2026, 6, 1, 12, 0, 0, 123_456, tzinfo=timezone(timedelta(hours=3)))
    assert domain.expiry_of_new_key(wanted, NOW) == datetime(2026, 6, 1, 9, 0, 0, 123_000, tzinfo=UTC)
    assert domain.expiry_of_new_key(None, NOW) is None


@pytest.mark.parametrize(
    "wanted",
    [
        NOW,
        NOW - timedelta(seconds=1),
        NOW + timedelta(days=3653),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-5))),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=5))),
    ],
)
def test_an_expiry_outside_the_next_ten_years_is_refused(wanted: datetime) -> None:
    with pytest.raises(InvalidInput) as refused:
        domain.expiry_of_new_key(wanted, NOW)
    assert refused.value.extra["errors"][0]["field"] == "expires_at"


# Roles of a key


@pytest.mark.parametrize(
    ("wanted", "roles"),
    [
        (None, (Role.FACILITATOR, Role.INTEGRATION)),
        (["integration"], (Role.INTEGRATION,)),
        (["integration", "facilitator", "integration"], (Role.FACILITATOR, Role.INTEGRATION)),
    ],
)
def test_a_key_has_the_accounts_roles_or_fewer(wanted: list[str] | None, roles: tuple[Role, ...]) -> None:
    assert domain.roles_of_new_key(account(Role.FACILITATOR, Role.INTEGRATION), wanted) == roles


@pytest.mark.parametrize("wanted", [["facilitator"], ["operator"], ["integration", "operator"], []])
def test_a_key_never_has_a_role_that_its_account_lacks(wanted: list[str]) -> None:
    with pytest.raises(InvalidInput, match="correction"):
        domain.roles_of_new_key(account(Role.INTEGRATION), wanted)


# Who makes which account

WORKING = (Role.FACILITATOR, Role.INTEGRATION)


@pytest.mark.parametrize(
    ("by", "roles", "wanted", "result"),
    [
        (Role.OPERATOR, (Role.OPERATOR,), None, None),
        (Role.OPERATOR, (Role.OPERATOR,), AGENCY, InvalidInput),
        (Role.OPERATOR, (Role.FACILITATOR, Role.OPERATOR), None, InvalidInput),
        (Role.OPERATOR, WORKING, OTHER_AGENCY, OTHER_AGENCY),
        (Role.OPERATOR, WORKING, None, InvalidInput),
        (Role.FACILITATOR, WORKING, None, AGENCY),
        (Role.FACILITATOR, WORKING, AGENCY, AGENCY),
        (Role.FACILITATOR, WORKING, OTHER_AGENCY, NotFound),
        (Role.FACILITATOR, (Role.OPERATOR,), None, Forbidden),
        (Role.FACILITATOR, (Role.OPERATOR,), OTHER_AGENCY, Forbidden),
        (Role.INTEGRATION, (Role.INTEGRATION,), None, Forbidden),
        (Role.SERVICE, (Role.INTEGRATION,), None, Forbidden),
    ],
)
def test_accounts_are_made_by_operators_anywhere_and_by_facilitators_at_home(
    by: Role, roles: tuple[Role, ...], wanted: str | None, result: str | type[ServiceError] | None
) -> None:
    if isinstance(result, type):
        with pytest.raises(result):
            domain.agency_of_new_account(caller(by), roles, wanted)
    else:
        assert domain.agency_of_new_account(caller(by), roles, wanted) == result

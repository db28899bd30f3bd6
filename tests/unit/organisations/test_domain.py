"""Who a party is, where a site may stand, and what is never stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.organisations.domain import (
    Organisation,
    PersonalIdentityNumber,
    PointOutOfPlace,
    holds_personal_number,
    national_number,
    new_organisation,
    new_site,
    party_id_of,
    revised,
    tells_others,
)
from shared.geo import Point
from shared.ids import region_of
from shared.reference.places import parse_municipality
from shared.registers import InvalidRegisterNumber, Register, RegisterNumber, finnish_check_digit, swedish_check_digit

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
AGENCY = "agy-12-" + "0" * 32
JOENSUU = parse_municipality("Joensuu")
Y_TUNNUS = f"1234567-{finnish_check_digit('1234567')}"
# Made up; the check characters are right so that the rule has something to find.
PERSONAL_CODE = "010190-900P"


def organisation(**changes: Any) -> Organisation:
    draft = {"name": "Esimerkkisaha Oy", "kind": "company", "nace_code": None, "notes": "", **changes}
    return new_organisation(draft, AGENCY, "12", NOW)


def finnish(number: str) -> dict[str, str]:
    return {"register": "FI", "number": number}


# Parties


def test_the_same_number_is_the_same_party_for_every_agency_however_it_is_spelled() -> None:
    spellings = (Y_TUNNUS, Y_TUNNUS.replace("-", ""), f" {Y_TUNNUS} ")
    ids = {organisation(register_number=finnish(number)).party_id for number in spellings}
    elsewhere = {"name": "Sama toisin", "kind": "other", "register_number": finnish(Y_TUNNUS)}
    ids.add(new_organisation(elsewhere, "agy-19-" + "0" * 32, "19", NOW).party_id)
    assert len(ids) == 1
    assert {region_of(party_id) for party_id in ids} == {"00"}


def test_a_vat_number_names_the_party_of_the_register_number_inside_it() -> None:
    vat = RegisterNumber(Register.VAT, "FI" + Y_TUNNUS.replace("-", ""))
    assert party_id_of(vat, "12") == party_id_of(RegisterNumber(Register.FI, Y_TUNNUS), "19")


def test_a_swedish_sole_traders_vat_number_holds_a_persons_number_and_is_refused() -> None:
    nine = "850101123"
    with pytest.raises(InvalidRegisterNumber, match="personal identity number"):
        national_number(RegisterNumber(Register.VAT, f"SE{nine}{swedish_check_digit(nine)}01"))


def test_other_vat_numbers_stand_for_themselves() -> None:
    german = RegisterNumber(Register.VAT, "DE123456789")
    assert national_number(german) == german


def test_a_party_without_a_number_is_a_fresh_one_every_time() -> None:
    first, second = organisation(), organisation()
    assert first.party_id != second.party_id
    assert region_of(first.party_id) == "12"


def test_a_wrong_check_digit_is_refused_naming_the_part() -> None:
    with pytest.raises(InvalidRegisterNumber) as refused:
        organisation(register_number=finnish("1234567-0"))
    assert refused.value.field == "number"


# Revisions


def test_a_revision_is_the_next_sequence_and_changes_what_it_names_only() -> None:
    before = organisation(notes="old")
    after = revised(before, {"notes": "new"}, NOW + timedelta(days=1))
    assert (after.sequence, after.notes, after.name) == (2, "new", before.name)
    assert (after.registered_at, after.revised_at) == (NOW, NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"notes": "x"}, False), ({"name": "Uusi Oy"}, False), ({"kind": "farm"}, True), ({"nace_code": "16.10"}, True)],
)
def test_others_are_told_of_kind_and_sector_only(changes: dict[str, str], told: bool) -> None:
    before = organisation()
    assert tells_others(before, revised(before, changes, NOW)) is told


def test_the_register_number_does_not_change() -> None:
    with pytest.raises(ValueError, match="not revisable: register_number"):
        revised(organisation(), {"register_number": None}, NOW)


# Sites


def test_a_site_stands_at_its_municipalitys_point_until_a_better_one_is_given() -> None:
    plain = new_site({"name": "Saha"}, organisation(), JOENSUU, NOW)
    exact = new_site({"name": "Saha", "point": {"lat": 62.66, "lon": 29.8}}, organisation(), JOENSUU, NOW)
    assert plain.point == JOENSUU.point
    assert exact.point == Point(62.66, 29.8)
    assert {plain.region_code, exact.region_code, region_of(plain.id)} == {"12"}


@pytest.mark.parametrize(
    ("lat", "lon", "field", "reason"),
    [
        (29.8, 62.6, "lat", "outside Finland"),
        (62.6, 12.0, "lon", "outside Finland"),
        (60.17, 24.94, "", "km from Joensuu"),
    ],
)
def test_a_point_out_of_place_is_refused_with_the_reason(lat: float, lon: float, field: str, reason: str) -> None:
    with pytest.raises(PointOutOfPlace, match=reason) as refused:
        new_site({"name": "Saha", "point": {"lat": lat, "lon": lon}}, organisation(), JOENSUU, NOW)
    assert refused.value.field == field


# Personal identity codes


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        (PERSONAL_CODE, True),
        (f"owner {PERSONAL_CODE.lower()}, call first", True),
        (PERSONAL_CODE.replace("-", "Y"), True),
        (PERSONAL_CODE[:-1] + "A", False),
        (f"batch 7{PERSONAL_CODE}", False),
        ("010101-12", False),
        (Y_TUNNUS, False),
        ("040-123 4567", False),
    ],
)
def test_a_personal_identity_code_is_recognised_in_a_text(text: str, holds: bool) -> None:
    assert holds_personal_number(text) is holds


@pytest.mark.parametrize("field", ["name", "notes"])
def test_a_personal_identity_code_is_refused_naming_the_field(field: str) -> None:
    with pytest.raises(PersonalIdentityNumber) as refused:
        organisation(**{field: f"x {PERSONAL_CODE}"})
    assert refused.value.field == field
    assert PERSONAL_CODE not in refused.value.message

"""What the law asks of a pair."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from services.matching.prospects.law import law_of, rules_for
from services.matching.prospects.tables import concept_of
from tests.unit.matching.listings import have, listings, want


def codes(offered: dict[str, Any], wanted: dict[str, Any] | None = None) -> list[str]:
    a, b = have(**offered), want(**(wanted or {"name": offered["name"]}))
    return [point.code for point in law_of(a, b, concept_of(a, b))]


@pytest.mark.parametrize(
    ("name", "code", "hazardous", "status"),
    [
        ("Betonimurske", "170101", False, "end_of_waste"),
        ("Jäteöljy", "130205", True, "hazardous_waste"),
        ("Olkea paaleissa", None, False, "outside"),
        ("Lehmän lanta", None, False, "animal_by_product"),
        ("Käytettyjä kuormalavoja", None, False, "not_waste"),
        ("Jotain", None, False, "open"),
    ],
)
def test_the_waste_status_comes_first(name: str, code: str | None, hazardous: bool, status: str) -> None:
    assert codes({"name": name, "ewc_code": code, "hazardous": hazardous})[0] == f"status:{status}"


def test_a_code_that_is_hazardous_is_so_although_nobody_marked_it() -> None:
    assert codes({"name": "Öljyä", "ewc_code": "130205", "hazardous": False})[0] == "status:hazardous_waste"


def test_hazardous_waste_takes_a_permit_a_carrier_and_a_document() -> None:
    found = codes({"name": "Jäteöljy", "ewc_code": "130205", "hazardous": True})
    assert {"permit:hazardous", "carrier:registered", "document:transfer"} <= set(found)


def test_demolition_waste_takes_a_transfer_document_and_clean_soil_does_not() -> None:
    assert "document:transfer" in codes({"name": "Betonijäte", "ewc_code": "170101"})
    assert "document:transfer" not in codes({"name": "Maa-aines", "ewc_code": "170504"})


def test_concrete_tells_of_the_mara_decree_and_of_end_of_waste() -> None:
    assert {"act:mara", "act:concrete-end-of-waste"} <= set(codes({"name": "Betonimurske", "ewc_code": "170101"}))


def test_the_use_that_is_wanted_chooses_the_rule() -> None:
    assert rules_for("170101", "Mursketta kenttärakenteisiin")[0].id == "17-001"
    assert rules_for("170101", "Kiviainesta uuteen betoniin")[0].id == "17-002"
    assert len(rules_for("170101", "jotain")) == 4
    assert rules_for(None, "jotain") == ()


def test_fuel_on_a_card_of_energy_is_a_matter_of_law() -> None:
    assert codes({"name": "Purkupuuhaketta", "kind": "energy", "ewc_code": None})[0] != "status:none"


def test_two_rules_of_one_operation_tell_it_once() -> None:
    assert [code for code in codes({"name": "Betonimurske", "ewc_code": "170101"}) if code == "operation:R5"] == [
        "operation:R5"
    ]


def test_heat_and_rooms_are_no_matter_of_waste_law() -> None:
    assert codes({"name": "Hukkalämpö", "kind": "energy", "ewc_code": None}) == ["status:none"]
    assert codes({"name": "Varastotilaa", "kind": "premises", "ewc_code": None}) == ["status:none"]
    assert codes({"name": "Lauhdevesi", "kind": "water", "ewc_code": None}) == ["status:water"]


@given(listings(1, "have"), listings(2, "want"))
def test_every_pair_has_one_status_in_three_languages_and_no_code_twice(offered: Any, wanted: Any) -> None:
    points = law_of(offered, wanted, concept_of(offered, wanted))
    codes = [point.code for point in points]
    assert sorted(set(codes)) == sorted(codes)
    assert [point.code.startswith("status:") for point in points].count(True) == 1
    assert all(point.sentence.fi and point.sentence.sv and point.sentence.en for point in points)

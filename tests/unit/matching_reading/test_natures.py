"""What a thing is by its nature, when a card keeps silent; and at what hours it is there."""

from __future__ import annotations

import pytest

from services.matching.domain.measure import GATE, concept_points, quality_points
from services.matching.domain.sides import Numbers, numbers
from services.matching.domain.weights import FULL, THING_POINTS
from tests.unit.matching.listings import have as a_have
from tests.unit.matching.listings import want as a_want


def pair(kind: str, offer: str, demand: str) -> tuple[Numbers, Numbers]:
    return (
        numbers(a_have(kind=kind, name=offer, description="", ewc_code=None)),
        numbers(a_want(kind=kind, name=demand, description="", ewc_code=None)),
    )


def test_textiles_are_dry_until_they_are_said_to_be_wet() -> None:
    demand = "Lakanoita kuivina"
    assert quality_points(*pair("material", "Hotellin lakanoita", demand)) == FULL
    assert quality_points(*pair("material", "Hotellin lakanoita, märkiä ja märkää", demand)) == GATE


def test_sea_water_is_salt() -> None:
    assert quality_points(*pair("water", "Merivettä", "Kasteluvettä, suolatonta")) == GATE


def test_big_bags_are_no_polyethylene() -> None:
    assert quality_points(*pair("material", "Suursäkkejä", "Ostamme LDPE-muovia")) == GATE


@pytest.mark.parametrize(
    ("offer", "demand", "fits"),
    [
        ("Keittiö vuokralle arki-iltoina", "Keittiö lauantaisin", False),
        ("Kök ledigt dagtid", "Kök kvällstid", False),
        ("Keittiö klo 7–15", "Keittiö iltaisin", False),
        ("Keittiö klo 7–20", "Keittiö iltaisin", True),
        ("Keittiö ympäri vuorokauden", "Keittiö öisin", True),
        ("Keittiö vuokralle", "Keittiö öisin", True),
    ],
)
def test_hours_that_do_not_meet_keep_apart(offer: str, demand: str, *, fits: bool) -> None:
    assert (quality_points(*pair("premises", offer, demand)) != GATE) is fits


def test_a_return_load_carries_what_any_lorry_does() -> None:
    points = concept_points(*pair("logistics", "Vajaita paluukuormia", "Tarvitaan kuljetus lavoille"))
    assert points >= THING_POINTS["near"]


def test_a_return_load_of_a_tank_does_not() -> None:
    points = concept_points(*pair("logistics", "Säiliöauton paluukuormia", "Tarvitaan kuljetus lavoille"))
    assert points < THING_POINTS["near"]

"""What belongs to a thing without being it: a bounded share, a relative clause, an owner; and work that is refused."""

from __future__ import annotations

import pytest

from services.matching.domain.measure import GATE, common_words, concept_points, quality_points
from services.matching.domain.sides import Numbers, numbers
from services.matching.reading.distances import reach_km
from services.matching.reading.ellipses import whole
from tests.unit.matching.listings import have as a_have
from tests.unit.matching.listings import want as a_want
from tests.unit.matching_reading.masks import has
from tests.unit.matching_reading.test_reader import have, want


def work(kind: str, offer: str, demand: str) -> tuple[Numbers, Numbers]:
    return (
        numbers(a_have(kind=kind, name=offer, description="", ewc_code=None)),
        numbers(a_want(kind=kind, name=demand, description="", ewc_code=None)),
    )


def test_a_little_oil_on_turnings_is_not_wanted_itself() -> None:
    assert not has(want("Ostamme lastua, öljyä alle 3 %").stated, "waste-oil")


def test_a_strong_lye_is_the_lye() -> None:
    assert has(have("Natronlipeä 50 %").stated, "caustic-solution")


def test_what_the_litter_is_of_is_no_straw_that_is_wanted() -> None:
    manure = want("Hevosenlantaa, jossa kuivikkeena olki")
    assert has(manure.stated, "manure-dry")
    assert not has(manure.stated, "straw")


@pytest.mark.parametrize(
    ("text", "joined"),
    [("alumiinin lastua", "alumiinilastua"), ("valuraudan lastua", "valurautalastua"), ("sahan kuorta",) * 2],
)
def test_a_genitive_and_its_head_are_the_compound_that_is_known(text: str, joined: str) -> None:
    assert whole(text) == joined


def test_clay_that_is_left_over_is_clay() -> None:
    assert has(have("Överskottslera från bygget").stated, "clay")


def test_a_freezer_of_a_cutting_plant_freezes() -> None:
    offer, freezing = work("capacity", "Lihanleikkaamon pikapakastamo", "Marjojen pakastusta")
    _, cutting = work("capacity", "", "Lihan leikkuuta")
    assert concept_points(offer, freezing) > concept_points(offer, cutting)


@pytest.mark.parametrize("offer", ["Laitehuoltoa. Ei kalibrointeja", "Tryckmätare repareras, ej kalibrering"])
def test_who_does_not_calibrate_is_kept_from_calibration(offer: str) -> None:
    assert concept_points(*work("service", offer, "Painemittareiden kalibrointi")) == GATE


def test_what_a_have_says_it_is_without_keeps_it_from_who_asks_for_it() -> None:
    assert quality_points(*work("premises", "Lavapaikkoja, ei kemikaaleja", "Kemikaalien varastointia")) == GATE


def test_drums_in_common_are_no_evidence_of_the_thing() -> None:
    assert common_words(*work("material", "Öljyä tynnyreissä", "Asetonia tynnyreissä")) == 0


def test_gas_in_bottles_goes_by_road() -> None:
    assert have("Biometaania, komprimerad i växelflak", kind="energy").far_km > 100
    assert have("Biometaania putkessa", kind="energy").far_km == 0


@pytest.mark.parametrize(("text", "km"), [("högst ett par kilometer", 2), ("muutaman kilometrin päähän", 5)])
def test_a_few_kilometres_are_a_reach(text: str, km: int) -> None:
    assert reach_km(text) == km


def test_what_is_to_be_separated_is_not_wanted() -> None:
    glass = want("Tuulilaseja PVB-kalvon erotukseen")
    assert has(glass.stated, "windscreens")
    assert not has(glass.stated, "technical-plastic")


def test_an_unknown_compound_is_of_its_first_parts_stuff() -> None:
    assert has(have("PMMA-levyn hukkapaloja").stated, "acrylic-pc")

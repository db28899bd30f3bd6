"""What whole phrases mean: what is told of a thing, what is done with it, what is amiss, what is meant of two."""

from __future__ import annotations

import pytest

from services.matching.domain.listing import ListingProjection
from services.matching.domain.meaning import MASK_BITS, Mask
from services.matching.domain.measure import GATE, concept_points, quality_points
from services.matching.domain.sides import numbers
from services.matching.domain.weights import THING_POINTS
from services.matching.reading.reader import read
from services.matching.reading.tables import use_numbers
from services.matching.words.concepts import numbered
from tests.unit.matching.listings import have, want


def has(concepts: Mask, name: str) -> bool:
    number = numbered()[name].number if name in numbered() else use_numbers()[name]
    return bool(concepts[number // MASK_BITS] >> number % MASK_BITS & 1)


def stated(direction: str, text: str, kind: str = "material") -> Mask:
    return read(kind, direction, text, "", None).stated


def pair(kind: str, offer: str, demand: str) -> tuple[ListingProjection, ListingProjection]:
    plain = {"kind": kind, "description": "", "ewc_code": None}
    return have(name=offer, **plain), want(name=demand, **plain)


def points(kind: str, offer: str, demand: str) -> int:
    offered, wanted = pair(kind, offer, demand)
    return concept_points(numbers(offered), numbers(wanted))


def quality(offer: str, demand: str) -> int:
    offered, wanted = pair("material", offer, demand)
    return quality_points(numbers(offered), numbers(wanted))


@pytest.mark.parametrize(
    ("text", "concept", "other"),
    [
        ("Puulavoja joilla koneet tulivat", "pallets", "machines-used"),
        ("Kuivaa sahajauhoa mäntylaudan sahauksesta", "sawdust", "sawn-timber"),
        ("Arinakuonaa, metallit eroteltu", "bottom-ash", "metal-mixed"),
        ("Voimakaapelin katkaisupätkiä", "cables", "steel-bars"),
        ("Ei olkea vaan sahanpurua", "sawdust", "straw"),
        ("Inte halm utan sågspån", "sawdust", "straw"),
    ],
)
def test_a_have_is_its_thing_and_not_what_is_told_of_it(text: str, concept: str, other: str) -> None:
    things = stated("have", text)
    assert has(things, concept)
    assert not has(things, other)


@pytest.mark.parametrize(
    ("text", "concept", "other"),
    [
        ("Trälådor nej tack, men plastbackar med lock", "plastic-crates", "wooden-crates"),
        ("Ravintolakeittiön koneita, uuni ja astianpesukone", "kitchen-machines", "machines-used"),
        ("Sementin osittaiseen korvaamiseen jauhettua kuonaa", "steel-slag", "cement"),
    ],
)
def test_a_want_is_what_it_would_have_of_two_things(text: str, concept: str, other: str) -> None:
    things = stated("want", text)
    assert has(things, concept)
    assert not has(things, other)


def test_work_on_a_thing_is_not_the_thing() -> None:
    assert not has(stated("have", "Sähkömoottorien käämintää"), "electric-motors")


def test_who_deals_in_scrap_wants_the_scrap_he_names() -> None:
    assert points("material", "Rautaromua purkutyömaalta", "Rostfritt skrot köpes") < THING_POINTS["near"]
    assert points("material", "Rosteriromua", "Rostfritt skrot köpes") >= THING_POINTS["near"]


def test_kin_is_the_thing_itself_and_not_all_its_kinds() -> None:
    assert points("material", "Alumiinilastuja", "Ostetaan romurautaa") < THING_POINTS["near"]


def test_who_has_hours_left_does_the_work() -> None:
    assert not any(read("service", "have", "Siivooja jonka päivä ei ole täysi", "", None).refused)


def test_what_does_not_cool_is_to_be_mended_and_is_no_cold_store() -> None:
    assert not has(stated("want", "Kylmiö ei kylmene, korjaaja heti", "service"), "chilled storage")


def test_the_takers_own_heat_pump_is_not_what_he_wants() -> None:
    assert not has(stated("want", "Ostetaan hukkalämpöä, oma lämpöpumppu", "energy"), "geothermal-ground")


def test_any_heat_is_near_heat() -> None:
    assert points("energy", "Överskottsånga från process", "Hetvatten till bad") >= THING_POINTS["perhaps"]


def test_what_is_broken_is_not_whole_by_nature() -> None:
    assert quality("Rikkinäisiä tuoleja", "Rikkinäisiä tuoleja verhoiltavaksi") != GATE


def test_a_vessel_for_another_use_need_not_be_fit_to_burn() -> None:
    assert quality("Maalattuja tynnyreitä", "Tynnyreitä nuotiopaikoille") != GATE


def test_a_general_use_is_near_its_narrower_ones_only_where_it_is_wide() -> None:
    assert points("service", "Viherrakentamista", "Kattotyöt, peltikatto") < THING_POINTS["near"]
    assert points("logistics", "Vajaita paluukuormia", "Tarvitaan kuljetus lavoille") >= THING_POINTS["near"]

"""What whole phrases mean: what is told of a thing, what is done with it, what is amiss, what is meant of two."""

from __future__ import annotations

import pytest

from services.matching.domain.listing import ListingProjection
from services.matching.domain.meaning import Mask
from services.matching.domain.measure import GATE, concept_points, quality_points
from services.matching.domain.sides import numbers
from services.matching.domain.weights import THING_POINTS
from services.matching.reading.reader import read
from tests.unit.matching.listings import have, want
from tests.unit.matching_reading.masks import has


def stated(direction: str, text: str, kind: str = "material") -> Mask:
    return read(kind, direction, text, "", None).stated


def pair(kind: str, offer: str, demand: str) -> tuple[ListingProjection, ListingProjection]:
    plain = {"kind": kind, "description": "", "ewc_code": None}
    return have(name=offer, **plain), want(name=demand, **plain)


def points(kind: str, offer: str, demand: str) -> int:
    offered, wanted = pair(kind, offer, demand)
    return concept_points(numbers(offered), numbers(wanted))


def quality(offer: str, demand: str, kind: str = "material") -> int:
    offered, wanted = pair(kind, offer, demand)
    return quality_points(numbers(offered), numbers(wanted))


@pytest.mark.parametrize(
    ("direction", "text", "concept", "other"),
    [
        ("have", "Puulavoja joilla koneet tulivat", "pallets", "machines-used"),
        ("have", "Kuivaa sahajauhoa mäntylaudan sahauksesta", "sawdust", "sawn-timber"),
        ("have", "Arinakuonaa, metallit eroteltu", "bottom-ash", "metal-mixed"),
        ("have", "Voimakaapelin katkaisupätkiä", "cables", "steel-bars"),
        ("have", "Ei olkea vaan sahanpurua", "sawdust", "straw"),
        ("have", "Inte halm utan sågspån", "sawdust", "straw"),
        ("want", "Trälådor nej tack, men plastbackar med lock", "plastic-crates", "wooden-crates"),
        ("want", "Ravintolakeittiön koneita, uuni ja astianpesukone", "kitchen-machines", "machines-used"),
        ("want", "Sementin osittaiseen korvaamiseen jauhettua kuonaa", "steel-slag", "cement"),
        ("want", "Verkkoaitaa, terästä tai muovia", "fences", "plastic-packaging"),
        ("have", "Sahanpurua tammi-helmikuussa", "sawdust", "sawn-timber"),
        ("have", "Kuusi kuutiota koivuklapeja", "firewood", "roundwood-thinning"),
    ],
)
def test_a_card_is_about_its_thing_and_not_what_is_told_of_it(
    direction: str, text: str, concept: str, other: str
) -> None:
    things = stated(direction, text)
    assert has(things, concept)
    assert not has(things, other)


def test_work_on_a_thing_is_not_the_thing() -> None:
    assert not has(stated("have", "Sähkömoottorien käämintää"), "electric-motors")


def test_who_deals_in_scrap_wants_the_scrap_he_names() -> None:
    assert points("material", "Rautaromua purkutyömaalta", "Rostfritt skrot köpes") < THING_POINTS["near"]
    assert points("material", "Rosteriromua", "Rostfritt skrot köpes") >= THING_POINTS["near"]


def test_kin_is_the_thing_itself_and_not_all_its_kinds() -> None:
    assert points("material", "Alumiinilastuja", "Ostetaan romurautaa") < THING_POINTS["near"]


def test_a_colour_is_no_paint_and_what_is_to_go_is_not_wanted() -> None:
    assert not has(stated("want", "Köper PP-spill till omkross, en färg per låda"), "paint")
    assert not has(stated("want", "Viljankuivuriin lämpöä, öljy pois", "energy"), "waste-oil")


def test_any_wood_for_a_use_is_the_wood_that_serves_it() -> None:
    offer, demand = "Kuivaa kutterinlastua, pelkkää mäntyä", "Pellettipuristimelle raaka-ainetta: puhdasta puuta"
    assert points("material", offer, demand) >= THING_POINTS["serves"]


def test_goods_that_are_to_be_kept_cold_go_in_a_cold_lorry() -> None:
    demand = "Tomat o gurka till Helsingfors tre gånger i veckan, +8...+12"
    assert points("logistics", "Kylbil till Vanda o Helsingfors", demand) >= THING_POINTS["near"]
    assert points("logistics", "Kappalerahtia Uudellemaalle, kapelli", demand) < THING_POINTS["near"]


def test_what_is_no_problem_is_not_refused_and_what_jams_is() -> None:
    assert quality("Sedimenterat tvättvatten från betongbilar, pH 12", "Betongblandning, högt pH inget problem") != GATE
    assert quality("Tuoretta haketta, märkää", "Haketta kattilaan. Märkä jumittaa") == GATE
    assert quality("Haketta, kosteus 55 %", "Haketta, kosteus enint. 35 %") == GATE


@pytest.mark.parametrize(
    "text", ["Haketta, turve ei käy kattilaan", "Flis till värmeverk, torv går inte i pannan"]
)
def test_what_does_not_go_into_it_is_refused_and_the_rest_is_not(text: str) -> None:
    assert has(stated("want", text), "wood-chips")
    assert not has(stated("want", text), "peat")


def test_what_is_done_names_no_thing() -> None:
    assert not has(stated("want", "Styroxia, puristetaan harkoiksi"), "pomace")


def test_millimetres_end_a_sentence() -> None:
    demand = "Kuorta, seulottua 20-60 mm. Koivun kuori ei käy"
    assert quality("Männyn kuorta, seulottua 20-60 mm", demand) != GATE


def test_more_axes_do_the_work_of_fewer() -> None:
    assert quality("Pystykarainen jyrsin, 3-akselinen", "5-akselista koneistusta", "capacity") == GATE
    assert quality("Femaxlig fräs", "3-akselista koneistusta", "capacity") != GATE


def test_what_may_only_pass_is_not_all_that_is_wanted() -> None:
    demand = "Kaipaamme kalkkia pellolle, tuhkakin käy"
    assert points("material", "Meesakalkkia sellutehtaalta", demand) >= THING_POINTS["near"]
    assert points("material", "Lentotuhkaa", demand) >= THING_POINTS["near"]


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

"""Machines, vehicles and containers on cards of material are goods, and no work, transport or store; what a single
piece of them measures; and names that a use is but a part of."""

from __future__ import annotations

import pytest

from services.matching.domain.meaning import Mask
from services.matching.domain.measure import GATE, quality_points
from services.matching.domain.sides import Numbers, numbers
from services.matching.reading.goods import goods_in
from services.matching.reading.reader import read
from services.matching.words.lexicon import concepts_of
from services.matching.words.tokens import normal
from tests.unit.matching.listings import have as a_have
from tests.unit.matching.listings import want as a_want
from tests.unit.matching_reading.masks import has


def thing(text: str, direction: str = "have", kind: str = "material") -> Mask:
    return read(kind, direction, text, "", None).stated


def pair(offer: str, demand: str) -> tuple[Numbers, Numbers]:
    return (
        numbers(a_have(kind="material", name=offer, description="", ewc_code=None, temperature_c=None)),
        numbers(a_want(kind="material", name=demand, description="", ewc_code=None, temperature_c=None)),
    )


def fits(offer: str, demand: str) -> bool:
    return quality_points(*pair(offer, demand)) != GATE


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Manuell svarv från 1982", "lathes"), ("Kärkisorvi", "lathes"), ("Skåpbil", "vans-lorries"),
        ("Vastapainotrukki 2,5 t", "forklifts-used"), ("Palldragare", "hand-trucks"), ("Husvagn", "caravans"),
        ("Ostamme särmäyspuristimen", "presses-shears"), ("Ostamme kuorma-auton", "vans-lorries"),
        ("Sorvin lastut, HST 1.4404", "turnings-iron"),
    ],
)  # fmt: skip
def test_a_machine_that_is_sold_is_a_machine(text: str, concept: str) -> None:
    assert has(thing(text), concept)


def test_whose_it_is_and_what_it_is_done_with_are_no_goods() -> None:
    assert goods_in(normal("trukin akku")) == []
    assert goods_in(normal("sorvilla tehtyjä osia")) == []
    assert goods_in(normal("puusorvi ja jyrsin")) == [("woodworking-machines", 0, 8), ("milling-machines", 12, 18)]


def test_machine_time_stays_machine_time() -> None:
    assert not has(thing("CNC-sorvi vapaana", kind="capacity"), "lathes")


def test_a_use_that_is_part_of_a_name_does_not_hide_it() -> None:
    assert has(thing("Butiksinredning till gårdsbutik", "want"), "shop-fittings")


def test_the_vessel_that_was_emptied_is_the_thing() -> None:
    assert has(thing("Mehutiivisteen terästynnyreitä, huuhdeltu"), "drums-metal")
    assert not has(thing("Mehutiivisteen terästynnyreitä, huuhdeltu"), "sugar-solution")


def test_what_is_made_of_it_is_not_wanted() -> None:
    assert not has(thing("Ämpäreitä kurkkujen säilöntään", "want"), "vegetable-waste")
    assert has(thing("Ämpäreitä kurkkujen säilöntään", "want"), "buckets")


def test_broken_is_no_sulphur_and_a_bolt_no_bottle() -> None:
    assert not has(thing("Eurolavoja, myös rikki", "want"), "sulphur")
    assert "glass-bottles" not in concepts_of("pultteja")


def test_millimetres_do_not_open_a_list() -> None:
    assert not any(read("material", "want", "Pleksin paloja pajaan, 3–5 mm", "", None).near)


@pytest.mark.parametrize(
    ("demand", "right", "wrong"),
    [
        ("Peltitynnyreitä 200 l", "Plåtfat 208 l", "Peltitynnyreitä 60 l"),
        ("Sähkömoottori 30 kW", "Sähkömoottori 30 kW", "Sähkömoottori 7,5 kW"),
        ("Trukki, nostaa 2–2,5 t", "Trukki 2,5 t", "Trukki 1,2 t"),
        ("Muoviputkea väh. 3 m pätkinä", "Muoviputkea, 6 m salkoja", "Muoviputken pätkiä, alle metrisiä"),
        ("Näyttöjä 24 tuumaa tai isompia", "Näyttöjä 27 tuumaa", "Näyttöjä 19 tuumaa"),
        ("Turvakenkiä koot 40–46", "Turvakenkiä, koko 43", "Turvakenkiä, koot 36–38"),
        ("Pakettiauto vm 2014 tai uudempi", "Pakettiauto vm 2016", "Pakettiauto vm 2007"),
        ("Pleksin paloja vähintään A5", "Pleksin paloja A4", "Pleksin paloja 5 x 10 cm"),
        ("Pahvilaatikoita 40x30x30", "Pahvilaatikoita 38x28x25 cm", "Pahvilaatikoita 80x60x60 cm"),
    ],
)
def test_a_piece_must_be_of_about_the_size(demand: str, right: str, wrong: str) -> None:
    assert fits(right, demand)
    assert fits(demand.split(",")[0].split(" väh")[0].split(" 2")[0], demand)  # silence says nothing
    assert not fits(wrong, demand)


def test_what_is_preferred_is_no_condition() -> None:
    assert fits("Lavoja, käytettyjä", "Lavoja, mieluiten käyttämättömiä")
    assert not fits("Lavoja, käytettyjä", "Lavoja, käyttämättömiä")


def test_what_is_left_of_a_reel_is_what_was_on_it() -> None:
    assert has(thing("Vaijeria kelan loppuja"), "wire-rope")
    assert not has(thing("Vaijeria kelan loppuja"), "cable-drums")


def test_who_wants_it_is_no_mistyped_thing() -> None:
    assert not has(thing("Rengasliike etsii hyllyjä", "want"), "tyres")
    assert has(thing("Verkstad letar efter svarv", "want"), "lathes")

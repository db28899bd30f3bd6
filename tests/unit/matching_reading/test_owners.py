"""What belongs to whom on a card: what is treated, made or left over, whose limit a limit is, which use is narrower."""

from __future__ import annotations

from datetime import date

import pytest

from services.matching.domain.meaning import ALL_YEAR, GATHERS
from services.matching.domain.measure import GATE, concept_points, quality_points
from services.matching.domain.sides import numbers
from services.matching.domain.weights import THING_POINTS
from services.matching.reading.ellipses import whole
from tests.unit.matching.listings import have as a_have
from tests.unit.matching.listings import want as a_want
from tests.unit.matching_reading.masks import has
from tests.unit.matching_reading.test_reader import have, want


def test_what_somebody_makes_is_not_what_he_has() -> None:
    dairy = have("Vuohenjuuston tekijä, heraa jää viikoittain")
    assert has(dairy.stated, "whey")
    assert not has(dairy.stated, "cheese")


def test_what_is_to_be_treated_is_not_wanted() -> None:
    lime = want("Puhdistamolietteen hygienisointiin poltettua kalkkia")
    assert has(lime.stated, "lime")
    assert not has(lime.stated, "sewage-sludge")


def test_what_is_left_of_a_thing_is_the_thing() -> None:
    assert has(have("Spill från gipsskivor").stated, "gypsum")


def test_two_owners_of_one_thing_are_written_out() -> None:
    assert whole("teurastamon ja meijerin lietteitä") == "teurastamolietteitä ja meijerilietteitä"


def test_a_limit_for_one_of_several_things_does_not_bind_the_others() -> None:
    assert want("Kuivikkeeksi kutteria tai turvetta", "kutterilla kosteus alle 20 %").limits == ()
    assert len(want("Kuivikkeeksi kutteria", "kosteus alle 20 %").limits) == 1


@pytest.mark.parametrize("text", ["Ostamme useammalta toimittajalta", "Ostamme kaikilta pesuloilta", "Vi samlar in"])
def test_who_gathers_says_so_in_many_ways(text: str) -> None:
    assert want(f"Lakanoita. {text}").flags & GATHERS


def test_a_little_that_may_pass_is_not_asked_for() -> None:
    """A have without mortar is silent on nothing that "at most 5 % mortar" asks."""
    crushed = want("Tiilimursketta", "laastia enintään 5 %")
    clean = have("Poltettua tiiltä", "ei laastia")
    assert not {one for one, _ in clean.bars} & set(crushed.said)


def test_a_have_that_lacks_what_is_asked_is_kept_apart() -> None:
    asked = numbers(a_want(kind="expertise", name="Hitsauskoordinoija", description="pätevyys IWE", ewc_code=None))
    lacking = numbers(a_have(kind="expertise", name="Hitsari", description="ei IWE-tutkintoa", ewc_code=None))
    assert quality_points(lacking, asked) == GATE


def test_a_crane_is_asked_for_as_the_least() -> None:
    asked = numbers(a_want(kind="premises", name="Halli, siltanosturi 10 t", ewc_code=None))
    weak, strong = (
        numbers(a_have(kind="premises", name=f"Halli, nosturi {tonnes} t", ewc_code=None)) for tonnes in (5, 12)
    )
    assert quality_points(weak, asked) == GATE
    assert quality_points(strong, asked) != GATE


def test_a_narrower_use_of_work_is_near_a_wider_one() -> None:
    asked = numbers(a_want(kind="capacity", name="Kuivatusta alihankintana", ewc_code=None))
    offered = numbers(a_have(kind="capacity", name="Viljankuivuri", ewc_code=None))
    assert concept_points(offered, asked) == THING_POINTS["near"]


def test_a_month_outside_the_cards_own_dates_is_no_season_of_it() -> None:
    room = a_have(
        kind="premises", name="Kylmähuone, seuraava vuokralainen marraskuussa", ewc_code=None,
        available_from=date(2027, 6, 25), available_to=date(2027, 10, 31),
    )  # fmt: skip
    assert numbers(room).months == ALL_YEAR & 0b001111100000


def test_what_both_of_two_alternatives_are_is_asked_for() -> None:
    wish = numbers(a_want(name="Nauta- tai sikalietettä pellolle", description="", ewc_code=None))
    heap = numbers(a_have(name="Kuivalantaa olkipohjalla", description="", ewc_code=None))
    assert quality_points(heap, wish) == GATE

"""What was learnt from cards in unseen words: how they are read, and what is evidence where words are unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.matching.domain.meaning import ALL_YEAR, SAID_MAX, Meaning
from services.matching.domain.measure import (
    GATE,
    UNKNOWN,
    backed,
    common_words,
    concept_points,
    meets,
    quality_points,
    thing_points,
)
from services.matching.domain.sides import numbers
from services.matching.domain.weights import FULL, HALF_SILENT, SILENT, THING_POINTS
from services.matching.reading.clauses import clauses
from services.matching.reading.reader import read
from services.matching.reading.seasons import months_of, span
from tests.unit.matching.listings import have, want
from tests.unit.matching_reading.masks import has

NEAR, PERHAPS, OTHER = THING_POINTS["near"], THING_POINTS["perhaps"], THING_POINTS["other"]


def said(direction: str, text: str, more: str = "", kind: str = "material", code: str | None = None) -> Meaning:
    return read(kind, direction, text, more, code)


def test_a_condition_stays_asked_when_the_next_one_says_without() -> None:
    assert [clause.refuses for clause in clauses("torrt, utan kakel")] == [False, True]


def test_a_limit_is_not_turned_round_by_a_refusal_behind_it() -> None:
    assert [clause.refuses for clause in clauses("vettä alle 8 %, ei pcb:tä")] == [False, True]


def test_what_is_sorted_out_is_not_in_it() -> None:
    sorted_paper = said("have", "Kotikeräyspaperia, josta pahvi lajiteltu pois")
    assert has(sorted_paper.stated, "newsprint")
    assert not has(sorted_paper.stated, "cardboard")


def test_a_verb_is_no_thing() -> None:
    assert not has(said("want", "Maalaamo hakee edullista liuotinta").stated, "wood-chips")


def test_what_it_is_compared_with_is_not_wanted() -> None:
    assert not has(said("want", "Edullisempaa kuin kaivettu kalkkikivi").stated, "stone-dust")


def test_what_comes_behind_of_is_what_it_is_made_of() -> None:
    pallets = said("have", "EUR-pallar av trä")
    assert has(pallets.stated, "pallets")
    assert not has(pallets.stated, "wood-waste")


def test_a_code_of_another_chapter_outweighs_a_word_that_was_misread() -> None:
    rubble = said("have", "Toimistotalon purun kipsiseinät", code="170802")
    assert not has(rubble.stated, "sawdust")
    assert has(rubble.implied, "gypsum")


@pytest.mark.parametrize(("moisture", "points"), [(12, FULL), (30, SILENT), (55, GATE)])
def test_a_told_moisture_shows_what_is_dry_and_what_is_wet(moisture: int, points: int) -> None:
    asks = want(name="Sahanpurua", description="kuivaa")
    sawdust = have(name="Sahanpurua", description=f"kosteus {moisture} %")
    assert quality_points(numbers(sawdust), numbers(asks)) == points


@pytest.mark.parametrize(
    ("thing", "wish", "points"),
    [
        ("Säilörehua, homeista", "Säilörehua rehuksi lehmille", GATE),
        ("Säilörehua", "Säilörehua rehuksi lehmille", FULL),
        ("Heinää, homeista", "Heinää biokaasulaitokselle", FULL),
        ("Haketta, kyllästettyä seassa", "Haketta polttoon", GATE),
        ("Haketta, kyllästettyä seassa", "Haketta polttoon, kyllästettykin käy", FULL),
        ("Lasimurskaa, posliinia seassa", "Lasimurskaa lasivillan valmistukseen", GATE),
    ],
)
def test_what_a_use_cannot_bear_is_refused_unless_the_want_takes_it(thing: str, wish: str, points: int) -> None:
    assert quality_points(numbers(have(name=thing)), numbers(want(name=wish))) == points


@pytest.mark.parametrize(
    ("text", "thing", "other"),
    [("Suursäkkejä haketta varten", "bigbags", "wood-chips"), ("IBC-kontteja, glyserolia ollut", "ibc", "glycerol")],
)
def test_what_something_held_or_is_for_is_not_the_thing(text: str, thing: str, other: str) -> None:
    meant = said("have", text)
    assert has(meant.stated, thing)
    assert not has(meant.stated, other)


def test_a_have_that_shows_a_part_of_what_is_asked_is_less_silent() -> None:
    asks = numbers(want(name="Kuonaa", description="MARA-kelpoinen, kosteus alle 20 %"))
    assert quality_points(numbers(have(name="Kuonaa", description="kosteus 12 %")), asks) == HALF_SILENT
    assert quality_points(numbers(have(name="Kuonaa")), asks) == SILENT


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("seisokki kesällä", ALL_YEAR & ~span(5, 9)),
        ("suljettu talvella", ALL_YEAR & ~span(11, 3)),
        ("myös talvella", 0),
        ("talvella", span(11, 3)),
    ],
)
def test_a_stop_shuts_its_months_and_also_limits_nothing(text: str, months: int) -> None:
    assert months_of(text) == months


def test_fuel_on_a_card_of_energy_is_carried_as_the_material_it_is() -> None:
    chips = said("have", "Rankahaketta lämpölaitoksille", kind="energy")
    assert has(chips.stated, "wood-chips")
    assert chips.far_km == said("have", "Rankahaketta").far_km > 0


def test_a_general_use_is_served_perhaps_by_one_of_its_kind() -> None:
    general, particular = said("want", "Murskaus", kind="service"), said("have", "Leukamurska", kind="service")
    assert meets(particular.stated, general.perhaps)


def test_words_in_common_are_counted_whatever_they_mean() -> None:
    one, two = numbers(have(name="Kvibbelmassa ja frobbelit")), numbers(want(name="Frobbeleita, kvibbelmassaa"))
    assert common_words(one, two) == common_words(two, one) == 2
    assert common_words(one, numbers(want(name="Muuta"))) == 0
    assert len(one.said) == SAID_MAX


@pytest.mark.parametrize("code", [None, "030105", "030101", "030307", "100101"])
def test_more_words_in_common_never_tell_less_of_the_thing(code: str | None) -> None:
    unknown = ("kvibbel", "frobbeli", "vorpal", "snarkki")
    wanted = numbers(want(name=" ".join(unknown), ewc_code=code and "030105"))
    told = [
        thing_points(numbers(have(name=" ".join(unknown[:count]), ewc_code=code)), wanted)
        for count in range(1, len(unknown) + 1)
    ]
    assert told == sorted(told)
    alike = [
        thing_points(*(numbers(side(name=" ".join(unknown[:count]), ewc_code=None)) for side in (have, want)))
        for count in range(1, len(unknown) + 1)
    ]
    assert alike == sorted(alike)


def test_what_is_near_is_so_although_a_code_stands_for_it_too() -> None:
    board = numbers(have(name="Pahvia", ewc_code=None))
    asks = replace(numbers(want(name="Keräyspaperia pakkausmateriaaliksi", ewc_code=None)), implied=board.stated)
    assert meets(board.stated, asks.near)
    assert concept_points(board, asks) == NEAR


@pytest.mark.parametrize(
    ("points", "common", "becomes"),
    [
        (UNKNOWN, 1, UNKNOWN), (UNKNOWN, 2, PERHAPS), (OTHER, 3, NEAR), (PERHAPS, 1, PERHAPS), (PERHAPS, 2, NEAR),
        (NEAR, 0, NEAR), (NEAR, 1, THING_POINTS["near_said"]), (THING_POINTS["same"], 3, THING_POINTS["same"]),
    ],
)  # fmt: skip
def test_words_in_common_are_one_more_kind_of_evidence(points: int, common: int, becomes: int) -> None:
    assert backed(points, common) == becomes


def test_what_is_below_its_limit_is_none_of_it() -> None:
    asked = numbers(want(name="Valimohiekkaa, ei fenolia yli rajan", description="", ewc_code=None))
    below, above = (
        numbers(have(name=f"Valimohiekkaa, {phenol}", description="", ewc_code=None))
        for phenol in ("fenolit alle raja-arvon", "fenolia yli rajan")
    )
    assert quality_points(below, asked) > 0
    assert quality_points(above, asked) < 0


def test_a_variety_beside_another_thing_is_not_asked_for() -> None:
    silvers = numbers(have(name="Toimistopaperin silppua", description="", ewc_code=None))
    both, board = (
        numbers(want(name=name, description="", ewc_code=None))
        for name in ("Pahvisilppua tai paperisilppua", "Pahvisilppua")
    )
    assert quality_points(silvers, both) > 0
    assert quality_points(silvers, board) < 0


def test_an_oxide_is_no_amount_of_its_metal_told_by_its_formula() -> None:
    limit = said("have", "Hiekkaa, Fe2O3 0,02 %").limits[0]
    assert limit.high == said("have", "Hiekkaa, rauta 0,02 %").limits[0].high

"""What is read of a listing's words: things, uses, qualities, limits, reach."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.meaning import BARS_MAX, GATHERS, LIMITS_MAX, REMOTE, SAID_MAX, Meaning
from services.matching.domain.measure import meets
from services.matching.domain.sides import numbers
from services.matching.domain.weights import NEAR_AND_FAR_KM
from services.matching.index_rows import RowEncoder
from services.matching.reading.limits import measures
from services.matching.reading.reader import read
from services.matching.reading.tables import kin, qualities, reaches, uses
from shared.contracts.fields import KINDS
from tests.unit.matching.listings import have as a_listing
from tests.unit.matching_reading.masks import has

PERCENT = 10_000_000
"""In thousandths of a millionth."""


def have(name: str, description: str = "", kind: str = "material", code: str | None = None) -> Meaning:
    return read(kind, "have", name, description, code)


def want(name: str, description: str = "", kind: str = "material", code: str | None = None) -> Meaning:
    return read(kind, "want", name, description, code)


def test_every_table_names_known_concepts_and_fits_the_masks() -> None:
    assert len(uses(True).all) > 30
    assert len(uses(False).all) > 15
    assert all((kin(True), kin(False), qualities().all, measures().all))
    assert set(reaches().values()) <= set(NEAR_AND_FAR_KM)


@pytest.mark.parametrize("text", ["Sahanpurua", "sågspån", "sawdust"])
def test_one_concept_has_words_in_three_languages(text: str) -> None:
    assert has(have(text).stated, "sawdust")


def test_what_follows_till_is_where_it_goes() -> None:
    assert not has(want("Kartongrör till plastfilm").stated, "plastic-film")


def test_a_use_says_what_would_serve() -> None:
    bedding = want("Kuiviketta hevosille")
    assert has(bedding.serves, "planer-shavings")
    assert not has(bedding.serves, "bottom-ash")


def test_only_a_want_is_served() -> None:
    assert have("Kuiviketta hevosille").serves == have("").serves


def test_what_is_refused_by_name_is_remembered_unless_it_is_let_pass() -> None:
    assert has(want("Mursketta kentälle", "ei lentotuhkaa").refused, "fly-ash")
    assert not has(want("Mursketta kentälle", "lentotuhkakin käy").refused, "fly-ash")


def test_work_is_what_it_is_for() -> None:
    permits, footprints = (want(name, kind="expertise") for name in ("Apua luvan hakuun", "Hiilijalanjäljen lasku"))
    assert permits.stated != footprints.stated


def test_a_general_use_yields_to_a_narrower_one_of_another_kind() -> None:
    skill, lesson = want("Robotiikkaosaamista", kind="expertise"), want("Koulutusta", kind="expertise")
    assert have("Robotiikkaosaamista ja koulutusta", kind="expertise").stated == skill.stated != lesson.stated


def test_a_card_may_speak_in_words_of_another_kind_of_its_family() -> None:
    lesson, course = want("Kirjanpitoa", kind="expertise"), have("Kirjanpitoa", kind="service")
    assert lesson.stated == course.stated
    assert has(have("Sahanpurua", kind="energy").stated, "sawdust")
    assert has(have("Sahanpurua", kind="service").stated, "sawdust")
    assert not has(have("Kirjanpitoa ja sahanpurua", kind="service").stated, "sawdust")


def test_a_code_speaks_where_the_words_do_not() -> None:
    assert has(have("Erä 7", code="030105").implied, "sawdust")
    assert has(have("Pohjatuhkaa", code="030105").implied, "sawdust")
    assert have("Sahanpurua", code="030105").implied == have("").implied


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("kosteus 12 %", 12 * PERCENT, 12 * PERCENT),
        ("fukthalt 10–12 %", 10 * PERCENT, 12 * PERCENT),
        ("kosteus enintään 55,5 %", None, 555 * PERCENT // 10),
        ("moisture over 40 %", 40 * PERCENT, None),
        ("kosteus n. 30 %", 30 * PERCENT, 30 * PERCENT),
        ("cadmium 2,5 mg/kg", 2_500, 2_500),
    ],
)
def test_a_measured_limit_is_an_interval(text: str, low: int | None, high: int | None) -> None:
    (limit,) = have("Haketta", text).limits
    assert (limit.low if low is not None else None, limit.high if high is not None else None) == (low, high)


def test_a_not_that_is_part_of_the_words_of_a_quality_is_heard_as_the_quality() -> None:
    conventional = have("Kauraa", "konventionell").bears
    assert have("Kauraa", "inte ekologisk").bears == conventional
    assert have("Kauraa").bears != conventional


def test_with_or_without_refuses_neither() -> None:
    refused = want("Däck", "utan fälg").refuses
    assert refused != want("Däck").refuses
    assert want("Däck", "med eller utan fälg").refuses == want("Däck").refuses


def test_a_want_for_unpainted_refuses_painted() -> None:
    painted = have("Lautaa", "maalattua").bears
    assert meets(painted, want("Lautaa", "maalaamatonta").refuses)
    assert meets(painted, want("Trävirke", "inte målad").refuses)
    assert not meets(painted, want("Lautaa", "maalattukin käy").refuses)


def test_flags_are_heard_in_both_languages() -> None:
    assert [want(text).flags & GATHERS for text in ("Haketta useilta", "Flis från flera", "Haketta")] == [
        GATHERS,
        GATHERS,
        0,
    ]
    assert have("Neuvontaa etänä", kind="expertise").flags & REMOTE
    assert not have("Haketta etänä").flags & REMOTE


@given(st.sampled_from(sorted(KINDS)), st.sampled_from(["have", "want"]), st.text(), st.text())
def test_any_text_is_read_into_numbers_that_a_row_can_hold(kind: str, side: str, name: str, text: str) -> None:
    found = read(kind, side, name, f"{text} kosteus {'9' * len(text)} %", None)
    listing = replace(a_listing(), kind=kind, direction=side, meaning=found)
    row = RowEncoder().row(listing)
    for field in fields(as_numbers := numbers(listing)):
        held, told = row[0][field.name], getattr(as_numbers, field.name)
        assert held.tolist() == list(told) if isinstance(told, tuple) else held == told, field.name
    assert len(found.limits) <= LIMITS_MAX
    assert len(found.said) <= SAID_MAX
    assert len(found.bars) <= BARS_MAX

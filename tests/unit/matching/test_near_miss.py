"""What almost fits: who is told of, in which order, and what is said to be in the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.domain.listing import ListingProjection, may_meet
from services.matching.domain.near_miss import NearMiss, near_miss
from services.matching.domain.rule import order, possible_score
from services.matching.domain.score import score
from services.matching.domain.weights import FULL, KIND_RULES
from services.matching.index import Hit, Index, compile_scans
from services.matching.judging.product import verdicts
from tests.unit.matching.listings import AGENCIES, have, listings, want

HEAT: dict[str, Any] = {"kind": "energy", "name": "Hukkalämpöä vedessä", "ewc_code": None}
COLD: dict[str, Any] = {"kind": "energy", "name": "Jäähdytystä", "ewc_code": None}
ROAD: dict[str, Any] = {"kind": "logistics", "ewc_code": None}


def missed(offered: ListingProjection, wanted: ListingProjection) -> NearMiss:
    found = near_miss(offered, wanted)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("offered", "wanted", "barrier", "told"),
    [
        ({"hazardous": True}, {}, "hazard", "The material is hazardous and the want does not take hazardous: ask "),
        ({"name": "Märkää sahanpurua"}, {"name": "Kuivaa sahanpurua"}, "quality", "The quality is not one that the"),
        ({"name": "Sahanpurua, kosteus 55 %"}, {"name": "Sahanpurua, kosteus alle 20 %"}, "quality", "A stated figure"),
        ({"name": "Kuusen sahanpurua"}, {"name": "Koivun sahanpurua"}, "quality", "On offer is another variety than"),
        ({"name": "Lentotuhkaa"}, {"name": "Tuhkaa, ei lentotuhkaa"}, "quality", "One side refuses by name what the"),
        (
            {"available_to": date(2026, 3, 1)}, {"available_from": date(2026, 3, 12)},
            "window", "The windows do not meet: 10 days lie between.",
        ),
        ({"name": "Sahanpurua talvella"}, {"name": "Sahanpurua kesällä"}, "window", "No month of the year is common."),
        ({}, {"at": (66.0, 27.0)}, "distance", "About 401 km apart as the crow flies; the limit is 250 km."),
        (
            {**HEAT, "temperature_c": 40.5}, {**HEAT, "temperature_c": 60.0},
            "temperature", "The heat is 40.5 °C, 60 °C is wanted: too cool without a heat pump.",
        ),
        (
            {**HEAT, "temperature_c": 8.0}, HEAT,
            "temperature", "8 °C is too cool to heat with without a heat pump.",
        ),
        (
            {**COLD, "temperature_c": 14.0}, {**COLD, "temperature_c": 8.0},
            "temperature", "14 °C is there to cool with, 8 °C at most is wanted: too warm.",
        ),
        (
            {**COLD, "temperature_c": 40.0}, COLD,
            "temperature", "40 °C is too warm to cool with.",
        ),
        (
            {**ROAD, "name": "Rekka Oulusta Lahteen", "at": (65.0, 25.5)},
            {**ROAD, "name": "Kuljetus Oulusta Kemiin", "at": (65.0, 25.5)},
            "road", "The transport goes elsewhere than the goods.",
        ),
    ],
)  # fmt: skip
def test_what_is_in_the_way_is_said(
    offered: dict[str, Any], wanted: dict[str, Any], barrier: str, told: str
) -> None:
    found = missed(have(**offered), want(**wanted))
    said = {one.name: one.sentence for one in found.barriers}
    assert said[barrier].en.startswith(told)
    assert said[barrier].fi != said[barrier].sv != said[barrier].en
    factor = next((one for one in found.factors if one.name == barrier), None)
    if factor is not None:  # a road is no factor
        assert (factor.micro_points, factor.sentence) == (0, said[barrier])


def test_codes_of_different_chapters_keep_apart_what_no_word_joins() -> None:
    offered = have(name="Sekalaista", ewc_code="030105", product_code="16.10.39")
    found = missed(offered, want(name="Kaikenlaista", ewc_code="100101", product_code="16.10.39"))
    assert [one.name for one in found.barriers] == ["code"]
    assert found.barriers[0].sentence.en == "The waste codes 03 01 05 and 10 01 01 are of different chapters."


def test_what_nothing_rules_out_misses_by_its_points() -> None:
    found = missed(have(amount=0.1), want(amount=900.0, name="Kuivaa purua ja haketta", at=(64.75, 29.8)))
    assert [one.name for one in found.barriers] == ["score"]
    points, least = f"{found.score / FULL:.3f}", f"{KIND_RULES['material'].least / FULL:.3f}"
    assert found.barriers[0].sentence.en == (
        f"Nothing rules the pair out, but its score {points} is below the limit {least}."
    )
    assert found.barriers[0].sentence.fi.count(",") == 3  # two of them in the numbers


def test_a_match_is_no_near_miss_and_neither_is_another_thing_or_one_of_ones_own() -> None:
    assert near_miss(have(), want()) is None
    assert near_miss(have(), want(name="Lasia", ewc_code="150107")) is None
    assert near_miss(have(), want(at=(68.0, 27.0))) is None  # 607 km, and twice 250 at most
    assert near_miss(want(), have()) is None
    assert near_miss(have(hazardous=True), want(party_id=have().party_id)) is None
    assert near_miss(have(hazardous=True), want(visibility="own")) is None


def test_what_the_want_refuses_by_name_is_not_near() -> None:
    assert near_miss(have(name="Kutterinlastua"), want(name="Sahanpurua, ei kutterinlastua")) is None


@given(listings(1, "have"), listings(2, "want"))
@settings(deadline=None)
def test_a_near_miss_is_the_sum_of_its_factors_and_has_a_barrier(
    offered: ListingProjection, wanted: ListingProjection
) -> None:
    found = near_miss(offered, wanted)
    if found is None:
        return
    assert found.score == sum(factor.micro_points for factor in found.factors)
    assert found.barriers
    assert may_meet(offered, wanted)
    whole = score(offered, wanted)
    assert (whole is None) == (found.barriers[0].name != "score")
    if whole is not None:
        assert (whole.micro_points, whole.factors) == (found.score, found.factors)
    judged = verdicts({"h": offered}, {"w": wanted})["h", "w"]
    assert (judged.micro_points, judged.but_for_gates) == (whole and whole.micro_points, found.score)
    assert judged.qualifies == (possible_score(offered, wanted) is not None)


many = st.integers(2, 16).flatmap(lambda n: st.tuples(*(listings(number) for number in range(1, n + 1))))


def near(side: ListingProjection, others: Sequence[ListingProjection]) -> list[Hit]:
    """By the rules, over all pairs."""
    found = []
    for other in others:
        miss = near_miss(side, other) if side.direction == "have" else near_miss(other, side)
        if miss is not None:
            found.append(Hit(other.id, miss.score, other.home))
    return sorted(found, key=lambda hit: order(hit.micro_points, hit.id))


@given(many)
@settings(deadline=None)
def test_the_index_finds_the_near_misses_of_all_pairs(known: tuple[ListingProjection, ...]) -> None:
    compile_scans()
    snapshot = Index().apply(known)
    for side in known:
        assert snapshot.near_misses(side, len(known)) == near(side, known)


def test_the_nearest_come_first_and_no_more_than_asked_for() -> None:
    haves = [have(number, hazardous=True, at=(62.6 + number / 10, 29.76)) for number in range(1, 9)]
    snapshot = Index().apply([*haves, want(20, agency_id=AGENCIES[0])])
    found = snapshot.near_misses(want(20, agency_id=AGENCIES[0]), 3)
    assert [hit.id for hit in found] == [one.id for one in haves[:3]]
    assert found[0].micro_points > found[1].micro_points > found[2].micro_points

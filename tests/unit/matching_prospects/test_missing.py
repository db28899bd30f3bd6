"""What is not known of a pair, and what to ask first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from services.matching.domain.listing import ListingProjection
from services.matching.domain.missing import ASKED_AT_MOST, Trust, aged
from services.matching.domain.score import score
from services.matching.domain.weights import FULL
from services.matching.prospects.foresight import foresee
from tests.unit.matching.listings import JOENSUU, LIEKSA, have, listings, want

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
NEAR = (62.96, 29.76)  # 40 km from JOENSUU
WHOLE: dict[str, Any] = {
    "amount": 100.0,
    "available_from": datetime(2026, 1, 1).date(),
    "available_to": datetime(2026, 12, 31).date(),
}


def trust_of(offered: ListingProjection, wanted: ListingProjection) -> tuple[Trust, int]:
    found = score(offered, wanted)
    assert found is not None
    return foresee(offered, wanted, found.micro_points).trust, found.micro_points


def asked(offered: ListingProjection, wanted: ListingProjection) -> list[tuple[str, str]]:
    return [(question.side, question.field) for question in trust_of(offered, wanted)[0].ask]


def test_a_pair_that_says_everything_leaves_nothing_to_ask() -> None:
    trust, points = trust_of(have(**WHOLE), want(**WHOLE))
    assert trust == Trust(points, points, (), None)


@pytest.mark.parametrize(
    ("of_have", "of_want", "question"),
    [
        ({"amount": None}, {}, ("have", "amount")),
        ({}, {"amount": None}, ("want", "amount")),
        ({"available_from": None, "available_to": None}, {}, ("have", "window")),
        ({}, {"visibility": "nation_anonymous", "at": LIEKSA}, ("want", "place")),
        ({"ewc_code": None}, {}, ("have", "code")),
        ({}, {"description": "kosteus alle 20 %"}, ("have", "quality")),
        ({"description": "kosteus 12 %"}, {"description": "MARA-kelpoinen, kosteus alle 20 %"}, ("have", "quality")),
        ({"hazardous": True}, {"hazardous": True}, ("want", "permit")),
    ],
)
def test_an_open_field_is_asked_about(
    of_have: dict[str, Any], of_want: dict[str, Any], question: tuple[str, str]
) -> None:
    assert asked(have(**{**WHOLE, **of_have}), want(**{**WHOLE, **of_want})) == [question]


def test_the_temperature_of_heat_may_rule_the_match_out() -> None:
    heat: dict[str, Any] = {**WHOLE, "kind": "energy", "ewc_code": None, "name": "Hukkalämpö", "amount": None}
    trust, _ = trust_of(have(**heat, temperature_c=60.0), want(**heat))
    assert (trust.ask[0].side, trust.ask[0].field, trust.ask[0].micro_points_low) == ("want", "temperature", 0)
    assert trust.score_low == 0


def test_an_amount_moves_the_score_between_a_twentieth_and_the_whole() -> None:
    offered, wanted = have(**{**WHOLE, "amount": None}), want(**WHOLE)
    question = trust_of(offered, wanted)[0].ask[0]
    least, whole = (score(replace(offered, amount=t, unit="t", dimension="mass"), wanted) for t in (5.0, 100.0))
    assert least is not None and whole is not None
    assert (question.micro_points_low, question.micro_points_high) == (least.micro_points, whole.micro_points)


def test_what_moves_the_score_most_is_asked_first_and_three_at_most() -> None:
    trust, _ = trust_of(have(), want(description="kosteus alle 20 %", ewc_code=None, visibility="nation_anonymous"))
    swings = [question.micro_points_high - question.micro_points_low for question in trust.ask]
    assert swings == sorted(swings, reverse=True)
    assert len(swings) == ASKED_AT_MOST
    assert trust.ask[0].field == "quality"


def test_two_places_that_are_not_shared_come_together_and_do_not_pass_each_other() -> None:
    offered, wanted = (replace(side(**WHOLE, at=at), exact_place=False) for side, at in ((have, JOENSUU), (want, NEAR)))
    together = score(have(**WHOLE), want(**WHOLE))
    assert together is not None
    assert trust_of(offered, wanted)[0].score_high == pytest.approx(together.micro_points, abs=200)


@given(listings(1, "have"), listings(2, "want"))
def test_the_range_holds_the_score_and_every_question(offered: ListingProjection, wanted: ListingProjection) -> None:
    wanted = replace(wanted, kind=offered.kind)
    found = score(offered, wanted)
    if found is None:
        return
    trust = foresee(offered, wanted, found.micro_points).trust
    assert 0 <= trust.score_low <= found.micro_points <= trust.score_high <= FULL
    for question in trust.ask:
        assert trust.score_low <= question.micro_points_low <= question.micro_points_high <= trust.score_high


def test_an_old_card_widens_the_range_and_is_to_be_confirmed() -> None:
    stated = Trust(800_000, 900_000, (), NOW)
    assert aged(stated, NOW + timedelta(days=100)) == stated
    older = aged(stated, NOW + timedelta(days=365))
    assert (older.score_low, older.score_high) == (780_000, 920_000)
    oldest = aged(stated, NOW + timedelta(days=3_000))
    assert (oldest.score_low, oldest.score_high) == (650_000, FULL)
    assert oldest.ask[0].field == "confirmation"


def test_a_range_without_a_date_does_not_age() -> None:
    silent = Trust(800_000, 900_000, (), None)
    assert aged(silent, NOW) == silent


def test_the_older_card_counts() -> None:
    old = have(registered_at=NOW - timedelta(days=900), revised_at=NOW - timedelta(days=500))
    new = want(registered_at=NOW, revised_at=NOW)
    assert trust_of(old, new)[0].stated_at == NOW - timedelta(days=500)


def test_only_what_both_see_changes_what_is_foreseen() -> None:
    """Agency, party, organisation, programme, home and, without identity, the exact place."""
    offered, wanted = have(name="Betonimurske", amount=10, visibility="nation_anonymous"), want(amount=10)
    other = replace(
        offered, agency_id="", organisation_id=None, party_id=None, programme="cp-9", home=False, sequence=9
    )
    assert foresee(other, wanted, 800_000) == foresee(offered, wanted, 800_000)
    moved = have(name="Betonimurske", amount=10, visibility="nation_anonymous", at=LIEKSA)
    assert foresee(moved, wanted, 800_000) == foresee(offered, wanted, 800_000)

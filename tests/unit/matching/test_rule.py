"""When a match exists and what is told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.matching.domain.listing import ListingProjection, may_meet
from services.matching.domain.match import Match, Pair, PeerMatch, Settled, Terms, as_told, settle
from services.matching.domain.reasons import Sentence
from services.matching.domain.rule import Change, band_of, match_id, order
from services.matching.domain.score import Factor
from services.matching.domain.weights import BAND_HYSTERESIS, FULL, KIND_RULES
from services.matching.prospects.foresight import foresee
from shared.geo import Point
from tests.unit.matching.listings import AGENCIES, HOME_REGIONS, have, want

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def settled(
    offered: ListingProjection | None,
    wanted: ListingProjection | None,
    before: Match | None = None,
    *,
    peer: PeerMatch | None = None,
    ranked: bool = True,
    now: datetime = NOW,
) -> Settled | None:
    terms = Terms(now, lambda region: region in HOME_REGIONS, foresee, lambda *_: None)
    return settle(Pair(have().id, want().id, offered, wanted, before, peer, ranked), terms)


def stood(offered: ListingProjection | None = None, wanted: ListingProjection | None = None) -> Match:
    found = settled(offered or have(), wanted or want())
    assert found is not None and found.change is Change.FOUND
    return found.match


def change_of(result: Settled | None) -> Change | None:
    return result.change if result else None


def test_a_pair_that_fits_and_stands_high_is_found() -> None:
    match = stood()
    assert (match.state, match.sequence, match.provisional) == ("open", 1, False)
    assert match.id == match_id(have(), want())
    assert match.viewer_agencies == AGENCIES[:2]


def test_a_pair_that_fits_but_stands_low_in_both_lists_is_no_match() -> None:
    assert settled(have(), want(), ranked=False) is None


def test_candidates_go_by_score_and_then_by_id() -> None:
    listed = [(5, "b"), (7, "c"), (5, "a")]
    assert sorted(listed, key=lambda entry: order(*entry)) == [(7, "c"), (5, "a"), (5, "b")]


def test_what_is_known_of_the_sectors_is_among_the_reasons_and_weighs_nothing() -> None:
    known = Sentence("Tunnettu.", "Känt.", "Known.")
    pair = Pair(have().id, want().id, have(), want(), None, None, ranked=True)
    terms = Terms(NOW, HOME_REGIONS.__contains__, foresee, lambda *_: known)
    told, untold = settle(pair, terms), settled(have(), want())
    assert told is not None
    assert untold is not None
    assert told.match.factors == (*untold.match.factors, Factor("precedent", 0, 0.0, known))
    assert told.match.score == untold.match.score


def test_being_pushed_down_emits_nothing() -> None:
    before = stood()
    result = settled(have(), want(), before, ranked=False, now=LATER)
    assert result == Settled(Change.KEPT, before)


def test_what_both_have_better_of_ends_when_its_score_falls_and_not_before() -> None:
    """What was enough while neither had anything better is not enough any more once one side changes to the worse."""
    far = have(name="Puru", ewc_code=None, at=(64.7, 29.76))
    before = stood(far, want(ewc_code=None))
    assert before.score < KIND_RULES["material"].threshold
    assert change_of(settled(far, want(ewc_code=None), before, ranked=False)) is Change.KEPT
    farther = replace(far, point=Point(64.75, 29.76))
    assert change_of(settled(farther, want(ewc_code=None), before, ranked=False)) is Change.WITHDRAWN
    assert change_of(settled(farther, want(ewc_code=None), before, ranked=True)) is Change.KEPT
    sure = stood()
    assert change_of(settled(have(), want(at=(62.61, 29.80)), sure, ranked=False)) is Change.KEPT


def test_a_new_number_within_the_band_is_kept_silently() -> None:
    before = stood()
    result = settled(have(), want(at=(62.61, 29.80)), before, now=LATER)
    assert result is not None
    assert (result.change, result.match.band) == (Change.KEPT, before.band)
    assert result.match.score < before.score
    assert (result.match.sequence, result.match.changed_at) == (2, NOW)


def test_another_band_is_told() -> None:
    result = settled(have(amount=1.0), want(at=(63.6, 29.76), amount=20.0), stood(), now=LATER)
    assert result is not None
    assert (result.change, result.match.band, result.match.sequence) == (Change.CHANGED, "good", 2)
    assert result.match.changed_at == LATER


def test_another_gating_fact_is_told_within_the_band() -> None:
    before = stood(wanted=want(hazardous=True))
    result = settled(have(hazardous=True), want(hazardous=True), before)
    assert result is not None
    assert (result.change, result.match.band) == (Change.CHANGED, before.band)


@pytest.mark.parametrize(
    ("score", "before", "band"),
    [
        (920_000, None, "excellent"),
        (919_999, None, "good"),
        (849_999, None, "fair"),
        (850_000 - BAND_HYSTERESIS, "good", "good"),
        (850_000 - BAND_HYSTERESIS - 1, "good", "fair"),
        (850_000 + BAND_HYSTERESIS - 1, "fair", "fair"),
        (850_000 + BAND_HYSTERESIS, "fair", "good"),
        (920_000 + BAND_HYSTERESIS - 1, "fair", "good"),
        (640_000, "excellent", "fair"),
        (990_000, "fair", "excellent"),
    ],
)
def test_a_band_is_left_only_beyond_the_hysteresis(score: int, before: str | None, band: str) -> None:
    assert band_of(score, before) == band


@pytest.mark.parametrize("kind", sorted(KIND_RULES))
def test_a_match_of_any_kind_is_found_in_every_band_and_may_fall_to_the_lowest(kind: str) -> None:
    least = KIND_RULES[kind].least
    assert [band_of(score) for score in (least, 850_000, FULL)] == ["fair", "good", "excellent"]
    assert band_of(least, "good") == "fair"


@pytest.mark.parametrize(
    ("offered", "wanted", "reason"),
    [(None, want(), "have_gone"), (have(), None, "want_gone"), (have(hazardous=True), want(), "no_longer_fits")],
)
def test_a_match_ends_when_a_side_is_gone_or_no_longer_fits(
    offered: ListingProjection | None, wanted: ListingProjection | None, reason: str
) -> None:
    result = settled(offered, wanted, stood(), now=LATER)
    assert result is not None
    assert (result.change, result.match.state, result.match.sequence, result.reason) == (
        Change.WITHDRAWN,
        "withdrawn",
        2,
        reason,
    )


def test_what_was_withdrawn_is_not_withdrawn_again_and_can_be_found_again() -> None:
    gone = replace(stood(), state="withdrawn", sequence=2)
    assert settled(None, want(), gone) is None
    again = settled(have(), want(), gone, now=LATER)
    assert again is not None
    assert (again.change, again.match.sequence, again.match.found_at) == (Change.FOUND, 3, LATER)


# Who may meet whom


def test_a_party_never_meets_itself() -> None:
    assert not may_meet(have(party_id="pty-12-1"), want(party_id="pty-12-1"))


@pytest.mark.parametrize(
    ("level", "same_agency", "meet"),
    [("own", True, True), ("agency", False, False), ("region", False, True), ("nation_anonymous", False, True)],
)
def test_each_sides_agency_must_see_the_other(level: str, same_agency: bool, meet: bool) -> None:
    wanted = want(agency_id=AGENCIES[0 if same_agency else 1])
    assert may_meet(have(visibility=level), wanted) == meet
    assert may_meet(have(visibility="nation"), replace(wanted, visibility=have(visibility=level).visibility)) == meet


def test_a_region_is_closed_to_agencies_of_another() -> None:
    assert not may_meet(have(visibility="region"), want(agency_id=AGENCIES[2]))


def test_a_programme_is_open_to_those_who_are_in_it() -> None:
    shown = have(visibility="programme", programme="cp-1")
    assert may_meet(shown, want(programme="cp-1"))
    assert not may_meet(shown, want(programme="cp-2"))


@pytest.mark.parametrize("level", ["own", "agency", "programme", "region"])
def test_nothing_below_the_nation_meets_another_cell_even_of_the_same_agency(level: str) -> None:
    foreign = want(home=False, region_code="01", agency_id=AGENCIES[0])
    assert not may_meet(have(visibility=level), foreign)


# Across cells


def foreign_have(**changes: Any) -> ListingProjection:
    return have(**{"home": False, "agency_id": AGENCIES[3], **changes})


def confirmation(**changes: object) -> PeerMatch:
    told = PeerMatch(match_id(have(), want()), 1, have().id, want().id, "material", True, 654_321, "fair", 12.3)
    return replace(told, **changes)  # type: ignore[arg-type]


def test_only_the_haves_home_is_sure() -> None:
    match = stood(foreign_have())
    assert (match.provisional, match.viewer_agencies, match.told_peers) == (True, (AGENCIES[1],), False)


def test_a_want_of_another_cell_has_that_cell_told() -> None:
    match = stood(wanted=want(home=False, agency_id=AGENCIES[3]))
    assert (match.provisional, match.viewer_agencies, match.told_peers) == (False, (AGENCIES[0],), True)


def test_the_homes_word_replaces_what_was_computed_here() -> None:
    provisional = stood(foreign_have())
    result = settled(foreign_have(), want(), provisional, peer=confirmation(), now=LATER)
    assert result is not None
    assert (result.change, result.match.provisional, result.match.score, result.match.distance_km) == (
        Change.KEPT,
        False,
        654_321,
        12.3,
    )


def test_what_the_home_withdrew_is_not_found_again_here() -> None:
    withdrawn = confirmation(open=False, sequence=2)
    assert settled(foreign_have(), want(), peer=withdrawn) is None
    assert change_of(settled(foreign_have(), want(), stood(foreign_have()), peer=withdrawn)) is Change.WITHDRAWN


def test_a_want_that_was_narrowed_here_is_shown_with_no_foreign_have_whatever_the_home_says() -> None:
    narrowed = want(visibility="agency")
    assert settled(foreign_have(), narrowed, peer=confirmation()) is None


def test_searching_by_organisation_finds_only_what_the_searcher_may_know() -> None:
    match = stood(have(visibility="nation_anonymous"))
    assert match.organisation_keys == tuple(
        sorted(
            {
                f"{AGENCIES[0]}|{have().organisation_id}",
                f"{AGENCIES[0]}|{want().organisation_id}",
                f"{AGENCIES[1]}|{want().organisation_id}",
            }
        )
    )


def test_another_worth_alone_is_kept_silently() -> None:
    before = stood(have(amount=100), want(amount=10))
    more = settled(have(amount=100, basis="measured"), want(amount=10, basis="measured"), before, now=LATER)
    assert change_of(more) is Change.KEPT
    assert more is not None
    assert more.match.score == before.score
    assert more.match.benefit != before.benefit
    assert (more.match.sequence, more.match.changed_at) == (2, NOW)


def test_a_match_of_old_cards_is_told_as_less_sure() -> None:
    match = stood(have(revised_at=NOW), want(revised_at=NOW))
    later = as_told(match, NOW + timedelta(days=500))
    assert match.score_low is not None and later.score_low is not None
    assert later.score_low < match.score_low
    assert later.ask[0].field == "confirmation"
    assert as_told(match, LATER) == match

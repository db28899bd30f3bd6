"""What a viewer sees of a listing, for every viewer and every listing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.persistence.repository import admits
from shared.tenancy import Caller, Role
from shared.visibility import (
    ALL_FIELDS,
    IDENTITY_FIELDS,
    NATION_VIEWER,
    NO_FIELDS,
    PRIVATE_FIELDS,
    RESOURCE_FIELDS,
    Relation,
    Viewer,
    Visibility,
    audience_filter,
    may_change,
    shared_fields,
    visible_fields,
)


@dataclass(frozen=True, slots=True)
class Card:
    agency_id: str
    region_code: str
    programme: str | None
    visibility: Visibility


AGENCIES = ("agy-12-1", "agy-12-2", "agy-19-1")
REGIONS = ("12", "19")
PROGRAMMES = ("kiertotalous", "vesi")
LADDER = (
    Visibility.OWN,
    Visibility.AGENCY,
    Visibility.PROGRAMME,
    Visibility.REGION,
    Visibility.NATION_ANONYMOUS,
    Visibility.NATION,
)

cards = st.builds(
    Card,
    st.sampled_from(AGENCIES),
    st.sampled_from(REGIONS),
    st.none() | st.sampled_from(PROGRAMMES),
    st.sampled_from(Visibility),
)
callers = st.builds(
    Caller,
    st.just("acc-12-1"),
    st.none() | st.sampled_from(AGENCIES),
    st.frozensets(st.sampled_from(Role), min_size=1),
    st.sampled_from(REGIONS),
    st.frozensets(st.sampled_from(PROGRAMMES)),
)
relations = st.sampled_from(Relation)


@given(callers, cards)
def test_the_database_filter_lets_through_exactly_what_is_visible(caller: Caller, card: Card) -> None:
    document = {name: getattr(card, name) for name in ("agency_id", "region_code", "programme", "visibility")}
    assert admits(audience_filter(caller), document) == bool(visible_fields(Viewer.of(caller), card))


@given(callers, cards, relations)
def test_a_card_without_identity_never_shows_it_to_strangers_unless_released(
    caller: Caller, card: Card, relation: Relation
) -> None:
    anonymous = replace(card, visibility=Visibility.NATION_ANONYMOUS)
    seen = visible_fields(Viewer.of(caller), anonymous, relation)
    knows = caller.agency_id == card.agency_id or relation is Relation.RELEASED
    assert bool(seen & IDENTITY_FIELDS) == knows


@given(callers, cards, relations)
def test_what_is_private_is_seen_by_the_owner_only(caller: Caller, card: Card, relation: Relation) -> None:
    seen = visible_fields(Viewer.of(caller), card, relation)
    assert bool(seen & PRIVATE_FIELDS) == (caller.agency_id == card.agency_id)


@given(cards.filter(lambda card: card.programme is not None), callers, relations)
def test_a_wider_level_never_shows_less(card: Card, caller: Caller, relation: Relation) -> None:
    # Programme and region stand side by side for one viewer: neither contains the other.
    for ladder in (without(Visibility.REGION), without(Visibility.PROGRAMME)):
        seen = [visible_fields(Viewer.of(caller), replace(card, visibility=level), relation) for level in ladder]
        steps = [(narrow, wide) for narrow, wide in pairwise(seen) if not narrow <= wide]
        # The one step that hides something on purpose: nation without identity, after a level that showed it.
        assert all(narrow - wide == IDENTITY_FIELDS for narrow, wide in steps)


@given(cards.filter(lambda card: card.programme is not None), callers, relations)
def test_the_nation_sees_all_that_any_narrower_level_shows(card: Card, caller: Caller, relation: Relation) -> None:
    nation = visible_fields(Viewer.of(caller), replace(card, visibility=Visibility.NATION), relation)
    assert visible_fields(Viewer.of(caller), card, relation) <= nation


@given(cards, callers, relations)
def test_knowing_more_of_each_other_never_shows_less(card: Card, caller: Caller, relation: Relation) -> None:
    viewer = Viewer.of(caller)
    assert visible_fields(viewer, card, Relation.NONE) <= visible_fields(viewer, card, relation)


@given(cards, callers)
def test_a_released_identity_brings_no_card_to_those_it_is_not_for(card: Card, caller: Caller) -> None:
    viewer = Viewer.of(caller)
    assert bool(visible_fields(viewer, card, Relation.RELEASED)) == bool(visible_fields(viewer, card))


@given(cards)
def test_the_nation_sees_of_a_card_what_is_shared_or_nothing(card: Card) -> None:
    national = card.visibility in (Visibility.NATION, Visibility.NATION_ANONYMOUS)
    expected = shared_fields(card.visibility) if national else NO_FIELDS
    assert visible_fields(NATION_VIEWER, card) == expected


@given(cards, callers)
def test_whoever_is_reached_sees_at_least_what_scores_are_made_from(card: Card, caller: Caller) -> None:
    seen = visible_fields(Viewer.of(caller), card)
    assert seen == NO_FIELDS or shared_fields(card.visibility) <= seen


def test_the_fields_fall_into_three_groups_that_do_not_overlap() -> None:
    assert len(ALL_FIELDS) == len(RESOURCE_FIELDS) + len(IDENTITY_FIELDS) + len(PRIVATE_FIELDS)


@pytest.mark.parametrize(
    ("role", "agency", "allowed"),
    [
        (Role.FACILITATOR, "agy-12-1", True),
        (Role.INTEGRATION, "agy-12-1", True),
        (Role.FACILITATOR, "agy-12-2", False),
        (Role.OPERATOR, "agy-12-1", False),
        (Role.OPERATOR, None, False),
        (Role.SERVICE, None, False),
    ],
)
def test_only_the_owning_agencys_people_and_systems_change_a_card(
    role: Role, agency: str | None, allowed: bool
) -> None:
    assert may_change(Caller("acc-12-1", agency, frozenset({role}), "12"), "agy-12-1") is allowed


def without(level: Visibility) -> list[Visibility]:
    return [step for step in LADDER if step is not level]

"""Which notices pass to a subscription."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.notice import Notice
from services.notifications.domain.subscription import EventFilter, Subscription, passes
from tests.unit.notifications.examples import OTHER_AGENCY, notice, subscription

KINDS = ("material", "energy", "water")
ORGANISATIONS = ("org-12-1", "org-12-2", "org-12-3")

filters = st.builds(
    EventFilter,
    kinds=st.lists(st.sampled_from(KINDS), unique=True).map(tuple),
    side=st.sampled_from((None, "have", "want")),
    min_score=st.integers(0, 1_000_000),
    organisation_ids=st.lists(st.sampled_from(ORGANISATIONS), unique=True).map(tuple),
)
notices = st.builds(
    notice,
    kind=st.sampled_from((None, *KINDS)),
    sides=st.one_of(st.none(), st.frozensets(st.sampled_from(("have", "want")))),
    score=st.one_of(st.none(), st.integers(0, 1_000_000)),
    organisation_ids=st.one_of(st.none(), st.frozensets(st.sampled_from(ORGANISATIONS))),
)


def test_without_a_filter_every_wanted_event_of_the_agency_passes() -> None:
    assert passes(subscription(), notice()) is True


def test_another_agencys_notice_never_passes() -> None:
    assert passes(subscription(), notice(agency_id=OTHER_AGENCY)) is False


def test_an_event_that_was_not_asked_for_does_not_pass() -> None:
    assert passes(subscription(), notice(name="match.changed.v1")) is False


def test_nothing_passes_to_a_disabled_subscription() -> None:
    assert passes(subscription(enabled=False), notice()) is False


def test_another_kind_does_not_pass() -> None:
    assert passes(filtered(kinds=("material",)), notice(kind="energy")) is False


def test_the_other_side_does_not_pass() -> None:
    assert passes(filtered(side="want"), notice(sides=frozenset({"have"}))) is False


def test_a_match_of_two_own_listings_passes_for_either_side() -> None:
    both = notice(sides=frozenset({"have", "want"}))
    assert [passes(filtered(side=side), both) for side in ("have", "want")] == [True, True]


def test_a_score_at_the_least_passes_and_one_below_does_not() -> None:
    wanted = filtered(min_score=500_000)
    assert [passes(wanted, notice(score=score)) for score in (500_000, 499_999)] == [True, False]


def test_another_organisation_does_not_pass() -> None:
    assert passes(filtered(organisation_ids=("org-12-2",)), notice()) is False


@given(filters)
def test_what_an_event_does_not_have_is_not_held_against_it(wanted: EventFilter) -> None:
    bare = notice(kind=None, sides=None, score=None, organisation_ids=None)
    assert passes(subscription(filter=wanted), bare) is True


@given(filters, notices)
def test_an_event_passes_exactly_when_it_meets_each_condition_alone(wanted: EventFilter, event: Notice) -> None:
    alone = (
        EventFilter(kinds=wanted.kinds),
        EventFilter(side=wanted.side),
        EventFilter(min_score=wanted.min_score),
        EventFilter(organisation_ids=wanted.organisation_ids),
    )
    each = all(passes(subscription(filter=one), event) for one in alone)
    assert passes(subscription(filter=wanted), event) is each


def filtered(**conditions: object) -> Subscription:
    return subscription(filter=EventFilter(**conditions))  # type: ignore[arg-type]

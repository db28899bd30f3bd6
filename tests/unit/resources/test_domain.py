"""A listing from a partial card, its versions, and what of it is shown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.resources.domain import REVISABLE, as_draft, ended, revised, shared_projection, shown
from services.resources.use_cases import today
from shared.contracts.rpc.resources import ListingPatchSchema, check_listing
from shared.ids import region_of
from shared.visibility import ALL_FIELDS, IDENTITY_FIELDS, PRIVATE_FIELDS, Visibility
from tests.unit.resources.cards import AGENCY, NOW, SITE, listing

LATER = NOW + timedelta(days=1)


def test_direction_kind_name_and_site_suffice() -> None:
    card = listing()
    assert (card.sequence, card.state, card.visibility, card.basis) == (1, "active", Visibility.AGENCY, "stated")
    assert (card.quantity, card.yearly_amount, card.hazardous) == (None, None, False)
    assert region_of(card.id) == "12"


def test_place_and_owner_come_from_the_site() -> None:
    card = listing()
    assert (card.agency_id, card.organisation_id, card.party_id) == (AGENCY, SITE.organisation_id, SITE.party_id)
    assert (card.site_id, card.municipality_code, card.point) == (SITE.id, "167", SITE.point)


def test_the_yearly_amount_follows_from_amount_unit_and_period() -> None:
    card = listing(quantity={"amount": 500.0, "unit": "kg", "period": "month"})
    assert card.yearly_amount is not None
    assert (card.yearly_amount.amount, card.yearly_amount.unit) == (pytest.approx(6.0), "t")


@pytest.mark.parametrize(
    ("code", "said", "hazardous"),
    [(None, None, False), (None, True, True), ("030101", None, False), ("030104", None, True), ("030105", True, True)],
)
def test_the_list_of_waste_decides_the_hazard_mark_and_a_person_may_only_add_it(
    code: str | None, said: bool | None, hazardous: bool
) -> None:
    assert listing(ewc_code=code, hazardous=said).hazardous is hazardous


@pytest.mark.parametrize(
    ("changes", "hazardous"),
    [
        ({"ewc_code": "030104"}, True),
        ({"hazardous": True}, True),
        ({"name": "Puru"}, False),
        ({"ewc_code": None}, False),
    ],
)
def test_a_revision_decides_the_hazard_mark_anew(changes: dict[str, object], hazardous: bool) -> None:
    assert revised(listing(ewc_code="030101"), changes, LATER).hazardous is hazardous


def test_a_hazard_mark_that_came_with_a_code_goes_with_it() -> None:
    assert revised(listing(ewc_code="030104"), {"ewc_code": "030101"}, LATER).hazardous is False


def test_a_revision_is_the_next_sequence_and_changes_what_it_names_only() -> None:
    before = listing(notes="old", quantity={"amount": 1.0, "unit": "t", "period": "year"})
    after = revised(before, {"notes": "new", "visibility": "nation", "quantity": None}, LATER)
    assert (after.sequence, after.notes, after.visibility, after.quantity) == (2, "new", Visibility.NATION, None)
    assert (after.name, after.registered_at, after.revised_at) == (before.name, NOW, LATER)


def test_what_a_patch_may_name_is_what_a_revision_may_change() -> None:
    assert set(ListingPatchSchema().fields) == REVISABLE


@pytest.mark.parametrize("name", ["direction", "kind", "site_id", "agency_id", "state"])
def test_what_makes_another_listing_is_not_revised(name: str) -> None:
    with pytest.raises(ValueError, match=f"not revisable: {name}"):
        revised(listing(), {name: "x"}, LATER)


def test_an_end_is_a_version_like_any_other() -> None:
    after = ended(listing(), "withdrawn", LATER)
    assert (after.sequence, after.state, after.revised_at) == (2, "withdrawn", LATER)


def test_a_listing_in_the_form_of_a_draft_passes_the_rules_it_was_recorded_by() -> None:
    card = listing(
        ewc_code="030104", quantity={"amount": 20.0, "unit": "t", "period": "year"}, available_from=date(2026, 4, 1)
    )
    check_listing(as_draft(card))


@given(st.sampled_from(Visibility))
def test_what_is_shared_holds_nothing_private_and_identity_only_where_it_is_shown(level: Visibility) -> None:
    projection = shared_projection(listing(visibility=level, notes="secret", current_cost_eur_per_year=9.0))
    assert not set(projection) & PRIVATE_FIELDS
    assert bool(set(projection) & IDENTITY_FIELDS) == (level is not Visibility.NATION_ANONYMOUS)


def test_every_field_that_may_be_shown_exists() -> None:
    assert set(shown(listing(), ALL_FIELDS)) == ALL_FIELDS


def test_a_day_ends_when_it_ends_in_finland() -> None:
    summer_night = datetime(2026, 6, 30, 21, 30, tzinfo=UTC)
    assert today(summer_night, ZoneInfo("Europe/Helsinki")) == date(2026, 7, 1)

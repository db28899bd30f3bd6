"""The data files of the demonstration: complete, accepted by the contracts, and pairs that speak of cards there are."""

from __future__ import annotations

from datetime import date

import pytest

from demo.cards import Card, read
from shared.contracts.fields import KINDS
from shared.contracts.rpc.audits import SurveyDraftSchema
from shared.contracts.rpc.organisations import OrganisationDraftSchema, SiteDraftSchema
from shared.contracts.rpc.resources import ListingDraftSchema
from shared.contracts.rpc.synergies import InterestDraftSchema
from shared.reference import places
from shared.registers import parse_register_number

WORKSHOP = read()
TODAY = date(2026, 11, 21)
SITE_ID = "sit-12-" + "0" * 32
ORGANISATION_ID = "org-12-" + "0" * 32


def test_two_agencies_of_north_karelia_bring_a_dozen_organisations() -> None:
    numbers = {one.register_number or one.name for one in WORKSHOP.organisations.values()}
    assert {agency.region_code for agency in WORKSHOP.agencies.values()} == {"12"}
    assert (len(WORKSHOP.agencies), len(numbers)) == (2, 12)


def test_all_kinds_are_on_the_table_in_both_directions_from_both_agencies() -> None:
    cards = WORKSHOP.cards.values()
    assert {card.kind for card in cards} == set(KINDS)
    assert {card.direction for card in cards} == {"have", "want"}
    assert {WORKSHOP.organisation_of(card.number).agency for card in cards} == set(WORKSHOP.agencies)


@pytest.mark.parametrize("card", WORKSHOP.cards.values(), ids=lambda card: card.number)
def test_a_card_is_a_valid_draft_of_a_listing(card: Card) -> None:
    assert ListingDraftSchema().validate(card.draft(SITE_ID, TODAY)) == {}


def test_organisations_sites_survey_and_interests_are_valid_drafts() -> None:
    drafts = [
        *((OrganisationDraftSchema, one.draft()) for one in WORKSHOP.organisations.values()),
        *((SiteDraftSchema, site.draft()) for site in WORKSHOP.sites.values()),
        (SurveyDraftSchema, WORKSHOP.survey.draft(ORGANISATION_ID, SITE_ID)),
        *(
            (InterestDraftSchema, {"organisation_id": ORGANISATION_ID, "strength": one.strength, "note": one.note})
            for one in WORKSHOP.interests
        ),
    ]
    assert [schema().validate(draft) for schema, draft in drafts] == [{}] * len(drafts)


def test_business_ids_are_right_and_in_the_range_that_is_not_issued() -> None:
    numbers = [one.register_number for one in WORKSHOP.organisations.values() if one.register_number]
    assert [parse_register_number("FI", number).number for number in numbers] == numbers
    assert min(numbers) >= "9000001-1"


def test_every_site_is_in_north_karelia() -> None:
    regions = {places.parse_municipality(site.municipality).region_code for site in WORKSHOP.sites.values()}
    assert regions == {"12"}


def test_pairs_and_interests_speak_of_cards_that_are_there() -> None:
    directions = {card.number: card.direction for card in WORKSHOP.cards.values()} | {WORKSHOP.survey.card: "have"}
    assert [(directions[pair.have], directions[pair.want]) for pair in WORKSHOP.pairs] == [
        ("have", "want")
    ] * len(WORKSHOP.pairs)
    assert {one.card for one in WORKSHOP.interests} <= set(directions)


def test_dates_count_from_the_day_of_the_run() -> None:
    draft = WORKSHOP.cards["10"].draft(SITE_ID, TODAY)
    assert (draft["available_from"], draft["available_to"]) == ("2026-12-21", "2027-08-18")

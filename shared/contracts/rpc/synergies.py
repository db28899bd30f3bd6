"""Calls of synergies: interest in a listing, the first step of a synergy."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.contracts.fields import STRENGTHS, Id, PageRequestSchema, choice, page_of, text
from shared.contracts.registry import REGISTRY, Call


class InterestDraftSchema(Schema):
    """The organisation is a client of the caller's agency; saying it again changes strength and note."""

    organisation_id = Id("org", required=True)
    strength = choice(STRENGTHS, load_default="interested")
    note = text(2000, load_default="")


class RegisterInterestSchema(InterestDraftSchema):
    listing_id = Id("lst", required=True)


class InterestSchema(Schema):
    """``note`` is shown to the agency that wrote it only."""

    id = fields.String(required=True)
    sequence = fields.Integer(required=True)
    listing_id = fields.String(required=True)
    organisation_id = fields.String(required=True)
    agency_id = fields.String(required=True)
    strength = fields.String(required=True)
    note = fields.String()
    registered_at = fields.AwareDateTime(required=True)
    revised_at = fields.AwareDateTime(required=True)


class ListInterestsSchema(PageRequestSchema):
    """By listing or by organisation; both left out: all the caller's agency may see."""

    listing_id = Id("lst")
    organisation_id = Id("org")


InterestPageSchema = page_of(InterestSchema)

REGISTER_INTEREST = REGISTRY.call(
    Call(
        "synergies", "register_interest", RegisterInterestSchema, InterestSchema, "Put a name on a card.", changes=True
    )
)
LIST_INTERESTS = REGISTRY.call(
    Call(
        "synergies", "list_interests", ListInterestsSchema, InterestPageSchema,
        "Interest by own clients, and in own listings.",
    )
)  # fmt: skip

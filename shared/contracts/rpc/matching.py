"""Calls of matching: what fits what, and why."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.contracts.events.matching import FactorSchema
from shared.contracts.fields import BANDS, KINDS, Id, PageRequestSchema, choice, page_of
from shared.contracts.registry import REGISTRY, Call

MATCH_STATES = ("open", "withdrawn")


class MatchSchema(Schema):
    """A have and a want that fit. Score in micro-points (1,000,000 = 1). ``provisional``: the have's home cell has
    not confirmed it yet. ``sequence`` counts its changes."""

    id = fields.String(required=True)
    sequence = fields.Integer(required=True)
    state = fields.String(required=True)
    have_id = fields.String(required=True)
    want_id = fields.String(required=True)
    kind = fields.String(required=True)
    score = fields.Integer(required=True)
    band = fields.String(required=True)
    distance_km = fields.Float(allow_none=True, required=True)
    factors = fields.List(fields.Nested(FactorSchema), required=True)
    provisional = fields.Boolean(required=True)
    found_at = fields.AwareDateTime(required=True)
    changed_at = fields.AwareDateTime(required=True)


class MatchIdSchema(Schema):
    id = Id("mat", required=True)


class MatchQuerySchema(PageRequestSchema):
    """Best first. Filters left out do not filter."""

    listing_id = Id("lst")
    organisation_id = Id("org")
    kind = choice(KINDS)
    band = choice(BANDS)
    state = choice(MATCH_STATES, load_default="open")
    min_score = fields.Integer(load_default=0, validate=validate.Range(min=0, max=1_000_000))


MatchPageSchema = page_of(MatchSchema)

GET_MATCH = REGISTRY.call(Call("matching", "get_match", MatchIdSchema, MatchSchema, "A match of the caller's agency."))
LIST_MATCHES = REGISTRY.call(
    Call("matching", "list_matches", MatchQuerySchema, MatchPageSchema, "Matches the caller's agency may see.")
)

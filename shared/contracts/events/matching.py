"""What matching announces. Only the have's home cell emits these; each match is announced once."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.contracts.fields import SentenceSchema
from shared.contracts.registry import REGISTRY, EventType


class FactorSchema(Schema):
    """One reason: its share of the score (micro-points, 1,000,000 = 1) and a sentence in three languages."""

    name = fields.String(required=True)
    micro_points = fields.Integer(required=True)
    weight = fields.Float(required=True)
    sentence = fields.Nested(SentenceSchema, required=True)


class SharedMatchSchema(Schema):
    """A match by ids; who may see the two listings looks them up."""

    id = fields.String(required=True)
    have_id = fields.String(required=True)
    want_id = fields.String(required=True)
    kind = fields.String(required=True)
    score = fields.Integer(required=True)
    band = fields.String(required=True)
    distance_km = fields.Float(allow_none=True, required=True)
    factors = fields.List(fields.Nested(FactorSchema), required=True)


class MatchStateSchema(SharedMatchSchema):
    """With the agencies of this cell that may see both sides."""

    viewer_agencies = fields.List(fields.String(), required=True)


class MatchWithdrawnSchema(Schema):
    id = fields.String(required=True)
    have_id = fields.String(required=True)
    want_id = fields.String(required=True)
    kind = fields.String(required=True)
    reason = fields.String(required=True)
    viewer_agencies = fields.List(fields.String(), required=True)


class MatchTombstoneSchema(Schema):
    id = fields.String(required=True)
    have_id = fields.String(required=True)
    want_id = fields.String(required=True)
    kind = fields.String(required=True)
    reason = fields.String(required=True)


MATCH_FOUND = REGISTRY.event(EventType("match.found.v1", "matching", MatchStateSchema, "A have and a want fit."))
MATCH_CHANGED = REGISTRY.event(
    EventType("match.changed.v1", "matching", MatchStateSchema, "A match's band or a gating factor changed.")
)
MATCH_WITHDRAWN = REGISTRY.event(
    EventType("match.withdrawn.v1", "matching", MatchWithdrawnSchema, "A side is gone or no longer qualifies.")
)
MATCH_SHARED = REGISTRY.event(
    EventType(
        "match.shared.v1", "matching", SharedMatchSchema,
        "A match whose want is homed in another cell, for that cell.", national=True, catalogue_only=True,
    )
)  # fmt: skip
MATCH_UNSHARED = REGISTRY.event(
    EventType(
        "match.unshared.v1", "matching", MatchTombstoneSchema,
        "A match across cells is withdrawn.", national=True, catalogue_only=True,
    )
)  # fmt: skip

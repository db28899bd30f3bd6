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


class RangeSchema(Schema):
    """A number known between two bounds only."""

    low = fields.Float(required=True)
    high = fields.Float(required=True)


class BenefitSchema(Schema):
    """What the pair brings in a year (``once``: it is a single lot), estimated from published ranges, never an offer.
    ``eur`` for the two together, transport taken off, below zero where it would not pay; ``diverted_t`` tonnes not
    thrown away any more, ``replaced_t`` of virgin material, ``co2e_t`` of CO2e. ``amount`` of ``unit`` that passes;
    ``amount_basis`` stated (by both), assumed (by one) or unknown. Null: it cannot be said (``missing`` names what is
    open) or does not apply."""

    group = fields.String(required=True)
    unit = fields.String(required=True)
    amount = fields.Nested(RangeSchema, allow_none=True, required=True)
    amount_basis = fields.String(required=True)
    once = fields.Boolean(required=True)
    eur_per_unit = fields.Nested(RangeSchema, required=True)
    eur = fields.Nested(RangeSchema, allow_none=True, required=True)
    diverted_t = fields.Nested(RangeSchema, allow_none=True, required=True)
    replaced_t = fields.Nested(RangeSchema, allow_none=True, required=True)
    co2e_t = fields.Nested(RangeSchema, allow_none=True, required=True)
    missing = fields.List(fields.String(), required=True)
    sources = fields.List(fields.String(), required=True)
    basis = fields.Nested(SentenceSchema, required=True)


class LawPointSchema(Schema):
    """One thing the law asks or leaves open: a code (``status:…`` first, then ``operation:…``, ``permit:…``,
    ``carrier:…``, ``document:…``, ``act:…``), a sentence, and where it stands."""

    code = fields.String(required=True)
    sentence = fields.Nested(SentenceSchema, required=True)
    acts = fields.List(fields.String(), required=True)


class QuestionSchema(Schema):
    """A field that ``side`` (have, want, both) leaves open, and the whole score by its worst and best answer."""

    side = fields.String(required=True)
    field = fields.String(required=True)
    micro_points_low = fields.Integer(required=True)
    micro_points_high = fields.Integer(required=True)
    sentence = fields.Nested(SentenceSchema, required=True)


class ProspectSchema(Schema):
    """What is foreseen beside the score, by the cell that tells: worth, law, and how far the score could move once
    what is open is known (0: it may rule the match out). Absent or null where it was never foreseen."""

    benefit = fields.Nested(BenefitSchema, allow_none=True)
    law = fields.List(fields.Nested(LawPointSchema))
    score_low = fields.Integer(allow_none=True)
    score_high = fields.Integer(allow_none=True)
    ask = fields.List(fields.Nested(QuestionSchema))


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


class MatchStateSchema(SharedMatchSchema, ProspectSchema):
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

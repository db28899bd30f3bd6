"""Calls of matching: what fits what, and why."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.contracts.events.matching import FactorSchema
from shared.contracts.fields import (
    BANDS,
    KINDS,
    Id,
    PageRequestSchema,
    SentenceSchema,
    YearlyAmountSchema,
    choice,
    nace_code,
    page_of,
    text,
)
from shared.contracts.registry import REGISTRY, Call

MATCH_STATES = ("open", "withdrawn")


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


class MatchSchema(Schema):
    """A have and a want that fit. Score in micro-points (1,000,000 = 1). ``provisional``: the have's home cell has
    not confirmed it yet. ``sequence`` counts its changes. The last five are what is foreseen beside the score, empty
    where it never was: worth, law, how far the score could move once what is open is known (0: it may rule the match
    out; wider for old cards), and what to ask first."""

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
    benefit = fields.Nested(BenefitSchema, allow_none=True)
    law = fields.List(fields.Nested(LawPointSchema))
    score_low = fields.Integer(allow_none=True)
    score_high = fields.Integer(allow_none=True)
    ask = fields.List(fields.Nested(QuestionSchema))


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


class CoverageQuerySchema(Schema):
    listing_id = Id("lst", required=True)


class CoveringMatchSchema(Schema):
    """``amount`` is the other side's a year; it ``adds`` what was still uncovered, up to ``share`` (0 to 1) of the
    listing's amount, those before it included."""

    match_id = fields.String(required=True)
    listing_id = fields.String(required=True)
    score = fields.Integer(required=True)
    amount = fields.Float(required=True)
    adds = fields.Float(required=True)
    share = fields.Float(required=True)


class UncountedMatchSchema(Schema):
    """A match whose amount cannot be added: ``unknown``; ``other_dimension`` (a volume beside a mass);
    ``own_unknown``: the listing itself states none."""

    match_id = fields.String(required=True)
    listing_id = fields.String(required=True)
    score = fields.Integer(required=True)
    reason = fields.String(required=True)


class CoverageSchema(Schema):
    """How open matches together cover a listing's yearly amount: best score first, each takes what is left. All
    amounts are in the unit of ``amount``, a year's; null where the listing states none. ``spare`` matches are not
    needed any more. Of ``considered`` matches, the best; ``truncated``: there are more. An amount counts here whole,
    whatever else its owner may do with it."""

    listing_id = fields.String(required=True)
    amount = fields.Nested(YearlyAmountSchema, allow_none=True, required=True)
    covered = fields.Float(allow_none=True, required=True)
    uncovered = fields.Float(allow_none=True, required=True)
    share = fields.Float(allow_none=True, required=True)
    matches = fields.List(fields.Nested(CoveringMatchSchema), required=True)
    spare = fields.Integer(required=True)
    uncounted = fields.List(fields.Nested(UncountedMatchSchema), required=True)
    considered = fields.Integer(required=True)
    truncated = fields.Boolean(required=True)


class NearMissQuerySchema(Schema):
    listing_id = Id("lst", required=True)
    limit = fields.Integer(load_default=10, validate=validate.Range(min=1, max=50))


class BarrierSchema(Schema):
    """What keeps the two apart: the factor that rules the pair out (``hazard``, ``code``, ``quality``, ``window``,
    ``distance``, ``road``, ``temperature``), or ``score`` where none does and the points do not reach."""

    name = fields.String(required=True)
    sentence = fields.Nested(SentenceSchema, required=True)


class NearMissSchema(Schema):
    """A have and a want that speak of one thing and do not match. ``score``: the micro-points of its factors, where
    those that rule the pair out count as nothing; it may be higher than a match's. At least one barrier."""

    have_id = fields.String(required=True)
    want_id = fields.String(required=True)
    kind = fields.String(required=True)
    score = fields.Integer(required=True)
    distance_km = fields.Float(required=True)
    factors = fields.List(fields.Nested(FactorSchema), required=True)
    barriers = fields.List(fields.Nested(BarrierSchema), required=True)


class NearMissesSchema(Schema):
    """Nearest to fitting first, at most ``limit`` of the 200 nearest that the caller may see."""

    listing_id = fields.String(required=True)
    items = fields.List(fields.Nested(NearMissSchema), required=True)


class ImpliedNeedsQuerySchema(Schema):
    """``nace_code``: NACE Rev. 2, at least the division."""

    nace_code = nace_code(required=True)
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=100))


class ImpliedNeedSchema(Schema):
    """A hypothesis, never a want: the sector could take this. ``stream`` is a waste code, the beginning of one, or a
    concept such as ``energy/heat``; ``use``, ``operation`` (R or D code, or direct), ``route``, ``confidence`` and
    ``rule_id`` are there when a rule says it. ``plausibility`` (0 to 100) puts them in order and is no probability."""

    hypothesis = fields.Constant(True, required=True)
    stream = fields.String(required=True)
    kind = fields.String(required=True)
    ewc_code = fields.String(allow_none=True, required=True)
    hazardous = fields.Boolean(required=True)
    use = fields.Nested(SentenceSchema, allow_none=True, required=True)
    from_divisions = fields.List(fields.String(), required=True)
    operation = fields.String(allow_none=True, required=True)
    route = fields.String(allow_none=True, required=True)
    basis = fields.String(required=True)
    confidence = fields.String(allow_none=True, required=True)
    plausibility = fields.Integer(required=True)
    reason = fields.Nested(SentenceSchema, required=True)
    rule_id = fields.String(allow_none=True, required=True)
    sources = fields.List(fields.String(), required=True)


class ImpliedNeedsSchema(Schema):
    """Most plausible first."""

    nace_division = fields.String(required=True)
    items = fields.List(fields.Nested(ImpliedNeedSchema), required=True)

GET_MATCH = REGISTRY.call(Call("matching", "get_match", MatchIdSchema, MatchSchema, "A match of the caller's agency."))
LIST_MATCHES = REGISTRY.call(
    Call("matching", "list_matches", MatchQuerySchema, MatchPageSchema, "Matches the caller's agency may see.")
)
LISTING_COVERAGE = REGISTRY.call(
    Call("matching", "listing_coverage", CoverageQuerySchema, CoverageSchema, "Many small for one big.")
)
NEAR_MISSES = REGISTRY.call(
    Call("matching", "near_misses", NearMissQuerySchema, NearMissesSchema, "What almost fits, and what is in the way.")
)
IMPLIED_NEEDS = REGISTRY.call(
    Call("matching", "implied_needs", ImpliedNeedsQuerySchema, ImpliedNeedsSchema, "What a sector may want, guessed.")
)


class SuggestedTextSchema(Schema):
    """One suggestion: the value, how sure (0..1), and the words of the text it was read from (none for a default)."""

    value = fields.String(required=True)
    confidence = fields.Float(required=True)
    words = fields.List(fields.String(), required=True)


class SuggestedNumberSchema(Schema):
    """The same for a number."""

    value = fields.Float(required=True)
    confidence = fields.Float(required=True)
    words = fields.List(fields.String(), required=True)


class SuggestRequestSchema(Schema):
    """``lang`` is guessed where it is left out."""

    text = text(500, least=1, required=True)
    lang = choice(("fi", "sv", "en"))


class SuggestionsSchema(Schema):
    """What a text says of a card's fields; null or empty where it says nothing. ``ewc`` and ``nace`` best first, at
    most five; ``unit`` and ``period`` belong to ``amount``; ``concepts`` are the same in every language."""

    lang = fields.String(required=True)
    direction = fields.Nested(SuggestedTextSchema, allow_none=True, required=True)
    kind = fields.Nested(SuggestedTextSchema, allow_none=True, required=True)
    ewc = fields.List(fields.Nested(SuggestedTextSchema), required=True)
    nace = fields.List(fields.Nested(SuggestedTextSchema), required=True)
    amount = fields.Nested(SuggestedNumberSchema, allow_none=True, required=True)
    unit = fields.Nested(SuggestedTextSchema, allow_none=True, required=True)
    period = fields.Nested(SuggestedTextSchema, allow_none=True, required=True)
    temperature_c = fields.Nested(SuggestedNumberSchema, allow_none=True, required=True)
    concepts = fields.List(fields.Nested(SuggestedTextSchema), required=True)


SUGGEST = REGISTRY.call(
    Call("matching", "suggest", SuggestRequestSchema, SuggestionsSchema, "A card's fields suggested from free text.")
)

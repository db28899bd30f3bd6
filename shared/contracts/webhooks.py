"""What a subscriber receives, for the documentation: Standard Webhooks bodies, ``{"type", "timestamp", "data"}``.

``data`` is what one agency may know of the event; a body that would reach 20 kB goes without reasons and is marked
``shortened``.
"""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import Schema, fields

from shared.contracts.events.notifications import SubscriptionDisabledSchema
from shared.contracts.events.resources import ListingStateSchema
from shared.contracts.fields import DIRECTIONS, SentenceSchema
from shared.contracts.rpc.notifications import SUBSCRIBABLE

_SIDES = (*DIRECTIONS, "both", "none")


class MatchReasonSchema(Schema):
    name = fields.String(required=True)
    micro_points = fields.Integer(required=True)
    sentence = fields.Nested(SentenceSchema, required=True)


class MatchWithdrawnNoticeSchema(Schema):
    """``side`` is the receiving agency's own: have, want, both or none."""

    id = fields.String(required=True)
    have_id = fields.String(required=True)
    want_id = fields.String(required=True)
    kind = fields.String(required=True)
    reason = fields.String(required=True)
    side = fields.String(required=True, metadata={"enum": list(_SIDES)})


class MatchNoticeSchema(Schema):
    """Score and shares in micro-points (1,000,000 = 1); ``side`` is the receiving agency's own."""

    id = fields.String(required=True)
    have_id = fields.String(required=True)
    want_id = fields.String(required=True)
    kind = fields.String(required=True)
    score = fields.Integer(required=True)
    band = fields.String(required=True)
    distance_km = fields.Float(allow_none=True, required=True)
    factors = fields.List(fields.Nested(MatchReasonSchema))
    side = fields.String(required=True, metadata={"enum": list(_SIDES)})
    shortened = fields.Boolean()


class InterestNoticeSchema(Schema):
    """``role``: whether the receiving agency owns the listing, is the interested one, or both."""

    id = fields.String(required=True)
    listing_id = fields.String(required=True)
    organisation_id = fields.String(required=True)
    strength = fields.String(required=True)
    role = fields.String(required=True, metadata={"enum": ["owner", "interested", "both"]})


class ListingNoticeSchema(ListingStateSchema):
    """The agency's own listing; read it by its id for the rest."""

    class Meta:
        fields = (
            "id", "sequence", "state", "direction", "kind", "name", "ewc_code", "hazardous", "quantity", "region_code",
            "visibility", "organisation_id", "site_id", "municipality_code", "available_from", "available_to",
            "temperature_c", "shortened",
        )  # fmt: skip

    name = fields.String()
    sequence = fields.Integer(required=True)
    shortened = fields.Boolean()


class SubscriptionDisabledNoticeSchema(SubscriptionDisabledSchema):
    class Meta:
        fields = ("subscription_id", "reason")


class TestNoticeSchema(Schema):
    """Sent by ``POST /v1/subscriptions/{id}/test-events`` only."""

    subscription_id = fields.String(required=True)
    message = fields.String(required=True)


TEST_EVENT = "webhook.test"
_BY_AGGREGATE: Mapping[str, type[Schema]] = {
    "match": MatchNoticeSchema,
    "interest": InterestNoticeSchema,
    "listing": ListingNoticeSchema,
    "subscription": SubscriptionDisabledNoticeSchema,
}
NOTICES: Mapping[str, type[Schema]] = {
    **{name: _BY_AGGREGATE[name.split(".")[0]] for name in SUBSCRIBABLE},
    "match.withdrawn.v1": MatchWithdrawnNoticeSchema,
    TEST_EVENT: TestNoticeSchema,
}

"""What notifications announces."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.contracts.registry import REGISTRY, EventType


class SubscriptionDisabledSchema(Schema):
    subscription_id = fields.String(required=True)
    agency_id = fields.String(required=True)
    reason = fields.String(required=True)


SUBSCRIPTION_DISABLED = REGISTRY.event(
    EventType(
        "subscription.disabled.v1", "notifications", SubscriptionDisabledSchema,
        "A webhook endpoint is gone (410) or failed through the whole schedule.",
    )
)  # fmt: skip

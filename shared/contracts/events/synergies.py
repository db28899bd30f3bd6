"""What synergies announces."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.contracts.registry import REGISTRY, EventType


class InterestStateSchema(Schema):
    """An organisation's name on a card. Who puts it there shows itself to the card's owner."""

    id = fields.String(required=True)
    listing_id = fields.String(required=True)
    listing_agency_id = fields.String(required=True)
    organisation_id = fields.String(required=True)
    agency_id = fields.String(required=True)
    strength = fields.String(required=True)


INTEREST_REGISTERED = REGISTRY.event(
    EventType("interest.registered.v1", "synergies", InterestStateSchema, "An organisation could use a listing.")
)

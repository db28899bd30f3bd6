"""What audits announces."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.contracts.fields import QuantitySchema
from shared.contracts.registry import REGISTRY, EventType


class SurplusFoundSchema(Schema):
    """Something a survey found left over; resources makes it a listing with the id derived from survey and surplus."""

    survey_id = fields.String(required=True)
    surplus_id = fields.String(required=True)
    agency_id = fields.String(required=True)
    organisation_id = fields.String(required=True)
    site_id = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    description = fields.String(required=True)
    quantity = fields.Nested(QuantitySchema, required=True)
    temperature_c = fields.Float(allow_none=True, required=True)
    basis = fields.String(required=True)
    visibility = fields.String(required=True)


SURPLUS_FOUND = REGISTRY.event(
    EventType("surplus.found.v1", "audits", SurplusFoundSchema, "A survey found a surplus that others could use.")
)

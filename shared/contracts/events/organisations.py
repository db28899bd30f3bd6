"""What organisations announces. Names of people never travel; ids do."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.contracts.fields import PointSchema
from shared.contracts.registry import REGISTRY, EventType


class OrganisationStateSchema(Schema):
    id = fields.String(required=True)
    agency_id = fields.String(required=True)
    party_id = fields.String(required=True)
    kind = fields.String(required=True)
    nace_code = fields.String(allow_none=True, required=True)
    region_code = fields.String(required=True)


class SiteStateSchema(Schema):
    id = fields.String(required=True)
    agency_id = fields.String(required=True)
    organisation_id = fields.String(required=True)
    party_id = fields.String(required=True)
    municipality_code = fields.String(required=True)
    region_code = fields.String(required=True)
    point = fields.Nested(PointSchema, required=True)


ORGANISATION_REGISTERED = REGISTRY.event(
    EventType(
        "organisation.registered.v1", "organisations", OrganisationStateSchema,
        "An agency took a party on as a client.",
    )
)  # fmt: skip
ORGANISATION_REVISED = REGISTRY.event(
    EventType(
        "organisation.revised.v1", "organisations", OrganisationStateSchema,
        "A client's sector or kind changed.",
    )
)  # fmt: skip
SITE_REGISTERED = REGISTRY.event(
    EventType("site.registered.v1", "organisations", SiteStateSchema, "A client's site was recorded.")
)

"""What identity announces."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.contracts.registry import REGISTRY, EventType


class AgencyStateSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    region_code = fields.String(required=True)
    programmes = fields.List(fields.String(), required=True)


class ApiKeyRevokedSchema(Schema):
    key_id = fields.String(required=True)
    account_id = fields.String(required=True)


AGENCY_REGISTERED = REGISTRY.event(
    EventType("agency.registered.v1", "identity", AgencyStateSchema, "An agency became a tenant.", catalogue_only=True)
)
AGENCY_REVISED = REGISTRY.event(
    EventType(
        "agency.revised.v1", "identity", AgencyStateSchema, "An agency's name or programmes changed.",
        catalogue_only=True,
    )
)  # fmt: skip
API_KEY_REVOKED = REGISTRY.event(
    EventType(
        "apikey.revoked.v1", "identity", ApiKeyRevokedSchema, "A key stopped being valid; gateways forget it.",
        catalogue_only=True,
    )
)  # fmt: skip

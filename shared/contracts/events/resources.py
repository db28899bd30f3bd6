"""What resources announces: the whole state of a listing inside the cell, and its shared part to the nation."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.contracts.fields import PointSchema, QuantitySchema, YearlyAmountSchema
from shared.contracts.registry import REGISTRY, EventType


class SharedListingSchema(Schema):
    """A listing as its whole audience may know it; identity fields are absent when it is shown without them.

    ``sector``: the owner's NACE Rev. 2 division, two digits; null where it is not known. ``product_code``: CPA 2.1, of
    what is made or done on purpose; ``ewc_code``: of what is left over."""

    id = fields.String(required=True)
    state = fields.String(required=True)
    direction = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    description = fields.String(required=True)
    ewc_code = fields.String(allow_none=True, required=True)
    product_code = fields.String(allow_none=True)
    hazardous = fields.Boolean(required=True)
    quantity = fields.Nested(QuantitySchema, allow_none=True, required=True)
    yearly_amount = fields.Nested(YearlyAmountSchema, allow_none=True, required=True)
    available_from = fields.Date(allow_none=True, required=True)
    available_to = fields.Date(allow_none=True, required=True)
    temperature_c = fields.Float(allow_none=True, required=True)
    region_code = fields.String(required=True)
    visibility = fields.String(required=True)
    origin = fields.String(required=True)
    basis = fields.String(required=True)
    registered_at = fields.AwareDateTime(required=True)
    revised_at = fields.AwareDateTime(required=True)
    agency_id = fields.String()
    organisation_id = fields.String()
    party_id = fields.String()
    site_id = fields.String()
    municipality_code = fields.String()
    point = fields.Nested(PointSchema)
    sector = fields.String(allow_none=True)


class ListingStateSchema(SharedListingSchema):
    """A listing as the services of its own cell know it. Today's route, its cost and notes never travel."""

    programme = fields.String(allow_none=True, required=True)
    agency_id = fields.String(required=True)
    organisation_id = fields.String(required=True)
    party_id = fields.String(required=True)
    site_id = fields.String(required=True)
    municipality_code = fields.String(required=True)
    point = fields.Nested(PointSchema, required=True)


class ListingTombstoneSchema(Schema):
    """Peers purge what they know of the listing."""

    id = fields.String(required=True)
    region_code = fields.String(required=True)


def _state(name: str, doc: str) -> EventType:
    return REGISTRY.event(EventType(name, "resources", ListingStateSchema, doc))


LISTING_REGISTERED = _state("listing.registered.v1", "A have or want was recorded.")
LISTING_REVISED = _state("listing.revised.v1", "A listing changed; also sent when a projection is rebuilt.")
LISTING_WITHDRAWN = _state("listing.withdrawn.v1", "The owner took a listing back.")
LISTING_EXPIRED = _state("listing.expired.v1", "A listing's window has passed.")
LISTING_SHARED = REGISTRY.event(
    EventType(
        "listing.shared.v1", "resources", SharedListingSchema,
        "The shared part of a listing that the nation may see; sent at every change.", national=True,
        catalogue_only=True,
    )
)  # fmt: skip
LISTING_UNSHARED = REGISTRY.event(
    EventType(
        "listing.unshared.v1", "resources", ListingTombstoneSchema,
        "A listing is no longer for the nation: narrowed, withdrawn or expired.", national=True, catalogue_only=True,
    )
)  # fmt: skip

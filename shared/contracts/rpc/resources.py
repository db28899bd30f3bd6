"""Calls of resources: listings (shown as cards), and rebuilding what others project from them."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from shared import quantities
from shared.contracts.events.resources import SharedListingSchema
from shared.contracts.fields import (
    BASES,
    DIRECTIONS,
    KINDS,
    LISTING_STATES,
    Id,
    PageRequestSchema,
    QuantitySchema,
    choice,
    ewc,
    number,
    page_of,
    product_code,
    sequence,
    text,
)
from shared.contracts.registry import REGISTRY, Call
from shared.reference import places, waste
from shared.reference.errors import ReferenceValueError
from shared.visibility import Visibility

VISIBILITIES = tuple(level.value for level in Visibility)


def check_listing(data: dict[str, Any]) -> None:
    """The rules between a listing's fields, for drafts and for the merged state of a revision."""
    problems: dict[str, Any] = {}
    quantity = data.get("quantity")
    if quantity and data.get("kind"):
        try:
            quantities.parse_quantity(data["kind"], quantity["amount"], quantity["unit"], quantity["period"])
        except quantities.AmountOutOfRange as error:
            problems["quantity"] = {"amount": [error.message]}
        except ReferenceValueError as error:
            problems["quantity"] = {"unit": [error.message]}
    start, end = data.get("available_from"), data.get("available_to")
    if start and end and end < start:
        problems["available_to"] = [f"Must not be before available_from ({start.isoformat()})."]
    if data.get("visibility") == Visibility.PROGRAMME and not data.get("programme"):
        problems["programme"] = ["Name the programme this listing is shared in."]
    code = data.get("ewc_code")
    entry = waste.find_ewc(code) if code else None
    if entry is not None and data.get("hazardous") is False and entry.hazardous:
        problems["hazardous"] = [f"{entry.display} is hazardous in the list of waste; leave the field out or say true."]
    if code and data.get("kind") not in (None, "material", "water"):
        problems["ewc_code"] = ["Only a material or water listing carries a waste code."]
    if problems:
        raise ValidationError(problems)


class ListingFieldsSchema(Schema):
    """What a person may say of a listing; a partial card is welcome."""

    name = text(200, least=1)
    description = text(4000)
    ewc_code = ewc(allow_none=True)
    product_code = product_code(allow_none=True)
    hazardous = fields.Boolean(allow_none=True)
    quantity = fields.Nested(QuantitySchema, allow_none=True)
    available_from = fields.Date(allow_none=True)
    available_to = fields.Date(allow_none=True)
    temperature_c = number(-273.15, 3000, "°C", allow_none=True)
    visibility = choice(VISIBILITIES)
    programme = text(40, allow_none=True)
    basis = choice(BASES)
    current_route = text(500)
    current_cost_eur_per_year = number(-1e9, 1e9, "€ a year", allow_none=True)
    notes = text(4000)


class ListingDraftSchema(ListingFieldsSchema):
    """Direction, kind, name and site suffice."""

    direction = choice(DIRECTIONS, required=True)
    kind = choice(KINDS, required=True)
    site_id = Id("sit", required=True)
    name = text(200, least=1, required=True)

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        check_listing(data)


class ListingPatchSchema(ListingFieldsSchema):
    """Only what is given changes; direction, kind and site do not (withdraw and record anew)."""


class ReviseListingSchema(ListingPatchSchema):
    id = Id("lst", required=True)
    expected_sequence = sequence(required=True)


class WithdrawListingSchema(Schema):
    id = Id("lst", required=True)
    expected_sequence = sequence(required=True)


class ListingSchema(SharedListingSchema):
    """A listing as the caller may see it: fields it may not see are absent."""

    sequence = fields.Integer(required=True)
    programme = fields.String(allow_none=True)
    current_route = fields.String()
    current_cost_eur_per_year = fields.Float(allow_none=True)
    notes = fields.String()


class ListingIdSchema(Schema):
    id = Id("lst", required=True)


class ListingQuerySchema(PageRequestSchema):
    """Filters; left out, they do not filter. ``own`` keeps the caller's agency's listings only."""

    direction = choice(DIRECTIONS)
    kind = choice(KINDS)
    state = choice(LISTING_STATES, load_default="active")
    region = choice(tuple(sorted(places.ALL_REGION_CODES)))
    organisation_id = Id("org")
    own = fields.Boolean(load_default=False)


class OrganisationListingsSchema(Schema):
    organisation_id = Id("org", required=True)


class ListingCountsSchema(Schema):
    """Listings of one organisation by direction, and the latest few."""

    have = fields.Integer(required=True)
    want = fields.Integer(required=True)
    latest = fields.List(fields.Nested(ListingSchema), required=True)


class JobSchema(Schema):
    """Long work: where it stands. ``state``: queued, running, done, failed, cancelled."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    done = fields.Integer(required=True)
    total = fields.Integer(allow_none=True, required=True)
    error = fields.String(allow_none=True, required=True)
    started_at = fields.AwareDateTime(allow_none=True, required=True)
    finished_at = fields.AwareDateTime(allow_none=True, required=True)
    queued_at = fields.AwareDateTime(required=True)


class JobIdSchema(Schema):
    id = Id("job", required=True)


class StartReemissionSchema(Schema):
    """Send every listing's present state again, so that projections and peers can be rebuilt."""


ListingPageSchema = page_of(ListingSchema)


def _call(method: str, request: type[Schema], response: type[Schema], doc: str, *, changes: bool = False) -> Call:
    return REGISTRY.call(Call("resources", method, request, response, doc, changes))


REGISTER_LISTING = _call("register_listing", ListingDraftSchema, ListingSchema, "Record a have or want.", changes=True)
GET_LISTING = _call("get_listing", ListingIdSchema, ListingSchema, "One listing, as far as the caller may see it.")
LIST_LISTINGS = _call("list_listings", ListingQuerySchema, ListingPageSchema, "Listings the caller may see.")
REVISE_LISTING = _call("revise_listing", ReviseListingSchema, ListingSchema, "Change a listing.", changes=True)
WITHDRAW_LISTING = _call("withdraw_listing", WithdrawListingSchema, ListingSchema, "Take a listing back.", changes=True)
ORGANISATION_LISTINGS = _call(
    "organisation_listings", OrganisationListingsSchema, ListingCountsSchema, "Counts and latest of a client."
)
START_REEMISSION = _call(
    "start_reemission", StartReemissionSchema, JobSchema, "Operator: emit all states again, as a job.", changes=True
)
GET_JOB = _call("get_job", JobIdSchema, JobSchema, "Operator: where a job stands.")
CANCEL_JOB = _call("cancel_job", JobIdSchema, JobSchema, "Operator: stop a job at its next step.", changes=True)

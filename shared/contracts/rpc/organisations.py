"""Calls of organisations: an agency's clients (parties it serves) and their sites."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.contracts.fields import (
    Id,
    PageRequestSchema,
    PointSchema,
    choice,
    municipality,
    nace_code,
    page_of,
    sequence,
    text,
)
from shared.contracts.registry import REGISTRY, Call

ORGANISATION_KINDS = ("company", "municipality", "farm", "research", "network", "other")
REGISTERS = ("FI", "SE", "NO", "EE", "VAT")


class RegisterNumberSchema(Schema):
    """Register and number; check digits are verified (FI: Y-tunnus)."""

    register = choice(REGISTERS, required=True)
    number = text(30, least=2, required=True)


class OrganisationDraftSchema(Schema):
    """``register_number`` may be left out: foreign or informal parties have none."""

    name = text(200, least=1, required=True)
    kind = choice(ORGANISATION_KINDS, load_default="company")
    register_number = fields.Nested(RegisterNumberSchema, load_default=None, allow_none=True)
    nace_code = nace_code(load_default=None, allow_none=True)
    notes = text(4000, load_default="")


class OrganisationPatchSchema(Schema):
    name = text(200, least=1)
    kind = choice(ORGANISATION_KINDS)
    nace_code = nace_code(allow_none=True)
    notes = text(4000)


class ReviseOrganisationSchema(OrganisationPatchSchema):
    id = Id("org", required=True)
    expected_sequence = sequence(required=True)


class OrganisationSchema(Schema):
    """A client of the agency. ``party_id`` is the legal entity behind it, the same for every agency that knows
    its register number."""

    id = fields.String(required=True)
    sequence = fields.Integer(required=True)
    agency_id = fields.String(required=True)
    party_id = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    register_number = fields.Nested(RegisterNumberSchema, allow_none=True, required=True)
    nace_code = fields.String(allow_none=True, required=True)
    notes = fields.String(required=True)
    registered_at = fields.AwareDateTime(required=True)
    revised_at = fields.AwareDateTime(required=True)


class OrganisationIdSchema(Schema):
    id = Id("org", required=True)


class SiteDraftSchema(Schema):
    """Region and coordinates come from the municipality; ``point`` makes the place exact."""

    name = text(200, least=1, required=True)
    municipality = municipality(required=True)
    street_address = text(200, load_default="")
    point = fields.Nested(PointSchema, load_default=None, allow_none=True)


class RegisterSiteSchema(SiteDraftSchema):
    organisation_id = Id("org", required=True)


class SiteSchema(Schema):
    id = fields.String(required=True)
    sequence = fields.Integer(required=True)
    organisation_id = fields.String(required=True)
    agency_id = fields.String(required=True)
    party_id = fields.String(required=True)
    name = fields.String(required=True)
    municipality_code = fields.String(required=True)
    municipality_name = fields.String(required=True)
    region_code = fields.String(required=True)
    street_address = fields.String(required=True)
    point = fields.Nested(PointSchema, required=True)
    registered_at = fields.AwareDateTime(required=True)


class ListSitesSchema(PageRequestSchema):
    organisation_id = Id("org", required=True)


class SiteIdsSchema(Schema):
    ids = fields.List(Id("sit"), required=True, validate=validate.Length(min=1, max=500))


class SitesSchema(Schema):
    items = fields.List(fields.Nested(SiteSchema), required=True)


OrganisationPageSchema = page_of(OrganisationSchema)
SitePageSchema = page_of(SiteSchema)


def _call(method: str, request: type[Schema], response: type[Schema], doc: str, *, changes: bool = False) -> Call:
    return REGISTRY.call(Call("organisations", method, request, response, doc, changes))


REGISTER_ORGANISATION = _call(
    "register_organisation", OrganisationDraftSchema, OrganisationSchema,
    "Take a party on as a client. A duplicate is told inside the agency only.", changes=True,
)  # fmt: skip
GET_ORGANISATION = _call("get_organisation", OrganisationIdSchema, OrganisationSchema, "One client of the agency.")
LIST_ORGANISATIONS = _call("list_organisations", PageRequestSchema, OrganisationPageSchema, "The agency's clients.")
REVISE_ORGANISATION = _call(
    "revise_organisation", ReviseOrganisationSchema, OrganisationSchema, "Change a client's record.", changes=True
)
REGISTER_SITE = _call("register_site", RegisterSiteSchema, SiteSchema, "Record a site of a client.", changes=True)
LIST_SITES = _call("list_sites", ListSitesSchema, SitePageSchema, "A client's sites.")
GET_SITES = _call("get_sites", SiteIdsSchema, SitesSchema, "Those of the given sites that the caller may see.")

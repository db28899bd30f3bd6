"""Calls of audits: the light energy survey and the surpluses it finds."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from shared.contracts.fields import Id, PageRequestSchema, choice, number, page_of, text
from shared.contracts.registry import REGISTRY, Call
from shared.contracts.rpc.resources import VISIBILITIES

CARRIERS = (
    "electricity", "district_heat", "natural_gas", "light_fuel_oil", "heavy_fuel_oil", "lpg", "wood", "peat", "coal",
    "steam", "other",
)  # fmt: skip


class CarrierUseSchema(Schema):
    """Energy bought in the survey year."""

    carrier = choice(CARRIERS, required=True)
    energy_mwh = number(0, 1e8, "MWh a year", required=True)
    cost_eur = number(0, 1e10, "€ a year", load_default=None, allow_none=True)


class SurplusDraftSchema(Schema):
    """Surplus heat: how much a year and how warm."""

    name = text(200, least=1, required=True)
    description = text(2000, load_default="")
    energy_mwh_per_year = number(0.001, 1e7, "MWh a year", required=True)
    temperature_c = number(-50, 2000, "°C", required=True)
    basis = choice(("measured", "stated", "predicted"), load_default="stated")
    visibility = choice(VISIBILITIES, load_default="agency")


class SurveyDraftSchema(Schema):
    """A light survey. It is not an energy audit of EN 16247 and is not labelled so."""

    organisation_id = Id("org", required=True)
    site_id = Id("sit", required=True)
    year = fields.Integer(required=True, validate=validate.Range(min=1990, max=2100))
    heated_area_m2 = number(0.1, 1e8, "m²", load_default=None, allow_none=True)
    carriers = fields.List(fields.Nested(CarrierUseSchema), load_default=list, validate=validate.Length(max=20))
    surpluses = fields.List(fields.Nested(SurplusDraftSchema), load_default=list, validate=validate.Length(max=50))
    notes = text(4000, load_default="")

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        seen = [use["carrier"] for use in data.get("carriers", [])]
        twice = {carrier for carrier in seen if seen.count(carrier) > 1}
        if twice:
            raise ValidationError({"carriers": [f"Each carrier once; {', '.join(sorted(twice))} came more often."]})


class SurplusSchema(Schema):
    """``listing_id`` is where the surplus appears as a listing shortly after the survey is recorded."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    description = fields.String(required=True)
    energy_mwh_per_year = fields.Float(required=True)
    temperature_c = fields.Float(required=True)
    basis = fields.String(required=True)
    visibility = fields.String(required=True)
    listing_id = fields.String(required=True)


class SurveySchema(Schema):
    id = fields.String(required=True)
    sequence = fields.Integer(required=True)
    agency_id = fields.String(required=True)
    organisation_id = fields.String(required=True)
    site_id = fields.String(required=True)
    year = fields.Integer(required=True)
    heated_area_m2 = fields.Float(allow_none=True, required=True)
    carriers = fields.List(fields.Nested(CarrierUseSchema), required=True)
    total_energy_mwh = fields.Float(required=True)
    total_cost_eur = fields.Float(allow_none=True, required=True)
    intensity_kwh_per_m2 = fields.Float(allow_none=True, required=True)
    surpluses = fields.List(fields.Nested(SurplusSchema), required=True)
    notes = fields.String(required=True)
    registered_at = fields.AwareDateTime(required=True)


class SurveyIdSchema(Schema):
    id = Id("svy", required=True)


class SurveyQuerySchema(PageRequestSchema):
    organisation_id = Id("org")


SurveyPageSchema = page_of(SurveySchema)

REGISTER_SURVEY = REGISTRY.call(
    Call("audits", "register_survey", SurveyDraftSchema, SurveySchema, "Record a light energy survey.", changes=True)
)
GET_SURVEY = REGISTRY.call(Call("audits", "get_survey", SurveyIdSchema, SurveySchema, "A survey of the agency."))
LIST_SURVEYS = REGISTRY.call(
    Call("audits", "list_surveys", SurveyQuerySchema, SurveyPageSchema, "Surveys of the agency.")
)

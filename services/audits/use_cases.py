"""What people do with surveys. Recording one announces each surplus, so that it becomes a listing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.audits import domain
from services.audits.domain import Site, Surplus, Survey
from services.audits.repository import SurveyRepository
from shared.contracts.events.audits import SURPLUS_FOUND
from shared.errors import NotFound
from shared.persistence.repository import Page
from shared.persistence.unit_of_work import Transaction
from shared.tenancy import Caller, Role


def register_survey(
    tx: Transaction, caller: Caller, draft: Mapping[str, Any], find_site: Callable[[str], Site | None]
) -> Survey:
    """Record a survey at a site of the caller's agency. Raises Forbidden or InvalidInput."""
    caller.require(Role.FACILITATOR, Role.INTEGRATION)
    agency_id = caller.agency
    survey = domain.new_survey(draft, find_site(draft["site_id"]), agency_id, tx.clock.now())
    tx.repository(SurveyRepository, caller).add(survey)
    for surplus in survey.surpluses:
        tx.emit(SURPLUS_FOUND, subject=surplus.id, sequence=1, data=_found(survey, surplus), agency=agency_id)
    return survey


def get_survey(surveys: SurveyRepository, survey_id: str) -> Survey:
    """Raises NotFound also for another agency's."""
    survey = surveys.find(survey_id)
    if survey is None:
        raise NotFound("survey", survey_id)
    return survey


def list_surveys(surveys: SurveyRepository, query: Mapping[str, Any]) -> Page[Survey]:
    return surveys.page(query.get("organisation_id"), query["limit"], query["cursor"])


def _found(survey: Survey, surplus: Surplus) -> dict[str, Any]:
    return {
        "survey_id": survey.id,
        "surplus_id": surplus.id,
        "agency_id": survey.agency_id,
        "organisation_id": survey.organisation_id,
        "site_id": survey.site_id,
        "kind": "energy",
        "name": surplus.name,
        "description": surplus.description,
        "quantity": {"amount": surplus.energy_mwh_per_year, "unit": "MWh", "period": "year"},
        "temperature_c": surplus.temperature_c,
        "basis": surplus.basis,
        "visibility": surplus.visibility,
    }

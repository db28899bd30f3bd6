"""Light energy surveys."""

from gateway.endpoints import Endpoint
from gateway.routes.resource import Resource
from shared.contracts.rpc import audits as calls

RESOURCE = Resource(
    "surveys",
    "Light energy surveys (not energy audits of EN 16247). A surplus found in one becomes a listing by itself.",
    (
        Endpoint("GET", "/v1/surveys", calls.LIST_SURVEYS),
        Endpoint(
            "POST",
            "/v1/surveys",
            calls.REGISTER_SURVEY,
            201,
            location="/v1/surveys/{id}",
            example={
                "organisation_id": "org-12-0190f2a57c3e7b21a4d5e6f708192a3b",
                "site_id": "sit-12-0190f2a57c3e7b21a4d5e6f708192a3b",
                "year": 2025,
                "heated_area_m2": 4200,
                "carriers": [{"carrier": "electricity", "energy_mwh": 950, "cost_eur": 114000}],
                "surpluses": [{"name": "Condensate", "energy_mwh_per_year": 620, "temperature_c": 48}],
            },
        ),
        Endpoint("GET", "/v1/surveys/<id>", calls.GET_SURVEY),
    ),
)

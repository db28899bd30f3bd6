"""Agencies: the tenants of the platform."""

from gateway.endpoints import Endpoint
from gateway.routes.resource import Resource
from shared.contracts.rpc import identity as calls

RESOURCE = Resource(
    "agencies",
    "Regional development agencies, the tenants. Operators add them; others see their own.",
    (
        Endpoint("GET", "/v1/agencies", calls.LIST_AGENCIES),
        Endpoint(
            "POST",
            "/v1/agencies",
            calls.REGISTER_AGENCY,
            201,
            location="/v1/agencies/{id}",
            example={"name": "Esimerkkikehitys Oy", "region_code": "12", "programmes": ["kiertotalous-2026"]},
        ),
        Endpoint("GET", "/v1/agencies/<id>", calls.GET_AGENCY),
        Endpoint(
            "PATCH",
            "/v1/agencies/<id>",
            calls.REVISE_AGENCY,
            body=calls.AgencyPatchSchema,
            example={"programmes": ["kiertotalous-2026", "teollisuuspuisto"]},
        ),
    ),
)

"""Organisations, their sites, and everything about one at a glance."""

from __future__ import annotations

from typing import Any

from gateway.endpoints import Asked, Endpoint
from gateway.overview import OverviewSchema, overview
from gateway.routes.resource import Resource
from shared.contracts.rpc import organisations as calls
from shared.errors import NotFound

_ONE = "/v1/organisations/<id>"
_SITES = "/v1/organisations/<organisation_id>/sites"


def _one_site(asked: Asked) -> Any:
    site_id = asked.payload["id"]
    found = asked.call(calls.GET_SITES, {"ids": [site_id]})["items"]
    if not found:
        raise NotFound("site", site_id)
    return found[0]


RESOURCE = Resource(
    "organisations",
    "An agency's clients: companies, municipalities, farms, research bodies, networks; and the sites where they work.",
    (
        Endpoint("GET", "/v1/organisations", calls.LIST_ORGANISATIONS),
        Endpoint(
            "POST",
            "/v1/organisations",
            calls.REGISTER_ORGANISATION,
            201,
            location="/v1/organisations/{id}",
            example={
                "name": "Esimerkkisaha Oy",
                "kind": "company",
                "register_number": {"register": "VAT", "number": "FI12345671"},
                "nace_code": "16.10",
            },
        ),
        Endpoint("GET", _ONE, calls.GET_ORGANISATION),
        Endpoint(
            "PATCH",
            _ONE,
            calls.REVISE_ORGANISATION,
            body=calls.OrganisationPatchSchema,
            example={"notes": "Prefers to be called in the morning."},
        ),
        Endpoint(
            "GET",
            f"{_ONE}/overview",
            calls.GET_ORGANISATION,
            response=OverviewSchema,
            answer=overview,
            summary="Everything about one organisation, asked in parallel.",
            description="Waits 1.5 s at most; `parts` names what was slow or failed and is left out.",
        ),
        Endpoint("GET", _SITES, calls.LIST_SITES),
        Endpoint(
            "POST",
            _SITES,
            calls.REGISTER_SITE,
            201,
            body=calls.SiteDraftSchema,
            location="/v1/sites/{id}",
            example={"name": "Saha", "municipality": "Lieksa", "street_address": "Sahatie 1"},
        ),
        Endpoint(
            "GET",
            "/v1/sites/<id>",
            calls.GET_SITES,
            response=calls.SiteSchema,
            answer=_one_site,
            prefixes={"id": "sit"},
            summary="One site the caller may see.",
        ),
    ),
)

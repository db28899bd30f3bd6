"""Listings (cards): what organisations have and want, who could use them, and what fits."""

from gateway.endpoints import Endpoint
from gateway.routes.resource import Resource
from shared.contracts.rpc import matching, synergies
from shared.contracts.rpc import resources as calls

_ONE = "/v1/listings/<id>"
_INTERESTS = "/v1/listings/<listing_id>/interests"

RESOURCE = Resource(
    "listings",
    "Haves and wants. Fields a viewer may not see are absent. Direction, kind, site and name are enough to begin.",
    (
        Endpoint("GET", "/v1/listings", calls.LIST_LISTINGS),
        Endpoint(
            "POST",
            "/v1/listings",
            calls.REGISTER_LISTING,
            201,
            location="/v1/listings/{id}",
            example={
                "direction": "have",
                "kind": "material",
                "site_id": "sit-12-0190f2a57c3e7b21a4d5e6f708192a3b",
                "name": "Sahanpuru",
                "ewc_code": "03 01 05",
                "product_code": "16.10.39",
                "quantity": {"amount": 1200, "unit": "t", "period": "year"},
                "visibility": "region",
            },
        ),
        Endpoint("GET", _ONE, calls.GET_LISTING),
        Endpoint(
            "PATCH",
            _ONE,
            calls.REVISE_LISTING,
            body=calls.ListingPatchSchema,
            example={"quantity": {"amount": 900, "unit": "t", "period": "year"}},
        ),
        Endpoint("DELETE", _ONE, calls.WITHDRAW_LISTING, summary="Take a listing back; it can still be read."),
        Endpoint("GET", _INTERESTS, synergies.LIST_INTERESTS, summary="Who could use this listing."),
        Endpoint(
            "POST",
            _INTERESTS,
            synergies.REGISTER_INTEREST,
            201,
            body=synergies.InterestDraftSchema,
            example={"organisation_id": "org-12-0190f2a57c3e7b21a4d5e6f708192a3b", "strength": "can_use"},
        ),
        Endpoint(
            "GET",
            "/v1/listings/<listing_id>/matches",
            matching.LIST_MATCHES,
            summary="What fits this listing, best first.",
        ),
        Endpoint(
            "GET",
            "/v1/listings/<listing_id>/coverage",
            matching.LISTING_COVERAGE,
            summary="Many small for one big: what the matches of this listing cover together.",
        ),
        Endpoint(
            "GET",
            "/v1/listings/<listing_id>/near-misses",
            matching.NEAR_MISSES,
            summary="What almost fits this listing, and what keeps it apart. For facilitators.",
        ),
        Endpoint("GET", "/v1/interests", synergies.LIST_INTERESTS),
    ),
)

"""Service accounts and their API keys."""

from gateway.endpoints import Endpoint
from gateway.routes.resource import Resource
from shared.contracts.rpc import identity as calls

_KEYS = "/v1/service-accounts/<account_id>/api-keys"

RESOURCE = Resource(
    "service-accounts",
    "Programs and people that act for an agency, and their API keys. A key is shown once, when it is issued.",
    (
        Endpoint("GET", "/v1/service-accounts", calls.LIST_ACCOUNTS),
        Endpoint(
            "POST",
            "/v1/service-accounts",
            calls.REGISTER_ACCOUNT,
            201,
            example={"name": "Workshop tablet", "roles": ["facilitator"]},
        ),
        Endpoint("GET", _KEYS, calls.LIST_API_KEYS),
        Endpoint(
            "POST",
            _KEYS,
            calls.ISSUE_API_KEY,
            201,
            body=calls.ApiKeyDraftSchema,
            example={"roles": ["integration"], "expires_at": "2027-01-31T00:00:00+02:00"},
        ),
        Endpoint("DELETE", f"{_KEYS}/<key_id>", calls.REVOKE_API_KEY, 204, summary="Revoke a key; it stops at once."),
    ),
)

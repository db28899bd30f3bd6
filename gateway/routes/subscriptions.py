"""Webhook subscriptions and their deliveries."""

from gateway.endpoints import Endpoint
from gateway.routes.resource import Resource
from shared.contracts.rpc import notifications as calls

_ONE = "/v1/subscriptions/<id>"

RESOURCE = Resource(
    "subscriptions",
    "Signed webhooks by Standard Webhooks 1.0.0; what is sent stands under Webhooks in openapi.json.",
    (
        Endpoint("GET", "/v1/subscriptions", calls.LIST_SUBSCRIPTIONS),
        Endpoint(
            "POST",
            "/v1/subscriptions",
            calls.CREATE_SUBSCRIPTION,
            201,
            location="/v1/subscriptions/{id}",
            example={
                "url": "https://erp.example/hooks/sivuvirta",
                "events": ["match.found.v1"],
                "filter": {"kinds": ["material"], "side": "have", "min_score": 600000},
            },
        ),
        Endpoint("GET", _ONE, calls.GET_SUBSCRIPTION),
        Endpoint(
            "PATCH", _ONE, calls.REVISE_SUBSCRIPTION, body=calls.SubscriptionPatchSchema, example={"enabled": True}
        ),
        Endpoint("DELETE", _ONE, calls.REMOVE_SUBSCRIPTION, 204),
        Endpoint("POST", f"{_ONE}/rotate-secret", calls.ROTATE_SECRET),
        Endpoint("POST", f"{_ONE}/test-events", calls.SEND_TEST_EVENT, 202),
        Endpoint("GET", "/v1/subscriptions/<subscription_id>/deliveries", calls.LIST_DELIVERIES),
    ),
)

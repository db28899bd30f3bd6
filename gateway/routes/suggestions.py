"""Suggestions: what free text says of a card, while it is typed."""

from gateway.endpoints import Endpoint
from gateway.routes.resource import Resource
from shared.contracts.rpc import matching as calls

RESOURCE = Resource(
    "suggestions",
    "From free text in Finnish, Swedish or English: direction, kind, waste codes, sectors, amount with unit and "
    "period, and temperature, each with a confidence and the words it was read from. Nothing is stored.",
    (Endpoint("GET", "/v1/suggest", calls.SUGGEST),),
)

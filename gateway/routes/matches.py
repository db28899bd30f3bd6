"""Matches: which have and want fit, and why."""

from gateway.endpoints import Endpoint
from gateway.routes.resource import Resource
from shared.contracts.rpc import matching as calls

RESOURCE = Resource(
    "matches",
    "A have and a want that fit, with a score in micro-points and each reason as a sentence in three languages. "
    "A match whose have is homed in another region is answered here as far as this region knows it. "
    "Implied needs are hypotheses from a sector code, for facilitators: questions to ask, not wants.",
    (
        Endpoint("GET", "/v1/matches", calls.LIST_MATCHES),
        Endpoint("GET", "/v1/matches/<id>", calls.GET_MATCH, answered_here=True),
        Endpoint("GET", "/v1/implied-needs", calls.IMPLIED_NEEDS),
    ),
)

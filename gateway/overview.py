"""Everything about one organisation on one page: six calls at once, under one deadline.

What came in time is shown; each slow or failed part is named and left out. Only the organisation itself decides
whether there is anything to show.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields

from shared.contracts.registry import Call
from shared.contracts.rpc import audits, matching, organisations, resources, synergies
from shared.errors import ServiceError

if TYPE_CHECKING:
    from gateway.endpoints import Asked

DEADLINE_S = 1.5
SHOWN = 10
PARTS: Mapping[str, tuple[Call, bool]] = {
    # part: its call, and whether it is a page
    "listings": (resources.ORGANISATION_LISTINGS, False),
    "matches": (matching.LIST_MATCHES, True),
    "interests": (synergies.LIST_INTERESTS, True),
    "surveys": (audits.LIST_SURVEYS, True),
    "sites": (organisations.LIST_SITES, True),
}


class PartSchema(Schema):
    """``ok``, ``slow`` (no answer in time) or ``failed``."""

    state = fields.String(required=True, metadata={"enum": ["ok", "slow", "failed"]})


class OverviewSchema(Schema):
    """Parts that were slow or failed are null; lists show the first ten."""

    organisation = fields.Nested(organisations.OrganisationSchema, allow_none=True, required=True)
    listings = fields.Nested(resources.ListingCountsSchema, allow_none=True, required=True)
    matches = fields.Nested(matching.MatchPageSchema, allow_none=True, required=True)
    interests = fields.Nested(synergies.InterestPageSchema, allow_none=True, required=True)
    surveys = fields.Nested(audits.SurveyPageSchema, allow_none=True, required=True)
    sites = fields.Nested(organisations.SitePageSchema, allow_none=True, required=True)
    parts = fields.Dict(keys=fields.String(), values=fields.Nested(PartSchema), required=True)


def overview(asked: Asked) -> dict[str, Any]:
    """Raises what the organisation's own call raises when the caller may not see it."""
    rpc, token, organisation_id = asked.gate.rpc, asked.principal.token, asked.payload["id"]
    waiting = {
        "organisation": rpc.start(
            organisations.GET_ORGANISATION, {"id": organisation_id}, token, deadline_s=DEADLINE_S
        )
    }
    for part, (call, is_page) in PARTS.items():
        payload = {"organisation_id": organisation_id, **({"limit": SHOWN} if is_page else {})}
        waiting[part] = rpc.start(call, payload, token, deadline_s=DEADLINE_S)
    shown: dict[str, Any] = {}
    states: dict[str, dict[str, str]] = {}
    for part, pending in waiting.items():
        shown[part], states[part] = _gathered(pending, decides=part == "organisation")
    return {**shown, "parts": states}


def _gathered(pending: Any, *, decides: bool) -> tuple[Any, dict[str, str]]:
    try:
        return pending.result(), {"state": "ok"}
    except ServiceError as error:
        if decides and error.status < 500:
            raise
        return None, {"state": "slow" if error.code == "deadline_exceeded" else "failed"}

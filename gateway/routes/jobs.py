"""Long work that an operator starts, watches and stops."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema

from gateway.endpoints import Asked, Endpoint
from gateway.routes.resource import Resource
from shared.contracts.fields import choice
from shared.contracts.rpc import resources as calls

REEMISSION = "listings.reemit"


class JobDraftSchema(Schema):
    """``listings.reemit`` sends every listing's present state again, so that projections can be rebuilt."""

    kind = choice((REEMISSION,), required=True)


def _start(asked: Asked) -> Any:
    return asked.call(calls.START_REEMISSION, {})


RESOURCE = Resource(
    "jobs",
    "Operators: long work, where it stands, and stopping it.",
    (
        Endpoint(
            "POST",
            "/v1/jobs",
            calls.START_REEMISSION,
            202,
            body=JobDraftSchema,
            load_body=True,
            location="/v1/jobs/{id}",
            answer=_start,
            summary="Operator: start a job.",
            example={"kind": REEMISSION},
        ),
        Endpoint("GET", "/v1/jobs/<id>", calls.GET_JOB),
        Endpoint("DELETE", "/v1/jobs/<id>", calls.CANCEL_JOB),
    ),
)

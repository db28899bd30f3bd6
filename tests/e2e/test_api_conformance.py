"""The running platform keeps what its OpenAPI document says, whatever is sent to it, and never answers 5xx."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, missing_required_header, positive_data_acceptance

from gateway.openapi import document
from tests.driver import Platform

pytestmark = pytest.mark.e2e

EXAMPLES = 10
# Ids that name nothing are rightly refused, a missing If-Match is a 428, which the tool does not know, and who gets in
# is for the visibility matrix.
LEFT_OUT = [positive_data_acceptance, missing_required_header, ignored_auth]
BEFORE_ANY_ROUTE = (414, 431)
OPERATIONS = [(method.upper(), path) for path, item in document()["paths"].items() for method in item]
bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def described(platform: Platform) -> schemathesis.BaseSchema:
    agency = platform.agency("Vastaavuus", "Nurmes")
    agency.api.listing(agency.site_id, "have", "Hake")
    made = schemathesis.openapi.from_url(f"{platform.stack.gateway_url}/openapi.json")
    made.config.update(headers={"Authorization": agency.api.authorization})
    return made


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_answers_are_as_described(
    described: schemathesis.BaseSchema, method: str, path: str, mode: GenerationMode
) -> None:
    operation = described[path][method]

    @given(case=operation.as_strategy(generation_mode=mode))
    @bounded
    def every_case(case: schemathesis.Case[Any]) -> None:
        response = case.call()
        if response.status_code not in BEFORE_ANY_ROUTE:
            case.validate_response(response, excluded_checks=LEFT_OUT)

    every_case()

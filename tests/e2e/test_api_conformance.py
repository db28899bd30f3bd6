"""The running platform keeps what its OpenAPI document says, whatever is sent to it, and never answers 5xx."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CheckFunction
from schemathesis.openapi.checks import missing_required_header, positive_data_acceptance

from tests.driver import Platform

pytestmark = pytest.mark.e2e

EXAMPLES = 12
# Ids that name nothing are rightly refused, and a missing If-Match is a 428, which the tool does not know.
LEFT_OUT: list[CheckFunction] = [positive_data_acceptance, missing_required_header]
BEFORE_ANY_ROUTE = (414, 431)


@pytest.fixture(scope="module")
def described(platform: Platform) -> schemathesis.BaseSchema:
    agency = platform.agency("Vastaavuus", "Nurmes")
    agency.api.listing(agency.site_id, "have", "Hake")
    made = schemathesis.openapi.from_url(f"{platform.stack.gateway_url}/openapi.json")
    made.config.update(headers={"Authorization": agency.api.authorization})
    return made


schema = schemathesis.pytest.from_fixture("described")


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_answers_are_as_described(case: schemathesis.Case) -> None:
    response = case.call()
    if response.status_code not in BEFORE_ANY_ROUTE:
        case.validate_response(response, excluded_checks=LEFT_OUT)

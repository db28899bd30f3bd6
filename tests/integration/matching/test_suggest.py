"""Suggestions over the wire, from the real service."""

from __future__ import annotations

import pytest

from shared.contracts.rpc import matching as calls
from shared.errors import ServiceError
from tests.integration.running import RunningServices, caller


def test_a_text_is_read_for_every_caller(services: RunningServices) -> None:
    services.start("matching")
    read = services.ask(calls.SUGGEST, {"text": "sågspån ca 40 m3 i veckan", "lang": "sv"}, caller())
    assert read["ewc"][0]["value"] == "030105"
    assert (read["amount"]["value"], read["unit"]["value"], read["period"]["value"]) == (40.0, "m3", "week")
    with pytest.raises(ServiceError) as refused:
        services.ask(calls.SUGGEST, {"text": "x" * 501}, caller())
    assert refused.value.code == "invalid_input"

"""What is recorded of listings: a strange peer's values stop at the door."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from services.matching.domain.listing import Known
from services.matching.repository import ListingRepository, Recorded
from services.matching.use_cases import record_peer_listings
from shared.contracts.envelope import Event, source_of
from shared.contracts.events.resources import LISTING_SHARED
from shared.errors import InvalidInput
from tests.unit.matching.listings import AGENCIES, event_data


class Noted:
    """Stands for the database: what was to be recorded."""

    def __init__(self) -> None:
        self.known: list[Known] = []

    def record(self, listings: Sequence[Known]) -> dict[str, Recorded]:
        self.known += listings
        return {}


def told(noted: Noted, **changes: Any) -> None:
    data = event_data(7, "have", region_code="01", agency_id=AGENCIES[3], **changes)
    source, moment = source_of("01", "resources"), datetime(2026, 5, 4, tzinfo=UTC)
    event = Event(LISTING_SHARED, "e1", source, data["id"], moment, 1, None, "", data)
    record_peer_listings(cast(ListingRepository, noted), [event], lambda _cell, _region: True)


def test_a_basis_that_nobody_knows_is_refused() -> None:
    noted = Noted()
    with pytest.raises(InvalidInput) as refused:
        told(noted, basis="rumour")
    assert "basis 'rumour'" in refused.value.extra["errors"][0]["message"]
    assert noted.known == []
    told(noted, basis="measured")
    assert len(noted.known) == 1


@pytest.mark.parametrize("amount", [-1.0, 1.1e12, float("inf"), float("nan")])
def test_an_amount_beyond_all_sense_is_refused(amount: float) -> None:
    noted = Noted()
    with pytest.raises(InvalidInput) as refused:
        told(noted, amount=amount)
    assert "yearly amount" in refused.value.extra["errors"][0]["message"]
    assert noted.known == []
    told(noted, amount=1e12)
    assert len(noted.known) == 1

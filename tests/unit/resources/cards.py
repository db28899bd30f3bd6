"""A site and a listing to vary in tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from services.resources.domain import Listing, Site, new_listing
from shared.geo import Point

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
AGENCY = "agy-12-" + "0" * 31 + "1"
SITE = Site(
    id="sit-12-" + "0" * 31 + "5",
    sequence=1,
    agency_id=AGENCY,
    organisation_id="org-12-" + "0" * 31 + "3",
    party_id="par-00-" + "0" * 31 + "4",
    municipality_code="167",
    region_code="12",
    point=Point(62.6, 29.76),
)


def listing(*, state: str = "active", **draft: Any) -> Listing:
    plain = {"direction": "have", "kind": "material", "name": "Kuori", "site_id": SITE.id}
    return replace(new_listing({**plain, **draft}, SITE, NOW), state=state)

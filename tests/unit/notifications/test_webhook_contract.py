"""What is sent is what the documentation says: every notice of every golden event fits its webhook schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.notifications.notices import KnownListing, Reading
from shared import config
from shared.contracts import catalogue
from shared.contracts.envelope import decode
from shared.contracts.rpc.notifications import SUBSCRIBABLE
from shared.contracts.webhooks import NOTICES
from shared.ids import region_of

GOLDEN = Path(catalogue.__file__).parents[2] / "tests" / "contract" / "golden"


@pytest.mark.parametrize("name", SUBSCRIBABLE)
def test_a_notice_fits_the_schema_under_which_it_is_documented(name: str) -> None:
    event = decode((GOLDEN / f"{name}.json").read_bytes())
    ids = [str(event.data[key]) for key in ("have_id", "want_id", "listing_id") if key in event.data]
    owners = {i: KnownListing(i, 1, "agency", "organisation", region_of(i) or "", "energy", "have", (1,)) for i in ids}
    settings = config.load({})
    notices = Reading(owners, {}, settings.is_home, settings.speaks_for).notices([event])
    assert notices
    for notice in notices:
        sent = json.loads(notice.body())["data"]
        assert NOTICES[notice.name]().validate(sent) == {}

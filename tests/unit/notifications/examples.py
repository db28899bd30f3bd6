"""A subscription, a notice and a delivery to vary in tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from services.notifications.domain.delivery import Delivery
from services.notifications.domain.notice import Notice
from services.notifications.domain.subscription import Secrets, Subscription

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
AGENCY = "agy-12-" + "0" * 31 + "1"
OTHER_AGENCY = "agy-12-" + "0" * 31 + "2"
HAVE = "lst-12-" + "0" * 31 + "a"
WANT = "lst-12-" + "0" * 31 + "b"


def subscription(**changes: Any) -> Subscription:
    plain = Subscription(
        id="sub-12-" + "0" * 32,
        sequence=1,
        agency_id=AGENCY,
        url="https://esimerkkisaha.example/webhooks",
        events=("match.found.v1",),
        secrets=Secrets(b"sealed"),
        registered_at=NOW,
    )
    return replace(plain, **changes)


def notice(**changes: Any) -> Notice:
    plain = Notice(
        name="match.found.v1",
        event_id="e1",
        source="/regions/12/matching",
        time=NOW,
        agency_id=AGENCY,
        data={"id": "mat-12-1"},
        kind="energy",
        sides=frozenset({"have"}),
        score=700_000,
        organisation_ids=frozenset({"org-12-1"}),
    )
    return replace(plain, **changes)


def delivery(**changes: Any) -> Delivery:
    plain = Delivery(
        id="del-12-" + "0" * 32,
        agency_id=AGENCY,
        subscription_id="sub-12-" + "0" * 32,
        event_type="match.found.v1",
        body=b"{}",
        queued_at=NOW,
        due_at=NOW,
        next_attempt_at=NOW,
        claim="process#1",
    )
    return replace(plain, **changes)

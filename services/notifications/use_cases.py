"""What notifications does: subscriptions and their secrets, events into deliveries, the delivery log."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from services.notifications.domain.delivery import Delivery
from services.notifications.domain.destination import UnsafeDestination, parse_destination
from services.notifications.domain.notice import Notice
from services.notifications.domain.subscription import (
    DISABLED_BY_OWNER,
    SUBSCRIPTIONS_PER_AGENCY_MAX,
    EventFilter,
    Secrets,
    Subscription,
    passes,
)
from services.notifications.notices import Reading, listing_ids, peer_match_ids
from services.notifications.repository import (
    AgencyRepository,
    Claim,
    DeliveryRepository,
    ListingRepository,
    PeerMatchRepository,
    SubscriptionRepository,
)
from services.notifications.sealing import Sealer
from shared.contracts.envelope import Event, source_of
from shared.errors import Conflict, InvalidInput, PreconditionFailed
from shared.federation import SpeaksFor
from shared.ids import new_id, uuid7_hex
from shared.persistence.unit_of_work import Transaction
from shared.tenancy import Caller, Role, ServiceScope

PROJECTION = ServiceScope("notices from events")
COUNTING = ServiceScope("limit of subscriptions")
TEST_EVENT = "webhook.test"


class Courier(Protocol):
    """What use cases need of the deliverer."""

    def new_claim(self) -> Claim: ...
    def room(self, subscription_id: str) -> int: ...
    def hand_over(self, fresh: Sequence[tuple[Delivery, Subscription]], claim: Claim) -> None: ...
    def wake(self) -> None: ...
    def endpoint_changed(self, subscription_id: str) -> None: ...


# Subscriptions


def create_subscription(
    tx: Transaction, caller: Caller, draft: Mapping[str, Any], sealer: Sealer, *, allow_loopback: bool
) -> tuple[Subscription, str]:
    """The subscription and its secret, which is never shown again. Conflict beyond the agency's limit."""
    caller.require(Role.FACILITATOR, Role.INTEGRATION)
    _check_url(draft["url"], allow_loopback)
    subscriptions = tx.repository(SubscriptionRepository, caller)
    tx.repository(AgencyRepository, COUNTING).serialise(caller.agency)
    if subscriptions.count() >= SUBSCRIPTIONS_PER_AGENCY_MAX:
        raise Conflict(f"An agency has at most {SUBSCRIPTIONS_PER_AGENCY_MAX} subscriptions; remove one first.")
    subscription_id = new_id("sub", caller.region)
    secret, sealed = sealer.new_secret(subscription_id)
    subscription = Subscription(
        id=subscription_id,
        sequence=1,
        agency_id=caller.agency,
        url=draft["url"],
        events=_events(draft),
        filter=_filter(draft["filter"]),
        description=draft["description"],
        secrets=Secrets(sealed),
        registered_at=tx.clock.now(),
    )
    subscriptions.add(subscription)
    return subscription, secret


def revise_subscription(
    tx: Transaction, caller: Caller, patch: Mapping[str, Any], courier: Courier, *, allow_loopback: bool
) -> Subscription:
    """Only what is given changes. Another URL or ``enabled: true`` forgets past failures; disabling ends what waits."""
    caller.require(Role.FACILITATOR, Role.INTEGRATION)
    subscriptions = tx.repository(SubscriptionRepository, caller)
    subscription = _expected(subscriptions.get(patch["id"]), patch["expected_sequence"])
    changes: dict[str, Any] = {name: patch[name] for name in ("url", "description", "enabled") if name in patch}
    if "url" in changes:
        _check_url(changes["url"], allow_loopback)
    if "events" in patch:
        changes["events"] = _events(patch)
    if "filter" in patch:
        changes["filter"] = _filter(patch["filter"])
    if "enabled" in changes:
        changes["disabled_reason"] = None if changes["enabled"] else DISABLED_BY_OWNER
    if changes.keys() & {"url", "enabled"}:
        changes["throttled_until"] = None
        tx.after_commit(lambda: courier.endpoint_changed(subscription.id))
    return subscriptions.replace(replace(subscription, **changes))


def remove_subscription(tx: Transaction, caller: Caller, request: Mapping[str, Any], courier: Courier) -> None:
    """What waits for it is not sent any more."""
    caller.require(Role.FACILITATOR, Role.INTEGRATION)
    subscriptions = tx.repository(SubscriptionRepository, caller)
    subscription = _expected(subscriptions.get(request["id"]), request["expected_sequence"])
    subscriptions.remove(subscription.id, subscription.sequence)
    tx.after_commit(lambda: courier.endpoint_changed(subscription.id))


def rotate_secret(
    tx: Transaction, caller: Caller, subscription_id: str, sealer: Sealer
) -> tuple[Subscription, str]:
    """The subscription and its new secret; for 24 hours deliveries are signed with the old one as well."""
    caller.require(Role.FACILITATOR, Role.INTEGRATION)
    subscriptions = tx.repository(SubscriptionRepository, caller)
    subscription = subscriptions.get(subscription_id)
    secret, sealed = sealer.new_secret(subscription.id)
    secrets = subscription.secrets.rotated(sealed, tx.clock.now())
    return subscriptions.replace(replace(subscription, secrets=secrets)), secret


def send_test_event(tx: Transaction, caller: Caller, subscription_id: str, courier: Courier, cell: str) -> Delivery:
    """Queue a delivery of type ``webhook.test``, whatever the filter says. Conflict while disabled."""
    caller.require(Role.FACILITATOR, Role.INTEGRATION)
    subscription = tx.repository(SubscriptionRepository, caller).get(subscription_id)
    if not subscription.enabled:
        raise Conflict("The subscription is disabled. Enable it first.")
    data = {"subscription_id": subscription.id, "message": "This is a test of your webhook."}
    source = source_of(cell, "notifications")
    notice = Notice(TEST_EVENT, uuid7_hex(), source, tx.clock.now(), subscription.agency_id, data)
    return _queue(tx, [(notice, [subscription])], courier, cell)[0]


# Events


def announce(
    tx: Transaction,
    events: Sequence[Event],
    courier: Courier,
    *,
    cell: str,
    is_home: Callable[[str], bool],
    speaks_for: SpeaksFor,
) -> None:
    """Turn a batch of events into deliveries: one look-up of subscriptions, one transaction, no effect twice."""
    listings = tx.repository(ListingRepository, PROJECTION)
    matches = tx.repository(PeerMatchRepository, PROJECTION)
    wanted, announced = listing_ids(events), peer_match_ids(events)
    known, heard = listings.find(wanted) if wanted else {}, matches.find(announced) if announced else {}
    reading = Reading(known, heard, is_home, speaks_for)
    notices = reading.notices(events)
    listings.keep(reading.changed_listings.values())
    matches.keep(reading.changed_matches.values())
    if not notices:
        return
    by_agency: defaultdict[str, list[Subscription]] = defaultdict(list)
    for subscription in tx.repository(SubscriptionRepository, PROJECTION).wanting(
        {notice.agency_id for notice in notices}, {notice.name for notice in notices}
    ):
        by_agency[subscription.agency_id].append(subscription)
    _queue(tx, [(n, [s for s in by_agency[n.agency_id] if passes(s, n)]) for n in notices], courier, cell)


def _queue(
    tx: Transaction, addressed: Sequence[tuple[Notice, Sequence[Subscription]]], courier: Courier, cell: str
) -> list[Delivery]:
    """Store the deliveries; those the courier has room for are its own at once, the rest waits in the database."""
    now, claim = tx.clock.now(), courier.new_claim()
    deliveries: list[Delivery] = []
    fresh: list[tuple[Delivery, Subscription]] = []
    taken: Counter[str] = Counter()
    for notice, subscriptions in addressed:
        body = notice.body() if subscriptions else b""
        for subscription in subscriptions:
            throttled = subscription.throttled_until is not None and subscription.throttled_until > now
            claimed = not throttled and taken[subscription.id] < courier.room(subscription.id)
            delivery = Delivery(
                id=notice.delivery_id(subscription.id, cell),
                agency_id=subscription.agency_id,
                subscription_id=subscription.id,
                event_type=notice.name,
                body=body,
                queued_at=now,
                due_at=claim.until if claimed else now,
                next_attempt_at=now,
                claim=claim.token if claimed else None,
            )
            deliveries.append(delivery)
            if claimed:
                taken[subscription.id] += 1
                fresh.append((delivery, subscription))
    if deliveries:
        tx.repository(DeliveryRepository, PROJECTION).queue(deliveries)
        tx.after_commit(lambda: courier.hand_over(fresh, claim))
        if len(fresh) < len(deliveries):
            tx.after_commit(courier.wake)
    return deliveries


# Parts


def _check_url(url: str, allow_loopback: bool) -> None:
    try:
        parse_destination(url, allow_loopback=allow_loopback)
    except UnsafeDestination as refused:
        raise InvalidInput([{"field": "url", "message": refused.message}]) from None


def _expected(subscription: Subscription, expected_sequence: int) -> Subscription:
    if subscription.sequence != expected_sequence:
        raise PreconditionFailed(expected_sequence, subscription.sequence)
    return subscription


def _events(source: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source["events"]))


def _filter(wanted: Mapping[str, Any]) -> EventFilter:
    return EventFilter(
        tuple(dict.fromkeys(wanted["kinds"])),
        wanted["side"],
        wanted["min_score"],
        tuple(dict.fromkeys(wanted["organisation_ids"])),
    )

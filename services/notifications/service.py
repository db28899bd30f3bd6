"""The notifications service: its calls, the events it takes, and the deliverer beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import nameko

from services.notifications import use_cases
from services.notifications.deliverer import Deliverer
from services.notifications.domain.delivery import Delivery
from services.notifications.domain.subscription import Subscription
from services.notifications.posting import Poster
from services.notifications.repository import INDEXES, DeliveryRepository, SubscriptionRepository
from services.notifications.sealing import Sealer
from shared.contracts import subscriptions
from shared.contracts.envelope import Event
from shared.contracts.rpc import notifications as calls
from shared.messaging.entrypoint import on_events
from shared.messaging.rpc_server import RuntimeProvider, command, query
from shared.persistence.repository import Page
from shared.persistence.unit_of_work import Transaction
from shared.runtime import Runtime, ServiceProcess
from shared.tenancy import Caller

_SUBSCRIPTION_FIELDS = tuple(calls.SubscriptionSchema().fields)


@dataclass(frozen=True, slots=True)
class Parts:
    """What this service has beside the runtime, made once per process."""

    deliverer: Deliverer
    sealer: Sealer
    allow_loopback: bool


def _parts() -> Parts:
    parts: Parts = nameko.config["NOTIFICATIONS"]
    return parts


class NotificationsRpc:
    name = "notifications"
    runtime = RuntimeProvider()

    @command(calls.CREATE_SUBSCRIPTION)
    def create_subscription(self, tx: Transaction, caller: Caller, request: dict[str, Any]) -> dict[str, Any]:
        parts = _parts()
        return _with_secret(
            *use_cases.create_subscription(
                tx, caller, request, parts.sealer, allow_loopback=parts.allow_loopback
            )
        )

    @query(calls.GET_SUBSCRIPTION)
    def get_subscription(self, caller: Caller, request: dict[str, Any]) -> Subscription:
        return self._subscriptions(caller).get(request["id"])

    @query(calls.LIST_SUBSCRIPTIONS)
    def list_subscriptions(self, caller: Caller, request: dict[str, Any]) -> Page[Subscription]:
        return self._subscriptions(caller).page(request["limit"], request["cursor"])

    @command(calls.REVISE_SUBSCRIPTION)
    def revise_subscription(self, tx: Transaction, caller: Caller, request: dict[str, Any]) -> Subscription:
        parts = _parts()
        return use_cases.revise_subscription(
            tx, caller, request, parts.deliverer, allow_loopback=parts.allow_loopback
        )

    @command(calls.REMOVE_SUBSCRIPTION)
    def remove_subscription(self, tx: Transaction, caller: Caller, request: dict[str, Any]) -> dict[str, Any]:
        use_cases.remove_subscription(tx, caller, request, _parts().deliverer)
        return {}

    @command(calls.ROTATE_SECRET)
    def rotate_secret(self, tx: Transaction, caller: Caller, request: dict[str, Any]) -> dict[str, Any]:
        return _with_secret(*use_cases.rotate_secret(tx, caller, request["id"], _parts().sealer))

    @command(calls.SEND_TEST_EVENT)
    def send_test_event(self, tx: Transaction, caller: Caller, request: dict[str, Any]) -> Delivery:
        runtime: Runtime = self.runtime
        return use_cases.send_test_event(tx, caller, request["id"], _parts().deliverer, runtime.settings.cell)

    @query(calls.LIST_DELIVERIES)
    def list_deliveries(self, caller: Caller, request: dict[str, Any]) -> Page[Delivery]:
        subscription = self._subscriptions(caller).get(request["subscription_id"])
        deliveries = self.runtime.repository(DeliveryRepository, caller)
        page: Page[Delivery] = deliveries.page(
            subscription.id, request.get("state"), request["limit"], request["cursor"]
        )
        return page

    def _subscriptions(self, caller: Caller) -> SubscriptionRepository:
        repository: SubscriptionRepository = self.runtime.repository(SubscriptionRepository, caller)
        return repository


class NotificationsEvents:
    name = "notifications_events"
    runtime = RuntimeProvider()

    @on_events(subscriptions.NOTIFICATIONS_EVENTS)
    def events(self, tx: Transaction, events: Sequence[Event]) -> None:
        self._announce(tx, events)

    @on_events(subscriptions.NOTIFICATIONS_PEER_MATCHES)
    def peer_matches(self, tx: Transaction, events: Sequence[Event]) -> None:
        self._announce(tx, events)

    def _announce(self, tx: Transaction, events: Sequence[Event]) -> None:
        settings = self.runtime.settings
        use_cases.announce(
            tx,
            events,
            _parts().deliverer,
            cell=settings.cell,
            is_home=settings.is_home,
            speaks_for=settings.speaks_for,
        )


def make_parts(runtime: Runtime) -> Parts:
    """The composition root of what is the service's own."""
    settings = runtime.settings
    sealer = Sealer(settings.secrets_key)
    poster = Poster(settings.webhook_timeout_s, allow_loopback=settings.webhook_allow_loopback)
    deliverer = Deliverer(
        runtime.database,
        runtime.unit_of_work,
        poster,
        sealer,
        runtime.clock,
        holder=settings.lease_holder,
        scale=settings.webhook_retry_scale,
    )
    return Parts(deliverer, sealer, settings.webhook_allow_loopback)


def _start(runtime: Runtime) -> None:
    parts = make_parts(runtime)
    nameko.config["NOTIFICATIONS"] = parts
    parts.deliverer.start()


def _stop(_runtime: Runtime) -> None:
    nameko.config["NOTIFICATIONS"].deliverer.stop()


def _with_secret(subscription: Subscription, secret: str) -> dict[str, Any]:
    shown = {name: getattr(subscription, name) for name in _SUBSCRIPTION_FIELDS}
    return {**shown, "secret": secret}


PROCESS = ServiceProcess(
    name="notifications",
    classes=(NotificationsRpc, NotificationsEvents),
    indexes=INDEXES,
    on_start=_start,
    on_stop=_stop,
)

"""Events under nameko: ``@on_events(SUBSCRIPTION)`` on a method that takes (transaction, events).

nameko's own handler acknowledges and drops a message whose handler raised; this entrypoint has the kernel's consumer
behind it instead. ``@on_event`` is the single form: the method gets one event at a time, in the same transaction.
The consumer's own green thread runs the method, so a slow batch never takes a worker from anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import nameko
from nameko.extensions import Entrypoint

from shared.contracts.envelope import Event
from shared.contracts.registry import Subscription
from shared.messaging.consumer import EventConsumer
from shared.observability import tracing
from shared.persistence.unit_of_work import Transaction

Method = Callable[..., None]


class EventEntrypoint(Entrypoint):
    """Runs the kernel's consumer in a managed thread of the container."""

    def __init__(self, subscription: Subscription, *, single: bool = False, **options: Any) -> None:
        self._subscription = subscription
        self._single = single
        super().__init__(**options)

    def setup(self) -> None:
        self._runtime = nameko.config["RUNTIME"]
        self._consumer: EventConsumer = self._runtime.consumer(self._subscription, self._handle)

    def start(self) -> None:
        self.container.spawn_managed_thread(self._consumer.run)

    def stop(self) -> None:
        self._consumer.stop()

    def _handle(self, tx: Transaction, events: Sequence[Event]) -> None:
        service = self.container.service_cls()
        service.runtime = self._runtime
        method = getattr(service, self.method_name)
        if not self._single:
            with tracing.Span(events[0].traceparent, queue=self._subscription.queue):
                method(tx, events)
            return
        for event in events:
            with tracing.Span(event.traceparent, queue=self._subscription.queue, agency=event.agency):
                method(tx, event)


on_events: Callable[[Subscription], Callable[[Method], Method]] = EventEntrypoint.decorator


def on_event(subscription: Subscription) -> Callable[[Method], Method]:
    """The single form of ``on_events``."""
    decorated: Callable[[Method], Method] = EventEntrypoint.decorator(subscription, single=True)
    return decorated

"""The composition root of a service process: everything the kernel offers, put together once from the settings.

It works under nameko (green threads) and in plain threads alike; a service reaches it as ``self.runtime``.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from kombu import Connection
from pymongo.errors import PyMongoError

from shared.clock import Clock, SystemClock
from shared.config import Settings
from shared.contracts.registry import Subscription
from shared.jobs.job import JOB_INDEXES, JobKind, JobRunner
from shared.jobs.schedule import Schedule, ScheduleRunner
from shared.messaging import idempotency, inbox, outbox
from shared.messaging.consumer import EventConsumer
from shared.messaging.idempotency import Idempotency
from shared.messaging.inbox import BatchHandler, Inbox
from shared.messaging.outbox import OutboxRelay, OutboxWriter
from shared.messaging.publisher import ConfirmedPublisher
from shared.messaging.rpc_client import RpcClient
from shared.observability.health import Health
from shared.observability.logs import get_logger
from shared.persistence import mongo
from shared.persistence.indexes import Index, ensure_indexes
from shared.persistence.migrations import Migration, migrate
from shared.persistence.repository import Repository
from shared.persistence.unit_of_work import UnitOfWork
from shared.signing import Keyring, Signer
from shared.tenancy import Scope
from shared.tokens import Tokens

log = get_logger(__name__)

R = TypeVar("R", bound=Repository)


@dataclass(frozen=True, slots=True)
class ServiceProcess:
    """What a service's ``service.py`` says of itself, as ``PROCESS``. ``on_start`` gets the runtime before calls and
    events are taken; ``on_stop`` runs after they have ended. ``relay`` False: another process of the service writes the
    events and must be the one that publishes them, since only it is woken at once."""

    name: str
    classes: Sequence[type]
    indexes: Sequence[Index] = ()
    migrations: Sequence[Migration] = ()
    jobs: Sequence[JobKind] = ()
    schedules: Sequence[Schedule] = ()
    relay: bool = True
    on_start: Callable[[Runtime], None] = field(default=lambda _runtime: None)
    on_stop: Callable[[Runtime], None] = field(default=lambda _runtime: None)


class Runtime:
    def __init__(self, settings: Settings, service: str, clock: Clock | None = None) -> None:
        self.settings = settings
        self.service = service
        self.clock: Clock = clock or SystemClock()
        self.health = Health()
        self.client = mongo.connect(settings.mongo_uri)
        self.database = self.client[settings.database_name(service)]
        self.keyring = Keyring(settings.public_keys)
        self.signer = Signer(f"{settings.cell}/{service}", settings.signing_key)
        self.tokens = Tokens(self.keyring, self.clock, settings.cell, self.signer)
        self.outbox = OutboxWriter(settings.cell, service, self.clock)
        self.unit_of_work = UnitOfWork(self.client, self.database, self.outbox, self.clock)
        self.inbox = Inbox(self.database, self.unit_of_work, self.clock)
        self.idempotency = Idempotency(self.database, self.unit_of_work, self.clock)
        self.relay = OutboxRelay(
            self.database,
            self.outbox,
            ConfirmedPublisher(settings.amqp_uri, f"{service} outbox"),
            self.signer,
            self.clock,
            service=service,
            holder=settings.lease_holder,
            health=self.health,
        )

    @cached_property
    def rpc(self) -> RpcClient:
        """Calls to other services; connects at first use."""
        return RpcClient(self.settings.amqp_uri, self.service, self.settings.rpc_deadline_s)

    def repository(self, repository: type[R], scope: Scope) -> R:
        """A repository for reading outside a transaction."""
        return repository(self.database, scope)

    def consumer(self, subscription: Subscription, handler: BatchHandler) -> EventConsumer:
        return EventConsumer(
            self.settings.amqp_uri,
            subscription,
            self.inbox,
            handler,
            cell=self.settings.cell,
            keyring=self.keyring,
            health=self.health,
            ping=self.ping_database,
        )

    def ping_database(self) -> None:
        mongo.ping(self.database)

    def prepare(self, process: ServiceProcess) -> None:
        """Wait for the database, then make indexes and run migrations; the process is ready only afterwards."""
        self.health.set("prepared", False)
        while True:
            try:
                ensure_indexes(
                    self.database,
                    (
                        *process.indexes,
                        *outbox.indexes(self.settings.outbox_days),
                        *inbox.indexes(self.settings.inbox_days),
                        *idempotency.INDEXES,
                        *(JOB_INDEXES if process.jobs else ()),
                    ),
                )
                migrate(self.database, process.migrations, self.settings.lease_holder, self.clock)
                break
            except PyMongoError as error:
                if not mongo.is_away(error):
                    raise
                log.warning("database_away", part="prepare", error=type(error).__name__)
                time.sleep(0.5)
        self.health.set("prepared", True)
        self.health.probe("database", self._database_answers)
        self.health.probe("broker", self._broker_answers)

    def start(self, process: ServiceProcess) -> None:
        """Start the relay and, where declared, jobs and schedules."""
        if process.relay:
            self.relay.start()
        self._jobs = JobRunner(self.database, self.unit_of_work, self.clock, process.jobs, self.settings.lease_holder)
        self._schedules = ScheduleRunner(self.database, self.clock, process.schedules, self.settings.lease_holder, self)
        if process.jobs:
            self._jobs.start()
        if process.schedules:
            self._schedules.start()

    def stop(self) -> None:
        """End jobs and schedules at their next step, and let the relay publish what is written."""
        self._jobs.stop()
        self._schedules.stop()
        self.relay.stop()
        if "rpc" in self.__dict__:
            self.rpc.close()

    def wake_jobs(self) -> None:
        self._jobs.wake()

    def _database_answers(self) -> bool:
        self.ping_database()
        return True

    def _broker_answers(self) -> bool:
        broker = Connection(self.settings.amqp_uri)
        with socket.create_connection((broker.hostname, broker.port or 5672), timeout=2):
            return True

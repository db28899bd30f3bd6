"""The synergies service: calls and events at the edge, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.synergies import use_cases
from services.synergies.repository import INDEXES, InterestRepository
from services.synergies.use_cases import Answer
from shared.contracts import subscriptions
from shared.contracts.envelope import Event
from shared.contracts.rpc import organisations as organisation_calls
from shared.contracts.rpc import resources as resource_calls
from shared.contracts.rpc import synergies as calls
from shared.messaging.entrypoint import on_events
from shared.messaging.rpc_client import RpcClient
from shared.messaging.rpc_server import RuntimeProvider, callers_token, command, query
from shared.persistence.repository import Page
from shared.persistence.unit_of_work import Transaction
from shared.runtime import Runtime, ServiceProcess
from shared.tenancy import Caller

Request = dict[str, Any]


class SynergiesRpc:
    name = "synergies"
    runtime: Runtime = RuntimeProvider()

    @command(calls.REGISTER_INTEREST)
    def register_interest(self, tx: Transaction, caller: Caller, request: Request) -> Mapping[str, Any]:
        settings, neighbours = self.runtime.settings, RpcNeighbours(self.runtime.rpc, callers_token())
        return use_cases.register_interest(tx, caller, request, neighbours, settings.is_home, settings.peers.get)

    @query(calls.LIST_INTERESTS)
    def list_interests(self, caller: Caller, request: Request) -> Page[dict[str, Any]]:
        return use_cases.list_interests(self.runtime.repository(InterestRepository, caller), caller, request)


class SynergiesEvents:
    name = "synergies_events"
    runtime: Runtime = RuntimeProvider()

    @on_events(subscriptions.SYNERGIES_LISTINGS)
    def listings_announced(self, tx: Transaction, events: Sequence[Event]) -> None:
        use_cases.remember_listings(tx, events)


class RpcNeighbours:
    """Asks organisations and resources with the token of the caller being answered."""

    def __init__(self, rpc: RpcClient, token: str) -> None:
        self._rpc = rpc
        self._token = token

    def ask_for_client(self, organisation_id: str) -> Answer:
        return self._rpc.start(organisation_calls.GET_ORGANISATION, {"id": organisation_id}, self._token).result

    def ask_for_listing(self, listing_id: str) -> Answer:
        return self._rpc.start(resource_calls.GET_LISTING, {"id": listing_id}, self._token).result


PROCESS = ServiceProcess(name="synergies", classes=(SynergiesRpc, SynergiesEvents), indexes=INDEXES)

"""Matching at the edge: answers what its database knows. The index and its events live in ``index_process``."""

from __future__ import annotations

from functools import partial
from typing import Any

from services.matching import use_cases
from services.matching.domain.match import Match
from services.matching.index_socket import nearest
from services.matching.knowledge.implied import SectorNeeds
from services.matching.repository import INDEXES, ListingRepository, MatchRepository
from services.matching.words.suggester import warm
from services.matching.words.suggestions import Suggestions
from shared.contracts.rpc import matching as calls
from shared.messaging.rpc_server import RuntimeProvider, query
from shared.persistence.repository import Page
from shared.runtime import ServiceProcess
from shared.tenancy import Caller, ServiceScope


class MatchingRpc:
    name = "matching"
    runtime = RuntimeProvider()

    @query(calls.GET_MATCH)
    def get_match(self, caller: Caller, request: dict[str, Any]) -> Match:
        matches = self.runtime.repository(MatchRepository, caller)
        return use_cases.get_match(matches, request["id"], self.runtime.clock.now())

    @query(calls.LIST_MATCHES)
    def list_matches(self, caller: Caller, request: dict[str, Any]) -> Page[Match]:
        matches = self.runtime.repository(MatchRepository, caller)
        return use_cases.list_matches(matches, request, self.runtime.clock.now())

    @query(calls.LISTING_COVERAGE)
    def listing_coverage(self, caller: Caller, request: dict[str, Any]) -> use_cases.ListingCoverage:
        return use_cases.listing_coverage(
            self.runtime.repository(MatchRepository, caller),
            self.runtime.repository(ListingRepository, caller),
            self.runtime.repository(ListingRepository, ServiceScope("amounts of matches")),
            request["listing_id"],
        )

    @query(calls.NEAR_MISSES)
    def near_misses(self, caller: Caller, request: dict[str, Any]) -> use_cases.NearMisses:
        return use_cases.near_misses(
            caller,
            self.runtime.repository(ListingRepository, caller),
            self.runtime.repository(MatchRepository, ServiceScope("what matches after all")),
            partial(nearest, self.runtime.settings.matching_socket),
            request,
        )

    @query(calls.IMPLIED_NEEDS)
    def implied_needs(self, caller: Caller, request: dict[str, Any]) -> SectorNeeds:
        return use_cases.sector_needs(caller, request)

    @query(calls.SUGGEST)
    def suggest(self, caller: Caller, request: dict[str, Any]) -> Suggestions:
        return use_cases.suggest_fields(request)


PROCESS = ServiceProcess(
    name="matching", classes=(MatchingRpc,), indexes=INDEXES, relay=False, on_start=lambda _runtime: warm()
)

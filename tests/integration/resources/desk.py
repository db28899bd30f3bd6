"""Use cases of resources on a real database, without a process around them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.resources import use_cases
from services.resources.domain import Organisation, Site
from services.resources.repository import ListingRepository, OrganisationRepository, SiteRepository, site_of
from services.resources.service import PROCESS
from shared.contracts.envelope import Event
from shared.contracts.events.organisations import ORGANISATION_REVISED
from shared.contracts.rpc.resources import ListingDraftSchema, ListingQuerySchema
from shared.ids import new_id
from shared.persistence.unit_of_work import Transaction
from shared.runtime import Runtime
from shared.tenancy import Caller, ServiceScope

Ask = Callable[[str], Organisation | None]


@dataclass(frozen=True)
class Desk:
    """``site`` and ``record`` make what a test needs; ``told`` reads what went out."""

    runtime: Runtime

    @classmethod
    def open(cls, runtime: Runtime) -> Desk:
        runtime.prepare(PROCESS)
        return cls(runtime)

    def site(self, who: Caller, organisation_id: str | None = None) -> dict[str, Any]:
        """A site of the caller's agency, known by its event."""
        site = site_state(who, organisation_id)
        scope = ServiceScope("test")
        self.runtime.unit_of_work.run(lambda tx: tx.repository(SiteRepository, scope).apply([{**site, "sequence": 1}]))
        return site

    def record(
        self, who: Caller, site: dict[str, Any] | None = None, ask: Ask = lambda _id: None, **draft: Any
    ) -> dict[str, Any]:
        """``ask`` is what organisations says of a client whose event has not come."""
        there = site or self.site(who)
        return self.runtime.unit_of_work.run(lambda tx: self.record_in(tx, who, there, ask, **draft))

    def record_in(
        self, tx: Transaction, who: Caller, site: dict[str, Any], ask: Ask = lambda _id: None, **draft: Any
    ) -> dict[str, Any]:
        plain = {"direction": "have", "kind": "material", "name": "Kuori", "site_id": site["id"]}
        loaded = ListingDraftSchema().load({**plain, **draft})
        found = site_of({**site, "sequence": 1})
        return use_cases.register_listing(
            tx, who, loaded, lambda _id: found, lambda site: _known_sector(tx, site, ask),
            lambda _region: True, lambda _region: None,
        )  # fmt: skip

    def announce(self, who: Caller, *told: tuple[str, int, str | None]) -> list[str]:
        """What organisations says of clients: id, sequence, sector code. Returns those whose listings are behind."""
        events = [announced(who, *one) for one in told]
        return self.runtime.unit_of_work.run(lambda tx: use_cases.remember_organisations(tx, events))

    def carry(self, organisation_id: str) -> int:
        return self.runtime.unit_of_work.run(lambda tx: use_cases.carry_sector(tx, organisation_id))

    def organisation(self, organisation_id: str) -> Organisation | None:
        return self.runtime.repository(OrganisationRepository, ServiceScope("test")).find(organisation_id)

    def revise(self, who: Caller, listing_id: str, expected_sequence: int, **changes: Any) -> dict[str, Any]:
        return self.runtime.unit_of_work.run(
            lambda tx: use_cases.revise_listing(tx, who, listing_id, expected_sequence, changes)
        )

    def withdraw(self, who: Caller, listing_id: str, expected_sequence: int) -> dict[str, Any]:
        return self.runtime.unit_of_work.run(
            lambda tx: use_cases.withdraw_listing(tx, who, listing_id, expected_sequence)
        )

    def get(self, who: Caller, listing_id: str) -> dict[str, Any]:
        return use_cases.get_listing(self.runtime.repository(ListingRepository, who), who, listing_id)

    def ids(self, who: Caller, **query: Any) -> set[str]:
        loaded = ListingQuerySchema().load(query)
        page = use_cases.list_listings(self.runtime.repository(ListingRepository, who), who, loaded)
        return {item["id"] for item in page.items}

    def told(self, subject: str | None = None) -> list[tuple[str, int]]:
        """(event name, sequence) by sequence and name, of one listing or of all."""
        return sorted(
            (
                (body["type"].removeprefix("fi.sivuvirta."), int(body["sequence"]))
                for body in self._bodies()
                if subject in (None, body["subject"])
            ),
            key=lambda told: (told[1], told[0]),
        )

    def subjects(self) -> list[str]:
        return [body["subject"] for body in self._bodies()]

    def forget_what_was_told(self) -> None:
        self.runtime.database["outbox"].delete_many({})

    def _bodies(self) -> Iterator[Any]:
        yield from (json.loads(row["body"]) for row in self.runtime.database["outbox"].find({}))


def _known_sector(tx: Transaction, site: Site, ask: Ask) -> str | None:
    return use_cases.known_sector(tx, site.organisation_id, site.agency_id, ask)


def announced(who: Caller, organisation_id: str, sequence: int, nace_code: str | None) -> Event:
    data = {
        "id": organisation_id, "agency_id": who.agency, "party_id": new_id("par", "12"), "kind": "company",
        "nace_code": nace_code, "region_code": "12",
    }  # fmt: skip
    return Event(
        ORGANISATION_REVISED, new_id("evt", "12"), "/regions/12/organisations", organisation_id,
        datetime(2026, 3, 2, tzinfo=UTC), sequence, who.agency, "", data,
    )  # fmt: skip


def site_state(who: Caller, organisation_id: str | None = None) -> dict[str, Any]:
    """A site as organisations announces it."""
    return {
        "id": new_id("sit", "12"),
        "agency_id": who.agency,
        "organisation_id": organisation_id or new_id("org", "12"),
        "party_id": new_id("par", "12"),
        "municipality_code": "167",
        "region_code": "12",
        "point": {"lat": 62.6, "lon": 29.76},
    }

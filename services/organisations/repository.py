"""Clients and sites in MongoDB, each agency its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TypeVar

from services.organisations.domain import Organisation, Site
from shared.geo import Point
from shared.persistence.indexes import Index
from shared.persistence.mongo import Document
from shared.persistence.repository import Page, Repository
from shared.registers import Register, RegisterNumber

INDEXES = (
    # Unique inside an agency only: two agencies may serve one party without seeing each other.
    Index("organisations", (("agency_id", 1), ("party_id", 1)), unique=True),
    Index("organisations", (("agency_id", 1), ("_id", -1))),
    Index("sites", (("agency_id", 1), ("organisation_id", 1), ("_id", -1))),
)

_NEWEST_FIRST = (("_id", -1),)

E = TypeVar("E", Organisation, Site)


class OrganisationRepository(Repository):
    collection = "organisations"

    def find(self, organisation_id: str) -> Organisation | None:
        document = self._find_by_id(organisation_id)
        return None if document is None else _organisation(document)

    def id_of_client(self, party_id: str) -> str | None:
        """The agency's client relation to the party, if there is one."""
        document = self._find_one({"party_id": party_id}, ["_id"])
        return None if document is None else str(document["_id"])

    def page(self, limit: int, cursor: str | None) -> Page[Organisation]:
        """Newest first."""
        page = self._page({}, limit=limit, cursor=cursor, sort=_NEWEST_FIRST)
        return Page([_organisation(document) for document in page.items], page.next_cursor)

    def add(self, organisation: Organisation) -> None:
        self._insert(_document(organisation))

    def save(self, organisation: Organisation) -> None:
        """Put the new version in the place of the one before it; raises PreconditionFailed."""
        self._replace_version(_document(organisation), organisation.sequence - 1)


class SiteRepository(Repository):
    collection = "sites"

    def among(self, ids: Sequence[str]) -> list[Site]:
        """Those of the sites that the scope reaches, in one query."""
        return [_site(document) for document in self._find({"_id": {"$in": list(ids)}}, limit=len(ids))]

    def page(self, organisation_id: str, limit: int, cursor: str | None) -> Page[Site]:
        """Newest first."""
        query = {"organisation_id": organisation_id}
        page = self._page(query, limit=limit, cursor=cursor, sort=_NEWEST_FIRST)
        return Page([_site(document) for document in page.items], page.next_cursor)

    def add(self, site: Site) -> None:
        self._insert(_document(site) | {"point": {"lat": site.point.lat, "lon": site.point.lon}})


def _document(entity: E) -> Document:
    document = {item.name: getattr(entity, item.name) for item in dataclasses.fields(entity)}
    document["_id"] = document.pop("id")
    if number := document.get("register_number"):
        document["register_number"] = {"register": number.register.value, "number": number.number}
    return document


def _organisation(document: Document) -> Organisation:
    number = document["register_number"]
    return Organisation(
        **{name: value for name, value in document.items() if name not in ("_id", "register_number")},
        id=document["_id"],
        register_number=None if number is None else RegisterNumber(Register(number["register"]), number["number"]),
    )


def _site(document: Document) -> Site:
    return Site(
        **{name: value for name, value in document.items() if name not in ("_id", "point")},
        id=document["_id"],
        point=Point(document["point"]["lat"], document["point"]["lon"]),
    )

"""Surveys in MongoDB, each agency its own."""

from __future__ import annotations

import dataclasses

from services.audits.domain import CarrierUse, Surplus, Survey
from shared.persistence.indexes import Index
from shared.persistence.mongo import Document
from shared.persistence.repository import Page, Repository

INDEXES = (
    Index("surveys", (("agency_id", 1), ("_id", -1))),
    Index("surveys", (("agency_id", 1), ("organisation_id", 1), ("_id", -1))),
)


class SurveyRepository(Repository):
    collection = "surveys"

    def add(self, survey: Survey) -> None:
        self._insert(_document(survey))

    def find(self, survey_id: str) -> Survey | None:
        document = self._find_by_id(survey_id)
        return None if document is None else _survey(document)

    def page(self, organisation_id: str | None, limit: int, cursor: str | None) -> Page[Survey]:
        """Newest first; of one organisation where it is named."""
        query = {} if organisation_id is None else {"organisation_id": organisation_id}
        page = self._page(query, limit=limit, cursor=cursor, sort=[("_id", -1)])
        return Page([_survey(document) for document in page.items], page.next_cursor)


def _document(survey: Survey) -> Document:
    document = dataclasses.asdict(survey)
    return {"_id": document.pop("id"), **document}


def _survey(document: Document) -> Survey:
    values = {name: value for name, value in document.items() if name != "_id"}
    values["carriers"] = tuple(CarrierUse(**use) for use in document["carriers"])
    values["surpluses"] = tuple(Surplus(**surplus) for surplus in document["surpluses"])
    return Survey(id=document["_id"], **values)

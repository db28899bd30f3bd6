"""Reference data for forms and imports: open to all, cacheable, searched by code or name.

Entries are made once; a page is a slice. ``cursor`` is the code after which the next page begins.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

from flask import Request, Response
from marshmallow import Schema, fields, validate

from gateway.conditional import is_unchanged
from gateway.endpoints import loaded
from gateway.limits import JSON, check_accept
from shared.contracts.fields import KINDS, PointSchema, choice, page_of, text
from shared.errors import InvalidInput
from shared.quantities import DIMENSIONS_BY_KIND, UNITS
from shared.reference import nace, places, treatments, waste
from shared.reference.tables import name_key

CACHE_CONTROL = "public, max-age=3600"


class ReferenceQuerySchema(Schema):
    """``q``: words that the code or a name holds, in any case."""

    q = text(100)
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
    cursor = text(60)


class RegionEntrySchema(Schema):
    code = fields.String(required=True)
    name_fi = fields.String(required=True)
    name_sv = fields.String(required=True)
    name_en = fields.String(required=True)
    point = fields.Nested(PointSchema, required=True)


class MunicipalityEntrySchema(Schema):
    code = fields.String(required=True)
    name_fi = fields.String(required=True)
    name_sv = fields.String(required=True)
    region_code = fields.String(required=True)
    point = fields.Nested(PointSchema, required=True)


class WasteCodeEntrySchema(Schema):
    """``display`` is the code as printed, with the asterisk of hazardous waste."""

    code = fields.String(required=True)
    display = fields.String(required=True)
    hazardous = fields.Boolean(required=True)
    chapter_code = fields.String(required=True)
    subchapter_code = fields.String(required=True)
    description_en = fields.String(required=True)


class NaceCodeEntrySchema(Schema):
    code = fields.String(required=True)
    level = fields.String(required=True)
    title_en = fields.String(required=True)
    section = fields.String(required=True)
    division = fields.String(required=True, allow_none=True)


class TreatmentCodeEntrySchema(Schema):
    code = fields.String(required=True)
    kind = fields.String(required=True)
    description_en = fields.String(required=True)


class UnitEntrySchema(Schema):
    """A unit, other spellings that are understood, and the kinds of listing it fits."""

    code = fields.String(required=True)
    dimension = fields.String(required=True)
    aliases = fields.List(fields.String(), required=True)
    kinds = fields.List(choice(KINDS), required=True)


@dataclass(frozen=True)
class ReferenceList:
    """One list: its name in the address, a sentence, the entries' schema and where they come from."""

    name: str
    doc: str
    schema: type[Schema]
    read: Callable[[], list[dict[str, Any]]]

    @cached_property
    def page_schema(self) -> type[Schema]:
        return page_of(self.schema)

    @cached_property
    def entries(self) -> list[tuple[str, dict[str, Any]]]:
        """(text to search in, entry), in the list's order."""
        return [(name_key(" ".join(_words(entry))), entry) for entry in self.read()]

    def page(self, query: Mapping[str, Any]) -> dict[str, Any]:
        """``{items, next_cursor}``; InvalidInput for a cursor that is no code of the list."""
        words = name_key(query.get("q", "")).split()
        found = [entry for searched, entry in self.entries if all(word in searched for word in words)]
        start = self._start(found, query.get("cursor"))
        items = found[start : start + query["limit"]]
        more = start + len(items) < len(found)
        return {"items": items, "next_cursor": items[-1]["code"] if more else None}

    def _start(self, found: list[dict[str, Any]], cursor: str | None) -> int:
        if cursor is None:
            return 0
        for index, entry in enumerate(found):
            if entry["code"] == cursor:
                return index + 1
        raise InvalidInput([{"field": "cursor", "message": "Not a cursor of this list."}])


def _words(entry: Mapping[str, Any]) -> list[str]:
    named = [entry.get(name, "") for name in ("code", "display", "name_fi", "name_sv", "name_en")]
    return [*named, entry.get("description_en", ""), entry.get("title_en", ""), *entry.get("aliases", ())]


def _picked(schema: type[Schema], values: Any) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = schema(many=True).dump(values)
    return made


def _units() -> list[dict[str, Any]]:
    return [
        {
            "code": code,
            "dimension": unit.dimension,
            "aliases": list(unit.aliases),
            "kinds": [kind for kind, dimensions in DIMENSIONS_BY_KIND.items() if unit.dimension in dimensions],
        }
        for code, unit in UNITS.items()
    ]


LISTS = (
    ReferenceList(
        "municipalities", "The 308 municipalities of Finland.", MunicipalityEntrySchema,
        lambda: _picked(MunicipalityEntrySchema, places.municipalities().values()),
    ),
    ReferenceList(
        "regions", "The 19 regions (maakunta).", RegionEntrySchema,
        lambda: _picked(RegionEntrySchema, places.regions().values()),
    ),
    ReferenceList(
        "waste-codes", "The European List of Waste (EWC).", WasteCodeEntrySchema,
        lambda: _picked(WasteCodeEntrySchema, waste.ewc_entries().values()),
    ),
    ReferenceList(
        "nace-codes", "Sectors, NACE Rev. 2.", NaceCodeEntrySchema,
        lambda: _picked(NaceCodeEntrySchema, nace.nace_codes().values()),
    ),
    ReferenceList(
        "treatment-codes", "Recovery and disposal operations of waste (R and D codes).", TreatmentCodeEntrySchema,
        lambda: _picked(TreatmentCodeEntrySchema, treatments.treatments().values()),
    ),
    ReferenceList("units", "Units of quantities, and the kinds of listing they fit.", UnitEntrySchema, _units),
)  # fmt: skip

_QUERY = ReferenceQuerySchema()


def answer(of: ReferenceList, request: Request) -> Response:
    """A page of a list, or 304."""
    check_accept(request)
    repeated = [name for name, values in request.args.lists() if len(values) > 1]
    if repeated:
        raise InvalidInput([{"field": name, "message": "Give it once."} for name in repeated])
    page = of.page(loaded(_QUERY, request.args.to_dict()))
    body = json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {"ETag": f'"{blake2b(body, digest_size=12).hexdigest()}"', "Cache-Control": CACHE_CONTROL}
    if is_unchanged(request.headers.get("If-None-Match"), headers["ETag"]):
        return Response(status=304, headers=headers)
    return Response(body, 200, headers, content_type=JSON)

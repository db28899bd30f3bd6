"""The 308 municipalities and 19 regions (maakunta) of Finland in 2026, with a point for each.

Sources: Statistics Finland's classifications (names, codes, regions) and the National Land Survey's
place-name points (the central locality), as published in geofi 1.2.1; see NOTICE. The point of
Tuusula was entered by hand. A region's point is the unweighted mean of its municipalities'
points: a place for a label, not a centroid. Municipalities merged away are not in the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

from shared.geo import Point
from shared.reference.errors import UnknownCode
from shared.reference.nearness import near_by_code, near_by_name
from shared.reference.tables import name_key, table_rows

ALL_REGION_CODES: tuple[str, ...] = (
    "01", "02", "04", "05", "06", "07", "08", "09", "10", "11",
    "12", "13", "14", "15", "16", "17", "18", "19", "21",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Municipality:
    """A Finnish municipality; `code` has three digits, `point` is its central locality (WGS84)."""

    code: str
    name_fi: str
    name_sv: str
    region_code: str
    point: Point


@dataclass(frozen=True, slots=True)
class Region:
    """A Finnish region (maakunta); `code` has two digits, `point` is where its label stands (WGS84)."""

    code: str
    name_fi: str
    name_sv: str
    name_en: str
    point: Point


P = TypeVar("P", bound=Municipality | Region)


def find_municipality(text: str) -> Municipality | None:
    """The municipality with this code, Finnish or Swedish name (any case); None when none or several."""
    found = _municipality_index().get(name_key(text), ())
    return found[0] if len(found) == 1 else None


def parse_municipality(text: str) -> Municipality:
    """Like `find_municipality`; raises UnknownCode with near names, or with all that bear the name."""
    return single(text, "municipality", _municipality_index())


def find_region(text: str) -> Region | None:
    """The region with this code or Finnish, Swedish or English name (any case); None when none or several."""
    found = _region_index().get(name_key(text), ())
    return found[0] if len(found) == 1 else None


def parse_region(text: str) -> Region:
    """Like `find_region`; raises UnknownCode with near names."""
    return single(text, "region", _region_index())


@lru_cache(maxsize=1)
def municipalities() -> Mapping[str, Municipality]:
    """All municipalities by code; read-only."""
    return MappingProxyType(
        {
            row["municipality_code"]: Municipality(
                code=row["municipality_code"],
                name_fi=row["name_fi"],
                name_sv=row["name_sv"],
                region_code=row["region_code"],
                point=Point(float(row["lat"]), float(row["lon"])),
            )
            for row in table_rows("fi_municipalities")
        }
    )


@lru_cache(maxsize=1)
def regions() -> Mapping[str, Region]:
    """All regions by code; read-only."""
    return MappingProxyType(
        {
            row["region_code"]: Region(
                code=row["region_code"],
                name_fi=row["name_fi"],
                name_sv=row["name_sv"],
                name_en=row["name_en"],
                point=Point(float(row["mean_lat"]), float(row["mean_lon"])),
            )
            for row in table_rows("fi_regions")
        }
    )


@lru_cache(maxsize=1)
def _municipality_index() -> Mapping[str, tuple[Municipality, ...]]:
    return index_by_name((m, (m.code, m.name_fi, m.name_sv)) for m in municipalities().values())


@lru_cache(maxsize=1)
def _region_index() -> Mapping[str, tuple[Region, ...]]:
    return index_by_name((r, (r.code, r.name_fi, r.name_sv, r.name_en)) for r in regions().values())


def index_by_name(places: Iterable[tuple[P, tuple[str, ...]]]) -> Mapping[str, tuple[P, ...]]:
    """Each place under each of its names; a name that several share leads to all of them."""
    index: dict[str, tuple[P, ...]] = {}
    for place, names in places:
        for key in {name_key(name) for name in names}:
            index[key] = (*index.get(key, ()), place)
    return MappingProxyType(index)


def single(text: str, what: str, index: Mapping[str, tuple[P, ...]]) -> P:
    """The only place named `text`; raises UnknownCode when there is none, or more than one."""
    found = index.get(name_key(text), ())
    if len(found) == 1:
        return found[0]
    if found:
        reason = f"is the name of more than one {what}; give the code"
        raise UnknownCode(what, text, tuple((p.code, p.name_fi) for p in found), reason=reason)
    pairs = [(name, place) for name, places in index.items() for place in places]
    digits = text.strip()
    if digits.isdecimal():
        by_code = {place.code: place for _, place in pairs}
        width = len(next(iter(by_code)))
        codes = near_by_code(digits.zfill(width), by_code.values(), lambda p: p.code, 0)
        raise UnknownCode(f"{what} code", text, tuple((p.code, p.name_fi) for p in codes))
    raise UnknownCode(what, text, tuple((p.name_fi, p.code) for p in near_by_name(text, pairs)))

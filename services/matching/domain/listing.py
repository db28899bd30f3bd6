"""One side of a match, as matching knows it: the listing's shared projection and the facts that route it.

Only fields that the whole audience of the listing sees take part in a score, so that every cell computes the same
number. Agency, party and programme decide who may meet whom and never add to a score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.matching.domain.meaning import NOTHING_READ, ONCE, Meaning, Read, Unsaid
from shared.geo import Point
from shared.ids import region_of
from shared.reference.nace import division_of
from shared.reference.places import regions
from shared.visibility import NATION_VIEWER, Viewer, Visibility, in_audience, shared_fields


@dataclass(frozen=True, slots=True)
class ListingProjection:
    """An active listing.

    ``amount`` is a year's, in the canonical unit of its dimension; ``point`` is the region's label point where the
    place is not shared; ``agency_id`` is empty, ``organisation_id`` and ``party_id`` are None where a peer shares it
    without identity; ``home`` tells whether the listing is homed in this cell;
    ``once`` that its amount comes once and not every year, None where no amount is stated; ``meaning`` is what name
    and description say, read once; ``sector`` is the owner's NACE Rev. 2 division, two digits, None where it
    is not known or not shared; ``product_code`` of CPA 2.1; ``basis`` what its figures rest on (stated, measured,
    predicted), ``stated_at`` when its owner last said so.
    """

    id: str
    sequence: int
    direction: str
    kind: str
    name: str
    description: str
    ewc_code: str | None
    hazardous: bool
    amount: float | None
    unit: str | None
    dimension: str | None
    available_from: date | None
    available_to: date | None
    temperature_c: float | None
    point: Point
    exact_place: bool
    region_code: str
    visibility: Visibility
    programme: str | None
    agency_id: str
    organisation_id: str | None
    party_id: str | None
    home: bool
    once: bool | None = None
    meaning: Meaning = NOTHING_READ
    sector: str | None = None
    product_code: str | None = None
    basis: str = "stated"
    stated_at: datetime | None = None

    @property
    def nationwide(self) -> bool:
        """Whether the nation may know of it, and so other cells."""
        return in_audience(NATION_VIEWER, self)

    @property
    def known_amount(self) -> tuple[float, str, str] | None:
        """A year's amount, its unit and dimension: as stated, else as its words say."""
        amount, unit, dimension = self.amount, self.unit, self.dimension
        if amount is None:
            amount, unit, dimension = self.meaning.amount, self.meaning.unit, self.meaning.dimension
        return None if amount is None or not unit or not dimension else (amount, unit, dimension)

    @property
    def known_temperature_c(self) -> float | None:
        """As stated, else as its words say; the higher one where a heat pump of its own lifts what is stated."""
        stated, told = self.temperature_c, self.meaning.temperature_c
        return told if stated is None else stated if told is None else max(stated, told)

    @property
    def is_once(self) -> bool:
        return bool(self.meaning.flags & ONCE) if self.once is None else self.once


@dataclass(frozen=True, slots=True)
class Gone:
    """What stays of a listing that was withdrawn, has expired or is no longer shared: enough to tell a late event."""

    id: str
    sequence: int


Known = ListingProjection | Gone


def project(data: Mapping[str, Any], *, sequence: int, home: bool, read: Read) -> Known:
    """The projection of a listing event's data (whole state in its own cell, or its shared part from a peer);
    ``read`` reads its words."""
    if data["state"] != "active":
        return Gone(data["id"], sequence)
    visibility = Visibility(data["visibility"])
    shared = shared_fields(visibility)
    seen = {name: value for name, value in data.items() if name in shared}
    yearly = seen["yearly_amount"] or {}
    place = seen.get("point")
    return ListingProjection(
        id=seen["id"],
        sequence=sequence,
        direction=seen["direction"],
        kind=seen["kind"],
        name=seen["name"],
        description=seen.get("description") or "",
        ewc_code=seen["ewc_code"],
        hazardous=seen["hazardous"],
        amount=yearly.get("amount"),
        unit=yearly.get("unit"),
        dimension=yearly.get("dimension"),
        available_from=seen["available_from"],
        available_to=seen["available_to"],
        temperature_c=seen["temperature_c"],
        point=Point(place["lat"], place["lon"]) if place else regions()[seen["region_code"]].point,
        exact_place=bool(place),
        region_code=seen["region_code"],
        visibility=visibility,
        programme=data.get("programme"),
        agency_id=data.get("agency_id") or "",
        organisation_id=data.get("organisation_id"),
        party_id=data.get("party_id"),
        home=home,
        once=_is_once(seen.get("quantity")),
        meaning=read(
            seen["kind"],
            seen["direction"],
            seen["name"],
            seen.get("description") or "",
            seen["ewc_code"],
            Unsaid(amount=not yearly, temperature=seen["temperature_c"] is None),
        ),
        sector=division_of(seen.get("sector")),
        product_code=seen.get("product_code"),
        basis=seen.get("basis") or "stated",
        stated_at=seen.get("revised_at") or seen.get("registered_at"),
    )


def _is_once(quantity: Mapping[str, Any] | None) -> bool | None:
    return str(quantity["period"]) == "once" if quantity else None


def may_meet(a: ListingProjection, b: ListingProjection) -> bool:
    """Whether each side's agency may see the other side, and the two are not of one party.

    Across cells both must be for the nation: nothing else leaves a cell, whoever owns it. An agency takes part in a
    programme here when its own side of the pair belongs to that programme.
    """
    if a.party_id is not None and a.party_id == b.party_id:
        return False
    if not (a.home and b.home):
        return a.nationwide and b.nationwide
    return in_audience(_viewer(a), b) and in_audience(_viewer(b), a)


def _viewer(side: ListingProjection) -> Viewer:
    programmes = frozenset({side.programme} if side.programme else ())
    return Viewer(side.agency_id, region_of(side.agency_id), programmes)

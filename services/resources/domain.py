"""Listings: what an organisation has left over or needs, at a site. Pure rules; nothing here knows a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from shared import quantities
from shared.geo import Point
from shared.ids import new_id
from shared.quantities import Quantity, YearlyAmount
from shared.reference import waste
from shared.visibility import ALL_FIELDS, Visibility, shared_fields

NATIONAL_LEVELS = frozenset({Visibility.NATION, Visibility.NATION_ANONYMOUS})
# What a revision may change; direction, kind and site make another listing.
REVISABLE = frozenset(
    {
        "name", "description", "ewc_code", "product_code", "hazardous", "quantity", "available_from", "available_to",
        "temperature_c", "visibility", "programme", "basis", "current_route", "current_cost_eur_per_year", "notes",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Site:
    """What resources knows of a site of an agency's client."""

    id: str
    sequence: int
    agency_id: str
    organisation_id: str
    party_id: str
    municipality_code: str
    region_code: str
    point: Point


@dataclass(frozen=True, slots=True)
class Organisation:
    """What resources knows of an agency's client; ``sector`` is a NACE Rev. 2 division, two digits."""

    id: str
    sequence: int
    agency_id: str
    sector: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A have or a want. ``sequence`` grows with every change; ``temperature_c`` in °C, cost in € a year."""

    id: str
    sequence: int
    state: str
    direction: str
    kind: str
    name: str
    description: str
    ewc_code: str | None
    hazardous: bool
    quantity: Quantity | None
    available_from: date | None
    available_to: date | None
    temperature_c: float | None
    visibility: Visibility
    programme: str | None
    basis: str
    origin: str
    current_route: str
    current_cost_eur_per_year: float | None
    notes: str
    agency_id: str
    organisation_id: str
    party_id: str
    site_id: str
    municipality_code: str
    region_code: str
    point: Point
    registered_at: datetime
    revised_at: datetime
    was_national: bool = False  # peers may know it, so they must hear when it goes
    sector: str | None = None  # of the organisation: NACE Rev. 2 division, two digits
    product_code: str | None = None  # CPA 2.1

    @property
    def yearly_amount(self) -> YearlyAmount | None:
        """The amount brought to one year in the base unit of its dimension."""
        return None if self.quantity is None else quantities.yearly(self.quantity)

    @property
    def is_national(self) -> bool:
        """Whether other cells may know it: active, and shown to the nation (with or without identity)."""
        return self.state == "active" and self.visibility in NATIONAL_LEVELS


def new_listing(
    draft: Mapping[str, Any],
    site: Site,
    now: datetime,
    *,
    listing_id: str | None = None,
    origin: str = "recorded",
    sector: str | None = None,
) -> Listing:
    """A listing at its first sequence. The waste code decides the hazard mark unless it leaves it open."""
    return Listing(
        id=listing_id or new_id("lst", site.region_code),
        sequence=1,
        state="active",
        direction=draft["direction"],
        kind=draft["kind"],
        name=draft["name"],
        description=draft.get("description", ""),
        ewc_code=draft.get("ewc_code"),
        hazardous=_hazardous(draft.get("ewc_code"), draft.get("hazardous")),
        quantity=_quantity(draft["kind"], draft.get("quantity")),
        available_from=draft.get("available_from"),
        available_to=draft.get("available_to"),
        temperature_c=draft.get("temperature_c"),
        visibility=Visibility(draft.get("visibility", Visibility.AGENCY)),
        programme=draft.get("programme"),
        basis=draft.get("basis", "stated"),
        origin=origin,
        current_route=draft.get("current_route", ""),
        current_cost_eur_per_year=draft.get("current_cost_eur_per_year"),
        notes=draft.get("notes", ""),
        agency_id=site.agency_id,
        organisation_id=site.organisation_id,
        party_id=site.party_id,
        site_id=site.id,
        municipality_code=site.municipality_code,
        region_code=site.region_code,
        point=site.point,
        registered_at=now,
        revised_at=now,
        sector=sector,
        product_code=draft.get("product_code"),
    )


def revised(listing: Listing, changes: Mapping[str, Any], now: datetime) -> Listing:
    """The listing after the changes, at the next sequence; unknown names are a programming error."""
    if unknown := set(changes) - REVISABLE:
        raise ValueError(f"not revisable: {', '.join(sorted(unknown))}")
    values = dict(changes)
    if "quantity" in values:
        values["quantity"] = _quantity(listing.kind, values["quantity"])
    if "visibility" in values:
        values["visibility"] = Visibility(values["visibility"])
    if "ewc_code" in values or "hazardous" in values:
        said = values.get("hazardous", None if "ewc_code" in values else listing.hazardous)
        values["hazardous"] = _hazardous(values.get("ewc_code", listing.ewc_code), said)
    return _next(replace(listing, **values), listing, now)


def in_sector(listing: Listing, sector: str | None) -> Listing:
    """The listing at its next sequence, its organisation's sector now this one. Nobody looked at the listing itself:
    when it was last revised stays as it was."""
    return _next(replace(listing, sector=sector), listing, listing.revised_at)


def ended(listing: Listing, state: str, now: datetime) -> Listing:
    """The listing withdrawn or expired, at the next sequence."""
    return _next(replace(listing, state=state), listing, now)


def shown(listing: Listing, names: frozenset[str]) -> dict[str, Any]:
    """The named fields and nothing else."""
    return {name: getattr(listing, name) for name in names}


def shared_projection(listing: Listing) -> dict[str, Any]:
    """What the listing's whole audience sees."""
    return shown(listing, shared_fields(listing.visibility))


def as_draft(listing: Listing) -> dict[str, Any]:
    """The listing in the form of a draft, to check a merged state by the same rules."""
    draft = {item.name: getattr(listing, item.name) for item in fields(listing) if item.name in ALL_FIELDS}
    if listing.quantity is not None:
        draft["quantity"] = {
            "amount": listing.quantity.amount, "unit": listing.quantity.unit, "period": listing.quantity.period,
        }  # fmt: skip
    return draft


def _next(changed: Listing, before: Listing, now: datetime) -> Listing:
    was_national = before.was_national or before.is_national
    return replace(changed, sequence=before.sequence + 1, revised_at=now, was_national=was_national)


def _quantity(kind: str, stated: Mapping[str, Any] | None) -> Quantity | None:
    if stated is None:
        return None
    return quantities.parse_quantity(kind, stated["amount"], stated["unit"], stated["period"])


def _hazardous(ewc_code: str | None, said: bool | None) -> bool:
    entry = waste.find_ewc(ewc_code) if ewc_code else None
    return bool(said) or (entry is not None and entry.hazardous)

"""What a viewer sees of a listing: one pure function, used by API, events, matching, statistics and exports.

The levels are a ladder: own organisation and its facilitators → agency → programme → region → nation; beside it
stands "nation without identity", which shows the nation the resource but not whose it is or where exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from shared.tenancy import Caller, Role


class Visibility(StrEnum):
    OWN = "own"
    AGENCY = "agency"
    PROGRAMME = "programme"
    REGION = "region"
    NATION = "nation"
    NATION_ANONYMOUS = "nation_anonymous"


class Relation(StrEnum):
    """What binds viewer and listing beyond the ladder."""

    NONE = "none"
    RELEASED = "released"  # both sides agreed to show who they are


class VisibleListing(Protocol):
    """What the rule needs to know of a listing."""

    @property
    def agency_id(self) -> str: ...
    @property
    def region_code(self) -> str: ...
    @property
    def programme(self) -> str | None: ...
    @property
    def visibility(self) -> Visibility: ...


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: an agency's people and systems, or (agency None) nobody in particular: the nation."""

    agency_id: str | None
    region: str | None
    programmes: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, caller: Caller) -> Viewer:
        if caller.agency_id is None:
            return NATION_VIEWER
        return cls(caller.agency_id, caller.region, caller.programmes)


NATION_VIEWER = Viewer(None, None)

RESOURCE_FIELDS = frozenset(
    {
        "id", "sequence", "state", "direction", "kind", "name", "description", "ewc_code", "hazardous", "quantity",
        "yearly_amount", "available_from", "available_to", "temperature_c", "region_code", "visibility",
        "registered_at", "revised_at", "origin", "basis", "product_code",
    }
)  # fmt: skip
# The sector is of these: a NACE division with a region can name a plant.
IDENTITY_FIELDS = frozenset(
    {"agency_id", "organisation_id", "party_id", "site_id", "municipality_code", "point", "sector"}
)
PRIVATE_FIELDS = frozenset({"current_route", "current_cost_eur_per_year", "notes", "programme"})
ALL_FIELDS = RESOURCE_FIELDS | IDENTITY_FIELDS | PRIVATE_FIELDS
NO_FIELDS: frozenset[str] = frozenset()


def in_audience(viewer: Viewer, listing: VisibleListing) -> bool:
    """Whether the listing's level reaches the viewer at all."""
    match listing.visibility:
        case Visibility.OWN | Visibility.AGENCY:
            reached = False
        case Visibility.PROGRAMME:
            reached = listing.programme is not None and listing.programme in viewer.programmes
        case Visibility.REGION:
            reached = viewer.region == listing.region_code
        case Visibility.NATION | Visibility.NATION_ANONYMOUS:
            reached = True
    return reached or (viewer.agency_id is not None and viewer.agency_id == listing.agency_id)


def visible_fields(viewer: Viewer, listing: VisibleListing, relation: Relation = Relation.NONE) -> frozenset[str]:
    """The names of the fields the viewer may see; empty: the viewer may not even know that the listing exists."""
    if viewer.agency_id is not None and viewer.agency_id == listing.agency_id:
        return ALL_FIELDS
    if not in_audience(viewer, listing):
        return NO_FIELDS
    if listing.visibility is Visibility.NATION_ANONYMOUS and relation is not Relation.RELEASED:
        return RESOURCE_FIELDS
    return RESOURCE_FIELDS | IDENTITY_FIELDS


def shared_fields(visibility: Visibility) -> frozenset[str]:
    """The fields that the whole audience of a level sees: what scores and cross-tenant events are made from."""
    if visibility is Visibility.NATION_ANONYMOUS:
        return RESOURCE_FIELDS
    return RESOURCE_FIELDS | IDENTITY_FIELDS


def audience_filter(caller: Caller) -> Mapping[str, Any]:
    """The database's form of ``visible_fields(…) != empty``, held equal to it by a property test.

    Operators see what the nation sees; nobody reads tenants' data by office alone.
    """
    clauses: list[dict[str, Any]] = [{"visibility": {"$in": [Visibility.NATION, Visibility.NATION_ANONYMOUS]}}]
    if caller.agency_id is not None:
        clauses.append({"agency_id": caller.agency_id})
        clauses.append({"visibility": Visibility.REGION, "region_code": caller.region})
        if caller.programmes:
            clauses.append({"visibility": Visibility.PROGRAMME, "programme": {"$in": sorted(caller.programmes)}})
    return {"$or": clauses}


def may_change(caller: Caller, agency_id: str) -> bool:
    """Only the owning agency's facilitators and integrations change its data."""
    return caller.agency_id == agency_id and bool(caller.roles & {Role.FACILITATOR, Role.INTEGRATION})

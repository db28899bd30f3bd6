"""Parties, an agency's clients and their sites. Pure rules; nothing here knows a database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shared.geo import Point, great_circle_km
from shared.ids import derived_id, new_id
from shared.reference.errors import ReferenceValueError
from shared.reference.places import Municipality
from shared.registers import Register, RegisterNumber, parse_register_number

PARTY_REGION = "00"
"""A party with a register number belongs to no region: whoever knows the number gets the same id."""
POINT_MAX_KM = 150.0
"""How far a site may lie from its municipality's central locality; Inari reaches farthest."""
FINLAND_LAT = (59.5, 70.1)
FINLAND_LON = (19.0, 31.6)
# What a revision may change; the register number makes another party.
REVISABLE = frozenset({"name", "kind", "nace_code", "notes"})


@dataclass(frozen=True, slots=True)
class Organisation:
    """An agency's client relation to a party. ``sequence`` grows with every change."""

    id: str
    sequence: int
    agency_id: str
    party_id: str
    name: str
    kind: str
    register_number: RegisterNumber | None
    nace_code: str | None
    notes: str
    region_code: str
    registered_at: datetime
    revised_at: datetime


@dataclass(frozen=True, slots=True)
class Site:
    """A place of a client, with the place it stands at (WGS84)."""

    id: str
    sequence: int
    organisation_id: str
    agency_id: str
    party_id: str
    name: str
    municipality_code: str
    municipality_name: str
    region_code: str
    street_address: str
    point: Point
    registered_at: datetime


class PointOutOfPlace(ReferenceValueError):
    """The point is no place of a site in that municipality."""


class PersonalIdentityNumber(ReferenceValueError):
    """A text holds what looks like a person's identity number; such numbers are never stored."""


def new_organisation(draft: Mapping[str, Any], agency_id: str, region_code: str, now: datetime) -> Organisation:
    """A client at its first sequence; raises ReferenceValueError for a wrong number or a personal one in a text."""
    number = None
    if stated := draft.get("register_number"):
        number = parse_register_number(stated["register"], stated["number"])
    refuse_personal_numbers(draft, "name", "notes")
    return Organisation(
        id=new_id("org", region_code),
        sequence=1,
        agency_id=agency_id,
        party_id=party_id_of(number, region_code),
        name=draft["name"],
        kind=draft["kind"],
        register_number=number,
        nace_code=draft.get("nace_code"),
        notes=draft.get("notes", ""),
        region_code=region_code,
        registered_at=now,
        revised_at=now,
    )


def revised(organisation: Organisation, changes: Mapping[str, Any], now: datetime) -> Organisation:
    """The client after the changes, at the next sequence; unknown names are a programming error."""
    if unknown := set(changes) - REVISABLE:
        raise ValueError(f"not revisable: {', '.join(sorted(unknown))}")
    refuse_personal_numbers(changes, "name", "notes")
    return replace(organisation, **changes, sequence=organisation.sequence + 1, revised_at=now)


def tells_others(before: Organisation, after: Organisation) -> bool:
    """Whether something changed that others are told: names and notes never travel."""
    return (before.kind, before.nace_code) != (after.kind, after.nace_code)


def party_id_of(number: RegisterNumber | None, region_code: str) -> str:
    """The same id for the same number everywhere; a fresh one, born in the region, where there is no number."""
    if number is None:
        return new_id("par", region_code)
    known = national_number(number)
    return derived_id("par", PARTY_REGION, known.register, known.number)


def national_number(number: RegisterNumber) -> RegisterNumber:
    """A Finnish or Swedish VAT number holds the register number; both name one party.

    FI + Y-tunnus without its hyphen; SE + organisationsnummer + 01 (a sole trader's holds a personal identity number
    and is refused). Source: European Commission, VAT identification numbers. Raises InvalidRegisterNumber.
    """
    if number.register is Register.VAT:
        if finnish := re.fullmatch("FI([0-9]{8})", number.number):
            return parse_register_number(Register.FI, finnish[1])
        if swedish := re.fullmatch("SE([0-9]{10})01", number.number):
            return parse_register_number(Register.SE, swedish[1])
    return number


def new_site(draft: Mapping[str, Any], organisation: Organisation, place: Municipality, now: datetime) -> Site:
    """A site of the client in the municipality, at its point unless a nearer one is given; raises PointOutOfPlace."""
    refuse_personal_numbers(draft, "name", "street_address")
    point = place.point
    if given := draft.get("point"):
        point = Point(given["lat"], given["lon"])
        check_place(point, place)
    return Site(
        id=new_id("sit", place.region_code),
        sequence=1,
        organisation_id=organisation.id,
        agency_id=organisation.agency_id,
        party_id=organisation.party_id,
        name=draft["name"],
        municipality_code=place.code,
        municipality_name=place.name_fi,
        region_code=place.region_code,
        street_address=draft.get("street_address", ""),
        point=point,
        registered_at=now,
    )


def check_place(point: Point, place: Municipality) -> None:
    """Raise PointOutOfPlace unless the point lies in Finland and within reach of the municipality."""
    for field, value, (low, high) in (("lat", point.lat, FINLAND_LAT), ("lon", point.lon, FINLAND_LON)):
        if not low <= value <= high:
            message = f"{value:g} is outside Finland ({low:g} to {high:g} degrees). Are the two swapped?"
            raise PointOutOfPlace(message, field=field)
    away_km = great_circle_km(point, place.point)
    if away_km > POINT_MAX_KM:
        raise PointOutOfPlace(
            f"This point is {away_km:.0f} km from {place.name_fi}; at most {POINT_MAX_KM:.0f} km are possible. "
            "Check the municipality and the coordinates."
        )


def refuse_personal_numbers(texts: Mapping[str, Any], *names: str) -> None:
    """Raise PersonalIdentityNumber naming the field whose text holds a Finnish personal identity code."""
    for name in names:
        if holds_personal_number(texts.get(name) or ""):
            message = "This holds a personal identity code, which is never stored here; leave it out."
            raise PersonalIdentityNumber(message, field=name)


def holds_personal_number(text: str) -> bool:
    """Whether a Finnish personal identity code (ddmmyy, century sign, three digits, check character) stands in it.

    Source: Digital and Population Data Services Agency; check character: the nine digits modulo 31.
    """
    return any(
        _CHECK_CHARACTERS[int(code[1] + code[2]) % 31] == code[3].upper() for code in _PERSONAL_CODE.finditer(text)
    )


_PERSONAL_CODE = re.compile(r"(?<![0-9A-Za-z])([0-9]{6})[-+A-FU-Ya-fu-y]([0-9]{3})([0-9A-Ya-y])(?![0-9A-Za-z])")
_CHECK_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"

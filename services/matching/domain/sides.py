"""A side of a match as plain numbers: what the arithmetic of ``measure`` reads.

``numbers`` makes them of a listing; a row of the index has the same fields.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from services.matching.domain.listing import ListingProjection
from services.matching.domain.meaning import (
    ALL_YEAR,
    BARS_MAX,
    BEARING,
    LEAST_LOT,
    LIMITS_MAX,
    ONCE,
    POWER,
    SAID_MAX,
    SEASONAL,
    Limit,
    Mask,
)
from services.matching.domain.transport import heat_break_even_km
from services.matching.domain.weights import (
    ENDLESS_ROAD_KM,
    HAZARDOUS_REACH,
    KIND_RULES,
    LOTS_A_YEAR,
    NEAR_AND_FAR_KM,
    NEXT_PLACE_KM,
    SHORT_ROAD_KM,
    VAGUE_PLACE_KM,
)
from services.matching.domain.words import word_numbers
from shared.geo import EARTH_RADIUS_KM, Point, great_circle_km
from shared.quantities import DIMENSIONS
from shared.reference.places import municipalities

MISSING = -(2**31)
_KM_PER_DEGREE = math.radians(EARTH_RADIUS_KM)
FIRST_DAY, LAST_DAY = 0, 4_000_000
_DIMENSIONS = (*sorted(DIMENSIONS), POWER)


@dataclass(frozen=True, slots=True)
class Numbers:
    """A listing's shared projection as numbers. 0 = no code; ``product``: the digits of its product code behind a 1;
    -1 = no amount or dimension; days are proleptic ordinals; temperature in thousandths of °C or MISSING; latitude and
    longitude in radians, of transport those of where it starts; words hashed, 0 = none. ``months``: bits of those in
    which it is there or wanted. The rest is ``Meaning`` with its limits side by side and its distances in hundreds of
    metres, 0 = not known;
    ``road_x``, ``road_y``: where transport goes, in km east and north of its start."""

    code: int
    product: int
    hazardous: int
    amount: float
    dimension: int
    first_day: int
    last_day: int
    temperature_mc: int
    lat: float
    lon: float
    cos_lat: float
    words: tuple[int, ...]
    stated: Mask
    serves: Mask
    near: Mask
    perhaps: Mask
    refused: Mask
    implied: Mask
    bears: Mask
    needs: Mask
    refuses: Mask
    limit_what: tuple[int, ...]
    limit_low: tuple[int, ...]
    limit_high: tuple[int, ...]
    varieties: tuple[int, ...]
    said: tuple[int, ...]
    bar_one: tuple[int, ...]
    bar_two: tuple[int, ...]
    flags: int
    months: int
    good_hm: int
    far_hm: int
    said_hm: int
    vague_hm: int
    road_x: int
    road_y: int


def numbers(listing: ListingProjection) -> Numbers:
    """The listing as the arithmetic takes it."""
    told = _place(listing.meaning.start)
    start = told or listing.point
    lat, lon = math.radians(start.lat), math.radians(start.lon)
    temperature, said, amount = listing.known_temperature_c, listing.meaning, listing.known_amount
    good_km, far_km = said.good_km, said.far_km
    if listing.hazardous and listing.kind == "material" and listing.direction == "have":
        good_km, far_km = NEAR_AND_FAR_KM[HAZARDOUS_REACH]
    if listing.kind == "energy" and temperature is not None and amount and amount[1] == "MWh":
        good_km, far_km = _heat_reach(amount[0])
    window = _months_of_window(listing.available_from, listing.available_to)
    months = said.months if said.months & window else 0  # words beside the dates speak of something else
    limits = (*said.limits, *_lot(listing))[:LIMITS_MAX]
    filled = (0,) * (LIMITS_MAX - len(limits))
    road_x, road_y = _road(listing)
    unbarred = (0,) * (BARS_MAX - len(said.bars))
    return Numbers(
        code=int(listing.ewc_code) if listing.ewc_code else 0,
        product=int("1" + listing.product_code.replace(".", "")) if listing.product_code else 0,
        hazardous=int(listing.hazardous),
        amount=amount[0] if amount else -1.0,
        dimension=_DIMENSIONS.index(amount[2]) if amount else -1,
        first_day=listing.available_from.toordinal() if listing.available_from else FIRST_DAY,
        last_day=listing.available_to.toordinal() if listing.available_to else LAST_DAY,
        temperature_mc=MISSING if temperature is None else round(temperature * 1_000),
        lat=lat,
        lon=lon,
        cos_lat=math.cos(lat),
        words=word_numbers(listing.name),
        stated=said.stated,
        serves=said.serves,
        near=said.near,
        perhaps=said.perhaps,
        refused=said.refused,
        implied=said.implied,
        bears=said.bears,
        needs=said.needs,
        refuses=said.refuses,
        limit_what=tuple(limit.what for limit in limits) + filled,
        limit_low=tuple(limit.low for limit in limits) + filled,
        limit_high=tuple(limit.high for limit in limits) + filled,
        varieties=said.varieties,
        said=tuple(sorted(said.said)) + (0,) * (SAID_MAX - len(said.said)),
        bar_one=tuple(one for one, _ in said.bars) + unbarred,
        bar_two=tuple(two for _, two in said.bars) + unbarred,
        flags=said.flags & ~ONCE | (ONCE if listing.is_once else 0) | (SEASONAL if months else 0),
        months=months or window,
        good_hm=good_km * 10,
        far_hm=far_km * 10,
        said_hm=said.said_km * 10,
        vague_hm=0 if listing.exact_place or told else VAGUE_PLACE_KM * 10,
        road_x=road_x,
        road_y=road_y,
    )


def _lot(listing: ListingProjection) -> tuple[Limit, ...]:
    """The most that a have can give at a time, as the limit that a want's least lot compares with."""
    amount = listing.known_amount
    if listing.direction != "have" or amount is None or amount[2] not in LEAST_LOT:
        return ()
    most = round(amount[0] / (1 if listing.is_once else LOTS_A_YEAR) * 1_000)
    return (Limit(LEAST_LOT[amount[2]], most, most),)


def _road(listing: ListingProjection) -> tuple[int, int]:
    """Kilometres east and north from where the transport starts to where it goes, 0 and 0 where that is not known. A
    bearing alone is ENDLESS_ROAD_KM long; who names the start only wants it brought to his own place."""
    start, goal = listing.meaning.start, listing.meaning.goal
    if not start and not goal:
        return 0, 0
    if goal >= BEARING:
        angle = math.radians(goal - BEARING)
        return round(ENDLESS_ROAD_KM * math.sin(angle)), round(ENDLESS_ROAD_KM * math.cos(angle))
    here, there = _place(start) or listing.point, _place(goal) or listing.point
    if great_circle_km(here, there) < SHORT_ROAD_KM:
        return 0, 0
    across = math.cos(math.radians(here.lat + there.lat) / 2) * (there.lon - here.lon)
    return round(across * _KM_PER_DEGREE), round((there.lat - here.lat) * _KM_PER_DEGREE)


def _place(code: int) -> Point | None:
    return municipalities()[f"{code:03d}"].point if code else None


def _heat_reach(megawatt_hours: float) -> tuple[int, int]:
    """Heat goes by pipe, and a little of it pays for a short one only: between the next municipality and the kind's far
    distance, as far as the year's heat at its most worth pays for the pipe."""
    rule = KIND_RULES["energy"]
    _, pays_km = heat_break_even_km(megawatt_hours)
    return rule.good_km, min(rule.far_km, max(NEXT_PLACE_KM, int(pays_km)))


def _months_of_window(start: date | None, end: date | None) -> int:
    """The months that a window touches; all of them where it is open or longer than a year."""
    if start is None or end is None or (length := (end.year - start.year) * 12 + end.month - start.month) >= 11:
        return ALL_YEAR
    return sum(1 << (start.month - 1 + step) % 12 for step in range(max(0, length) + 1))

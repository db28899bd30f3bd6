"""Each factor as arithmetic on plain numbers, so that the index can compile the very lines that publish a score.

Everything is rounded to integers before it is weighed: there is no order of summation to differ between processes,
machines or cells. GATE (-1) means that the two can never fit. Arguments named ``have`` and ``want`` are anything with
the fields of ``Numbers`` (a row of the index has them too). Only what numba compiles is used here: no dict, no text.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.matching.domain.listing import ListingProjection
from services.matching.domain.weights import (
    AMPLE_WARMTH_C,
    CODE_POINTS,
    FULL,
    KIND_RULES,
    LEAST_WARMTH,
    LONGEST_WINDOW_DAYS,
    NEUTRAL,
    SHORTEST_WINDOW,
)
from services.matching.domain.words import word_numbers
from shared.geo import EARTH_RADIUS_KM
from shared.quantities import DIMENSIONS

GATE = -1
MISSING = -(2**31)
FIRST_DAY, LAST_DAY = 0, 4_000_000

_SAME, _SUBCHAPTER, _CHAPTER = CODE_POINTS["same"], CODE_POINTS["subchapter"], CODE_POINTS["chapter"]
_AMPLE_WARMTH_MC = AMPLE_WARMTH_C * 1_000
_DIMENSIONS = tuple(sorted(DIMENSIONS))


class Measured(Protocol):
    """What the arithmetic reads of a side."""

    @property
    def code(self) -> int: ...
    @property
    def hazardous(self) -> int: ...
    @property
    def amount(self) -> float: ...
    @property
    def dimension(self) -> int: ...
    @property
    def first_day(self) -> int: ...
    @property
    def last_day(self) -> int: ...
    @property
    def temperature_mc(self) -> int: ...
    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...
    @property
    def cos_lat(self) -> float: ...
    @property
    def words(self) -> Sequence[int]: ...


class Weights(Protocol):
    """What the arithmetic reads of a kind's rule; the distance in hundreds of metres."""

    @property
    def code(self) -> int: ...
    @property
    def amount(self) -> int: ...
    @property
    def window(self) -> int: ...
    @property
    def distance(self) -> int: ...
    @property
    def temperature(self) -> int: ...
    @property
    def words(self) -> int: ...
    @property
    def distance_max_hm(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Numbers:
    """A listing's shared projection as numbers. 0 = no code; -1 = no amount or dimension; days are proleptic
    ordinals; temperature in thousandths of °C or MISSING; latitude and longitude in radians; words hashed, 0 = none."""

    code: int
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


@dataclass(frozen=True, slots=True)
class KindWeights:
    """A kind's rule in the units of this module."""

    code: int
    amount: int
    window: int
    distance: int
    temperature: int
    words: int
    threshold: int
    distance_max_hm: int


KIND_WEIGHTS = {
    kind: KindWeights(
        rule.code, rule.amount, rule.window, rule.distance, rule.temperature, rule.words, rule.threshold,
        rule.distance_max_km * 10,
    )
    for kind, rule in KIND_RULES.items()
}  # fmt: skip


def numbers(listing: ListingProjection) -> Numbers:
    """The listing as the arithmetic takes it."""
    lat, lon = math.radians(listing.point.lat), math.radians(listing.point.lon)
    temperature = listing.temperature_c
    return Numbers(
        code=int(listing.ewc_code) if listing.ewc_code else 0,
        hazardous=int(listing.hazardous),
        amount=-1.0 if listing.amount is None else listing.amount,
        dimension=_DIMENSIONS.index(listing.dimension) if listing.dimension else -1,
        first_day=listing.available_from.toordinal() if listing.available_from else FIRST_DAY,
        last_day=listing.available_to.toordinal() if listing.available_to else LAST_DAY,
        temperature_mc=MISSING if temperature is None else round(temperature * 1_000),
        lat=lat,
        lon=lon,
        cos_lat=math.cos(lat),
        words=word_numbers(listing.name),
    )


def code_points(have: Measured, want: Measured) -> int:
    """Nearness in the List of Waste; a side without a code is neutral; different chapters are a gate."""
    if have.code == 0 or want.code == 0:
        return NEUTRAL
    if have.code == want.code:
        return _SAME
    if have.code // 100 == want.code // 100:
        return _SUBCHAPTER
    if have.code // 10_000 == want.code // 10_000:
        return _CHAPTER
    return GATE


def hazard_passes(have: Measured, want: Measured) -> bool:
    """A hazardous have needs a want that says it takes hazardous."""
    return not have.hazardous or bool(want.hazardous)


def amount_points(have: Measured, want: Measured) -> int:
    """The part of the wanted amount that the have covers; neutral unless both are stated in one dimension."""
    if have.dimension < 0 or have.dimension != want.dimension or have.amount < 0 or want.amount <= 0:
        return NEUTRAL
    if have.amount >= want.amount:
        return FULL
    return int(have.amount / want.amount * FULL)


def common_days(have: Measured, want: Measured) -> int:
    """Days that both windows hold; none or fewer: the windows are disjoint."""
    return min(have.last_day, want.last_day) - max(have.first_day, want.first_day) + 1


def window_points(have: Measured, want: Measured) -> int:
    """Grows with the common window to a full year; an end left open is open; disjoint windows are a gate."""
    days = common_days(have, want)
    if days <= 0:
        return GATE
    return SHORTEST_WINDOW + (FULL - SHORTEST_WINDOW) * min(days, LONGEST_WINDOW_DAYS) // LONGEST_WINDOW_DAYS


def distance_hm(a: Measured, b: Measured) -> int:
    """Great-circle distance (haversine, as ``shared.geo``) in whole hundreds of metres."""
    across = math.sin((b.lon - a.lon) / 2) ** 2
    haversine = math.sin((b.lat - a.lat) / 2) ** 2 + a.cos_lat * b.cos_lat * across
    return int(2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, haversine))) * 10 + 0.5)


def distance_points(hundreds_of_metres: int, weights: Weights) -> int:
    """Falls evenly from full at the same place to nothing at the kind's greatest distance; farther is a gate."""
    if hundreds_of_metres > weights.distance_max_hm:
        return GATE
    return FULL * (weights.distance_max_hm - hundreds_of_metres) // weights.distance_max_hm


def temperature_points(have: Measured, want: Measured) -> int:
    """Heat flows from the warmer only: a have that is not warmer than the want is a gate; unknown is neutral."""
    if have.temperature_mc == MISSING or want.temperature_mc == MISSING:
        return NEUTRAL
    margin = have.temperature_mc - want.temperature_mc
    if margin <= 0:
        return GATE
    return LEAST_WARMTH + (FULL - LEAST_WARMTH) * min(margin, _AMPLE_WARMTH_MC) // _AMPLE_WARMTH_MC


def word_points(have: Measured, want: Measured) -> int:
    """Common words of the names, as a part of the shorter name's."""
    have_count, want_count, common = 0, 0, 0
    for word in have.words:
        if word != 0:
            have_count += 1
            for other in want.words:
                if other == word:
                    common += 1
    for word in want.words:
        if word != 0:
            want_count += 1
    fewer = min(have_count, want_count)
    return FULL * common // fewer if fewer > 0 else 0


def share(points: int, weight: int) -> int:
    """What a factor adds to the score, in micro-points."""
    return points * weight // 100


def pair_points(have: Measured, want: Measured, weights: Weights) -> int:
    """The score of two listings of one kind in micro-points, or GATE. Cheap gates come first."""
    if not hazard_passes(have, want) or common_days(have, want) <= 0:
        return GATE
    code = code_points(have, want) if weights.code > 0 else NEUTRAL
    warmth = temperature_points(have, want) if weights.temperature > 0 else NEUTRAL
    if code == GATE or warmth == GATE:
        return GATE
    distance = distance_points(distance_hm(have, want), weights)
    if distance == GATE:
        return GATE
    return (
        share(code, weights.code)
        + share(amount_points(have, want), weights.amount)
        + share(window_points(have, want), weights.window)
        + share(distance, weights.distance)
        + share(warmth, weights.temperature)
        + share(word_points(have, want), weights.words)
    )

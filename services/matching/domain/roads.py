"""How far two sides stand apart, and whether a have's road takes the want's goods where they go. The index
compiles it, as ``measure``: plain numbers only."""

from __future__ import annotations

import math

from services.matching.domain.meaning import BOTH_WAYS
from services.matching.domain.sides import Numbers
from services.matching.domain.weights import (
    AT_FAR_DISTANCE,
    AT_GOOD_DISTANCE,
    BEYOND_GOOD_DISTANCE,
    ENDLESS_ROAD_KM,
    FULL,
    GATE,
    ROAD_BESIDE_KM,
    ROAD_BESIDE_SHARE,
    ROAD_LONGER_KM,
    ROAD_LONGER_SHARE,
)
from shared.geo import EARTH_RADIUS_KM


def distance_hm(have: Numbers, want: Numbers) -> int:
    """Great-circle distance (haversine, as ``shared.geo``) in whole hundreds of metres. Where a have tells its road it
    is the way round by the goods that wait beside it; where only the goods' road is told, the way to it and a quarter
    of what is then to drive to its nearer end."""
    if have.road_x != 0 or have.road_y != 0:
        part, off_hm = off_the_road(have, want)
        return 2 * off_hm if 0.0 < part < 1.0 else off_hm
    if want.road_x != 0 or want.road_y != 0:
        part, off_hm = off_the_road(want, have)
        length = math.sqrt(want.road_x * want.road_x + want.road_y * want.road_y)
        return off_hm + int(min(part, 1.0 - part) * length * 2.5 + 0.5)
    return apart_hm(have, want)


def apart_hm(a: Numbers, b: Numbers) -> int:
    across = math.sin((b.lon - a.lon) / 2) ** 2
    haversine = math.sin((b.lat - a.lat) / 2) ** 2 + a.cos_lat * b.cos_lat * across
    return int(2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, haversine))) * 10 + 0.5)


def passed_part(drives: Numbers, waits: Numbers) -> float:
    """The part of the one's road, 0 to 1, after which it passes nearest to where the other stands."""
    east, north = east_and_north(drives, waits)
    length2 = drives.road_x * drives.road_x + drives.road_y * drives.road_y
    return min(1.0, max(0.0, (east * drives.road_x + north * drives.road_y) / length2))


def off_the_road(drives: Numbers, waits: Numbers) -> tuple[float, int]:
    """The part of the one's road after which it passes nearest to the other, and how far that is."""
    part = passed_part(drives, waits)
    if part == 0.0:
        return part, apart_hm(drives, waits)
    east, north = east_and_north(drives, waits)
    off_x, off_y = east - part * drives.road_x, north - part * drives.road_y
    return part, int(math.sqrt(off_x * off_x + off_y * off_y) * 10 + 0.5)


def east_and_north(a: Numbers, b: Numbers) -> tuple[float, float]:
    """Kilometres from where the one starts to where the other does."""
    across = math.cos((a.lat + b.lat) / 2) * (b.lon - a.lon)
    return across * EARTH_RADIUS_KM, (b.lat - a.lat) * EARTH_RADIUS_KM


def distance_points(hundreds_of_metres: int, good_hm: int, far_hm: int) -> int:
    """Falls evenly to the good distance and on to the far one; farther is a gate."""
    if hundreds_of_metres > far_hm:
        return GATE
    if hundreds_of_metres <= good_hm or good_hm == far_hm:
        return FULL - (FULL - AT_GOOD_DISTANCE) * hundreds_of_metres // good_hm
    beyond = (BEYOND_GOOD_DISTANCE - AT_FAR_DISTANCE) * (hundreds_of_metres - good_hm) // (far_hm - good_hm)
    return BEYOND_GOOD_DISTANCE - beyond


def leads_there(have: Numbers, want: Numbers) -> bool:
    """Whether the have's road takes the want's goods where they go: in its direction, not far beside it and not far
    behind its end. Roads are from each side's own start; one that is not told leads anywhere, and goods that wait
    beside the have's road have the rest of it before them."""
    length2 = have.road_x * have.road_x + have.road_y * have.road_y
    goods2 = want.road_x * want.road_x + want.road_y * want.road_y
    if length2 == 0 or goods2 == 0:
        return True
    along_it = have.road_x * want.road_x + have.road_y * want.road_y
    if (have.flags | want.flags) & BOTH_WAYS:
        along_it = abs(along_it)
    length, goods = math.sqrt(length2), math.sqrt(goods2)
    across = abs(have.road_x * want.road_y - have.road_y * want.road_x)
    if goods >= ENDLESS_ROAD_KM - 1 or length >= ENDLESS_ROAD_KM - 1:
        return 2 * along_it >= length * goods
    beside = max(ROAD_BESIDE_KM, goods * ROAD_BESIDE_SHARE / 100)
    behind = max(ROAD_LONGER_KM, goods * ROAD_LONGER_SHARE / 100)
    before = length if (have.flags | want.flags) & BOTH_WAYS else length * (1.0 - passed_part(have, want))
    return 2 * along_it >= length * goods and across <= beside * length and along_it <= (before + behind) * length

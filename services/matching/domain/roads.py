"""How far two sides stand apart, and whether a have's road takes the want's goods where they go. The index
compiles it, as ``measure``: plain numbers only."""

from __future__ import annotations

import math

from services.matching.domain.meaning import BOTH_WAYS
from services.matching.domain.sides import Numbers
from services.matching.domain.weights import (
    ENDLESS_ROAD_KM,
    ROAD_BESIDE_KM,
    ROAD_BESIDE_SHARE,
    ROAD_LONGER_KM,
    ROAD_LONGER_SHARE,
)
from shared.geo import EARTH_RADIUS_KM


def distance_hm(a: Numbers, b: Numbers) -> int:
    """Great-circle distance (haversine, as ``shared.geo``) in whole hundreds of metres."""
    across = math.sin((b.lon - a.lon) / 2) ** 2
    haversine = math.sin((b.lat - a.lat) / 2) ** 2 + a.cos_lat * b.cos_lat * across
    return int(2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, haversine))) * 10 + 0.5)


def leads_there(have: Numbers, want: Numbers) -> bool:
    """Whether the have's road takes the want's goods where they go: in its direction, not far beside it and not far
    behind its end. Roads are from each side's own start; one that is not told leads anywhere."""
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
    return 2 * along_it >= length * goods and across <= beside * length and along_it <= (length + behind) * length

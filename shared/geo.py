"""A point on earth, the distance between two, and the coarse place that others may see.

For single pairs; the vector form over many points belongs to the matching service.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from shared.reference.errors import ReferenceValueError, shown

EARTH_RADIUS_KM = 6371.0088
"""Mean radius R1 of the GRS 80 ellipsoid (IUGG; Moritz, Geodetic Reference System 1980)."""


class InvalidPoint(ReferenceValueError):
    """A latitude or longitude that is no place on earth; `field` is "lat" or "lon"."""


class Labelled(Protocol):
    """An area that has a place for its label, such as a Region."""

    @property
    def point(self) -> Point: ...


@dataclass(frozen=True, slots=True)
class Point:
    """WGS84 degrees; latitude −90…90, longitude −180…180. Raises InvalidPoint."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        for field, limit in (("lat", 90), ("lon", 180)):
            value: object = getattr(self, field)
            if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= limit:
                message = f"{shown(value)} is not a {_NAMES[field]}: give degrees from -{limit} to {limit}."
                raise InvalidPoint(message, field=field)


_NAMES = {"lat": "latitude", "lon": "longitude"}


def great_circle_km(a: Point, b: Point) -> float:
    """Distance along the great circle in km (haversine; up to 0.5 % off the ellipsoid)."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    across = math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    haversine = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * across
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, haversine)))


def coarse(point: Point, region: Labelled) -> Point:
    """The region's label point, whatever `point` is: two sites of one region cannot be told apart."""
    del point  # taken so that a caller writes down what is being hidden; never part of the answer
    return region.point

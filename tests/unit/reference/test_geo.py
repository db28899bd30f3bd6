"""Points and distances."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.geo import EARTH_RADIUS_KM, InvalidPoint, Point, coarse, great_circle_km
from shared.reference.places import parse_municipality, parse_region

points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
A_MILLIMETRE_KM = 1e-6


def test_joensuu_is_some_375_km_from_helsinki() -> None:
    joensuu, helsinki = parse_municipality("Joensuu").point, parse_municipality("Helsinki").point
    assert great_circle_km(joensuu, helsinki) == pytest.approx(375, abs=8)


def test_half_the_equator_is_half_the_circumference() -> None:
    assert great_circle_km(Point(0, 0), Point(0, 180)) == pytest.approx(math.pi * EARTH_RADIUS_KM)


@given(points)
def test_a_point_is_at_no_distance_from_itself(a: Point) -> None:
    assert great_circle_km(a, a) == 0


@given(points, points)
def test_a_distance_is_the_same_both_ways_and_never_beyond_half_the_circumference(a: Point, b: Point) -> None:
    there, back = great_circle_km(a, b), great_circle_km(b, a)
    assert there == pytest.approx(back, abs=A_MILLIMETRE_KM)
    assert 0 <= there <= math.pi * EARTH_RADIUS_KM + A_MILLIMETRE_KM


@given(points, points, points)
def test_a_detour_is_never_shorter(a: Point, b: Point, c: Point) -> None:
    # Near the antipode the haversine loses half its digits: some ten centimetres.
    assert great_circle_km(a, c) <= great_circle_km(a, b) + great_circle_km(b, c) + 1e-3


@pytest.mark.parametrize(
    ("lat", "lon", "field"),
    [(90.1, 0, "lat"), (0, -180.1, "lon"), (math.nan, 0, "lat"), (0, math.inf, "lon"), (True, 0, "lat")],
)
def test_what_is_no_place_on_earth_is_refused_by_field(lat: float, lon: float, field: str) -> None:
    with pytest.raises(InvalidPoint) as refused:
        Point(lat, lon)
    assert refused.value.field == field


@given(points, points)
def test_two_sites_of_a_region_look_the_same_from_outside(a: Point, b: Point) -> None:
    region = parse_region("Pohjois-Karjala")
    assert coarse(a, region) == coarse(b, region) == region.point

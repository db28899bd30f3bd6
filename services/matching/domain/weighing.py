"""The score of a pair: what its factors (``measure``, ``roads``) add by their weights, and the gates that keep it
apart. The index compiles it, as those: plain numbers only."""

from __future__ import annotations

from services.matching.domain.meaning import COOLS, WARMS
from services.matching.domain.measure import (
    amount_points,
    good_and_far_hm,
    hazard_passes,
    meet_in_time,
    quality_points,
    temperature_points,
    thing_points,
    weighed_code_points,
    window_points,
    word_points,
)
from services.matching.domain.roads import distance_hm, distance_points, leads_there
from services.matching.domain.sides import Numbers
from services.matching.domain.weights import GATE, NEAR_MISS_REACH, NEUTRAL, ONE_THING, KindRule


def share(points: int, weight: int) -> int:
    """What a factor adds to the score, in micro-points."""
    return points * weight // 100


def pair_points(have: Numbers, want: Numbers, weights: KindRule) -> int:
    """The score of two listings of one kind in micro-points, or GATE. Cheap gates come first."""
    if not hazard_passes(have, want) or not meet_in_time(have, want) or not leads_there(have, want):
        return GATE
    warmth = temperature_points(have, want) if weights.temperature > 0 or want.flags & (COOLS | WARMS) else NEUTRAL
    if warmth == GATE:
        return GATE
    good_hm, far_hm = good_and_far_hm(have, want, weights)
    distance = distance_points(distance_hm(have, want), good_hm, far_hm)
    if distance == GATE:
        return GATE
    thing = thing_points(have, want)
    if thing == GATE:
        return GATE
    code = weighed_code_points(have, want) if weights.code > 0 else NEUTRAL
    if code == GATE:
        return GATE
    quality = quality_points(have, want)
    if quality == GATE:
        return GATE
    return total(have, want, weights, (thing, code, quality, window_points(have, want), distance, warmth))


def is_possible(have: Numbers, want: Numbers, weights: KindRule, points: int) -> bool:
    """Whether two of that score might match if neither has anything better: they speak of one thing, and there is no
    match below ``weights.least``."""
    return points >= weights.least and thing_points(have, want) >= ONE_THING


def nearly_fits(have: Numbers, want: Numbers, weights: KindRule) -> bool:
    """Whether two of one kind speak of one thing, stand near enough for something to be done about it, and yet are no
    sure match."""
    if thing_points(have, want) < ONE_THING:
        return False
    _, far_hm = good_and_far_hm(have, want, weights)
    return distance_hm(have, want) <= far_hm * NEAR_MISS_REACH and pair_points(have, want, weights) < weights.sure


def points_but_for_gates(have: Numbers, want: Numbers, weights: KindRule) -> int:
    """What the score of two listings of one kind would be if a closed gate only made its factor worth nothing: the
    order in which they nearly fit. The same as ``pair_points`` where no gate is closed."""
    good_hm, far_hm = good_and_far_hm(have, want, weights)
    gated = (
        thing_points(have, want),
        weighed_code_points(have, want) if weights.code > 0 else NEUTRAL,
        quality_points(have, want),
        window_points(have, want),
        distance_points(distance_hm(have, want), good_hm, far_hm),
        temperature_points(have, want),
    )
    return total(have, want, weights, gated)


def total(have: Numbers, want: Numbers, weights: KindRule, gated: tuple[int, int, int, int, int, int]) -> int:
    """The sum of what the factors add. ``gated``: the points of thing, code, quality, window, distance and
    temperature, which may be GATE and are worth nothing then."""
    thing, code, quality, window, distance, warmth = gated
    return (
        share(max(thing, 0), weights.thing)
        + share(max(code, 0), weights.code)
        + share(max(quality, 0), weights.quality)
        + share(amount_points(have, want), weights.amount)
        + share(max(window, 0), weights.window)
        + share(max(distance, 0), weights.distance)
        + share(max(warmth, 0), weights.temperature)
        + share(word_points(have, want), weights.words)
    )

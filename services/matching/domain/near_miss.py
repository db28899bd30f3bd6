"""A have and a want that speak of one thing and are no match: what a facilitator may bring about all the same.

Nearest is what would score best if a closed gate only made its factor worth nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.matching.domain import weighing
from services.matching.domain.barriers import barriers, lower_points
from services.matching.domain.listing import ListingProjection, may_meet
from services.matching.domain.reasons import Sentence
from services.matching.domain.score import Factor, factors_of
from services.matching.domain.sides import numbers
from services.matching.domain.weights import KIND_RULES


@dataclass(frozen=True, slots=True)
class Barrier:
    """What keeps the two apart: ``name`` of the factor whose gate is closed, or ``score``."""

    name: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class NearMiss:
    """``score`` in micro-points, with every closed gate worth nothing: the sum of what its factors add."""

    have_id: str
    want_id: str
    kind: str
    score: int
    distance_km: float
    factors: tuple[Factor, ...]
    barriers: tuple[Barrier, ...]


def near_miss(have: ListingProjection, want: ListingProjection) -> NearMiss | None:
    """None where the two may not meet or do not nearly fit; whether they match by their place in the lists of both is
    for the index to say."""
    if have.kind != want.kind or (have.direction, want.direction) != ("have", "want") or not may_meet(have, want):
        return None
    weights = KIND_RULES[have.kind]
    offered, wanted = numbers(have), numbers(want)
    if not weighing.nearly_fits(offered, wanted, weights):
        return None
    points = weighing.points_but_for_gates(offered, wanted, weights)
    closed = barriers(have, want, offered, wanted)
    told = closed or {"score": lower_points(points, weights)}
    distance_km, factors = factors_of(have, want, offered, wanted, closed)
    return NearMiss(
        have.id, want.id, have.kind, points, distance_km, factors,
        tuple(Barrier(name, sentence) for name, sentence in told.items()),
    )  # fmt: skip

"""When a match exists, and what is told of it.

A match exists when its score reaches what is asked of its place (less of a pair that is the first in the list of both
sides, more of one for which both have a better one) and it is among the first K of either side. Being pushed down the
list ends nothing; a new score within the band is kept silently.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.matching.domain.listing import ListingProjection, may_meet
from services.matching.domain.score import Score, score
from services.matching.domain.sides import numbers
from services.matching.domain.weighing import is_possible
from services.matching.domain.weights import BAND_HYSTERESIS, BAND_LIMITS, KIND_RULES, LEAST_BY_FIRSTS
from shared.ids import derived_id


class Change(StrEnum):
    FOUND = "found"
    CHANGED = "changed"
    KEPT = "kept"  # at most other numbers, nothing worth telling
    WITHDRAWN = "withdrawn"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a match stands now; ``open`` False once withdrawn."""

    open: bool
    micro_points: int
    band: str
    gates: tuple[str, ...]


def match_id(have: ListingProjection, want: ListingProjection) -> str:
    """The same in every cell, however often the pair is found."""
    return derived_id("mat", have.region_code, have.id, want.id)


def possible_score(have: ListingProjection, want: ListingProjection) -> Score | None:
    """The score of two that may meet and might match if neither has anything better."""
    if have.kind != want.kind or (have.direction, want.direction) != ("have", "want") or not may_meet(have, want):
        return None
    found = score(have, want)
    if found is None or not is_possible(numbers(have), numbers(want), KIND_RULES[have.kind], found.micro_points):
        return None
    return found


def least_score(kind: str, firsts: int) -> int:
    """The least score of a match that is the first in the list of so many of its sides."""
    return KIND_RULES[kind].threshold + LEAST_BY_FIRSTS[firsts]


def order(micro_points: int, identifier: str) -> tuple[int, str]:
    """Sorts the best first; ties by id."""
    return -micro_points, identifier


def band_of(micro_points: int, before: str | None = None) -> str:
    """The band of a qualifying score. A match that stands in a band leaves it only beyond the hysteresis."""
    names = [name for name, _ in BAND_LIMITS]
    fresh = max(at for at, (_, limit) in enumerate(BAND_LIMITS) if micro_points >= limit)
    if before is None or names[fresh] == before:
        return names[fresh]
    held = names.index(before)
    if fresh > held:
        return max(_reached(micro_points - BAND_HYSTERESIS, names), before, key=names.index)
    return min(_reached(micro_points + BAND_HYSTERESIS, names), before, key=names.index)


def transition(before: Standing | None, now: Score | None, *, ranked: bool, sure: int) -> tuple[Change, str]:
    """What becomes of a pair: the change and the band after it. ``now``: its possible score; ``ranked``: that is enough
    for its place in the lists of both sides. Where it is not, an open match stays while it is as good as it was or
    good enough for any place (``sure``)."""
    stands = before is not None and before.open
    if now is None:
        return (Change.WITHDRAWN if stands else Change.NONE), before.band if before else ""
    if before is None or not before.open:
        return (Change.FOUND if ranked else Change.NONE), band_of(now.micro_points)
    if not ranked and now.micro_points < min(before.micro_points, sure):
        return Change.WITHDRAWN, before.band
    band = band_of(now.micro_points, before.band)
    if band != before.band or now.gates != before.gates:
        return Change.CHANGED, band
    return Change.KEPT, band


def withdrawal_reason(have: ListingProjection | None, want: ListingProjection | None) -> str:
    """have_gone, want_gone or no_longer_fits."""
    if have is None:
        return "have_gone"
    return "want_gone" if want is None else "no_longer_fits"


def _reached(micro_points: int, names: Sequence[str]) -> str:
    return names[max((at for at, (_, limit) in enumerate(BAND_LIMITS) if micro_points >= limit), default=0)]

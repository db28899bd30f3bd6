"""When a match exists, and what is told of it.

A match exists when its score reaches the kind's threshold and it is among the first K of either side. Being pushed
down the list ends nothing; a new score within the band is kept silently.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.matching.domain.listing import ListingProjection, may_meet
from services.matching.domain.score import Score, score
from services.matching.domain.weights import BAND_HYSTERESIS, BAND_LIMITS, KIND_RULES
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
    band: str
    gates: tuple[str, ...]


def match_id(have: ListingProjection, want: ListingProjection) -> str:
    """The same in every cell, however often the pair is found."""
    return derived_id("mat", have.region_code, have.id, want.id)


def qualifying_score(have: ListingProjection, want: ListingProjection) -> Score | None:
    """The pair's score when the two may meet, pass every gate and reach the threshold."""
    found = score(have, want)
    return found if found is not None and qualifies(have, want, found.micro_points) else None


def qualifies(have: ListingProjection, want: ListingProjection, micro_points: int | None) -> bool:
    """Whether the score of the pair, None for a gate, makes them a match."""
    return micro_points is not None and micro_points >= KIND_RULES[have.kind].threshold and may_meet(have, want)


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


def transition(before: Standing | None, now: Score | None, *, ranked: bool) -> tuple[Change, str]:
    """What becomes of a pair: the change and the band after it. ``ranked``: it is among the first K of a side."""
    stands = before is not None and before.open
    if now is None:
        return (Change.WITHDRAWN if stands else Change.NONE), before.band if before else ""
    if before is None or not before.open:
        return (Change.FOUND if ranked else Change.NONE), band_of(now.micro_points)
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

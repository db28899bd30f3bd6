"""The published score of a have and a want, with its reasons: the same number in every cell.

The score is the sum of what each factor adds, so the reasons explain it to the last micro-point.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from services.matching.domain import measure, reasons, roads, weighing
from services.matching.domain.listing import ListingProjection
from services.matching.domain.meaning import COOLS, SEASONAL
from services.matching.domain.reasons import Sentence
from services.matching.domain.sides import MISSING, Numbers, numbers
from services.matching.domain.weights import FULL, GATE, KIND_RULES


@dataclass(frozen=True, slots=True)
class Factor:
    """One reason: what it adds in micro-points, its weight (1 = the whole score), and a sentence with its numbers."""

    name: str
    micro_points: int
    weight: float
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Score:
    """``gates`` are the facts of the gating factors in words; when one changes, people hear of it."""

    micro_points: int
    distance_km: float
    factors: tuple[Factor, ...]
    gates: tuple[str, ...]


def score(have: ListingProjection, want: ListingProjection) -> Score | None:
    """The score of the pair; None when a gate keeps the two apart (kind, direction, hazard, thing, code, quality,
    window, distance, temperature). Whether it is enough for a match is ``rule``'s to say."""
    if have.kind != want.kind or (have.direction, want.direction) != ("have", "want"):
        return None
    offered, wanted = numbers(have), numbers(want)
    total = weighing.pair_points(offered, wanted, KIND_RULES[have.kind])
    if total == GATE:
        return None
    distance_km, factors = factors_of(have, want, offered, wanted)
    return Score(total, distance_km, factors, _gates(have, want, offered, wanted))


def factors_of(
    have: ListingProjection,
    want: ListingProjection,
    offered: Numbers,
    wanted: Numbers,
    barriers: Mapping[str, Sentence] = MappingProxyType({}),
) -> tuple[float, tuple[Factor, ...]]:
    """How far apart two listings of one kind are, in km, and what each factor adds; ``barriers`` are told in place of
    the reasons of factors whose gates are closed, and these add nothing."""
    weights = KIND_RULES[have.kind]
    hundreds_of_metres = roads.distance_hm(offered, wanted)
    distance_km = hundreds_of_metres / 10
    good_hm, far_hm = measure.good_and_far_hm(offered, wanted, weights)
    quality = measure.quality_points(offered, wanted)
    rows = (
        ("thing", measure.thing_points(offered, wanted), weights.thing, reasons.thing(have, want)),
        ("code", measure.weighed_code_points(offered, wanted), weights.code, reasons.code(have, want)),
        ("quality", quality, weights.quality, reasons.quality(is_shown=quality == FULL)),
        ("amount", measure.amount_points(offered, wanted), weights.amount, reasons.amount(have, want)),
        (
            "window", measure.window_points(offered, wanted), weights.window,
            reasons.window(measure.common_days(offered, wanted), _months(offered, wanted)),
        ),
        (
            "distance", roads.distance_points(hundreds_of_metres, good_hm, far_hm), weights.distance,
            reasons.distance(distance_km, exact=have.exact_place and want.exact_place),
        ),
        (
            "temperature", measure.temperature_points(offered, wanted), weights.temperature,
            reasons.temperature(
                have.known_temperature_c, want.known_temperature_c, cools=bool(wanted.flags & COOLS)
            ),
        ),
        ("words", measure.word_points(offered, wanted), weights.words, reasons.words(have.name, want.name)),
    )  # fmt: skip
    factors = [
        Factor(name, weighing.share(max(points, 0), weight), weight / 100, barriers.get(name, sentence))
        for name, points, weight, sentence in rows
        if weight > 0
    ]
    if have.hazardous:
        factors.append(Factor("hazard", 0, 0.0, barriers.get("hazard", reasons.HAZARDOUS)))
    return distance_km, tuple(factors)


def _months(offered: Numbers, wanted: Numbers) -> int:
    """Common months where a side speaks of seasons; 12 else."""
    return measure.common_months(offered, wanted) if (offered.flags | wanted.flags) & SEASONAL else 12


def _gates(have: ListingProjection, want: ListingProjection, offered: Numbers, wanted: Numbers) -> tuple[str, ...]:
    weights = KIND_RULES[have.kind]
    facts = ["hazard:yes" if have.hazardous else "hazard:no"]
    if weights.code:
        facts.append(f"code:{reasons.code_relation(have, want)}")
    if weights.temperature:
        facts.append(f"temperature:{_warmth(offered, wanted)}")
    bounded = any((have.available_from, have.available_to, want.available_from, want.available_to))
    facts.append("window:common" if bounded or _months(offered, wanted) < 12 else "window:open")
    return tuple(facts)


def _warmth(offered: Numbers, wanted: Numbers) -> str:
    if MISSING in (offered.temperature_mc, wanted.temperature_mc):
        return "unknown"
    if wanted.flags & COOLS:
        return "colder"
    return "warmer" if offered.temperature_mc > wanted.temperature_mc else "pumped"

"""Many small for one big: which matches of a listing together cover its yearly amount, and what stays uncovered.

The same for a want that several haves fill and for a have that several wants share out. Best score first, each takes
what is left: the sum is of what fits best, not the fewest or the nearest. Amounts are a year's, brought to their
dimension's unit (a single lot counts as a year's), and are added within one dimension only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.matching.domain.rule import order
from shared.quantities import YearlyAmount

MATCHES_MAX = 200
"""Matches that are looked at, the best ones."""


class Uncountable(StrEnum):
    """Why a match's amount is not added up."""

    UNKNOWN = "unknown"  # the other side states none
    OTHER_DIMENSION = "other_dimension"  # it states one that does not compare
    OWN_UNKNOWN = "own_unknown"  # the listing itself states none


@dataclass(frozen=True, slots=True)
class Offer:
    """The other side of a match with its yearly amount. ``score`` in micro-points."""

    match_id: str
    listing_id: str
    score: int
    amount: YearlyAmount | None


@dataclass(frozen=True, slots=True)
class Part:
    """What a match adds: of its ``amount`` it ``adds`` what was still uncovered, up to ``share`` (0…1) of the listing's
    amount, those before it included."""

    match_id: str
    listing_id: str
    score: int
    amount: float
    adds: float
    share: float


@dataclass(frozen=True, slots=True)
class Uncounted:
    match_id: str
    listing_id: str
    score: int
    reason: Uncountable


@dataclass(frozen=True, slots=True)
class Coverage:
    """``covered`` and ``uncovered`` add up to ``amount``, all in its unit; None where the listing states none.
    ``spare``: matches with an amount that are not needed any more."""

    amount: YearlyAmount | None
    covered: float | None
    uncovered: float | None
    share: float | None
    parts: tuple[Part, ...]
    spare: int
    uncounted: tuple[Uncounted, ...]


def cover(amount: YearlyAmount | None, offers: Iterable[Offer]) -> Coverage:
    """How the offers cover the amount: by score, ties by id, whatever order they come in."""
    own = amount if amount is not None and amount.amount > 0 else None
    rest = own.amount if own else 0.0
    parts: list[Part] = []
    uncounted: list[Uncounted] = []
    spare = 0
    for offer in sorted(offers, key=lambda offer: order(offer.score, offer.match_id)):
        offered = offer.amount if offer.amount is not None and offer.amount.amount > 0 else None
        if own is None or offered is None or offered.dimension != own.dimension:
            uncounted.append(Uncounted(offer.match_id, offer.listing_id, offer.score, _reason(own, offered)))
        elif rest <= 0:
            spare += 1
        else:
            adds = min(offered.amount, rest)
            rest -= adds
            share = (own.amount - rest) / own.amount
            parts.append(Part(offer.match_id, offer.listing_id, offer.score, offered.amount, adds, share))
    if own is None:
        return Coverage(None, None, None, None, (), 0, tuple(uncounted))
    covered = own.amount - rest
    return Coverage(own, covered, rest, covered / own.amount, tuple(parts), spare, tuple(uncounted))


def _reason(own: YearlyAmount | None, offered: YearlyAmount | None) -> Uncountable:
    if offered is None:
        return Uncountable.UNKNOWN
    return Uncountable.OWN_UNKNOWN if own is None else Uncountable.OTHER_DIMENSION

"""What is foreseen of a match beside its score: what it is worth a year, what the law asks, what is not known.

All of it is made from the two shared projections, so every cell makes the same for itself; none of it scores, gates or
is a reason to tell anybody of a change. ``services.matching.prospects`` makes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.matching.domain.listing import ListingProjection
from services.matching.domain.missing import Trust
from services.matching.domain.ranges import Range
from services.matching.domain.reasons import Sentence

STATED, ASSUMED, UNKNOWN = "stated", "assumed", "unknown"
"""Whether the amount that is taken is stated by both, bounded by one of them only, or not known."""


@dataclass(frozen=True, slots=True)
class Benefit:
    """A year of the pair, or ``once`` for a single lot. ``eur`` for the two together with transport taken off;
    ``diverted_t``: tonnes no longer thrown away; ``replaced_t``: tonnes of virgin material; ``co2e_t``: tonnes of CO2e.
    ``amount`` in ``unit`` is what passes from one to the other, ``eur_per_unit`` what one unit brings; a pipe is in
    ``eur`` only. None: it cannot be said, or does not apply; ``missing`` names what would let it be said. ``group`` is
    the row of the table, ``sources`` its documents."""

    group: str
    unit: str
    amount: Range | None
    amount_basis: str
    once: bool
    eur_per_unit: Range
    eur: Range | None
    diverted_t: Range | None
    replaced_t: Range | None
    co2e_t: Range | None
    missing: tuple[str, ...]
    sources: tuple[str, ...]
    basis: Sentence


@dataclass(frozen=True, slots=True)
class LawPoint:
    """One thing that the law asks or leaves open. The first point of a match is its waste status."""

    code: str
    sentence: Sentence
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prospect:
    """``benefit`` is None where nobody can tell what the thing is."""

    benefit: Benefit | None
    law: tuple[LawPoint, ...]
    trust: Trust


Foresee = Callable[[ListingProjection, ListingProjection, int], Prospect]
"""have, want, published score → what is foreseen of the pair."""

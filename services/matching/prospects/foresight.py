"""All that is foreseen of one pair."""

from __future__ import annotations

from services.matching.domain import roads
from services.matching.domain.listing import ListingProjection
from services.matching.domain.missing import trust
from services.matching.domain.prospect import Prospect
from services.matching.domain.sides import numbers
from services.matching.domain.weights import KIND_RULES
from services.matching.prospects.benefit import benefit_of
from services.matching.prospects.law import law_of
from services.matching.prospects.tables import concept_of


def foresee(have: ListingProjection, want: ListingProjection, score: int) -> Prospect:
    """What the two shared projections let one foresee of the match; ``score`` in micro-points as it is published."""
    offered, wanted = numbers(have), numbers(want)
    concept = concept_of(have, want)
    told = [side.stated_at for side in (have, want)]
    stated_at = min(one for one in told if one) if all(told) else None
    return Prospect(
        benefit_of(have, want, concept, roads.distance_hm(offered, wanted) / 10),
        law_of(have, want, concept),
        trust(offered, wanted, KIND_RULES[have.kind], score, stated_at),
    )

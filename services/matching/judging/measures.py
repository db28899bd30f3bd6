"""The numbers of a judged set, from rankings and labels alone.

*Shown*: per want the haves that qualify as matches, best first, at most SHOWN. Everything is counted over all wants
together, but nDCG, which is a mean over the wants that have something to find.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

GOOD, WRONG = 2, 0
"""Labels; 1 is doubtful, and worth half."""
SHOWN = 5
DEPTH = 10


@dataclass(frozen=True, slots=True)
class Ranking:
    """What the product makes of one want: every have of its kind, best first, and those that are shown."""

    want_id: str
    ranked: tuple[str, ...]
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """``pairs``: judged ones. A share of nothing is None: without anything shown there is no precision."""

    pairs: int
    shown: int
    precision_at_5: float | None
    ndcg_at_10: float | None
    good_found: float | None
    wrong_shown: float | None


def measure(rankings: Sequence[Ranking], labels: Mapping[tuple[str, str], int]) -> Measured:
    """All measures over the wants of ``rankings``; ``labels`` by (have, want)."""
    wants = {ranking.want_id for ranking in rankings}
    judged = {pair: label for pair, label in labels.items() if pair[1] in wants}
    shown = [(have, ranking.want_id) for ranking in rankings for have in ranking.shown]
    good = {pair for pair, label in judged.items() if label == GOOD}
    worth = sum(judged.get(pair, WRONG) / GOOD for pair in shown)
    gains = [(ranking.ranked, _of_want(judged, ranking.want_id)) for ranking in rankings]
    return Measured(
        pairs=len(judged),
        shown=len(shown),
        precision_at_5=_share(worth, len(shown)),
        ndcg_at_10=_mean([ndcg(ranked, own) for ranked, own in gains if any(own.values())]),
        good_found=_share(len(good.intersection(shown)), len(good)),
        wrong_shown=_share(sum(judged.get(pair) == WRONG for pair in shown), len(shown)),
    )


def ndcg(ranked: Iterable[str], labels: Mapping[str, int], depth: int = DEPTH) -> float:
    """Normalised discounted cumulative gain of one want (Järvelin and Kekäläinen 2002): gains 2^label − 1, discount
    log2(rank + 1), unjudged haves without gain."""
    best = sorted(labels.values(), reverse=True)
    ideal = _dcg(best[:depth])
    return _dcg([labels.get(have, WRONG) for have in list(ranked)[:depth]]) / ideal if ideal else 0.0


def _dcg(labels: Sequence[int]) -> float:
    return sum(((1 << label) - 1) / math.log2(rank + 1) for rank, label in enumerate(labels, start=1))


def _of_want(labels: Mapping[tuple[str, str], int], want_id: str) -> dict[str, int]:
    return {have: label for (have, want), label in labels.items() if want == want_id}


def _mean(values: Sequence[float]) -> float | None:
    return _share(sum(values), len(values))


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None

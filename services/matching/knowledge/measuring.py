"""How good a ranking of receiver sectors is, on published exchanges it has not seen.

A *query* is (donor, ewc); *relevant* are its receivers in the measured file. Every row is searched once and weighs the
same: the row's receiver is what is sought, the other relevant receivers of the same query are taken out of the ranking
before the rank is counted (filtered ranking), so that finding them first is no miss. In grouped leave-one-out a row is
ranked with precedents from which all rows of its (donor, receiver) pair are out, for the baselines too. Intervals are
95 % percentile bootstrap over the (donor, receiver) pairs, all rows of a pair drawn together, because they are not
independent.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from services.matching.knowledge.precedents import Precedent
from services.matching.knowledge.ranking import SectorRanking, divisions
from services.matching.knowledge.weights import WEIGHTS, Weights

SEED = 20170
DRAWS = 2_000
HALVINGS = 20
SPLITS = ("pairs", "rows", "exchanges")
MODEL, POPULAR, COOCCURRENCE = "model", "popular", "cooccurrence"
METHODS = (MODEL, POPULAR, COOCCURRENCE)

Query = tuple[str, str]
Ranker = Callable[[str, str], Sequence[str]]
Rankers = Mapping[str, Ranker]


@dataclass(frozen=True, slots=True)
class Searched:
    """A row and the rank (1 = first) at which each method put its receiver."""

    row: Precedent
    ranks: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Measured:
    """Means over rows."""

    hit1: float
    hit3: float
    hit5: float
    mrr: float


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float


def rankers(precedents: Sequence[Precedent], weights: Weights = WEIGHTS) -> Rankers:
    """The model and both baselines, all knowing the same precedents."""
    model = SectorRanking(precedents, weights)
    return {
        MODEL: lambda donor, ewc: [sector.division for sector in model.rank(donor, ewc)],
        POPULAR: _by_count(precedents, with_donor=False),
        COOCCURRENCE: _by_count(precedents, with_donor=True),
    }


def leave_pair_out(
    rows: Sequence[Precedent], known: Sequence[Precedent] | None = None, weights: Weights = WEIGHTS
) -> list[Searched]:
    """Each row searched with what is ``known`` (by default the rows) less all rows of its (donor, receiver) pair."""
    found: list[Searched] = []
    relevant = relevant_of(rows)
    for pair in sorted({row.pair for row in rows}):
        without = rankers([row for row in (rows if known is None else known) if row.pair != pair], weights)
        found += [search(row, without, relevant) for row in rows if row.pair == pair]
    return found


def halves(rows: Sequence[Precedent], split: str) -> list[Searched]:
    """One half of the rows searched with the other as all that is known, over `HALVINGS` random halvings.

    ``split`` says what is dealt out: ``"rows"``, ``"exchanges"`` (a row with several may land in both halves) or
    ``"pairs"`` (all rows of a division pair together). Nearer to how the shipped ranking meets an unseen file than
    leave-one-out is, though with half its precedents.
    """
    deal, found = random.Random(SEED), []
    cards = _counted_once(rows) if split == "exchanges" else list(rows)
    for _ in range(HALVINGS):
        hands: tuple[list[Precedent], list[Precedent]] = ([], [])
        hand_of: dict[object, int] = {}
        for number, card in enumerate(cards):
            hand = hand_of.setdefault(card.pair if split == "pairs" else number, deal.randrange(2))
            hands[hand].append(card)
        known, searched = map(_added_up, hands)
        found += with_precedents(searched, known)
    return found


def with_precedents(rows: Sequence[Precedent], known: Sequence[Precedent]) -> list[Searched]:
    """Each row of another file, searched by what the product ships."""
    shipped, relevant = rankers(known), relevant_of(rows)
    return [search(row, shipped, relevant) for row in rows]


def relevant_of(rows: Iterable[Precedent]) -> Mapping[Query, frozenset[str]]:
    relevant: dict[Query, set[str]] = {}
    for row in rows:
        relevant.setdefault((row.donor, row.ewc), set()).add(row.receiver)
    return {query: frozenset(receivers) for query, receivers in relevant.items()}


def search(row: Precedent, methods: Rankers, relevant: Mapping[Query, frozenset[str]]) -> Searched:
    others = relevant[row.donor, row.ewc] - {row.receiver}
    ranks = {}
    for name, ranker in methods.items():
        left = [division for division in ranker(row.donor, row.ewc) if division not in others]
        ranks[name] = left.index(row.receiver) + 1
    return Searched(row, ranks)


def measure(found: Sequence[Searched], method: str) -> Measured:
    ranks = [searched.ranks[method] for searched in found]
    hit1, hit3, hit5 = (sum(rank <= limit for rank in ranks) / len(ranks) for limit in (1, 3, 5))
    return Measured(hit1, hit3, hit5, sum(1 / rank for rank in ranks) / len(ranks))


def interval(found: Sequence[Searched], value: Callable[[Searched], float]) -> Interval:
    """95 % of the mean of ``value``; the same seed always, so the same draws for every method (paired)."""
    groups: dict[tuple[str, str], list[float]] = {}
    for searched in found:
        groups.setdefault(searched.row.pair, []).append(value(searched))
    sums = [(sum(values), len(values)) for _, values in sorted(groups.items())]
    draw = random.Random(SEED)
    means = []
    for _ in range(DRAWS):
        drawn = draw.choices(sums, k=len(sums))
        means.append(sum(total for total, _ in drawn) / sum(count for _, count in drawn))
    means.sort()
    return Interval(means[round(0.025 * (DRAWS - 1))], means[round(0.975 * (DRAWS - 1))])


def gain(searched: Searched, baseline: str) -> float:
    """Reciprocal rank of the model less that of the baseline."""
    return 1 / searched.ranks[MODEL] - 1 / searched.ranks[baseline]


def _counted_once(rows: Iterable[Precedent]) -> list[Precedent]:
    return [replace(row, exchanges=1) for row in rows for _ in range(row.exchanges)]


def _added_up(rows: Iterable[Precedent]) -> list[Precedent]:
    exchanges: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        exchanges[*row.pair, row.ewc] += row.exchanges
    return [Precedent(donor, receiver, ewc, count) for (donor, receiver, ewc), count in exchanges.items()]


def _by_count(precedents: Sequence[Precedent], *, with_donor: bool) -> Ranker:
    """Most exchanges first: from this donor if asked, then from anybody; ties by code."""
    popular: Counter[str] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    for row in precedents:
        popular[row.receiver] += row.exchanges
        together[row.pair] += row.exchanges

    def ranker(donor: str, _ewc: str) -> Sequence[str]:
        return sorted(divisions(), key=lambda division: (
            -together[donor, division] if with_donor else 0, -popular[division], division,
        ))  # fmt: skip

    return ranker

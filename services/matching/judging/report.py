"""What a judged set says of the product, for people: numbers by kind, the misses, and one line of JSON at the end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.matching.domain.weights import FULL, GATE
from services.matching.judging.cards import Card, CardFile, Labels
from services.matching.judging.measures import GOOD, WRONG, Measured, Ranking, measure
from services.matching.judging.product import Verdicts, listings_of, rankings, verdicts

MISSES = 15
NUMBERS = ("precision_at_5", "ndcg_at_10", "good_found", "wrong_shown")

@dataclass(frozen=True, slots=True)
class Judged:
    """A set with what the product makes of it."""

    cards: Mapping[str, Card]
    labels: Labels
    verdicts: Verdicts
    rankings: tuple[Ranking, ...]


def judge(file: CardFile, labels: Labels) -> Judged:
    """Every have against every want, as the product scores them: matches first, then what nearly fits."""
    haves, wants = (listings_of(file, direction) for direction in ("have", "want"))
    found = verdicts(haves, wants)
    return Judged(file.cards, labels, found, rankings(found, haves, wants))


def lines(judged: Judged) -> Iterator[str]:
    """The report line by line; the last one is JSON."""
    yield f"{'kind':<10} {'wants':>5} {'shown':>5} " + " ".join(f"{name:>14}" for name in NUMBERS)
    for kind in dict.fromkeys(card.kind for card in judged.cards.values()):
        own = [ranking for ranking in judged.rankings if judged.cards[ranking.want_id].kind == kind]
        yield _row(kind, own, measure(own, judged.labels))
    whole = measure(judged.rankings, judged.labels)
    yield _row("all", judged.rankings, whole)
    yield from _misses("Good, but not shown", list(_unseen(judged)), judged)
    yield from _misses("Wrong, but shown", list(_shown(judged, WRONG)), judged)
    yield from _misses("Shown without a judgement (counts as wrong)", list(_shown(judged, None)), judged)
    yield json.dumps({"pairs": whole.pairs, **{name: _rounded(getattr(whole, name)) for name in NUMBERS}})


def _row(name: str, rankings: Sequence[Ranking], measured: Measured) -> str:
    values = (_rounded(getattr(measured, name)) for name in NUMBERS)
    numbers = " ".join(f"{'–' if value is None else format(value, '.3f'):>14}" for value in values)
    return f"{name:<10} {len(rankings):>5} {measured.shown:>5} {numbers}"


def _unseen(judged: Judged) -> Iterator[tuple[str, str]]:
    """Good pairs that are not shown, the farthest from it (a gate) first."""
    shown = {(have, ranking.want_id) for ranking in judged.rankings for have in ranking.shown}
    missed = [pair for pair, label in judged.labels.items() if label == GOOD and pair not in shown]
    yield from sorted(missed, key=lambda pair: (_points(judged, pair), pair))


def _shown(judged: Judged, label: int | None) -> Iterator[tuple[str, str]]:
    """Shown pairs with the label, the highest scored first."""
    pairs = [(have, ranking.want_id) for ranking in judged.rankings for have in ranking.shown]
    found = [pair for pair in pairs if judged.labels.get(pair) == label]
    yield from sorted(found, key=lambda pair: (-_points(judged, pair), pair))


def _misses(title: str, pairs: Sequence[tuple[str, str]], judged: Judged) -> Iterator[str]:
    if not pairs:
        return
    yield f"\n{title}: {len(pairs)}" + (f", the first {MISSES}" if len(pairs) > MISSES else "")
    for have, want in pairs[:MISSES]:
        points = _points(judged, (have, want))
        number = "gate" if points < 0 else f"{points / FULL:.3f}"
        texts = f"{judged.cards[have].text[:44]} → {judged.cards[want].text[:44]}"
        yield f"  {number:>5}  {have} {want}  {texts}"


def _points(judged: Judged, pair: tuple[str, str]) -> int:
    """Below 0 for a gate and for two of different kinds."""
    found = judged.verdicts.get(pair)
    return GATE if found is None or found.micro_points is None else found.micro_points


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)

"""Which sectors may take a stream: receiver divisions ranked for a donor division and a waste code.

A weighted sum of what the rules say, who usually takes such streams, what was published before (the precedents it is
given) and who receives much in them; see ``weights``. Nothing is learnt beyond counts, so every place in the ranking
can be explained by its parts.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from services.matching.knowledge.precedents import Precedent
from services.matching.knowledge.rules import Rule, rules
from services.matching.knowledge.takers import NONE, Shares, takers_of_code, takers_of_donor
from services.matching.knowledge.weights import (
    CODE_FIT,
    CONFIDENCE,
    DONOR_FIT,
    PLACE,
    WEIGHTS,
    WRITTEN_FOR_THE_GROUP,
    Weights,
)
from shared.reference.nace import nace_codes


@dataclass(frozen=True, slots=True)
class RankedSector:
    """A receiver division with its score (comparable within one ranking, no probability) and what each part added."""

    division: str
    score: float
    parts: Shares


class SectorRanking:
    """Ranks with the rules of the knowledge base and with the precedents given here, and with no others."""

    def __init__(self, precedents: Sequence[Precedent], weights: Weights = WEIGHTS) -> None:
        self.weights = weights
        self.popular = _counted(precedents)
        self.by_code = _grouped((precedent.ewc, precedent) for precedent in precedents if precedent.ewc)
        self.by_donor_uncoded = _grouped((precedent.donor, precedent) for precedent in precedents if not precedent.ewc)

    def rank(self, donor: str, ewc: str = "") -> tuple[RankedSector, ...]:
        """All 88 divisions, best first, ties by code. ``donor``: two digits; ``ewc``: six digits or empty."""
        weights = self.weights
        known = self.by_code.get(ewc, NONE) if ewc else self.by_donor_uncoded.get(donor, NONE)
        parts = {
            "donor_takers": _part(takers_of_donor(donor), weights.donor_takers, 0.0),
            "popular": _part(self.popular, weights.popular, 0.0),
        }
        if ewc:
            parts |= {
                "stream_rules": _part(stream_rules(donor, ewc), weights.stream_rules, weights.rules_half),
                "code_takers": _part(takers_of_code(ewc), weights.code_takers, 0.0),
                "same_code": _part(known, weights.same_code, weights.precedents_half),
            }
        else:
            parts |= {
                "flow_rules": _part(flow_rules(donor), weights.flow_rules, weights.rules_half),
                "uncoded_pair": _part(known, weights.uncoded_pair, weights.precedents_half),
            }
        ranked = [_ranked(division, parts) for division in divisions()]
        return tuple(sorted(ranked, key=lambda sector: (-sector.score, sector.division)))


@lru_cache(maxsize=1)
def divisions() -> tuple[str, ...]:
    """The 88 divisions of NACE Rev. 2."""
    return tuple(sorted(entry.code for entry in nace_codes().values() if entry.level == "division"))


@lru_cache(maxsize=4096)
def stream_rules(donor: str, ewc: str) -> Shares:
    """What the rules that fit the code give each receiver; empty without a code."""
    given: defaultdict[str, float] = defaultdict(float)
    for rule in rules() if ewc else ():
        _give(given, rule, code_fit(rule, ewc) * donor_fit(rule, donor))
    return given


@lru_cache(maxsize=128)
def flow_rules(donor: str) -> Shares:
    """What the rules of energy, water, gases and the like give: a stream without a waste code is often one of these."""
    given: defaultdict[str, float] = defaultdict(float)
    for rule in rules():
        _give(given, rule, 0.0 if rule.is_waste_code or donor not in rule.donors else 1.0)
    return given


def code_fit(rule: Rule, ewc: str) -> float:
    """1 for the same code, less with fewer leading pairs of digits in common, 0 for another chapter or a concept."""
    if not rule.is_waste_code:
        return 0.0
    common = next(digits for digits in (6, 4, 2, 0) if rule.stream[:digits] == ewc[:digits])
    fit = CODE_FIT[min(common, len(rule.stream))]
    return max(fit, WRITTEN_FOR_THE_GROUP) if ewc.startswith(rule.stream) else fit


def donor_fit(rule: Rule, donor: str) -> float:
    return DONOR_FIT["any" if not rule.donors else "named" if donor in rule.donors else "other"]


def _give(given: defaultdict[str, float], rule: Rule, fit: float) -> None:
    """Each receiver of the rule gets its share of one vote."""
    if fit:
        shares = [PLACE**place for place in range(len(rule.receivers))]
        vote = fit * CONFIDENCE[rule.confidence] / sum(shares)
        for receiver, share in zip(rule.receivers, shares, strict=True):
            given[receiver] += vote * share


def _part(counts: Shares, weight: float, half: float) -> Shares:
    """``weight`` divided in proportion to the counts, less of it where there is little evidence."""
    total = sum(counts.values())
    return {division: weight * count / (total + half) for division, count in counts.items()} if total else {}


def _counted(precedents: Iterable[Precedent]) -> Shares:
    """Receivers by published exchanges; the logarithm keeps one much-studied park from speaking for all."""
    counts: defaultdict[str, float] = defaultdict(float)
    for precedent in precedents:
        counts[precedent.receiver] += 1 + math.log(max(precedent.exchanges, 1))
    return counts


def _grouped(keyed: Iterable[tuple[str, Precedent]]) -> Mapping[str, Shares]:
    groups: dict[str, list[Precedent]] = {}
    for key, precedent in keyed:
        groups.setdefault(key, []).append(precedent)
    return {key: _counted(group) for key, group in groups.items()}


def _ranked(division: str, parts: Mapping[str, Shares]) -> RankedSector:
    own = {name: shares[division] for name, shares in parts.items() if shares.get(division)}
    return RankedSector(division, math.fsum(own.values()), own)

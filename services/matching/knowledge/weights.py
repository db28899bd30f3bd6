"""The one table of the sector ranking: how much each kind of knowledge counts.

The score of a receiver division is a weighted sum of shares (each part adds up to at most 1 over all divisions), so the
numbers below compare directly; a part that knows little about the question counts less. Round numbers by judgement:
choosing them by the sample inside each fold does no better (README).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Weights:
    """Shares of the parts; ``…_half`` is how much evidence a part needs to count with half its weight."""

    stream_rules: float = 1.0
    """Rules whose code fits the waste code, by hierarchy, and whose donors fit: what is possible."""
    code_takers: float = 1.0
    """Who usually takes streams of the code's subchapter: what is usual, as much as what is possible."""
    donor_takers: float = 0.5
    """Who usually takes what this donor division has: half, since a sector has many streams."""
    flow_rules: float = 0.3
    """Without a code only: rules of the donor for what has no waste code (energy, water, gases, room, skill)."""
    same_code: float = 0.5
    """Precedents of this very code, whoever gave: strong, but the next receiver is often another one."""
    uncoded_pair: float = 0.1
    """Without a code only: precedents of this donor that had none either: weak, for the streams may differ."""
    popular: float = 0.5
    """Divisions that received much in all precedents, whoever gave."""
    rules_half: float = 0.2
    """About a fifth of one established rule with the same code."""
    precedents_half: float = 3.0
    """Three published exchanges."""


WEIGHTS = Weights()

CODE_FIT: Mapping[int, float] = MappingProxyType({6: 1.0, 4: 0.15, 2: 0.02, 0: 0.0})
"""How much a rule says about a code with which it has this many leading digits in common."""

WRITTEN_FOR_THE_GROUP = 0.6
"""At least this much of a rule that is written for a whole subchapter or chapter."""

DONOR_FIT: Mapping[str, float] = MappingProxyType({"named": 1.0, "any": 0.7, "other": 0.3})
"""The rule names the donor's division; names none; names others."""

CONFIDENCE: Mapping[str, float] = MappingProxyType({"established": 1.0, "practised": 0.6, "pilot": 0.3})

PLACE = 0.5
"""Each later receiver of a rule counts this much of the one before it."""

RULE_ALONE = 0.7
"""Plausibility of an implied need by an established rule that names the sector first, with no precedent."""

PRECEDENT_LIFT = 0.3
"""Each published exchange of a stream takes away this much of the doubt about an implied need."""

"""The one table of the sector ranking: how much each kind of knowledge counts.

The score of a receiver division is a weighted sum of shares (each part adds up to 1 over all divisions), so the numbers
below compare directly; a part that knows little about the question counts less. Round numbers, first set by judgement,
then moved a few times by grouped leave-one-out and by random halves of the sample; README says what that is worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Weights:
    """Shares of the parts; ``…_half`` is how much evidence a part needs to count with half its weight."""

    stream_rules: float = 1.00
    """Rules whose code fits the waste code, by hierarchy, and whose donors fit."""
    flow_rules: float = 0.30
    """Without a code only: rules of the donor for what has no waste code (energy, water, gases, room, skill)."""
    donor_rules: float = 0.10
    """All rules of waste codes that name the donor's sector, whatever the stream."""
    pair: float = 0.02
    """Precedents of this donor division: little, since what a sector gave once says less than the stream does."""
    uncoded_pair: float = 0.25
    """Without a code only: precedents of this donor division that had no code either."""
    section: float = 0.05
    """Precedents of the donor's NACE section."""
    chapter: float = 0.05
    """Precedents of the waste code's chapter."""
    same_sector: float = 0.02
    """Firms of one sector take each other's residues."""
    popular: float = 0.40
    """Divisions that receive much, whoever gives."""
    general: float = 0.20
    """What is known of symbiosis in general: `GENERAL`."""
    rules_half: float = 0.2
    precedents_half: float = 3.0


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

GENERAL: Mapping[str, float] = MappingProxyType(
    {
        "38": 4, "35": 4, "20": 4, "23": 4, "01": 3, "24": 3, "42": 2, "10": 2, "17": 2, "22": 2, "16": 1, "19": 1,
        "37": 1, "36": 1, "41": 1, "43": 1, "11": 1, "13": 1, "02": 0.5, "03": 0.5, "08": 0.5, "25": 0.5, "31": 0.5,
        "81": 0.5, "39": 0.5, "46": 0.5, "47": 0.5, "21": 0.5, "29": 0.3, "27": 0.3, "15": 0.3, "32": 0.3,
    }
)  # fmt: skip
"""Who takes side streams: process industries, energy, waste handlers, farms and builders (relative)."""

RULE_ALONE = 0.7
"""Plausibility of an implied need by an established rule that names the sector first, with no precedent."""

PRECEDENT_LIFT = 0.3
"""Each published exchange of a stream takes away this much of the doubt about an implied need."""

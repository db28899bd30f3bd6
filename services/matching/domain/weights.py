"""The one table of matching: what counts how much, per kind of listing.

Weights are hundredths and add up to 100. A score is an integer number of micro-points (1,000,000 = a perfect fit). The
thresholds are set so that listings with nothing in common but their place stay apart: a material without a waste code
needs a common word, and what is known by words only (expertise, service, capacity) is never matched without one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

FULL = 1_000_000
K = 20
"""A match is among the first K of either side."""

NEUTRAL = 500_000
"""Points of a factor about which a side says nothing: neither for nor against."""

CODE_POINTS: Mapping[str, int] = MappingProxyType({"same": FULL, "subchapter": 700_000, "chapter": 300_000})
"""How near two codes of the European List of Waste stand; different chapters of material never match."""

SHORTEST_WINDOW = 500_000
"""Points of windows that just touch; they grow evenly to full points at a common year."""
LONGEST_WINDOW_DAYS = 365

LEAST_WARMTH = 500_000
"""Points of heat that is hardly warmer than wanted; they grow evenly to full points at AMPLE_WARMTH_C more."""
AMPLE_WARMTH_C = 20


@dataclass(frozen=True, slots=True)
class KindRule:
    """Weights of the factors, least score of a match, and the great-circle distance from which nothing fits."""

    code: int
    amount: int
    window: int
    distance: int
    temperature: int
    words: int
    threshold: int
    distance_max_km: int


#                 code amount window distance temperature words threshold  km
KIND_RULES: Mapping[str, KindRule] = MappingProxyType(
    {
        "material":  KindRule(40, 10, 10, 20,  0, 20, 620_000, 300),
        "energy":    KindRule( 0, 15, 10, 35, 30, 10, 550_000,  50),
        "water":     KindRule( 0, 25, 15, 40,  0, 20, 550_000,  50),
        "logistics": KindRule( 0, 20, 15, 30,  0, 35, 600_000, 400),
        "capacity":  KindRule( 0, 15, 15, 25,  0, 45, 580_000, 300),
        "premises":  KindRule( 0, 30, 15, 25,  0, 30, 600_000, 100),
        "expertise": KindRule( 0, 10, 15, 25,  0, 50, 560_000, 1_000),
        "service":   KindRule( 0, 10, 15, 25,  0, 50, 560_000, 500),
    }
)  # fmt: skip

BAND_LIMITS: tuple[tuple[str, int], ...] = (("fair", 0), ("good", 700_000), ("excellent", 850_000))
"""Lower limits, lowest first; "fair" begins where the kind's threshold does."""

BAND_HYSTERESIS = 15_000
"""An open match leaves its band only when its score is this far beyond the limit, so that a small change is silent."""

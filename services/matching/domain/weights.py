"""The one table of matching: what counts how much, per kind of listing.

Weights are hundredths and add up to 100. A score is an integer number of micro-points (1,000,000 = a perfect fit). The
thresholds are set so that listings with nothing in common but their place stay apart, and so that one doubtful
condition of a good pair is let through and two are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from services.matching.domain.transport import CARRIAGES

FULL = 1_000_000
GATE = -1
"""Points of a factor by which the two can never fit."""
K = 20
"""A match is among the first K of either side."""

NEUTRAL = 250_000
"""Points of the code where a side has none: the same code is a good sign, none is no bad one."""

CODE_POINTS: Mapping[str, int] = MappingProxyType({"same": FULL, "subchapter": 250_000, "chapter": 100_000})
"""How near two codes of the European List of Waste stand. Different chapters add nothing, and keep two apart unless the
words say that both speak of one thing, or that the one might do in the other's place (THING_POINTS, from "perhaps"
on): one material has several codes by where it comes from. Product codes stand as near by their category, class and
group of CPA; that is evidence of the thing only, and different ones keep nobody apart."""

THING_POINTS: Mapping[str, int] = MappingProxyType(
    {
        "same": FULL, "serves": 820_000, "implied": 760_000, "near": 800_000, "perhaps": 450_000,
        # the same, and with words in common
        "serves_said": 1_000_000, "near_said": 880_000,
        # the same, and of one code
        "serves_coded": 950_000, "near_coded": 940_000,
        # a side speaks of nothing known: its code decides
        "coded": 850_000, "coded_subchapter": 450_000, "coded_chapter": 250_000,
        # both speak of known things, and of different ones
        "other": 0, "other_coded": 350_000, "other_subchapter": 150_000,
    }
)  # fmt: skip
"""How surely the two speak of one thing. By words alone, their common part of WORDS_THING at most."""
WORDS_THING = 800_000
ONE_THING = THING_POINTS["perhaps"]
"""From here on there is evidence that the two speak of one thing."""
NEAR_MISS_REACH = 2
"""A near miss lies at most so many times as far as the pair may be apart: a date can be moved and a permit asked for,
a place can not. On judged sets 25 of 114 pairs up to there were good or doubtful, 4 of 69 beyond."""

SILENT, HALF_SILENT, UNMEASURED = 200_000, 600_000, 600_000
"""Points of quality when the want asks for something on which the have is silent; when the have shows another part of
what is asked; when it is a number only that the have does not give. A contradiction is a gate."""

AMOUNT_STEPS: tuple[tuple[int, int], ...] = ((0, 100_000), (50_000, 500_000), (500_000, 850_000), (FULL, FULL))
"""Covered part of the want → points, straight lines between. A want that gathers from several is covered by
GATHERING times less."""
GATHERING = 50
UNKNOWN_AMOUNT = 600_000

WINDOW_STEPS: tuple[tuple[int, int], ...] = ((0, 300_000), (30, 750_000), (183, FULL))
"""Common days → points, straight lines between."""

SEASON_STEPS: tuple[tuple[int, int], ...] = ((0, 300_000), (1, 600_000), (3, 850_000), (6, FULL))
"""Common months → points, straight lines between, where a side speaks of seasons; none in common is a gate."""

ONE_OFF = 95
"""Hundredths of the amount's points for what is there once, where the want goes on."""

LOTS_A_YEAR = 2
"""What comes all along is gathered for half a year at most, until there is enough for a want's least lot."""

HEAT_STEPS: tuple[tuple[int, int], ...] = ((0, 200_000), (3_000, 850_000), (20_000, FULL))
"""Thousandths of °C that the have is warmer → points, straight lines between."""
UNKNOWN_HEAT = 600_000
PLAINLY_COLD_MC, PLAINLY_WARM_MC = 12_000, 30_000
"""Thousandths of °C up to which nothing is heated without a heat pump, and from which nothing is cooled."""

AT_GOOD_DISTANCE, BEYOND_GOOD_DISTANCE, AT_FAR_DISTANCE = 650_000, 500_000, 200_000
"""Points at the end of the good distance, behind it, and at the end of the far one; they fall evenly from full at the
same place, and between."""

NEAR_AND_FAR_KM: Mapping[str, tuple[int, int]] = MappingProxyType(
    {**{name: carriage.near_and_far_km for name, carriage in CARRIAGES.items()}, "wire": (600, 1_300)}
)
"""Great-circle distance that a material is carried as a matter of course, and at most, by what carrying costs against
what it is worth (``transport``); power goes by wire. Beyond the far one nothing fits. Which material is of which class:
``reading/data/reaches.csv``."""
VAGUE_PLACE_KM = 40
"""What each side whose place is not shared adds to both distances: its region's middle stands for it."""
NEXT_PLACE_KM = 12
"""The point of the next municipality is nearer than this to a quarter of all municipalities' points (12.5 km): heat
that is told by municipality is not held too far within it, since the pipe may be far shorter."""
SHORT_ROAD_KM, ENDLESS_ROAD_KM = 15, 5_000
"""A road shorter than this has no direction worth telling; a bearing without a place is a road without an end."""
ROAD_BESIDE_KM, ROAD_BESIDE_SHARE = 60, 30
ROAD_LONGER_KM, ROAD_LONGER_SHARE = 50, 20
"""How far beside a road its goods' goal may lie, and how far behind its end: km, or hundredths of the goods' own road
if that is more."""
HAZARDOUS_REACH = "valuable"
"""Hazardous material goes to whoever has the permit."""


LEAST_BY_FIRSTS = (50_000, -50_000, -120_000)
"""What is added to the kind's threshold where a pair is the first in the list of neither side, of one, of both. Two
that have nothing better may be less sure of each other; two that both have something better must be surer."""


@dataclass(frozen=True, slots=True)
class KindRule:
    """Weights of the factors, least score of a match (``LEAST_BY_FIRSTS`` is added to it), and the distances in km of
    what has none of its own."""

    thing: int
    code: int
    quality: int
    amount: int
    window: int
    distance: int
    temperature: int
    words: int
    threshold: int
    good_km: int
    far_km: int

    @property
    def good_hm(self) -> int:
        """In hundreds of metres, as the arithmetic takes it."""
        return self.good_km * 10

    @property
    def far_hm(self) -> int:
        return self.far_km * 10

    @property
    def least(self) -> int:
        """Below it nothing is a match."""
        return self.threshold + min(LEAST_BY_FIRSTS)

    @property
    def sure(self) -> int:
        """From here on a pair is a match whatever else the two sides have."""
        return self.threshold + max(LEAST_BY_FIRSTS)


#              thing code quality amount window distance temperature words threshold good far km
KIND_RULES: Mapping[str, KindRule] = MappingProxyType(
    {
        "material":  KindRule(38, 8, 16, 6, 4, 22, 0, 6, 750_000, 120, 250),
        "energy":    KindRule(30, 0,  8,  8, 6, 22, 22, 4, 750_000,   5,  15),
        "water":     KindRule(40, 0, 20,  8, 6, 20,  0, 6, 760_000,   5,  15),
        "logistics": KindRule(50, 0, 10,  6, 6, 18,  0, 10, 740_000, 100, 200),
        "capacity":  KindRule(50, 0, 10,  6, 6, 18,  0, 10, 780_000, 100, 200),
        "premises":  KindRule(46, 0, 10, 10, 6, 18,  0, 10, 760_000,  30,  60),
        "expertise": KindRule(58, 0,  6,  6, 6, 14,  0, 10, 770_000, 400, 1_300),
        "service":   KindRule(54, 0,  8,  6, 6, 16,  0, 10, 750_000, 100, 200),
    }
)  # fmt: skip

WHOLE_COUNTRY_KM = 1_300
"""How far "koko maa" is, and work goes that a side offers or takes at a distance."""

BAND_LIMITS: tuple[tuple[str, int], ...] = (("fair", 0), ("good", 850_000), ("excellent", 920_000))
"""Lower limits, lowest first; "fair" begins where a match does, which is below "good" in every kind. Of
the judged pairs that are shown, three of five of the fair ones are good and five of six of the others."""

BAND_HYSTERESIS = 15_000
"""An open match leaves its band only when its score is this far beyond the limit, so that a small change is silent."""

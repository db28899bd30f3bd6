"""Who usually takes what: for each donor division and each subchapter of the list of waste, receiver divisions with how
often published symbiosis has them, as far as one can judge.

The rules say what is possible; these two tables say what is usual, and stand in where no rule fits. They are general
knowledge and not taken from the sample of precedents: how the cases that are told again and again work (Kalundborg,
Kwinana, Gladstone, Ulsan, Tianjin, Händelö, Harjavalta, Kemi-Tornio, Styria, the British NISP). What the measurement of
them is worth stands in README. A number compares within its row only. The column ``gives`` tells a reader what the
writer of the row thought of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from services.matching.knowledge.rules import table
from services.matching.words.vocabulary import listed

Shares = Mapping[str, float]
NONE: Shares = MappingProxyType({})


def takers_of_donor(donor: str) -> Shares:
    """Receiver divisions of a donor division's side streams; shares add up to 1, none for no division."""
    return _by_donor().get(donor, NONE)


def takers_of_code(ewc: str) -> Shares:
    """Receiver divisions of a waste code, by its subchapter; of one that is not on the list, by its chapter."""
    return _by_code().get(ewc[:4]) or _by_code().get(ewc[:2], NONE)


@lru_cache(maxsize=1)
def _by_donor() -> Mapping[str, Shares]:
    return {row["donor"]: _shares(row["takers"]) for row in table("takers_by_donor")}


@lru_cache(maxsize=1)
def _by_code() -> Mapping[str, Shares]:
    """Subchapters as they are written, chapters as the mean of theirs."""
    written = {row["ewc"]: _shares(row["takers"]) for row in table("takers_by_code")}
    return {**{chapter: _mean(written, chapter) for chapter in {code[:2] for code in written}}, **written}


def _mean(written: Mapping[str, Shares], chapter: str) -> Shares:
    among = [shares for code, shares in written.items() if code.startswith(chapter)]
    mean: defaultdict[str, float] = defaultdict(float)
    for shares in among:
        for division, share in shares.items():
            mean[division] += share / len(among)
    return mean


def _shares(cell: str) -> Shares:
    """``"35:4|01:1"`` as shares."""
    parts = {division: float(number) for division, number in (part.split(":") for part in listed(cell))}
    total = sum(parts.values())
    return {division: number / total for division, number in parts.items()}

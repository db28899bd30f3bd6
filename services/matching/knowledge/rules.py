"""The rules of the knowledge base: a stream of some sectors, after an operation, serves a use in other sectors.

Each row of ``data/rules_*.csv`` is one relation, written by hand from the source it names (``data/sources.csv``). A
stream is a code of the List of Waste or a part of one (2, 4 or 6 digits), or, for what has no waste code, a concept
``family/thing`` such as ``energy/heat``. Receivers stand in order: the likeliest first. A rule says what is possible in
general; whether it may be done at a place is for the law and the permit there. The column ``quality`` tells a
reader of the table which limits matter; nothing reckons with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from services.matching.domain.reasons import Sentence
from services.matching.words.vocabulary import listed, tables

FILES = (
    "rules_01_02", "rules_03_05", "rules_06_09", "rules_10_11", "rules_12_16", "rules_17_20", "rules_flows",
)  # fmt: skip
FAMILIES = ("material", "energy", "water", "logistics", "capacity", "premises", "expertise", "service")
ROUTES = ("waste", "by-product", "end-of-waste")
CONFIDENCES = ("established", "practised", "pilot")
DIRECT = "direct"
"""In place of an R or D code: used as it is."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One relation. ``donors`` empty: any sector. ``operation``: R/D code or ``direct``; ``source``: its key."""

    id: str
    stream: str
    donors: tuple[str, ...]
    operation: str
    use: Sentence
    receivers: tuple[str, ...]
    substitutes: str
    route: str
    confidence: str
    source: str

    @property
    def is_waste_code(self) -> bool:
        return self.stream[0].isdigit()


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """All rules, in file order."""
    return tuple(_rule(row) for name in FILES for row in table(name))


@lru_cache(maxsize=1)
def sources() -> Mapping[str, str]:
    """Source key → citation."""
    return MappingProxyType({row["key"]: row["citation"] for row in table("sources")})


def table(name: str) -> Iterator[dict[str, str]]:
    """The rows of ``data/<name>.csv`` in file order."""
    yield from tables("services.matching.knowledge", name)


def _rule(row: Mapping[str, str]) -> Rule:
    return Rule(
        row["id"], row["stream"], listed(row["donors"]), row["operation"],
        Sentence(row["use_fi"], row["use_sv"], row["use_en"]), listed(row["receivers"]),
        row["substitutes"], row["route"], row["confidence"], row["source"],
    )  # fmt: skip

"""Waste codes and concepts, by the terms that name both: what a code may stand for, and what a thing would be as waste.

A term names several codes, the likeliest first. What a code *may* stand for goes by all of them, what it *mostly*
stands for by the first ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache

from services.matching.words.concepts import ids, numbered
from services.matching.words.vocabulary import rows, terms

OF_ANYTHING = ("15", "16", "19", "20")
"""Chapters of the list of waste by collection and treatment: their codes contradict no word."""
_NONE: Counter[int] = Counter()


def concepts_of(code: str | None) -> frozenset[int]:
    """Numbers of the concepts that the code may stand for."""
    return frozenset(_concepts(first=False).get(code or "", _NONE))


def concepts_first_of(code: str) -> frozenset[int]:
    """Numbers of the concepts for which the code stands first with a term at least."""
    return frozenset(_concepts(first=True).get(code, _NONE))


@lru_cache(maxsize=1)
def first_codes() -> Mapping[int, Counter[str]]:
    """Number of a concept → the codes that its terms name first, and how many terms do."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for code, numbers in _concepts(first=True).items():
        for number, count in numbers.items():
            found[number][code] = count
    return found


def may_be(code: str | None, number: int) -> bool:
    """Whether a thing of this code may be the concept: it has a code in the same chapter, or one of them tells nothing
    of the other (no code, a chapter of anything)."""
    return not code or code[:2] in OF_ANYTHING or code[:2] in _chapters().get(number, (code[:2],))


@lru_cache(maxsize=2_048)
def usual_concept(code: str | None) -> str | None:
    """The concept that ``data/usual.csv`` names where the number of terms misleads (crates have more names than pallets
    have); else the one with the most terms of which this is the first waste code, else one of the codes."""
    if told := _usual().get(code or ""):
        return told
    for first in (True, False):
        if found := _concepts(first=first).get(code or ""):
            return max(sorted(ids()[number] for number in found), key=lambda concept: found[numbered()[concept].number])
    return None


@lru_cache(maxsize=1)
def _usual() -> Mapping[str, str]:
    return {row["code"]: row["concept"] for row in rows("usual")}


@cache
def usual_code(concept: str | None) -> str | None:
    """The waste code that most terms of the concept name first: what it would be as waste."""
    found = first_codes().get(numbered()[concept].number) if concept else None
    return max(sorted(found), key=lambda code: found[code]) if found else None


@cache
def _concepts(*, first: bool) -> Mapping[str, Counter[int]]:
    """Waste code → the concepts with terms that name it (first), and how many do."""
    found: dict[str, Counter[int]] = defaultdict(Counter)
    for term in terms():
        for code in term.ewc[:1] if first else term.ewc:
            found[code][numbered()[term.concept].number] += 1
    return dict(found)


@lru_cache(maxsize=1)
def _chapters() -> Mapping[int, frozenset[str]]:
    """Number of a concept → the chapters of the list of waste where it has codes."""
    found: dict[int, set[str]] = defaultdict(set)
    for code, numbers in _concepts(first=False).items():
        for number in numbers:
            found[number].add(code[:2])
    return {number: frozenset(chapters) for number, chapters in found.items()}

"""The tables of this package: uses and what serves them, kin, reaches, qualities and measured quantities.

Written by hand from the trades' ordinary practice and the judging rules of ``tests/data/matching/README.md``, in
Finnish, Swedish and English. Patterns are regular expressions over text in small letters.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path

from services.matching.domain.meaning import LIMITS_MAX, MASK_BITS, MASK_WORDS, Thing
from services.matching.domain.weights import NEAR_AND_FAR_KM
from services.matching.reading.sieve import Sieve
from services.matching.words.vocabulary import concepts, terms


@dataclass(frozen=True, slots=True)
class Use:
    """A purpose and the concepts of one family that may serve it, with their ``kinds``. It is a concept itself:
    ``number``. A ``general`` one counts where no other is named."""

    name: str
    number: int
    pattern: re.Pattern[str]
    serving: frozenset[int]
    kinds: frozenset[str]
    general: bool


@dataclass(frozen=True, slots=True)
class Quality:
    """``bit`` of the quality; ``against``: bits that contradict it; ``asked``: a want that names it asks for it (else
    naming it says nothing). ``free``: words that say it is absent."""

    bit: int
    against: int
    asked: bool
    pattern: re.Pattern[str]
    free: re.Pattern[str] | None


FLOWS = frozenset(("material", "energy", "water"))
"""Kinds of what flows; the others are work, rooms and transport. A card of one kind may speak in words of another of
its family (a lesson as service or as expertise), so concepts are numbered by family."""


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, str]:
    """Kind of listing by concept: each is of one."""
    return {term.concept: term.kind for term in terms()}


@lru_cache(maxsize=1)
def numbered() -> Mapping[str, Thing]:
    """Every concept of the vocabulary with its number: its place in its family. Two families never meet, so numbers
    of both may be the same."""
    found: dict[str, Thing] = {}
    counts: Counter[bool] = Counter()
    for concept in concepts().values():
        flows = kinds()[concept.id] in FLOWS
        found[concept.id] = Thing(counts[flows], concept.label_fi, concept.label_sv, concept.label_en)
        counts[flows] += 1
    return found


@lru_cache(maxsize=1)
def things() -> Mapping[bool, tuple[Thing, ...]]:
    """Concepts in the order of their numbers, of flows (True) and of the others."""
    return {
        flows: tuple(thing for name, thing in numbered().items() if (kinds()[name] in FLOWS) is flows)
        for flows in (True, False)
    }


@cache
def uses(flows: bool) -> Sieve[Use]:
    """The uses that things of the family may serve."""
    first = len(things()[flows])
    found: list[tuple[str, Use]] = []
    for row in _rows("uses"):
        names = [name for name in row["concepts"].split("|") if (kinds()[name] in FLOWS) is flows]
        if names:
            made = Use(
                row["use"],
                first + len(found),
                re.compile(row["pattern"]),
                frozenset(numbered()[name].number for name in names),
                frozenset(kinds()[name] for name in names),
                row["general"] == "1",
            )
            found.append((row["pattern"], made))
    if first + len(found) > MASK_WORDS * MASK_BITS:
        raise ValueError("more concepts and uses of a family than a mask holds; raise MASK_WORDS")
    return Sieve(found)


@cache
def kin(flows: bool) -> Mapping[int, frozenset[int]]:
    """Concept → those of its family that often do in its place."""
    found: dict[int, set[int]] = defaultdict(set)
    for row in _rows("kin"):
        names = [name for name in row["concepts"].split("|") if (kinds()[name] in FLOWS) is flows]
        numbers = {numbered()[name].number for name in names}
        for number in numbers:
            found[number] |= numbers - {number}
    return {number: frozenset(others) for number, others in found.items()}


@lru_cache(maxsize=1)
def reaches() -> Mapping[int, str]:
    """Concept of a material → its class of reach (``domain.weights.NEAR_AND_FAR_KM``)."""
    return {numbered()[name].number: row["reach"] for row in _rows("reaches") for name in row["concepts"].split("|")}


@lru_cache(maxsize=1)
def concepts_of_codes() -> Mapping[str, frozenset[int]]:
    """Waste code → concepts of materials it may stand for."""
    found: dict[str, set[int]] = defaultdict(set)
    for term in terms():
        for code in term.ewc:
            found[code].add(numbered()[term.concept].number)
    return {code: frozenset(numbers) for code, numbers in found.items()}


@lru_cache(maxsize=1)
def qualities() -> Sieve[Quality]:
    rows = list(_rows("qualities"))
    bits = {row["quality"]: 1 << at for at, row in enumerate(rows)}
    made = (
        Quality(
            bits[row["quality"]],
            sum(bits[name] for name in row["against"].split("|") if name in bits),
            row["asked"] == "1",
            re.compile(row["pattern"]),
            re.compile(row["free"]) if row["free"] else None,
        )
        for row in rows
    )
    patterns = (f"{row['pattern']}|{row['free']}" if row["free"] else row["pattern"] for row in rows)
    return Sieve(zip(patterns, made, strict=True))


@lru_cache(maxsize=1)
def measures() -> Sieve[tuple[int, re.Pattern[str]]]:
    """The number of each measured quantity, and its pattern: name, comparison, number or range, unit."""
    return Sieve((row["pattern"], (_number(row["what"]), _measure(row["pattern"]))) for row in _rows("measures"))


@lru_cache(maxsize=1)
def version() -> str:
    """Changes with every line of code and data that a reading depends on."""
    digest = hashlib.blake2b(digest_size=8)
    for package in ("services.matching.reading", "services.matching.words"):
        folder = Path(str(resources.files(package)))
        for path in sorted((*folder.glob("*.py"), *folder.glob("data/*.csv"))):
            digest.update(path.read_bytes())
    digest.update(repr((MASK_WORDS, MASK_BITS, LIMITS_MAX, sorted(NEAR_AND_FAR_KM.items()))).encode())
    return digest.hexdigest()


def _measure(names: str) -> re.Pattern[str]:
    return re.compile(
        rf"\b(?:{names})\s*"
        r"(?P<than>alle|enintään|korkeintaan|max\.?|under|högst|maximalt|below|at most|<|≤"
        r"|yli|vähintään|min\.?|över|minst|above|over|at least|>|≥)?\s*"
        r"(?P<low>[0-9]{1,6}(?:[ \u00a0][0-9]{3})?(?:[.,][0-9]{1,6})?)"
        r"(?:\s*-\s*(?P<high>[0-9]{1,6}(?:[.,][0-9]{1,6})?))?\s*"
        r"(?P<unit>%|promille|‰|mg/kg|g/kg|mg/l|g/l|ppm|bar|mm|cm)?"
    )


def _number(name: str) -> int:
    """The same in every cell, and never 0, which means none."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=3).digest(), "big") + 1


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files("services.matching.reading").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(io.StringIO(text))

"""The tables of this package: uses and what serves them, kin, reaches, qualities and measured quantities.

Written by hand from the trades' ordinary practice and the judging rules of ``tests/data/matching/README.md``, in
Finnish, Swedish and English. Patterns are regular expressions over text in small letters.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from services.matching.domain.meaning import LIMITS_MAX, MASK_BITS, MASK_WORDS, Thing
from services.matching.domain.weights import NEAR_AND_FAR_KM
from services.matching.words.vocabulary import concepts, terms


@dataclass(frozen=True, slots=True)
class Use:
    """A purpose and the concepts that may serve it. It is a concept itself: ``number``. A ``general`` one counts
    where no other is named."""

    number: int
    pattern: re.Pattern[str]
    serving: tuple[int, ...]
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


@lru_cache(maxsize=1)
def numbered() -> Mapping[str, Thing]:
    """Every concept of the vocabulary with its number: its place in the file."""
    return {
        concept.id: Thing(number, concept.label_fi, concept.label_sv, concept.label_en)
        for number, concept in enumerate(concepts().values())
    }


@lru_cache(maxsize=1)
def uses() -> tuple[Use, ...]:
    first, known = len(numbered()), numbered()
    found = tuple(
        Use(
            first + at,
            re.compile(row["pattern"]),
            tuple(known[name].number for name in row["concepts"].split("|")),
            row["general"] == "1",
        )
        for at, row in enumerate(_rows("uses"))
    )
    if first + len(found) > MASK_WORDS * MASK_BITS:
        raise ValueError("more concepts and uses than a mask holds; raise MASK_WORDS")
    return found


@lru_cache(maxsize=1)
def kin() -> Mapping[int, frozenset[int]]:
    """Concept → those that often do in its place."""
    found: dict[int, set[int]] = defaultdict(set)
    for row in _rows("kin"):
        family = {numbered()[name].number for name in row["concepts"].split("|")}
        for number in family:
            found[number] |= family - {number}
    return {number: frozenset(others) for number, others in found.items()}


@lru_cache(maxsize=1)
def reaches() -> Mapping[int, str]:
    """Concept → its class of reach (``domain.weights.REACHES``)."""
    return {numbered()[name].number: row["reach"] for row in _rows("reaches") for name in row["concepts"].split("|")}


@lru_cache(maxsize=1)
def concepts_of_codes() -> Mapping[str, frozenset[int]]:
    """Waste code → concepts it may stand for."""
    found: dict[str, set[int]] = defaultdict(set)
    for term in terms():
        for code in term.ewc:
            found[code].add(numbered()[term.concept].number)
    return {code: frozenset(numbers) for code, numbers in found.items()}


@lru_cache(maxsize=1)
def qualities() -> tuple[Quality, ...]:
    rows = list(_rows("qualities"))
    bits = {row["quality"]: 1 << at for at, row in enumerate(rows)}
    return tuple(
        Quality(
            bits[row["quality"]],
            sum(bits[name] for name in row["against"].split("|") if name in bits),
            row["asked"] == "1",
            re.compile(row["pattern"]),
            re.compile(row["free"]) if row["free"] else None,
        )
        for row in rows
    )


@lru_cache(maxsize=1)
def measures() -> tuple[tuple[int, re.Pattern[str]], ...]:
    """The number of each measured quantity, and its pattern: name, comparison, number or range, unit."""
    return tuple((_number(row["what"]), _measure(row["pattern"])) for row in _rows("measures"))


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

"""What a text says of quality: qualities that are stated, asked and refused, and measured quantities."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.matching.domain.meaning import LIMITS_MAX, Limit
from services.matching.reading.tables import measures, qualities
from services.matching.words.tokens import normal

_CLAUSE = re.compile(r"[,;:()]\s+|\.\s+|\bmutta\b|\bmen\b|\bbut\b")
_NOT = re.compile(r"\b(?:ei|eikä|ilman|ingen|inga|inget|inte|ej|utan|no|not|without|free of|fritt? från|vapaa)\b")
_NO_MATTER = re.compile(r"\bkäy\b|\bkäyvät\b|\w+kin käy|kelpaa|ei tarvita|ei tarvitse|\bgår bra\b|\bduger\b|passar"
                        r"|behövs (?:ej|inte)|behöver inte|\bis fine\b|not needed|\bokej?\b")  # fmt: skip
_LESS = ("alle", "enintään", "korkeintaan", "max", "max.", "under", "högst", "maximalt", "below", "at most", "<", "≤")
_UNITS = {"promille": 0.1, "‰": 0.1, "g/kg": 1_000.0, "g/l": 1_000.0, "cm": 10.0}
_ENDLESS = 10**12
_DIGIT = re.compile("[0-9]")


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a text between commas. ``refuses``: it says "not"; ``tolerates``: what it names may pass."""

    text: str
    refuses: bool
    tolerates: bool


def clauses(text: str) -> Iterator[Clause]:
    for part in _CLAUSE.split(normal(text)):
        if part.strip():
            yield Clause(part, bool(_NOT.search(part)), bool(_NO_MATTER.search(part)))


def qualities_of(said: Iterable[Clause], *, wants: bool) -> tuple[int, int, int]:
    """Bits of qualities that are stated, asked and refused."""
    bears = needs = refuses = 0
    for clause in said:
        if wants and clause.tolerates:
            continue
        for quality in qualities().of(clause.text):
            if quality.free and quality.free.search(clause.text):
                refuses |= quality.bit if wants else 0
            elif quality.pattern.search(clause.text):
                if clause.refuses and not _named_before_not(clause.text, quality.pattern):
                    refuses |= quality.bit if wants else 0
                elif wants:
                    needs |= quality.bit if quality.asked else 0
                    refuses |= quality.against if quality.asked or quality.against else 0
                else:
                    bears |= quality.bit
    return bears, needs, refuses


def limits_of(text: str) -> tuple[Limit, ...]:
    """Measured values and limits of a normalised text, the first LIMITS_MAX."""
    found: list[Limit] = []
    if not _DIGIT.search(text):
        return ()
    for what, pattern in measures().of(text):
        if match := pattern.search(text):
            factor = 1_000 * _UNITS.get(match["unit"] or "", 1.0)
            low = round(_value(match["low"]) * factor)
            high = round(_value(match["high"]) * factor) if match["high"] else low
            if than := match["than"]:
                low, high = (-_ENDLESS, high) if than in _LESS else (low, _ENDLESS)
            found.append(Limit(what, low, high))
    return tuple(found[:LIMITS_MAX])


def _named_before_not(text: str, pattern: re.Pattern[str]) -> bool:
    """Whether the quality stands before the "not": "kuivaa ilman lisäaineita" is dry."""
    found, negation = pattern.search(text), _NOT.search(text)
    return bool(found and negation and found.start() < negation.start())


def _value(text: str) -> float:
    return float(text.replace("\u00a0", "").replace(" ", "").replace(",", "."))

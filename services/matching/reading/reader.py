"""Reads a listing's name and description once: things, uses, qualities, limits, and how far such things go.

A clause with "ei", "inte" or "without" refuses what it names; one with "käy" or "går bra" lets it pass. A word the
vocabulary only guesses at (mistyped and short, or known by its beginning) is not trusted here: a suggestion may guess,
a match may not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from services.matching.domain import meaning
from services.matching.domain.meaning import LIMITS_MAX, Limit, Meaning, mask
from services.matching.domain.weights import NEAR_AND_FAR_KM
from services.matching.reading.tables import (
    concepts_of_codes,
    kin,
    measures,
    numbered,
    qualities,
    reaches,
    uses,
)  # fmt: skip
from services.matching.words.lexicon import lexicon
from services.matching.words.tokens import normal, tokens
from services.matching.words.vocabulary import rows, terms

_CODED, _FLOWS = "material", ("material", "energy", "water")
_AT_A_DISTANCE = ("expertise", "service")
_SURE, _SURE_IF_LONG, _LONG = 0.76, 0.74, 9
_EXACT, _SHORT = 0.97, 5
"""A short word resembles too many others: it must stand as it is known."""
_AWAY = frozenset(("till", "för", "från", "ur", "for", "from", "to", "into", "innehållit", "innehöll"))
"""What follows is where it goes or comes from, not what it is."""
_CLAUSE = re.compile(r"[,;:()]\s+|\.\s+|\bmutta\b|\bmen\b|\bbut\b")
_NOT = re.compile(r"\b(?:ei|eikä|ilman|ingen|inga|inget|inte|ej|utan|no|not|without|free of|fritt? från|vapaa)\b")
_NO_MATTER = re.compile(r"\bkäy\b|\bkäyvät\b|\w+kin käy|kelpaa|ei tarvita|ei tarvitse|\bgår bra\b|\bduger\b|passar"
                        r"|behövs (?:ej|inte)|behöver inte|\bis fine\b|not needed|\bokej?\b")  # fmt: skip
_ABSENT_ENDING = re.compile(r"\w+(?:ton|tön|tonta|töntä|toman|tömän|fri|fria|fritt)\b")
_FLAGS = (
    (meaning.GATHERS, re.compile(r"usei(?:lta|sta|ta)|\busea(?:sta|lta)|monesta|moni(?:lta|en)|flera|många|several"
                                 r"|various sources|many sources")),
    (meaning.SMALL_LOTS, re.compile(r"pien(?:et|iä|etkin|iäkin) (?:erä|pala|määr)|pienerä"
                                    r"|små (?:partier|mängder|poster)|small (?:lots|amounts)")),
    (meaning.REMOTE, re.compile(r"\betän|etätyö|\bpå distans|distansarbet|\bremote|verkossa|\bonline")),
    (meaning.HEAT_PUMP, re.compile(r"(?<!ei )lämpöpumppu (?:on|jo)|värmepump finns|with a heat pump|oma lämpöpumppu"
                                   r"|lämpöpumpulla|med värmepump")),
)  # fmt: skip
_LESS = ("alle", "enintään", "korkeintaan", "max", "max.", "under", "högst", "maximalt", "below", "at most", "<", "≤")
_UNITS = {"promille": 0.1, "‰": 0.1, "g/kg": 1_000.0, "g/l": 1_000.0, "cm": 10.0}
_ENDLESS = 10**12
_DIGIT = re.compile("[0-9]")


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str
    refuses: bool
    tolerates: bool


@dataclass(frozen=True, slots=True)
class _Spoken:
    """Concepts of a clause: those that are its subject, and those in a case of circumstance."""

    subjects: frozenset[int]
    circumstances: frozenset[int]
    uses: frozenset[int]


@lru_cache(maxsize=16_384)
def read(kind: str, direction: str, name: str, description: str, ewc_code: str | None) -> Meaning:
    """What the listing says. The same text gives the same meaning in every process and cell."""
    names, notes = list(_clauses(name)), list(_clauses(description))
    wants = direction == "want"
    by_use = wants or kind not in _FLOWS
    said, noted = (
        [_spoken(clause.text, kind, by_use) for clause in clauses if not clause.refuses or clause.tolerates]
        for clauses in (names, notes)
    )
    purposes = _narrowed(kind, _all(spoken.uses for spoken in said))
    coded = concepts_of_codes().get(ewc_code or "", frozenset()) if kind == _CODED else frozenset()
    subjects = _all(spoken.subjects for spoken in said) or _all(spoken.circumstances for spoken in said)
    if not subjects and not purposes and not coded:
        purposes = _narrowed(kind, _all(spoken.uses for spoken in noted))
        subjects = _all(spoken.subjects for spoken in noted)
    stated, serves = _stated_and_serving(kind, subjects, purposes)
    near = _all(kin(kind).get(number, frozenset()) for number in stated)
    perhaps: frozenset[int] = frozenset()
    if kind in _FLOWS:
        near |= _all(_spoken(c.text, kind, False).subjects for c in (*names, *notes) if c.tolerates)
        perhaps = _all(spoken.subjects for spoken in noted)
        perhaps |= _serving(kind, purposes) if subjects and kind == _CODED else frozenset()
    refused = _all(_spoken(c.text, kind, False).subjects for c in (*names, *notes) if c.refuses and not c.tolerates)
    good, far = _reach(kind, stated)
    bears, needs, refuses = _qualities((*names, *notes), wants=wants)
    whole = f"{normal(name)}, {normal(description)}"
    return Meaning(
        things=tuple(thing for thing in numbered().values() if thing.number in stated)[:4],
        stated=mask(stated),
        serves=mask(serves if wants else ()),
        near=mask(near if wants else ()),
        perhaps=mask(perhaps if wants else ()),
        refused=mask(refused - stated - serves - near - perhaps if wants else ()),
        implied=mask(() if stated else coded),
        bears=bears,
        needs=needs,
        refuses=refuses,
        limits=_limits(whole),
        flags=sum(
            bit
            for bit, pattern in _FLAGS
            if pattern.search(whole) and (bit != meaning.REMOTE or kind in _AT_A_DISTANCE)
        ),
        good_km=good,
        far_km=far,
    )


def _stated_and_serving(
    kind: str, subjects: frozenset[int], purposes: frozenset[int]
) -> tuple[frozenset[int], frozenset[int]]:
    """A flow is its thing, and a use says what else would serve. Work, rooms and transport are what they are for."""
    if kind in _FLOWS:
        return subjects, frozenset() if subjects and kind == _CODED else _serving(kind, purposes)
    if purposes:
        return purposes, _serving(kind, purposes)
    return subjects, frozenset(use.number for use in uses(kind).all if subjects & use.serving)


def _serving(kind: str, purposes: frozenset[int]) -> frozenset[int]:
    return _all(use.serving for use in uses(kind).all if use.number in purposes)


def _narrowed(kind: str, purposes: frozenset[int]) -> frozenset[int]:
    """Without the general ones where others are named: "chip haulage" is not just any haulage."""
    return frozenset(use.number for use in uses(kind).all if use.number in purposes and not use.general) or purposes


@lru_cache(maxsize=16_384)
def _spoken(text: str, kind: str, by_use: bool) -> _Spoken:
    spans: list[tuple[int, int]] = []
    purposes = set()
    for use in uses(kind).of(text) if by_use else ():
        if found := use.pattern.search(text):
            purposes.add(use.number)
            spans.append(found.span())
    words = tokens(text)
    subjects: set[int] = set()
    circumstances: set[int] = set()
    for one in lexicon().find(words, far=False):
        sure = one.quality > _SURE or (one.quality > _SURE_IF_LONG and one.letters >= _LONG)
        start, end = words[one.first].start, words[one.last].end
        if one.term.kind != kind or not sure or any(a < end and start < b for a, b in spans):
            continue
        if one.quality < _EXACT and (len(one.term.text) < _SHORT or words[one.first].text in _plain_words()):
            continue
        goes_away = any(word.text in _AWAY for word in words[: one.first])
        if goes_away and kind == _CODED:
            continue
        (circumstances if one.oblique or goes_away else subjects).add(numbered()[one.term.concept].number)
    return _Spoken(frozenset(subjects), frozenset(circumstances), frozenset(purposes))


@lru_cache(maxsize=1)
def _plain_words() -> frozenset[str]:
    return frozenset(row["word"] for row in rows("plain_words")) | _AWAY


def _clauses(text: str) -> Iterator[_Clause]:
    for part in _CLAUSE.split(normal(text)):
        if part.strip():
            yield _Clause(part, bool(_NOT.search(part)), bool(_NO_MATTER.search(part)))


def _qualities(clauses: Iterable[_Clause], *, wants: bool) -> tuple[int, int, int]:
    """Qualities that are stated, asked and refused."""
    bears = needs = refuses = 0
    for clause in clauses:
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


def _named_before_not(text: str, pattern: re.Pattern[str]) -> bool:
    """Whether the quality stands before the "not": "kuivaa ilman lisäaineita" is dry."""
    found, negation = pattern.search(text), _NOT.search(text)
    return bool(found and negation and found.start() < negation.start())


def _limits(text: str) -> tuple[Limit, ...]:
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


def _value(text: str) -> float:
    return float(text.replace("\u00a0", "").replace(" ", "").replace(",", "."))


def _reach(kind: str, stated: frozenset[int]) -> tuple[int, int]:
    if kind != _CODED or not stated:
        return 0, 0
    classes = [reaches().get(number, "bulk") for number in stated]
    return max((NEAR_AND_FAR_KM[name] for name in classes), default=(0, 0))


def _all(sets: Iterable[frozenset[int]]) -> frozenset[int]:
    return frozenset().union(*sets)

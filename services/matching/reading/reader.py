"""Reads a listing's name and description once: things, uses, qualities, limits, seasons, and how far such things go.

A clause with "ei", "inte" or "without" refuses what it names; one with "käy" or "går bra" lets it pass. A word the
vocabulary only guesses at (mistyped and short, or known by its beginning) is not trusted here: a suggestion may guess,
a match may not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from services.matching.domain import meaning
from services.matching.domain.meaning import Meaning, Unsaid, mask
from services.matching.domain.weights import NEAR_AND_FAR_KM
from services.matching.reading.amounts import amount_of, temperature_of
from services.matching.reading.limits import Clause, clauses, limits_of, qualities_of
from services.matching.reading.ruled import served
from services.matching.reading.seasons import months_of
from services.matching.reading.tables import FLOWS, concepts_of_codes, kin, kinds, numbered, reaches, things, uses
from services.matching.words.lexicon import Found, lexicon
from services.matching.words.tokens import Token, normal, tokens
from services.matching.words.vocabulary import rows

_CODED = "material"
_AT_A_DISTANCE = ("expertise", "service")
_SURE, _SURE_IF_LONG, _LONG = 0.76, 0.74, 9
_EXACT, _SHORT = 0.97, 5
"""A short word resembles too many others: it must stand as it is known."""
_AWAY = frozenset(("till", "för", "från", "ur", "for", "from", "to", "into", "innehållit", "innehöll"))
"""What follows is where it goes or comes from, not what it is."""
_FLAGS = (
    (meaning.GATHERS, re.compile(r"usei(?:lta|sta|ta)|\busea(?:sta|lta)|monesta|moni(?:lta|en)|flera|många|several"
                                 r"|various sources|many sources")),
    (meaning.SMALL_LOTS, re.compile(r"pien(?:et|iä|etkin|iäkin) (?:erä|pala|määr)|pienerä"
                                    r"|små (?:partier|mängder|poster)|small (?:lots|amounts)")),
    (meaning.REMOTE, re.compile(r"\betän|etätyö|\bpå distans|distansarbet|\bremote|verkossa|\bonline")),
    (meaning.HEAT_PUMP, re.compile(r"(?<!ei )lämpöpumppu (?:on|jo)|värmepump finns|with a heat pump|oma lämpöpumppu"
                                   r"|lämpöpumpulla|med värmepump")),
    (meaning.ONCE, re.compile(r"\bkertaerä|\bkertaluon|\byksi erä|\bengångs(?:parti|lager|post)|\bone-off|\bpoistoerä"
                              r"|\bsingle lot|\bett parti\b|\bvain kerran")),
)  # fmt: skip

_Numbers = frozenset[int]
_NONE: _Numbers = frozenset()


@dataclass(frozen=True, slots=True)
class _Spoken:
    """Concepts of a clause: those that are its subject, and those in a case of circumstance; and uses."""

    subjects: _Numbers
    circumstances: _Numbers
    uses: _Numbers


@lru_cache(maxsize=16_384)
def read(
    kind: str, direction: str, name: str, description: str, ewc_code: str | None, unsaid: Unsaid = meaning.ALL_SAID
) -> Meaning:
    """What the listing says. The same text gives the same meaning in every process and cell. ``unsaid`` names the
    fields that are empty, which the words may fill."""
    wants, flows = direction == "want", kind in FLOWS
    names, notes = list(clauses(name)), list(clauses(description))
    whole = f"{normal(name)}, {normal(description)}"
    coded = concepts_of_codes().get(ewc_code or "", _NONE) if kind == _CODED else _NONE
    subjects, purposes, noted = _topic(kind, names, notes, by_use=wants or not flows, is_coded=bool(coded))
    stated, serves = _stated_and_serving(kind, subjects, purposes)
    near, ruled, perhaps = _NONE, _NONE, _NONE
    if wants:
        near = _all(kin(flows).get(number, _NONE) for number in stated)
    if wants and flows:
        near |= _all(_spoken(c.text, kind, False).subjects for c in (*names, *notes) if c.tolerates)
        goals = purposes | subjects
        ruled = _all(served().narrow.get(goal, _NONE) for goal in goals)
        perhaps = noted | _all(served().broad.get(goal, _NONE) for goal in goals)
        perhaps |= _serving(flows, purposes) if subjects and kind == _CODED else _NONE
    refused = _all(_spoken(c.text, kind, False).subjects for c in (*names, *notes) if c.refuses and not c.tolerates)
    good, far = _reach(kind, stated)
    bears, needs, refuses = qualities_of((*names, *notes), wants=wants)
    amount = amount_of(kind, whole) if unsaid.amount else None
    return Meaning(
        things=tuple(things()[flows][number] for number in sorted(stated) if number < len(things()[flows]))[:4],
        stated=mask(stated),
        serves=mask(serves if wants else ()),
        ruled=mask(ruled),
        near=mask(near),
        perhaps=mask(perhaps),
        refused=mask(refused - stated - serves - near - perhaps if wants else ()),
        implied=mask(() if stated else coded),
        bears=bears,
        needs=needs,
        refuses=refuses,
        limits=limits_of(whole),
        flags=sum(
            bit
            for bit, pattern in _FLAGS
            if pattern.search(whole) and (bit != meaning.REMOTE or kind in _AT_A_DISTANCE)
        ),
        months=months_of(whole),
        good_km=good,
        far_km=far,
        temperature_c=temperature_of(whole) if unsaid.temperature and kind == "energy" else None,
        amount=amount.amount if amount else None,
        unit=amount.unit if amount else None,
        dimension=amount.dimension if amount else None,
    )


def _topic(
    kind: str, names: Sequence[Clause], notes: Sequence[Clause], *, by_use: bool, is_coded: bool
) -> tuple[_Numbers, _Numbers, _Numbers]:
    """Things and uses that the listing is about, and things of the description. The name says it; else the
    description; else words of another kind of the family, since people sort cards in their own way."""
    noted: _Numbers = _NONE
    for of_kind in (kind, None):
        said, beside = (
            [_spoken(c.text, of_kind or kind, by_use, of_kind is None) for c in some if not c.refuses or c.tolerates]
            for some in (names, notes)
        )
        flows = kind in FLOWS
        purposes = _narrowed(flows, _all(spoken.uses for spoken in said))
        subjects = _all(spoken.subjects for spoken in said) or _all(spoken.circumstances for spoken in said)
        noted = _all(spoken.subjects for spoken in beside)
        if not subjects and not purposes and not is_coded:
            purposes, subjects = _narrowed(flows, _all(spoken.uses for spoken in beside)), noted
        # "Welding skill and training": of its own kind only training, a general use, is known; it is about welding.
        is_vague = of_kind is not None and not flows and _is_general(purposes)
        if is_coded or (purposes and not is_vague) or (subjects and not purposes):
            return subjects, purposes, noted
    return _NONE, _NONE, noted


def _stated_and_serving(kind: str, subjects: _Numbers, purposes: _Numbers) -> tuple[_Numbers, _Numbers]:
    """A flow is its thing, and a use says what else would serve. Work, rooms and transport are what they are for."""
    if kind in FLOWS:
        return subjects, _NONE if subjects and kind == _CODED else _serving(True, purposes)
    if purposes:
        return purposes, _serving(False, purposes)
    return subjects, frozenset(use.number for use in uses(False).all if subjects & use.serving)


def _serving(flows: bool, purposes: _Numbers) -> _Numbers:
    return _all(use.serving for use in uses(flows).all if use.number in purposes)


def _is_general(purposes: _Numbers) -> bool:
    return all(use.general for use in uses(False).all if use.number in purposes)


def _narrowed(flows: bool, purposes: _Numbers) -> _Numbers:
    """Without the general ones where others are named: "chip haulage" is not just any haulage."""
    return frozenset(use.number for use in uses(flows).all if use.number in purposes and not use.general) or purposes


@lru_cache(maxsize=16_384)
def _spoken(text: str, kind: str, by_use: bool, any_kind: bool = False) -> _Spoken:
    flows = kind in FLOWS
    spans: list[tuple[int, int]] = []
    purposes = set()
    for use in uses(flows).of(text) if by_use else ():
        if (any_kind or kind in use.kinds) and (found := use.pattern.search(text)):
            purposes.add(use.number)
            spans.append(found.span())
    words = tokens(text)
    subjects: set[int] = set()
    circumstances: set[int] = set()
    for one in lexicon().find(words, far=False):
        start, end = words[one.first].start, words[one.last].end
        is_of_kind = (kinds()[one.term.concept] in FLOWS) is flows if any_kind else one.term.kind == kind
        if not is_of_kind or not _is_sure(one, words) or any(a < end and start < b for a, b in spans):
            continue
        goes_away = any(word.text in _AWAY for word in words[: one.first])
        if goes_away and kind == _CODED:
            continue
        (circumstances if one.oblique or goes_away else subjects).add(numbered()[one.term.concept].number)
    return _Spoken(frozenset(subjects), frozenset(circumstances), frozenset(purposes))


def _is_sure(one: Found, words: Sequence[Token]) -> bool:
    if one.quality <= _SURE and not (one.quality > _SURE_IF_LONG and one.letters >= _LONG):
        return False
    is_doubted = len(one.term.text) < _SHORT or words[one.first].text in _plain_words()
    return one.quality >= _EXACT or not is_doubted


@lru_cache(maxsize=1)
def _plain_words() -> frozenset[str]:
    return frozenset(row["word"] for row in rows("plain_words")) | _AWAY


def _reach(kind: str, stated: _Numbers) -> tuple[int, int]:
    if kind != _CODED or not stated:
        return 0, 0
    classes = [reaches().get(number, "bulk") for number in stated]
    return max((NEAR_AND_FAR_KM[name] for name in classes), default=(0, 0))


def _all(sets: Iterable[_Numbers]) -> _Numbers:
    return _NONE.union(*sets)

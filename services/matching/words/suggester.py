"""Suggests a card's fields from free text, while it is typed.

Terms of the vocabulary carry kind, codes and sectors; cue words tell direction and lean on kind and code; the amount
reader gives the numbers. Everything is points that are added up, so that each suggestion can name its words. The
factors below are set by judgement and tried on phrases of our own (tests/unit/matching_words).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.matching.words.amounts import Reading, is_time_word, read_amounts, read_temperature
from services.matching.words.cues import WANT_BEFORE_HAVE, cue_lexicon, guess_language, points_of
from services.matching.words.lexicon import Found, lexicon
from services.matching.words.suggestions import Suggestion, Suggestions, made
from services.matching.words.titles import sector_titles, waste_titles
from services.matching.words.tokens import Token, normal, tokens
from services.matching.words.vocabulary import word_list
from shared.quantities import DIMENSIONS_BY_KIND, UNITS, Period
from shared.reference.waste import ewc_entries, find_ewc

CODES_MAX = 5
_OTHER_LANGUAGE, _CIRCUMSTANCE, _MODIFIER, _LATER, _MEASURE = 0.8, 0.55, 0.6, 0.93, 0.4
_WORTH = 0.35
"""Part of the best term's points from which another term counts at all."""
_CODE_RANKS = (1.0, 0.8, 0.65, 0.5, 0.4)
_FROM_PLACE, _HAZARD_FITS, _HAZARD_MISFITS = 1.3, 1.2, 0.75
_KIND_CUE, _KIND_UNIT = 0.35, 0.4
_DEFAULT_DIRECTION = 0.4
_SIZE = 0.8
"""An amount beside a thing that is also counted is its size: "200 l tynnyreitä 25 kpl"."""
_CODE = re.compile(r"(?<![\d.])\d{2}[ .]?\d{2}[ .]?\d{2}\*?(?![\d.]|\s?(?:kg|t\b|kpl|st\b|m3|l\b))")
_PLACED = frozenset(("till", "för", "från", "i", "på", "hos", "for", "from", "to", "in", "at", "into"))
# What an amount without a period most likely is: flows run on, things are there once; an area has no period.
_USUAL_PERIOD: Mapping[str, Period] = {"energy": Period.YEAR, "water": Period.YEAR}
_LEANS: Mapping[str, tuple[str, ...]] = {"area": ("premises",), "energy": ("energy",), "trips": ("logistics",)}


@dataclass(frozen=True, slots=True)
class _Heard:
    """A term with the points it has in this text."""

    found: Found
    points: float
    words: str


def suggest(text: str, lang: str | None = None) -> Suggestions:
    """What the text says of a card. ``lang`` fi, sv or en; guessed when None. Never raises for any text."""
    read = normal(text)
    words = tokens(read)
    cues = cue_lexicon().find(words)
    found = [f for f in lexicon().find(words) if not _is_plain(words, f, cues)]
    language = lang or guess_language(read, (*found, *cues))
    readings = read_amounts(read, language)
    heard = _heard(read, words, found, language, readings)
    direction = _direction(read, words, points_of(cues, "direction", language))
    kind = _kind(read, words, heard, points_of(cues, "kind", language), readings)
    amount, unit, period = _amount(kind.value if kind else None, readings, heard, words)
    temperature = read_temperature(read)
    places = [f for f in cues if f.term.kind == "source"]
    codes = _codes(read, words, heard, cues, places, language)
    return Suggestions(
        lang=language,
        direction=direction,
        kind=kind or (made("material", 0.3) if codes else None),
        ewc=codes,
        nace=_sectors(read, words, heard, places, language),
        amount=amount,
        unit=unit,
        period=period,
        temperature_c=made(temperature.value_c, temperature.confidence, temperature.words) if temperature else None,
        concepts=_ranked((h.found.term.concept, h.points, h.words) for h in heard),
    )


def warm() -> None:
    """Makes every index now, so that the first question does not wait (about a second)."""
    suggest("sahanpurua 40 m3/vko")
    waste_titles(), sector_titles()


def _is_plain(words: Sequence[Token], found: Found, cues: Sequence[Found]) -> bool:
    """A reading of an ordinary word, or of a whole cue word, as a term it merely resembles."""
    if found.quality >= 0.95:
        return False
    whole = any(c.first == found.first and c.letters == len(words[c.first].word) and c.quality >= 0.85 for c in cues)
    partly = found.letters < len(words[found.first].word) or found.quality <= 0.75
    own = words[found.first : found.last + 1]
    return (whole and partly) or all(word.text in word_list("plain_words") for word in own)


def _heard(
    text: str, words: Sequence[Token], found: Sequence[Found], lang: str, readings: Sequence[Reading]
) -> list[_Heard]:
    """Points by how sure, how telling and how central a term is; once per concept and place, best first."""
    best: dict[tuple[str, int], _Heard] = {}
    order = 0
    for index, one in enumerate(found):
        order += index > 0 and one.first > found[index - 1].first
        points = one.term.weight * one.quality * (0.55 + 0.45 * min(1.0, one.letters / 9)) * _LATER**order
        points *= 1.0 if one.term.lang == lang else _OTHER_LANGUAGE
        points *= _role(words, one, found[index + 1 :])
        if any(r.start <= words[one.first].start < r.end for r in readings) or is_time_word(words[one.first].text):
            points *= _MEASURE
        heard = _Heard(one, points, _slice(text, words, one))
        place = (one.term.concept, one.first)
        if place not in best or points > best[place].points:
            best[place] = heard
    ranked = sorted(best.values(), key=lambda h: (-h.points, h.found.first, h.found.term.concept))
    return [h for h in ranked if h.points >= _WORTH * ranked[0].points]


def _role(words: Sequence[Token], one: Found, later: Sequence[Found]) -> float:
    """A place, a purpose, or the modifier of what follows counts less than the thing itself."""
    before = words[one.first - 1].text if one.first else ""
    if one.oblique or before in _PLACED:
        return _CIRCUMSTANCE
    bent = words[one.last].text
    is_genitive = one.term.lang == "fi" and bent.endswith("n") and not bent.endswith("nen") and bent != one.term.text
    if is_genitive and not one.term.text.endswith("n") and any(one.last < f.first <= one.last + 3 for f in later):
        return _MODIFIER
    return 1.0


def _direction(text: str, words: Sequence[Token], points: Mapping[str, tuple[float, list[Found]]]) -> Suggestion[str]:
    have, want = points.get("have", (0.0, [])), points.get("want", (0.0, []))
    wanted = want[0] * WANT_BEFORE_HAVE
    if have[0] == wanted == 0:
        return made("have", _DEFAULT_DIRECTION)
    value, (_, behind) = ("want", want) if wanted >= have[0] else ("have", have)
    best, other = max(have[0], wanted), min(have[0], wanted)
    sure = 0.55 + 0.4 * min(1.0, best) - 0.35 * other / best
    return made(value, sure, *(_slice(text, words, f) for f in behind))


def _kind(
    text: str, words: Sequence[Token], heard: Sequence[_Heard], cues: Mapping[str, tuple[float, list[Found]]],
    readings: Sequence[Reading],
) -> Suggestion[str] | None:  # fmt: skip
    points: dict[str, float] = defaultdict(float)
    behind: dict[str, list[str]] = defaultdict(list)
    for one in heard:
        kind = one.found.term.kind
        points[kind] = 1 - (1 - points[kind]) * (1 - min(0.97, one.points))
        behind[kind].append(one.words)
    for kind, (weight, found) in cues.items():
        points[kind] += _KIND_CUE * min(2.0, weight)
        behind[kind].extend(_slice(text, words, f) for f in found)
    for reading in readings:
        if reading.unit:
            dimension = UNITS[reading.unit].dimension
            for kind in _LEANS.get(dimension, ()):
                points[kind] += _KIND_UNIT * reading.confidence * (0.5 if dimension == "trips" else 1.0)
                behind[kind].append(reading.words)
            for kind, fitting in DIMENSIONS_BY_KIND.items():
                if dimension not in fitting and kind in points:
                    points[kind] *= 0.8
    if not points:
        return None
    kind = max(points, key=lambda k: (points[k], k == "material"))
    rest = sum(points.values()) - points[kind]
    return made(kind, min(1.0, points[kind]) * (1 - 0.5 * rest / (rest + points[kind])), *behind[kind])


def _amount(
    kind: str | None, readings: Sequence[Reading], heard: Sequence[_Heard], words: Sequence[Token]
) -> tuple[Suggestion[float] | None, Suggestion[str] | None, Suggestion[str] | None]:
    """The reading that fits the kind best; a bare number only where it counts a known thing."""
    chosen: tuple[float, Reading, str] | None = None
    fitting = DIMENSIONS_BY_KIND[kind] if kind else tuple(d for ds in DIMENSIONS_BY_KIND.values() for d in ds)
    is_counted = any(reading.unit == "piece" for reading in readings)
    for order, reading in enumerate(readings):
        unit = reading.unit or _counted(kind, reading, heard, words)
        if unit is None:
            continue
        dimension = UNITS[unit].dimension
        points = reading.confidence * (1.0 if dimension in fitting else 0.6) * 0.96**order
        points *= 1 + 0.15 * reading.period_confidence
        if is_counted and dimension != "pieces" and any(_beside(words, one, reading) for one in heard):
            points *= _SIZE
        if chosen is None or points > chosen[0]:
            chosen = (points, reading, unit)
    if chosen is None:
        return None, None, None
    points, reading, unit = chosen
    sure = min(points, reading.confidence)
    amount, symbol = made(round(reading.amount, 6), sure, reading.words), made(unit, sure, reading.words)
    if reading.period:
        return amount, symbol, made(reading.period, reading.period_confidence, reading.period_words)
    if UNITS[unit].dimension == "area":
        return amount, symbol, None
    return amount, symbol, made(_USUAL_PERIOD.get(kind or "", Period.ONCE).value, 0.4)


def _beside(words: Sequence[Token], one: _Heard, reading: Reading) -> bool:
    return 0 <= words[one.found.first].start - reading.end <= 2 or 0 <= reading.start - words[one.found.last].end <= 2


def _counted(kind: str | None, reading: Reading, heard: Sequence[_Heard], words: Sequence[Token]) -> str | None:
    following = [i for i, word in enumerate(words) if word.start >= reading.end][:3]
    if not any(one.found.first in following for one in heard) or reading.amount != int(reading.amount):
        return None
    unit = "trip" if kind == "logistics" else "piece"
    return unit if kind is None or UNITS[unit].dimension in DIMENSIONS_BY_KIND[kind] else None


def _codes(
    text: str, words: Sequence[Token], heard: Sequence[_Heard], cues: Sequence[Found], places: Sequence[Found],
    lang: str,
) -> tuple[Suggestion[str], ...]:  # fmt: skip
    written = [(entry.code, 0.99, m.group()) for m in _CODE.finditer(text) if (entry := find_ewc(m.group().strip()))]
    hazard = points_of(cues, "hazard", lang)
    lean = hazard.get("1", (0.0, []))[0] - hazard.get("0", (0.0, []))[0]
    scored = list(written)
    for one in heard:
        for rank, code in enumerate(one.found.term.ewc):
            points = one.points * _CODE_RANKS[min(rank, 4)] * _hazard_factor(code, lean)
            points *= _FROM_PLACE if any(code.startswith(p) for f in places for p in f.term.ewc) else 1.0
            scored.append((code, points, one.words))
    if not any(points > 0.3 for _, points, _ in scored) and lang == "en":
        near = waste_titles().near([word.text for word in words], CODES_MAX)
        scored += [(code, points, "") for code, points in near]
    return _ranked(scored)


def _hazard_factor(code: str, lean: float) -> float:
    if lean == 0:
        return 1.0
    return _HAZARD_FITS if ewc_entries()[code].hazardous == (lean > 0) else _HAZARD_MISFITS


def _sectors(
    text: str, words: Sequence[Token], heard: Sequence[_Heard], places: Sequence[Found], lang: str
) -> tuple[Suggestion[str], ...]:
    """Where such a thing comes from: places that are named, then what the terms say."""
    scored = [
        (division, 0.9 * place.quality * place.term.weight, _slice(text, words, place))
        for place in places
        for division in place.term.nace
    ]
    for one in heard:
        ranks = zip(one.found.term.nace, _CODE_RANKS, strict=False)
        scored += [(division, 0.7 * one.points * rank, one.words) for division, rank in ranks]
    if not scored and lang == "en":
        near = sector_titles().near([word.text for word in words], CODES_MAX)
        scored += [(code, points, "") for code, points in near]
    return _ranked(scored)


def _ranked(scored: Iterable[tuple[str, float, str]]) -> tuple[Suggestion[str], ...]:
    """Each value once, at its best plus a little for being said again; best first, ties in the order given."""
    points: dict[str, float] = {}
    behind: dict[str, list[str]] = defaultdict(list)
    for value, confidence, words in scored:
        held = points.get(value, 0.0)
        points[value] = max(held, confidence) + 0.15 * min(held, confidence)
        behind[value].append(words)
    best = sorted(points, key=lambda value: -points[value])[:CODES_MAX]
    return tuple(made(value, points[value], *behind[value]) for value in best)


def _slice(text: str, words: Sequence[Token], found: Found) -> str:
    return text[words[found.first].start : words[found.last].end]

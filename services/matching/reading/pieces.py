"""What a single piece measures: the litres of a drum, the kilowatts of a motor, what a truck lifts, how long a pipe is,
the sides of a sheet, the size of a shoe, the year of a car.

Which of them a number tells goes by the thing (``data/pieces.csv``). All are limits whose silence says nothing (numbers
below 0), since most cards do not tell them. A want's bare number means about as much: a drum of 208 litres does for
200.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from services.matching.domain.meaning import ENDLESS, Limit
from services.matching.reading.clauses import Clause
from services.matching.words.concepts import numbered
from services.matching.words.vocabulary import listed, tables

_LESS = r"alle|enintään|korkeintaan|max\.?|under|högst|maximalt|upp till|below|at most"
_MORE = r"yli|vähintään|väh\.?|min\.?|minimi|över|minst|above|over|at least|vanhempi kuin"
_IS_LESS = re.compile(_LESS)
_NUMBER = r"\d{1,4}(?:[.,]\d{1,2})?"
_RANGE = rf"(?P<than>\b(?:{_LESS}|{_MORE}))?\s*(?<![\w.,/])(?P<low>{_NUMBER})(?:\s*[-/]\s*(?P<high>{_NUMBER}))?\s?-?"
_NO_RATE = r"(?!\s?(?:/|per\b|i (?:mån|veck|år)|viik|kuuk|vuo|päiv|kk|vko))"
_BEHIND = r"(?P<behind>\s*(?:tai (?:yli|enemmän|isom|suurem|uude)\w*|eller (?:mer|stör|ny)\w*|asti\b|\+))?"
_THOUSANDTHS = 1_000
_CASE_FOLD = str.maketrans(",", ".")


@dataclass(frozen=True, slots=True)
class _Piece:
    """``number`` of the limit; how a text tells it; by what a unit is multiplied; between which parts of a want's bare
    number a have may lie."""

    number: int
    pattern: re.Pattern[str]
    factors: tuple[tuple[str, float], ...]
    least: float
    most: float

    def limits(self, text: str, *, wants: bool) -> Iterator[Limit]:
        for match in self.pattern.finditer(text):
            by = next((factor for unit, factor in self.factors if re.fullmatch(unit, match["unit"] or "")), 1.0)
            low, high = sorted(_value(match[side] or match["low"]) * by for side in ("low", "high"))
            than, behind = match["than"] or "", match["behind"] or ""
            if behind.strip() == "asti" or (than and _IS_LESS.fullmatch(than)):
                yield Limit(self.number, -ENDLESS, round(high * _THOUSANDTHS))
            elif than or behind:
                yield Limit(self.number, round(low * _THOUSANDTHS), ENDLESS)
            elif wants:
                most = high * self.most * _THOUSANDTHS if self.most else ENDLESS
                yield Limit(self.number, round(low * self.least * _THOUSANDTHS), round(most))
            else:
                yield Limit(self.number, round(low * _THOUSANDTHS), round(high * _THOUSANDTHS))


_PIECES: Mapping[str, _Piece] = {
    "volume": _Piece(
        -20,
        re.compile(rf"{_RANGE}(?P<unit>ml|cl|dl|l|litr\w*|liter\w*|liters|m3|kuutio\w*|kuution|kubik\w*)\b{_NO_RATE}{_BEHIND}"),
        (("ml", 0.001), ("cl", 0.01), ("dl", 0.1), (r"m3|kuutio\w*|kubik\w*", 1_000.0)), 0.7, 1.4,
    ),
    "power": _Piece(-21, re.compile(rf"{_RANGE}(?P<unit>kw|kva)\b(?!h){_BEHIND}"), (), 0.8, 1.35),
    "lift": _Piece(
        -22,
        re.compile(rf"{_RANGE}(?P<unit>tn?|ton\w*|kg|kilo\w*)\b{_NO_RATE}{_BEHIND}"),
        ((r"kg|kilo\w*", 0.001),), 0.9, 2.5,
    ),
    "length": _Piece(
        -23,
        re.compile(
            rf"(?:{_RANGE}(?P<unit>m|cm|metri\w*|meter)\b)(?=\W*(?:pitk|lång|pätk|salko|salo|bit|stump|tanko|kanke|stång|längd"
            rf"|mittai|kiep|long|pala|kappal)){_BEHIND}"
        ),
        (("cm", 0.01),), 0.9, 0.0,
    ),
    "inches": _Piece(
        -24, re.compile(rf"{_RANGE}(?P<unit>\"|''|tuum\w*|tums?\b|tummar|inch\w*){_BEHIND}"), (), 0.95, 1.05
    ),
    "size": _Piece(
        -25,
        re.compile(rf"(?:koko|koot|kokoja|kokoa|stl|str|storlek\w*|size)\.?:?\s*{_RANGE}(?P<unit>)(?!\s?[x×]){_BEHIND}"),
        (), 1.0, 1.0,
    ),
    "year": _Piece(
        -26,
        re.compile(
            rf"(?:vm|vuosimalli\w*|vuodelta|vuosi|årsmodell|årsm|mallia|från|reg|year)\.?:?\s*(?P<than>{_MORE}|{_LESS})?\s*"
            rf"(?P<low>(?:19[5-9]|20[0-4])\d)(?:\s*-\s*(?P<high>(?:19[5-9]|20[0-4])\d))?(?P<unit>){_BEHIND}"
        ),
        (), 1.0, 0.0,
    ),
}  # fmt: skip
_SIDES = (-27, -28)
_BY = re.compile(
    rf"(?P<than>{_LESS}|{_MORE})?\s*(?<![\w.,])(?P<a>{_NUMBER})\s?(?P<ua>mm|cm|m)?\s?[x×*]\s?(?P<b>{_NUMBER})"
    rf"(?:\s?[x×*]\s?(?P<c>{_NUMBER}))?\s?(?P<u>mm|cm|m)?\b(?!\d|\s?mm[²2])"
)
_SHEETS = re.compile(r"\ba([0-5])\b(?! ?-?(?:luok|klass|laat))")
_SHEET_MM = ((1189, 841), (841, 594), (594, 420), (420, 297), (297, 210), (210, 148))
_MILLIMETRES = {"mm": 1, "cm": 10, "m": 1_000}
_LEAST_SIDE, _MOST_SIDE = 0.85, 1.2
_UNDER_A_METRE = re.compile(r"\b(?:alle metri\w*|alle metrin|under metern|under en meter|alle 1 m\b)")


def pieces_of(said: Iterable[Clause], things: Iterable[int], *, wants: bool) -> Iterator[Limit]:
    """Limits of what a single piece of the things measures."""
    told = [measure for measure, concepts in _measured().items() if not concepts.isdisjoint(things)]
    texts = [clause.text for clause in said if not clause.refuses] if told else []
    for measure in told:
        if measure == "sides":
            yield from next((found for text in texts if (found := list(_sides(text, wants=wants)))), [])
            continue
        piece = _PIECES[measure]
        found = [limit for text in texts for limit in piece.limits(text, wants=wants)]
        if not found and measure == "length" and any(_UNDER_A_METRE.search(text) for text in texts):
            found = [Limit(piece.number, -ENDLESS, 1_000)]
        if found:
            yield Limit(piece.number, min(one.low for one in found), max(one.high for one in found))


def _sides(text: str, *, wants: bool) -> Iterator[Limit]:
    """The longest side and the next, in thousandths of a millimetre; of a sheet of paper's size both."""
    if match := _BY.search(text):
        values = [_value(match[name]) for name in "abc" if match[name]]
        unit = match["u"] or match["ua"] or ("mm" if max(values) >= 150 else "cm" if max(values) >= 15 else "m")
        sides = sorted((value * _MILLIMETRES[unit] for value in values), reverse=True)
        than = match["than"] or ""
    elif sheet := _SHEETS.search(text):
        sides, than = list(_SHEET_MM[int(sheet[1])]), "min" if wants else ""
    else:
        return
    for number, side in zip(_SIDES, sides, strict=False):
        whole = round(side * _THOUSANDTHS)
        if than:
            yield Limit(number, -ENDLESS, whole) if _IS_LESS.fullmatch(than) else Limit(number, whole, ENDLESS)
        elif wants:
            yield Limit(number, round(whole * _LEAST_SIDE), round(whole * _MOST_SIDE))
        else:
            yield Limit(number, whole, whole)


@lru_cache(maxsize=1)
def _measured() -> Mapping[str, frozenset[int]]:
    """Measure → the numbers of the concepts of whose pieces it is told."""
    return {
        row["measure"]: frozenset(numbered()[name].number for name in listed(row["concepts"]))
        for row in tables("services.matching.reading", "pieces")
    }


def _value(text: str) -> float:
    return float(text.translate(_CASE_FOLD))

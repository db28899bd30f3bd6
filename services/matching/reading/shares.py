"""How much of a stuff is, or may be, in a thing, whatever the stuff: "tiili max 10 %" against "n. 50 % tiiltä".

Quantities that cards often tell have names of their own (``data/measures.csv``); here the stuff's concept is the name,
so that any two cards that speak of one stuff compare. Silence says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from services.matching.domain.meaning import ENDLESS, Limit
from services.matching.reading.clauses import Clause
from services.matching.reading.limits import LESS, MORE, measures
from services.matching.words.concepts import numbered
from services.matching.words.lexicon import lexicon
from services.matching.words.tokens import tokens

_WORD = r"[^\W\d_][^\W\d_-]{3,}"
_SHARE = r"(?P<low>\d{1,3}(?:[.,]\d{1,2})?)(?:\s*-\s*(?P<high>\d{1,3}(?:[.,]\d{1,2})?))?\s?%"
_ABOUT = r"(?:\s+(?:on|n|noin|ca|cirka|about)\b)?"
_STUFFS = (
    re.compile(rf"(?P<than>{LESS}|{MORE})?\s*\b{_SHARE}\s+(?P<word>{_WORD})"),
    re.compile(rf"\b(?P<word>{_WORD})(?:(?:\s+\w+){{0,3}}?\s*(?P<than>{LESS}|{MORE})|{_ABOUT})\s*{_SHARE}"),
)
_IS_LESS = re.compile(LESS)
_OF_STUFFS = -(1 << 33)
"""Below it, the numbers of the shares of concepts."""
_SURE = 0.86
_TEN_THOUSANDTHS = 10_000


def shares_of(said: Iterable[Clause], *, wants: bool) -> Iterator[Limit]:
    """Shares in ten-thousandths of a percent. Of a want the limits only: a bare share of its is a wish."""
    for clause in said:
        if clause.refuses or "%" not in clause.text or _is_measured(clause.text):
            continue
        for match in (found for spelt in _STUFFS for found in spelt.finditer(clause.text)):
            stuff, than = _stuff(match["word"]), match["than"]
            if stuff is None or (wants and not than):
                continue
            low, high = (_value(match[name] or match["low"]) for name in ("low", "high"))
            if than:
                low, high = (-ENDLESS, high) if _IS_LESS.fullmatch(than) else (low, ENDLESS)
            yield Limit(_OF_STUFFS - stuff, low, high)


def _is_measured(text: str) -> bool:
    return any(measure.pattern.search(text) for measure in measures().of(text))


def _stuff(word: str) -> int | None:
    """The number of the concept that the word names surely."""
    found = [one for one in lexicon().find(tokens(word), far=False) if one.quality >= _SURE]
    return min((numbered()[one.term.concept].number for one in found), default=None)


def _value(text: str) -> int:
    return round(float(text.replace(",", ".")) * _TEN_THOUSANDTHS)

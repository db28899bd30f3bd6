"""Cue words: which way, which kind, hazardous or clean, and from what sort of place; and the text's language.

``data/cues.csv`` holds them, one line each, weighed. They are found as field terms are, bent and in compounds, but
never by guessing at typing errors.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from services.matching.words.lexicon import Found, Lexicon
from services.matching.words.vocabulary import LANGUAGES, Term, listed, rows

WANT_BEFORE_HAVE = 1.2
"""Who needs something may well name it as a surplus ("otetaan vastaan ylijäämämaita"); the other way is rare."""

_LETTERS = {
    "fi": re.compile(r"(?:aa|ää|ii|uu|yy|ee|oo)|[aoueäöyi]n\b|(?:ta|tä|ja|jä|ssa|ssä|sta|stä)\b"),
    "sv": re.compile(r"å|(?:ar|er|or|en|et|ing|ning|de)\b|\b(?:och|för|till|av|från|som|med|per|i|på)\b"),
    "en": re.compile(r"\b(?:the|of|and|for|from|with|per|a|we|to|in)\b|(?:ing|tion|ed|th)\b|w"),
}


@lru_cache(maxsize=1)
def cue_lexicon() -> Lexicon:
    """Cues as terms: ``kind`` is the sort of cue, ``concept`` what it says."""
    return Lexicon(
        [
            Term(row["term"], row["lang"], row["value"], row["cue"], listed(row["ewc"]), listed(row["nace"]),
                 float(row["weight"]))
            for row in rows("cues")
        ],
        guess=False,
    )  # fmt: skip


def guess_language(text: str, known: Sequence[Found]) -> str:
    """The likeliest language of a normalised text: known words first, then letters; Finnish when nothing tells."""
    points = {lang: 0.25 * len(_LETTERS[lang].findall(text)) for lang in LANGUAGES}
    points["fi"] += 0.1
    for found in known:
        points[found.term.lang] += found.quality * (1 + found.letters / 10)
    return max(LANGUAGES, key=lambda lang: points[lang])


def points_of(cues: Sequence[Found], sort: str, lang: str) -> dict[str, tuple[float, list[Found]]]:
    """Per value of one sort of cue its points and the words behind them; each place of the text counts once a value."""
    best: dict[tuple[str, int], tuple[float, Found]] = {}
    for found in cues:
        if found.term.kind == sort:
            points = found.term.weight * found.quality * (1.0 if found.term.lang == lang else 0.6)
            place = (found.term.concept, found.first)
            if place not in best or points > best[place][0]:
                best[place] = (points, found)
    summed: dict[str, tuple[float, list[Found]]] = defaultdict(lambda: (0.0, []))
    for (value, _), (points, found) in best.items():
        held = summed[value]
        summed[value] = (held[0] + points, [*held[1], found])
    return dict(summed)

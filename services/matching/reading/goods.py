"""What words of work, rooms and transport mean on a card of material: a lathe that is sold is a machine and no turning,
a van is a vehicle and no delivery (``data/goods.csv``). The longest of those that overlap counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from services.matching.reading.sieve import Sieve
from services.matching.words.concepts import MATERIAL, kinds
from services.matching.words.lexicon import Found
from services.matching.words.tokens import Token
from services.matching.words.vocabulary import Term, tables

EMPTIED = re.compile(r"\btyhj(?:ä|ät|iä|inä|ien|entyneit|entynee|ennett)|huuhdel|huuhdottu|\btömd|\btom(?:ma|t)\b"
                      r"|urdruck|sköljd|\bemptied|\bempty\b|\brinsed")  # fmt: skip
"""Of vessels and sacks: what was in them is gone, and they are the thing."""
_BROKEN = re.compile(r"\b(?:myös|vaikka|hieman|osin|on|ovat|vähän|kaikki|saa olla|mennyt|menneet|menee|meni|oleva\w*)"
                     r" rikki\b|\brikki (?:men\w+|oleva\w*)|^\s*rikki\s*$")  # fmt: skip
"""In two, and no sulphur."""
_FOR_GOODS = re.compile(
    r"\b[\w-]+n(?: (?:ja|tai|sekä) [\w-]+n)? (?:tekoon|teossa|tekemiseen|valmistu(?:kseen|ksessa)|valmistamiseen"
    r"|rakentamiseen|säilöntään|säilömiseen|säilytykseen|säilyttämiseen|kasvatukseen|kasvattamiseen|viljelyyn|suojau?kseen"
    r"|suojaamiseen|suojaksi|peittämiseen|peitteeksi|korjaukseen|korjaamiseen|kunnostukseen|kunnostamiseen|pakkaamiseen"
    r"|kuljettamiseen|lämmitykseen|lämmittämiseen|koristeluun|somistukseen|maalaukseen|täyttämiseen|varten|alle"
    r"|alustaksi|pohjaksi)\b"
)
"""What is to be made, kept or covered with what is wanted: "laukkujen tekoon", "kurkkujen säilöntään"."""
NO_GOODS = (_BROKEN, _FOR_GOODS)
"""What names no thing of a card of flows."""
_OBJECT = re.compile(r"^(?P<bare>.*\b(?:ost|tarvi|etsi|hae|hanki|halua|kaipa)\w* .*[aeiouyäöå])n\s*$")
"""The case of what somebody needs or buys: "ostetaan sorvin"."""


def goods_in(text: str) -> list[tuple[str, int, int]]:
    """Concepts that are named as goods, each with the place of its words, in the order of the text."""
    bare = _OBJECT.sub(r"\g<bare>", text)
    found = [
        (concept, *match.span())
        for concept, pattern in _goods().of(text)
        for spelt in dict.fromkeys((text, bare))
        for match in pattern.finditer(spelt)
    ]
    kept: list[tuple[str, int, int]] = []
    for concept, start, end in sorted(found, key=lambda one: (one[1] - one[2], one[1])):
        if not any(start < b and a < end and (a, b) != (start, end) for _, a, b in kept):
            kept.append((concept, start, end))
    return sorted(kept, key=lambda one: one[1])


def with_goods(hits: Sequence[Found], text: str, words: Sequence[Token], language: str) -> list[Found]:
    """With what words of work, rooms and transport name as goods, in place of what they name else."""
    found, goods = list(hits), []
    for concept, start, end in goods_in(text):
        at = [place for place, word in enumerate(words) if word.start < end and start < word.end]
        there = [one for one in hits if at and one.first <= at[-1] and at[0] <= one.last]
        if at and not any(one.letters > end - start and kinds()[one.term.concept] == MATERIAL for one in there):
            found = [one for one in found if one.last < at[0] or at[-1] < one.first]
            term = Term(text[start:end], language, concept, MATERIAL, (), (), 1.0)
            goods.append(Found(term, at[0], at[-1], 1.0, end - start, oblique=False))
    found += goods
    return found


@lru_cache(maxsize=1)
def _goods() -> Sieve[tuple[str, re.Pattern[str]]]:
    """Patterns of whole words in the cases of a subject: "sorvia", and not "sorvilla"."""
    rows = list(tables("services.matching.reading", "goods"))
    return Sieve((row["pattern"], (row["concept"], re.compile(row["pattern"]))) for row in rows)

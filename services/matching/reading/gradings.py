"""Gradings of stone, sand and what is crushed: "0/32", "8-16", "alle 600 mm", "0–90 mm".

Told by the smallest and the largest grain, with or without millimetres. A want's largest grain lets pass what is up to
half as large again and down to half of it (gradings of EN 13242 and EN 13285 step so); where it wants no fines, the
have's smallest grain must not be of them. Silence says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from services.matching.domain.meaning import ENDLESS, Limit
from services.matching.reading.clauses import Clause

LARGEST, SMALLEST = -18, -19
"""The numbers of the two among limits, in thousandths of a millimetre."""
_STONE = re.compile(
    r"mursk|sepel|\bkivi(?!tal)|kiviain|kivituhk|kiviä|louhe|kuona|hiek|\bsora|\bbem\b|rouhe|makadam|kross|\bgrus"
    r"|bergk|\bsand|stenmjöl|sprängsten|\bsten|slagg|ballast|gravel|crush|aggregate|lohkare|\bblock|0-material|nollakuitu"
    r"|fraktio|fraktion|lajike"
)
_SIZE = r"\d{1,3}(?:[.,]\d{1,2})?|1000"
_GRADING = re.compile(
    rf"(?<![\w.,x×/*-])(?P<low>{_SIZE})\s?(?:/|-|…|\.\.\.)\s?(?P<high>{_SIZE}|1[02]00)(?![\w.,/]*[0-9])"
    r"(?:\s?(?:mm|milli\w*)\b|(?!\s?(?:[%€°x×*/]|[a-zåäö]{1,3}\d?\b|prosent|tonni|ton\b|kuutio|kubik|metri|meter|viik|veck|päiv|dag"
    r"|vuot|vuod|kuukau|mån|kerta|gång|kilo|kuorm|lass|lav|säkk|säck|erä|kasa|auto|tuum|tum|tunti|timm|henki|pers|euro)))"
)
_LARGEST = re.compile(
    r"(?P<than>alle|enintään|korkeintaan|max\.?|maks\.?|under|högst|upp till|<|≤)\s*"
    r"(?P<high>\d{1,4}(?:[.,]\d)?)\s?(?:mm\b|milli\w*)"
)
_NO_STONE = re.compile(r"\bhak(?:e|etta|keen)\b|\w{3,}hak(?:e|etta)\b|flis\b|puru|spån|levy|skiv|\bputk|\brör\b|lauta"
                       r"|bräd|tiil|tegel|lasi|glas")  # fmt: skip
"""What is sieved by whoever takes it, or has sizes of another kind."""
_THOUSANDTHS = 1_000
_UP, _DOWN = 1.5, 0.5
_NO_FINES = 2
"""A grading that begins here or above has no fines."""


def gradings_of(said: Iterable[Clause], text: str, *, wants: bool) -> Iterator[Limit]:
    """The largest and the smallest grain; of a want that names several gradings whatever one of them lets pass."""
    if not _STONE.search(text):
        return
    told = [
        (float(match["low"].replace(",", ".")), float(match["high"].replace(",", ".")))
        for clause in said
        if not clause.refuses and not _NO_STONE.search(clause.text)
        for match in _GRADING.finditer(clause.text)
    ]
    told = [(low, high) for low, high in told if low < high]
    most = [float(found["high"].replace(",", ".")) for clause in said if not clause.refuses and _STONE.search(text)
            for found in _LARGEST.finditer(clause.text)]  # fmt: skip
    if told and wants:
        yield _limit(LARGEST, min(high for _, high in told) * _DOWN, max(high for _, high in told) * _UP)
        if (least := min(low for low, _ in told)) >= _NO_FINES:
            yield Limit(SMALLEST, round(least * _DOWN * _THOUSANDTHS), ENDLESS)
    elif told:
        lows, highs = zip(*told, strict=True)
        yield _limit(LARGEST, min(highs), max(highs))
        yield _limit(SMALLEST, min(lows), max(lows))
    elif most:
        yield Limit(LARGEST, -ENDLESS, round(max(most) * _THOUSANDTHS))


def _limit(what: int, low: float, high: float) -> Limit:
    return Limit(what, round(low * _THOUSANDTHS), round(high * _THOUSANDTHS))

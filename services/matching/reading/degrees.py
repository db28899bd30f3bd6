"""Warm and cold: what a card of energy or water says of them beside its degrees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from services.matching.domain.meaning import COOLS as IS_TO_COOL
from services.matching.domain.meaning import WARMS
from services.matching.reading.amounts import temperature_of
from services.matching.reading.clauses import Clause

_DEGREE = r"-?(?:°|ast(?!i\b)|grad|c\b)"
_LESS = r"alle|enintään|korkeintaan|max\.?|maks\.?|under|högst|maximalt|below|at most|<|≤"
_MORE = r"vähintään|väh\.?|min\.?|yli|minst|över|at least|above|>|≥"
WITH_DEGREES = ("energy", "water")
"""Kinds of whose cards degrees tell what they are worth."""
COOLS = re.compile(
    r"^(?!.*(?:lämpö(?!til|yhd)|lämmin|lämmi[nt]|lauh[dt]|kondens|värme|\bvarm|\bheat|spillv|hukka))"
    r".*(?:\bkylm[aäi]|kaukokylm|jäähdyt|viilen|\bkyl(?:a|s|as|er)\b|\bkyla|frikyl|\w{3}kyla\b"
    r"|\bkallt?\b|fjärrkyl|kylning|kylvatten|cooling|\bcold\b)",
    re.DOTALL,
)
"""About cold, and not about heat."""
_AT_MOST_SO_WARM = re.compile(
    rf"(?:{_LESS}) ?\+?\d+(?:[.,]\d)? ?{_DEGREE}|\d+ ?(?:°|aste\w*|grader)\w* (?:tai|eller) (?:kylm|kall|alle|under)"
)
_WARM_WATER = re.compile(
    r"\bkuum|\blämmin(?! käyttö)|\blämmi(?:ntä|tä)|\blämpimä|\bhett?\b|\bhetvatten|\bvarm[at]?\b|\bvarmvatten|\bhot\b"
    rf"|\bwarm\b|(?:{_MORE}) ?\+?\d+(?:[.,]\d)? ?{_DEGREE}"
)
_COLD = re.compile(
    r"\bkylmä|\bviileä|\bkyla\b|\bkallt?\b|\bsval|\blumi|\bsnö|\bcold\b"
    r"|(?<![\d.,])(?:[0-9]|1[0-2])[ -]?(?:°|aste|grad|c\b)"
)
_HEAT_PUMP = re.compile(r"(?<!ei )(?<!ilman )\blämpöpum(?!\w+ ei\b)|\bheat pump"
                        r"|(?<!ingen )(?<!inte )(?<!utan )\bvärmepump(?! (?:\w+ ){0,2}inte)")  # fmt: skip
_SOURCE_AT_LEAST = re.compile(rf"(?:lähde|lähteen?|källan?|source)\W+(?:{_MORE}) ?\d")
_WARM = re.compile(r"lämp|lämm|lauh[dt]|kondens|värm|\bheat|kuum|\bhet|ånga|höyry")


def warmth(both: Sequence[Clause]) -> int:
    """Flags of water: it is wanted no warmer or at least so warm, or it is warm."""
    texts = [clause.text for clause in both if not clause.tolerates and not clause.refuses]
    if any(_AT_MOST_SO_WARM.search(text) for text in texts):
        return IS_TO_COOL
    return WARMS if any(_WARM_WATER.search(text) for text in texts) else 0


def pumps_heat(text: str) -> bool:
    """Whether the want has a heat pump, or is to have one: it asks for a source and not for its warmth."""
    return bool(_HEAT_PUMP.search(text)) and not _SOURCE_AT_LEAST.search(text)


def degrees_of(text: str, *, wants: bool) -> float | None:
    """Degrees Celsius; of a range that is wanted the end that is enough: "30–45 grader räcker"."""
    return temperature_of(text, end=0 if not wants else 1 if COOLS.search(text) else -1)


def is_cold(texts: Iterable[str]) -> bool:
    """Whether energy of which nothing else is known is cold."""
    said = list(texts)
    return any(_COLD.search(text) for text in said) and not any(_WARM.search(text) for text in said)

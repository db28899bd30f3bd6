"""Reads amounts off a text: number, unit, how often, and a temperature; in Finnish, Swedish and English.

"n. 1 200 kg/kk", "10–20 t vuodessa" (the mean, less surely), "65-asteista vettä", "fyra lass i veckan". Units are those
of ``shared.quantities``; what else people write for them stands in ``data/unit_words.csv``. A flow an hour is taken as
running round the clock and said with little confidence. Percentages, dates, years, dimensions, powers (kW) and waste
codes are numbers too, and are no amounts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from services.matching.words.vocabulary import rows
from shared.quantities import UNITS, Period
from shared.reference.tables import name_key

_PLAIN = r"\d{1,3}(?:[ .]\d{3})+(?!\d)(?:,\d+)?|\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:[.,]\d+)?"
_NUMBER = rf"(?<![\w.,])(?P<low>{_PLAIN})(?:\s*(?:-|\.\.\.?|…|/(?=\d)|(?:-|\s)(?:till|to|tai)\s)\s*(?P<high>{_PLAIN}))?"
_TEMPERATURE = re.compile(
    r"(?P<sign>[-+])?\s?(?<![\w,])(?P<low>\d+(?:[.,]\d+)?)(?:\s*(?:-|\.\.\.?|…)\s*(?P<high>[-+]?\d+(?:[.,]\d+)?))?"
    r"\s*-?\s*(?:°\s*c?\b|°|º\s*c?|c\b|celsius\w*|ast\.|aste\w*|grader\w*|gradig\w*|degrees?\b(?:\s*c\b)?)"
)
_NOT_AMOUNTS = re.compile(
    r"\b\d{2} \d{2} \d{2}\b\*?"  # a waste code
    r"|\b\d{1,2}\.\d{1,2}\.(?:\d{2,4})?|\b\d{4}-\d{2}-\d{2}\b"  # a date
    r"|\b(?:19|20)\d{2}\s?-\s?(?:19|20)\d{2}\b(?!\s?(?:kg|t\b|m3|kpl|st\b|mwh))"
    r"|\b\d+(?:[.,]\d+)?(?:\s*-\s*\d+(?:[.,]\d+)?)?\s*(?:%|prosent\w*|procent\w*|percent|ppm)"
    r"|\b\d+(?:[.,]\d+)?(?:\s*-\s*\d+(?:[.,]\d+)?)?\s*(?:mm|cm|dm|km|kw|mw|gw|kva|bar|baaria|volt\w*|v\b(?=ac|dc)|mg"
    r"|euro?a?\b|e\b|€|m\b(?![\d²³])|metri\w*|tum|mikron\w*)(?!h\w*|\w*tun)(?:\b|(?<=€))"
    r"|\b\d+(?:[.,]\d+)?\s*x\s*\d+(?:[.,]\d+)?(?:\s*x\s*\d+)?(?=\s*(?:mm|cm|m\b)|\s|$|,)"
    r"|\b(?:klo|kl\.?)\s*\d+(?:[.:-]\d+)*|\b0\d{2}[\d -]{5,}"
)
_YEAR = re.compile(r"(?:19|20)\d{2}")
_APPROXIMATE = re.compile(
    r"(?:\bn\.|\bnoin|\bca\b\.?|\bcirka|\bc:a|\babout|\bapprox\w*\.?|~|\bungefär|\brunt|\bparin)\s*$"
)
_HOURLY = re.compile(r"\s*(?:/|per |i |an )\s*(?:h\b|tunti|tunnissa|timme|timmen|hour)|\s*tunnissa\b")
_TIMES = re.compile(r"(?<!\d)(?P<count>\d{1,4})(?:\s*-\s*\d+)?\s*(?:kertaa|krt|ggr|gånger|times)\b")
_BEFORE = 20
"""Letters before an amount in which "about" is looked for."""
_PERIODS_MAX = 24
"""Words of how often that count, the first ones of a text: each amount is weighed against each of them."""
_CLOSE = 18
"""Letters between an amount and the word that says how often, up to which they surely belong together."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An amount as it stands at ``start``–``end``. ``unit`` is a symbol of shared.quantities, or None for a bare
    number; ``period`` None when nothing says how often. ``words`` are the letters it was read from."""

    amount: float
    unit: str | None
    period: str | None
    confidence: float
    period_confidence: float
    start: int
    end: int
    words: str
    period_words: str = ""


@dataclass(frozen=True, slots=True)
class Temperature:
    """Degrees Celsius; ``low_c`` and ``high_c`` are the ends of a range."""

    value_c: float
    confidence: float
    words: str
    low_c: float
    high_c: float


@dataclass(frozen=True, slots=True)
class _Often:
    period: str
    times: float
    confidence: float
    start: int
    end: int
    words: str


def read_temperature(text: str) -> Temperature | None:
    """The first temperature of a normalised text; of a range the mean, less surely."""
    found = _TEMPERATURE.search(text)
    if found is None:
        return None
    low = high = value = _plain(found["low"]) * (-1 if found["sign"] == "-" else 1)
    confidence = 0.95 if "°" in found.group() or found.group().endswith("c") else 0.9
    if found["high"]:
        high = float(found["high"].replace(",", "."))
        value, confidence = (value + high) / 2, 0.7
    words = found.group().strip()
    return Temperature(value, confidence, words, min(low, high), max(low, high)) if -273 < value < 2000 else None


def read_amounts(text: str, lang: str) -> list[Reading]:
    """Every amount of a normalised text, in its order."""
    masked = _masked(text)
    often, counted = _periods(masked, lang)[:_PERIODS_MAX], _TIMES.search(masked)
    times = int(counted["count"]) if counted else 1
    readings = [reading for match in _number_pattern().finditer(masked) if (reading := _reading(masked, match))]
    return _each_its_own([_with_period(reading, often, times, alone=len(readings) == 1) for reading in readings])


def is_time_word(word: str) -> bool:
    """Whether the word only says how often or how much, so that it names no thing."""
    return word in _words("period_words") or word in _words("unit_words") or word in _words("number_words")


def _masked(text: str) -> str:
    """Blanks in place of numbers that are no amounts, so that places stay."""
    for pattern in (_TEMPERATURE, _NOT_AMOUNTS):
        text = pattern.sub(lambda m: " " * len(m.group()), text)
    return text


def _reading(text: str, match: re.Match[str]) -> Reading | None:
    if match["word"]:
        amount, confidence = number_words()[match["word"]]
    else:
        amount, confidence = _plain(match["low"]), 0.95
        if match["high"]:
            high = _plain(match["high"])
            amount, confidence = (amount + high) / 2, 0.7
            if high < _plain(match["low"]):
                return None
    if match["times"]:
        amount *= _multipliers()[match["times"].strip()]
    if _APPROXIMATE.search(text, max(0, match.start() - _BEFORE), match.start()):
        confidence *= 0.95
    spelled = match["unit"]
    unit = _units()[name_key(spelled)] if spelled else None
    if unit is None:
        if _YEAR.fullmatch(match.group().strip()) or (match["word"] and confidence < 0.9):
            return None
        confidence *= 0.5
    if not 0 < amount < 1e12:
        return None
    reading = Reading(amount, unit, None, confidence, 0.0, match.start(), match.end(), match.group().strip())
    hourly = _HOURLY.match(text, match.end()) if unit and UNITS[unit].dimension in ("volume", "mass") else None
    if hourly:
        return replace(
            reading, amount=amount * 24, period=Period.DAY.value, confidence=0.4, period_confidence=0.4,
            end=hourly.end(), period_words=hourly.group().strip(),
        )  # fmt: skip
    return reading


def _with_period(reading: Reading, often: list[_Often], counted: int, *, alone: bool) -> Reading:
    """The amount with the period that stands nearest, those behind it first; "once" gives way to any other.
    ``counted``: how many times in the period the text says."""
    if reading.period or not often:
        return reading
    best = min(often, key=lambda o: (o.period == Period.ONCE, -o.confidence * _nearness(reading, o)))
    if best.start < reading.end and best.end > reading.start:
        return reading
    nearness = _nearness(reading, best)
    if nearness < 0.5 and not alone and best.period == Period.ONCE:
        return reading
    times = best.times
    if best.period != Period.ONCE and 1 < counted < 100:
        times *= counted
    return replace(
        reading, amount=reading.amount * times, period=best.period, period_confidence=best.confidence * nearness,
        period_words=best.words,
    )  # fmt: skip


def _each_its_own(readings: list[Reading]) -> list[Reading]:
    """A period said once belongs to the number before it; the others keep it for want of a better, less surely."""
    owners = {(one.period_words, one.period): one for one in readings if one.unit}  # the last one of each
    sharing = Counter((one.period_words, one.period) for one in readings if one.unit)
    return [
        one
        if sharing[one.period_words, one.period] < 2 or one is owners[one.period_words, one.period]
        else replace(one, period_confidence=one.period_confidence * 0.6)
        for one in readings
    ]


def _nearness(reading: Reading, often: _Often) -> float:
    gap = often.start - reading.end if often.start >= reading.end else reading.start - often.end + 4
    return 1.0 if gap <= _CLOSE else max(0.4, 1.0 - (gap - _CLOSE) / 80)


def _periods(text: str, lang: str) -> list[_Often]:
    found = []
    for match in _period_pattern().finditer(text):
        known = _period_words()[name_key(match["word"])]
        if len(match["word"]) <= 2 and not match["slash"] and match["word"] not in ("kk", "vk", "pv"):
            continue  # "v", "a", "d" count behind a slash only
        period, times, confidence = known.get(lang) or next(iter(known.values()))
        if match["slash"]:
            confidence = max(confidence, 0.95) if len(match["word"]) > 1 else confidence
        found.append(_Often(period, times, confidence, match.start(), match.end(), match.group().strip()))
    return found


@lru_cache(maxsize=1)
def _number_pattern() -> re.Pattern[str]:
    """A number in digits or words, perhaps times a thousand, perhaps with a unit right behind it."""
    units = _either(_units())
    times, words = _either(_multipliers()), _either(number_words())
    return re.compile(
        rf"(?:{_NUMBER}|(?<!\w)(?P<word>{words})(?!\w))(?P<times>\s*(?:{times})(?![\w-]))?"
        rf"(?:[ ]?-?(?P<unit>{units})(?![\w³²]))?"
    )


@lru_cache(maxsize=1)
def _period_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?P<slash>/\s*|\bper\s+|\bp\.\s?)?(?<![\w-])(?P<word>{_either(_period_words())})(?!\w)")


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@lru_cache(maxsize=1)
def _units() -> Mapping[str, str]:
    """Symbol by every spelling; hand-made spellings first, since "m3fub" is longer than "m3"."""
    known = {name_key(name): symbol for symbol, unit in UNITS.items() for name in (symbol, *unit.aliases)}
    return known | {name_key(row["text"]): row["unit"] for row in rows("unit_words")}


@lru_cache(maxsize=1)
def _period_words() -> Mapping[str, dict[str, tuple[str, float, float]]]:
    """Per language (period, times that period, confidence) by word."""
    known: dict[str, dict[str, tuple[str, float, float]]] = {}
    for row in rows("period_words"):
        means = (row["period"], float(row["times"]), float(row["confidence"]))
        known.setdefault(row["text"], {})[row["lang"]] = means
    return known


@lru_cache(maxsize=1)
def number_words() -> Mapping[str, tuple[float, float]]:
    return {row["text"]: (float(row["value"]), float(row["confidence"])) for row in rows("number_words")}


@lru_cache(maxsize=1)
def _multipliers() -> Mapping[str, float]:
    return {row["text"]: float(row["value"]) for row in rows("multiplier_words")}


@lru_cache(maxsize=4)
def _words(name: str) -> frozenset[str]:
    return frozenset(part for row in rows(name) for part in row["text"].split())


def _plain(digits: str) -> float:
    """1 200 and 1.200 and 1,200 are twelve hundred; 1,5 and 1.5 are one and a half."""
    if re.fullmatch(r"\d{1,3}(?:[ .,]\d{3})+", digits):
        number = float(re.sub(r"\D", "", digits))
        return number / 1000 if re.match(r"0[.,]", digits) else number
    return float(re.sub(r"[ .](?=\d{3}(?:\D|$))", "", digits).replace(",", "."))

"""Numbers that cards of rooms tell: degrees, heights of the hall and its door, seats, places for pallets, load of the
floor, amperes, depth of water; of machine time the degrees.

A have's height, door, seats, floor, fuse and depth are the most that it takes, a want's the least it needs; of pallets
a want is helped by a part. Degrees of
a want are what the room must keep: bare plus degrees from USUAL_C up a least, below it the room's own within a few
degrees, frost a most ("minst -20", too). What is hot (HOT_C) can be less so. All are limits whose silence says nothing
(numbers below 0; those above -10 are of ``sizes``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from services.matching.domain.meaning import ENDLESS, Limit
from services.matching.reading.clauses import Clause

_DEGREES, _DOOR, _SEATS, _FLOOR, _AMPERES, _DEPTH, _HEIGHT, _PALLETS = -11, -12, -13, -14, -15, -16, -17, -29
_LIFT = -30
_HELPFUL_PART = 0.25
"""Of the pallets that a want has."""
_ROOM, _MACHINE_TIME = "premises", "capacity"
_THOUSANDTHS = 1_000
USUAL_C, HOT_C, _NEAR_C, _FROST_C = 10, 100, 3, -10
_N, _C = r"\d{1,3}(?:[.,]\d)?", r"\d{1,4}(?:[.,]\d)?"
_UNIT = r"(?:\s?(?:°\s?c?|c\b|ast(?:e\w*|\b)|grad(?:er|ig\w*)?\b|celsius))"
_WARMTH = re.compile(
    rf"(?P<least>vähintään|väh\.?|min\.?|minst|yli|över|ainakin|at least)?\s*"
    rf"(?P<most>alle|enintään|korkeintaan|max\.?|maks\.?|under|högst|below|at most)?\s*"
    rf"(?<![\w.,/x×-])(?P<low>(?:[+-]|miinus |minus |plus )?\s?{_C})"
    rf"(?:{_UNIT}?\s?(?:-|…|\.{{2,3}}|till|to|/)\s?(?P<high>[+-]?{_C}))?(?P<unit>{_UNIT})?"
    r"(?!\s?(?:[\d:,/x×]|%|k?m[23²³]?\b|t\b|tn\b|k?v\b|a\b|kg|kpl|st\b|cm|mm|h\b|hlö|kw|l\b|kk|lava|pall|min\b))"
    r"(?P<behind>\s(?:tai )?(?:kylmem|alle|eller kall|eller läg|or cold|tai lämp|eller varm))?"
)
_SIGNED = re.compile(r"[+-]\d|miinus|minus|plus")
"""Degrees without their unit: "+8"; "varasto + 2 huonetta" tells none."""
_COLDER = re.compile("kyl|kall|läg|cold|alle")
_HOURS = re.compile(r"\b(?:klo|kl|kello|klockan)\.? ?[\d.:]+(?: ?- ?[\d.:]+)?")
_DOOR_SIZE = re.compile(
    rf"(?:\w*ov(?:i|et|ia|en|eä)\b(?:\w*korke\w*)?|ovi(?:korke\w*|aukko\w*)|\w*port(?:en|ar|höjd|öppning(?:en|ar)?)?\b|dörr(?:en|ar|höjd)?\b|doors?)"
    rf"(?P<between>[^\d]{{0,24}})(?P<a>{_N})(?:\s?m)?(?:\s?[x×*]\s?(?P<b>{_N}))?\s?(?:m(?:etri\w*|eter)?\b)?(?P<behind>\s?\w*)"
)
_DOORS = re.compile(r"ovi\b|ovet|ovea|oven\b|\bport(?:ar|en)?\b|portöppn|dörr|\bdoors?\b")
_WIDE = re.compile(r"lev|bred|wide")
_LEAST_OF_DOOR, _MOST_OF_DOOR = 1.8, 14
_LEAST_LIFT = 0.05
_SEATED = re.compile(
    r"(?<!\ba )(?<!\bà )(?<!\bá )(?<!\d-)(?P<low>\d{1,4})(?:\s?-\s?(?P<high>\d{1,4}))?\s?:?\s?"
    r"(?:hengelle|hengen|henkilö\w*|henkeä|hlö\w*|henkiselle|istumapai\w*|paikkainen"
    r"|oppilaa\w*|opiskelija\w*|osallistuja\w*|vieraalle|vierasta|kävijä\w*|kuulija\w*|katsoja\w*|tanssija\w*|juhlija\w*|kokousta\w*|lle\b|personer|pers\b|platser|sittplatser|stolar"
    r"|elever|deltagare|gäster|åhörare|besökare|dansare|people|persons|seats|guests)"
)
_PALLETED = re.compile(
    r"(?P<value>\d{1,5})\s?(?:euro|fin|eur)?-?(?:lavapaik\w*|lavalle|lavan\b|lavaa\b|pallplatser|pall(?:ar)?\b)"
)
_LOADED = re.compile(
    r"(?P<value>\d{1,5}(?:[.,]\d{1,2})?)\s?(?P<unit>t|tn|ton\w*|kg|kn)\s?/\s?(?:m2|m²|neli\w*|kvm|kvadr\w*)"
)
_KG = {"kg": 1.0, "kn": 102.0}
_FUSE = re.compile(r"(?<![\w.,])(?:3\s?[x×]\s?)?(?P<value>\d{2,4})\s?a\b(?!-?\w| ?4)")
_HIGH = re.compile(
    rf"(?:(?<!ovi)(?<!oven )(?<!laiturin )korke(?:us|utta|uden|a)\b|(?<!port)(?<!dörr)(?<!kaj)höjd\b|takhöjd"
    r"|ceiling height|clear height)"
    rf"\W{{1,3}}(?:(?:n|noin|ca|väh|vähintään|minst|yli|över|min|on|räcker)\W{{1,2}})?(?P<a>{_N})\s?m?\b"
    rf"|(?P<b>{_N})\s?m(?:etri\w*|eter)?\.? (?:korkea\b|korkeutta|hög\b|takhöjd|i tak)"
)
_DEEP = re.compile(
    rf"(?:vattendjup\w*|djupgående\w*|\bdjup\b|syväy\w*|vesisyvy\w*|veden syvyy\w*|syvyy\w*"
    rf"|kulkusyvy\w*|köl\w*|draught|draft|depth)\W{{1,3}}(?:\w+\W){{0,2}}?(?P<a>{_N})"
    rf"|(?P<b>{_N})\s?m(?:etri\w*|eter)?\.? (?:\w+ )?(?:vattendjup|djup|syvä|syväys|djupgående|deep|vettä|vatten)"
    rf"|\b(?:vettä|vesi(?:tilaa)?|vatten|djupet|ui|kulkee|går) (?:on |är |ca |noin |vain |bara )?"
    rf"(?P<c>{_N})\s?(?:m\b|metri|meter|(?:syväs|syväl|djup))"
)
_CENTIMETRES = re.compile(r"\b(\d{2,3}) ?cm\b")
"""Depths of water are told in them, too."""
_LIFTED = re.compile(
    rf"(?:\w*nosturi\w*|\w*travers\w*|\b\w*kran(?:en|ar|kapacitet)?\b|\bnosto\w*|nostaa|nostimen|\blyft\w*|crane)(?:\W+(?!ovi|port)\w+){{0,2}}?"
    rf"\W+(?P<a>{_N})\s?(?P<ua>t|tn|ton\w*|kg|kilo\w*)\b(?!\s?/)"
    rf"|(?<![\w.,])(?P<b>{_N})\s?-?(?P<ub>t|tn|ton\w*|kg|kilo\w*)(?::n)?[ -](?:\w+ )?"
    r"(?:\w*nosturi\w*|\w*travers\w*|\w*kran\b|nosto\w*|lyft\w*|crane)"
)
"""What a hall's crane lifts."""


def rooms_of(kind: str, said: Sequence[Clause], *, wants: bool) -> Iterator[Limit]:
    """The numbers of a room's card, each quantity once."""
    texts = [clause.text for clause in said if not clause.refuses]
    if kind in (_ROOM, _MACHINE_TIME):
        yield from _first(_degrees(_HOURS.sub(" ", text), wants=wants) for text in texts)
    if kind != _ROOM:
        return
    yield from _first(_door(text, wants=wants) for text in texts)
    yield from _first(_lift(text, wants=wants) for text in texts)
    texts = [_CENTIMETRES.sub(lambda found: f"{int(found[1]) / 100} m", text) for text in texts]
    for what, pattern in ((_HEIGHT, _HIGH), (_SEATS, _SEATED), (_AMPERES, _FUSE), (_DEPTH, _DEEP)):
        yield from _first(_most(what, pattern, text, wants=wants) for text in texts)
    yield from _first(_load(text, wants=wants) for text in texts)
    yield from _first(_pallets(text, wants=wants) for text in texts)


def _first(found: Iterable[Limit | None]) -> Iterator[Limit]:
    yield from [limit for limit in found if limit is not None][:1]


def _degrees(text: str, *, wants: bool) -> Limit | None:
    for match in _WARMTH.finditer(text):
        low = _celsius(match["low"])
        if not (match["unit"] or _SIGNED.match(match["low"].strip()) or _SIGNED.match(match["high"] or "")):
            continue
        high = _celsius(match["high"]) if match["high"] else low
        low, high = min(low, high), max(low, high)
        behind = match["behind"] or ""
        if match["most"] or _COLDER.search(behind) or (match["least"] and high <= _FROST_C):
            return _limit(_DEGREES, None, high)
        if match["least"] or behind:
            return _limit(_DEGREES, low, None)
        if not wants and low >= HOT_C:
            return _limit(_DEGREES, None, high)
        if not wants or match["high"]:
            return _limit(_DEGREES, low, high)
        if low >= USUAL_C:
            return _limit(_DEGREES, low, None)
        if low <= _FROST_C:
            return _limit(_DEGREES, None, high + _NEAR_C)
        return _limit(_DEGREES, low - _NEAR_C, high + _NEAR_C)
    return None


def _door(text: str, *, wants: bool) -> Limit | None:
    """The height of a door: the last of its sides, since people tell the width first."""
    for match in _DOOR_SIZE.finditer(text):
        height = _value(match["b"] or match["a"])
        is_wide = not match["b"] and (_WIDE.search(match["behind"]) or _WIDE.search(match["between"]))
        if not is_wide and _LEAST_OF_DOOR <= height <= _MOST_OF_DOOR:
            return _limit(_DOOR, height if wants else None, None if wants else height)
    return None


def _most(what: int, pattern: re.Pattern[str], text: str, *, wants: bool) -> Limit | None:
    match = pattern.search(text)
    if match is None or (what == _HEIGHT and _DOORS.search(text)):
        return None
    told = [value for value in match.groupdict().values() if value]
    value = max(_value(one) for one in told)
    return _limit(what, value if wants else None, None if wants else value)


def _lift(text: str, *, wants: bool) -> Limit | None:
    """In tons; a hoist of less than 50 kg is a misread one."""
    match = _LIFTED.search(text)
    if match is None:
        return None
    value = _value(match["a"] or match["b"]) / (1 if (match["ua"] or match["ub"]).startswith("t") else 1_000)
    return _limit(_LIFT, value if wants else None, None if wants else value) if value >= _LEAST_LIFT else None


def _load(text: str, *, wants: bool) -> Limit | None:
    match = _LOADED.search(text)
    if match is None:
        return None
    value = _value(match["value"]) * _KG.get(match["unit"], 1_000.0)
    return _limit(_FLOOR, value if wants else None, None if wants else value)


def _pallets(text: str, *, wants: bool) -> Limit | None:
    match = _PALLETED.search(text)
    if match is None:
        return None
    value = _value(match["value"])
    return _limit(_PALLETS, value * _HELPFUL_PART if wants else None, None if wants else value)


def _limit(what: int, low: float | None, high: float | None) -> Limit:
    lowest = -ENDLESS if low is None else round(low * _THOUSANDTHS)
    return Limit(what, lowest, ENDLESS if high is None else round(high * _THOUSANDTHS))


def _celsius(text: str) -> float:
    bare = text.strip()
    is_frost = bare.startswith(("-", "miinus", "minus"))
    return _value(re.sub(r"[^\d.,]", "", bare)) * (-1 if is_frost else 1)


def _value(text: str) -> float:
    return float(text.replace(",", "."))

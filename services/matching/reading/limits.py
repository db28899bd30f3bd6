"""What a text says of quality: qualities that are stated, asked and refused, and measured quantities."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from services.matching.domain.meaning import (
    ENDLESS,
    LIMITS_MAX,
    MASK_BITS,
    QUALITY_WORDS,
    Limit,
    Mask,
)
from services.matching.reading.clauses import Clause, says_not, split
from services.matching.reading.grades import in_shares
from services.matching.reading.sieve import Sieve, Written
from services.matching.reading.tables import Quality, qualities, quality_bits
from services.matching.words.amounts import number_words
from services.matching.words.vocabulary import tables

LESS = r"alle|enintään|korkeintaan|max\.?|under|högst|maximalt|below|at most|<|≤"
MORE = r"yli|vähintään|väh\.?|min\.?|över|minst|above|over|at least|>|≥"
_IS_LESS = re.compile(LESS)
_ALLOWS = re.compile(rf"\w[aä]\s+(?:{LESS})\s*\d|(?:{LESS})\s*\d+\s*%\s+\w")
"""A stuff, and how much of it may be; "kosteus enintään 20 %" is a quantity."""
_DIAMETER = re.compile(r"(?:\bdiam(?:eter)?\.?|\bhalkaisija|\bø)\s*\d{2,4}(?![\d.,]|\s?(?:mm|cm|m\b))")
"""Of machine time in millimetres, if no unit is told."""
_OF_ONE = re.compile(r"^\s*\w{4,}ll[aä]\s|%\s+för \w{4,}\s*$")
"""A limit for one of several things: "kutterilla kosteus alle 20 %"."""
_WITHIN = re.compile(
    r"\b(?:alle|under|below|klarar|inom|within)\s+(?:\w+\s+)?(?:\w*raja\w*|\w*gräns\w*|ohjearvo\w*|riktvärd\w*|limits?)\b"
    r"|(?:raja-?arvo|ohjearvo|gränsvärd|riktvärd)\w* (?:alit|ei ylit|ok\b|underskr)|\bei yli(?:tä|ty)\b"
    r"|överskrid\w* (?:inte|ej)"
)
"""What is measured is, or must be, little enough to be none: "fenolit alle raja-arvon"."""
_WORD_END = re.compile(r"[\w-]*")
_OR_BEHIND = re.compile(r"\s*(?:tai|taikka|eller|el|or)\b|/\w")
_OR_BEFORE = re.compile(r"(?:\b(?:tai|taikka|eller|el|or)\s+|\w/)[\w-]*$")
_AND_BEHIND = re.compile(r"\w*\s*(?:tai|taikka|eller|el|or|ja|och|sekä|and)\b|\w*/\w")
_AND_BEFORE = re.compile(r"(?:\b(?:tai|taikka|eller|el|or|ja|och|sekä|and)\s+|\w/)[\w-]*$")
_WITH_OR = re.compile(r"\b(?:med eller|kanssa tai|with or) $")
_LENGTH = "length"
_UNITS: tuple[tuple[str, str, float], ...] = (
    (r"%|prosent\w*|procent|percent", "share", 10_000), ("promille|‰|g/kg", "share", 1_000), ("mg/kg|ppm", "share", 1),
    ("g/l", "dissolved", 1_000), ("mg/l", "dissolved", 1),
    (r"mm|milli\w*", _LENGTH, 1), ("cm", _LENGTH, 10), (r"m(?![\w/])", _LENGTH, 1_000),
    ("ms/cm", "conductivity", 100), ("ms/m", "conductivity", 1), ("[µμ]s/cm", "conductivity", 0.1),
    (r"(?:t|tn|ton|tonnia|tonnin|tonne)(?![\w/])", "mass", 1_000), (r"kg(?![\w/])", "mass", 1),
    (r"bar(?:ia|in|g|a|en)?\b", "pressure", 1), (r"°?dh\b", "hardness of water", 1),
    ("mj/kg", "heat of a mass", 1), ("kwh/m3", "heat of a volume", 1),
)  # fmt: skip
"""Spellings, the family of the unit, and how many of the family's smallest it is. Only one family compares."""
_UNIT = "|".join(spellings for spellings, _, _ in _UNITS)
_NO_UNIT = (r"(?![\d.,]*\d|\s?-?(?:l|litra\w*|liter|m[23²³]|kuutio\w*|kubik\w*|kpl|st|pcs|kw|mw|kwh|mwh|aste\w*"
            r"|grad\w*|päiv\w*|vuo\w*|kk|vko|h|tun\w*|km|kva|a|v|eur\w*|e)\b|\s?[°€])")  # fmt: skip
"""Behind a bare number: it is no amount of the stuff ("vettä 200 l") nor anything else of its own."""
_THOUSANDTHS = 1_000
_AT_LEAST = frozenset(("length", "crane capacity", "door height", "hall height", "height"))
"""Of what a want tells with a bare number as the least."""
_AT_MOST = frozenset(("accuracy", "cleanroom class"))
"""Of what a want tells with a bare number as the most: the finer, the better."""
_UP_TO = frozenset(
    ("length", "bending length", "sheet thickness cut", "thickness", "turning diameter", "width", "diameter")
)
"""Of what a machine's number is the most that it takes."""
_IN_WORDS = re.compile(r"\b(\w+)\s?(?=prosent|procent|percent|-prosent)")
_GAS_OR_NUTRIENT, _MOSTLY = "nitrogen", 50
"""Nitrogen of more than half is the gas, and the number its purity."""
_STRENGTH = "strength"
_BARE_SHARE = re.compile(
    rf"^\s*(?:(?:ca|noin|cirka|about)\.?\s+)?(?P<named>(?:\w+\s+){{0,2}}?)(?:(?:pitois|vahv|väkev|puhta|styrk|renh|halt|purity)\w*\s+)?(?P<than>{LESS}|{MORE})?\s*(?P<low>\d{{1,3}}(?:[.,]\d{{1,2}})?)(?:\s*-\s*(?P<high>\d{{1,3}}(?:[.,]\d{{1,2}})?))?"
    r"\s?-?(?:%|prosent\w*|procent\w*|percent)-?\w*(?:\s+(?:puhda\w*|ren[at]?\b|liuos\w*|lösning\w*|pure))?\s*$"
)
"""A share of nothing that is named is the strength or purity of the thing itself: "vähintään 5 %"; a have may begin
with it: "lipeä 50 %"."""
_NUMBER = r"\d{1,6}(?:[.,]\d{1,3})?"
_TOLD_BY_UNIT = tuple(
    (
        what,
        re.compile(
            rf"(?P<than>{MORE}|{LESS})?\s*(?<![\d.,])(?P<low>{_NUMBER})(?:\s*-\s*(?P<high>{_NUMBER}))?\s?-?(?P<unit>{units})"
        ),
    )
    for what, units in (
        ("pressure", r"bar(?:ia|in|g|a|en)?\b(?! ?mg)"),
        ("conductivity", "[µμ]s/cm|ms/m|ms/cm"),
        ("hardness", r"°?dh\b"),
    )
)
"""Quantities whose unit names them: 8 bar can only be a pressure."""
_PRESSURELESS = re.compile(r"paineet(?:on|onta|toma)|ei painetta|ilmanpainei|trycklös|inget tryck|utan tryck"
                           r"|unpressuri[sz]ed")  # fmt: skip
_FLUIDS_UNDER_PRESSURE = "pressure"
"""Of a want of energy a bare pressure is the least that will do: steam and air are throttled, not pumped up."""
_WEAKEST = 0.8
"""Of the strength that a want tells with a bare number, the part that will do; what is stronger is diluted."""
_POWER_LIMIT = 1
"""The number of power among measured quantities; its limits are of watts and more."""
_POWER = re.compile(rf"(?P<than>{MORE})?\s*(?P<low>\d{{1,5}}(?:[ ,.]\d{{1,3}})?)\s*(?P<unit>kw|mw)\b(?!h)")
_DIGIT = re.compile("[0-9]")
PREFERS = re.compile(r"\b(?:helst|mielui(?:ten|mmin)|mielellään|plussaa|ett plus|i första hand|ensisijaisesti"
                      r"|preferably)\b")
"""What a want would rather have is no condition."""
_IN_PLACE_OF = re.compile(
    r"\b(?:korva\w+|vaihta\w+|ersätt\w*|byt[ae]r?(?: ut)?|i ?stället för) (?:\w+ )?"
    r"(?:rikki\w*|hajo\w*|vanh\w*|kulun\w*|trasig\w*|gam(?:la|mal|malt)|sönder\w*|slitn\w*)(?: \w+)?"
    r"|\b(?:rikki\w*|hajon\w*|vanh\w*|kulun\w*) (?:\w+ )?(?:tilalle|sijaan)\b"
)
"""How what a want is to replace is, and not what it asks for: "korvaa rikki potkittuja ovia"."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measured quantity. ``unit``: the one that a bare number is of, "" where people differ."""

    name: str
    unit: str
    pattern: Written

    def is_told_in(self, unit: str) -> bool:
        """Iron of 12 mm is a thickness, and no share of iron."""
        own, told = (_in_family(one)[0] for one in (self.unit, unit))
        return own in ("", told) or _LENGTH not in (own, told)

    def in_unit(self, unit: str) -> tuple[int, float]:
        """Its number among those that compare with each other, and what a value in the unit is multiplied by."""
        return _numbered(self.name, unit)


def qualities_of(kind: str, said: Iterable[Clause], *, wants: bool) -> tuple[Mask, Mask, Mask]:
    """Qualities that are stated, asked and refused; of a have those it says it lacks, where a want may ask for them."""
    bears = needs = refuses = named = 0
    asked: list[Quality] = []
    for clause in said:
        if wants and (clause.tolerates or PREFERS.search(clause.text)):
            continue
        if wants:
            clause = replace(clause, text=_IN_PLACE_OF.sub(" ", clause.text))
        says, bars = split(clause)
        for quality in qualities().of(clause.text):
            if quality.kinds and kind not in quality.kinds:
                continue
            if not quality.asked and _is_little(quality, clause.text):
                if wants and quality.pattern.search(clause.text):
                    refuses |= quality.bit if quality.refused else 0
                continue
            without = quality.free.search(clause.text) if quality.free else None
            takes_none_without = without and not says_not(without.group()) and without.group() in bars
            if without and not takes_none_without and not _has_both(quality, clause.text, without):
                refuses |= quality.bit
            elif takes_none_without:
                named |= quality.bit if wants else 0
                asked += [quality] if wants else []
            elif clause.refuses and quality.by_lack and quality.by_lack.search(clause.text):
                bears |= 0 if wants else quality.bit
                named |= quality.bit if wants else 0
                asked += [replace(quality, asked=quality.asked and not quality.against)] if wants else []
            elif quality.pattern.search(bars):
                refuses |= quality.bit if quality.refused else 0
            elif heard := quality.pattern.search(says):
                if wants and not quality.asked and allows_some(clause.text):
                    continue
                if wants:
                    named |= quality.bit
                if wants and not (is_one_of_several(says, heard) and not quality.pattern.search(says, heard.end())):
                    asked.append(quality)
                elif not wants:
                    bears |= quality.bit
    for quality in asked:
        takes_either = bool(quality.against & named)
        needs |= quality.bit if quality.asked and not takes_either else 0
        refuses |= quality.against & ~named
    return quality_mask(bears), quality_mask(needs), quality_mask(refuses)


def _has_both(quality: Quality, text: str, without: re.Match[str]) -> bool:
    """Whether a word that says "free of it" stands beside an "or" or "and", and something else in the text has it:
    "kuorittua tai kuorimatonta", "med eller utan fälg"."""
    before, behind = text[: without.start()], text[without.end() :]
    is_beside = _AND_BEHIND.match(behind) or _AND_BEFORE.search(before)
    return bool(is_beside and (_WITH_OR.search(before) or quality.pattern.search(f"{before} {behind}")))


def _is_little(quality: Quality, text: str) -> bool:
    """Whether a text says that there is less of it than a limit, unless the quality is that very thing."""
    if (within := _WITHIN.search(text)) is None:
        return False
    heard = quality.pattern.search(text)
    return not (heard and heard.start() < within.end() and within.start() < heard.end())


def is_one_of_several(says: str, heard: re.Match[str]) -> bool:
    """Whether the word stands beside an "or": of alternatives none is asked, unless both are of the quality
    ("nautalietettä tai sikalietettä"); "torrt kutter- eller sågspån" asks for dry."""
    rest = _WORD_END.match(says, heard.end())
    behind = rest.end() if rest else heard.end()
    return bool(_OR_BEHIND.match(says, behind) or _OR_BEFORE.search(says, 0, heard.start()))


def with_numbers(shown: Mask, limits: Iterable[Limit], *, wants: bool) -> Mask:
    """Qualities with what the numbers say of them: a have that tells a low moisture is dry, and a want that limits it
    asks for no other dryness."""
    bits = bits_of(shown)
    for limit in limits:
        for bit, least, most in numbers_that_show().get(limit.what, ()):
            if wants:
                bits &= ~bit
            elif least <= limit.low and limit.high <= most:
                bits |= bit
    return quality_mask(bits)


def bits_of(qualities_mask: Mask) -> int:
    """The mask of qualities as one integer."""
    return sum(word << at * MASK_BITS for at, word in enumerate(qualities_mask))


def quality_mask(bits: int) -> Mask:
    """Bits of qualities as the integers of a mask."""
    return tuple(bits >> word * MASK_BITS & (1 << MASK_BITS) - 1 for word in range(QUALITY_WORDS))


def limits_of(
    said: Iterable[Clause], *, powers: bool = False, wants: bool = False, works: bool = False
) -> tuple[Limit, ...]:
    """Measured values and limits, the first LIMITS_MAX. ``powers``: kW and MW too; of a want only as a limit, since
    what it needs is an amount. ``works``: the card is of machine time, whose numbers are the most that it takes."""
    found: dict[int, Limit] = {}
    for number, clause in enumerate(said):
        clause = replace(clause, text=in_shares(_IN_WORDS.sub(_in_digits, clause.text)))
        if works:
            clause = replace(clause, text=_DIAMETER.sub(r"\g<0> mm", clause.text))
        is_told = _DIGIT.search(clause.text) or (powers and _PRESSURELESS.search(clause.text))
        if is_told and not (wants and _OF_ONE.search(clause.text)):
            for limit in _limits(clause, powers=powers, wants=wants, works=works, first=number == 0):
                before = found.setdefault(limit.what, limit)
                if wants:
                    found[limit.what] = _wider(before, limit)
    return tuple(found.values())[:LIMITS_MAX]


def _wider(one: Limit, other: Limit) -> Limit:
    """Of a want that tells several limits of one quantity each is of another thing: both pass what either lets."""
    return Limit(one.what, min(one.low, other.low), max(one.high, other.high))


def _limits(clause: Clause, *, powers: bool, wants: bool, works: bool, first: bool) -> Iterator[Limit]:
    text, is_named = clause.text, False
    for measure in measures().of(text):
        if match := measure.pattern.search(text):
            side = "" if match["low"] else "_2"
            than, unit = match[f"than{side}"], match[f"unit{side}"] or measure.unit
            if not measure.is_told_in(unit):
                continue
            what, factor = measure.in_unit(unit)
            low = round(_value(match[f"low{side}"]) * factor)
            high = round(_value(match[f"high{side}"]) * factor) if match[f"high{side}"] else low
            if than:  # "over 30 % not" is at most 30 %
                is_most = bool(_IS_LESS.fullmatch(than)) is not clause.refuses
                low, high = (-ENDLESS, high) if is_most else (low, ENDLESS)
            elif wants and measure.name in _AT_LEAST:
                high = ENDLESS
            elif wants and measure.name == _STRENGTH and low == high:
                low, high = round(low * _WEAKEST), ENDLESS
            elif (wants and measure.name in _AT_MOST) or (works and not wants and measure.name in _UP_TO):
                low = -ENDLESS
            if measure.name == _GAS_OR_NUTRIENT and what == measure.in_unit("%")[0] and low > _MOSTLY * factor:
                what = _numbered(_STRENGTH, "%")[0]
            is_named = True
            yield Limit(what, low, high)
    yield from _told_by_unit(text, powers=powers, wants=wants)
    if not is_named and (bare := _BARE_SHARE.search(text)) and (not bare["named"] or (first and not wants)):
        strength = _strength(bare, refuses=clause.refuses)
        if not wants or strength.high == ENDLESS:
            yield strength
    if powers and (told := power_kw(text)) and (told[1] or not wants):
        value = round(told[0] * 1_000 * _THOUSANDTHS)
        yield Limit(_POWER_LIMIT, value, ENDLESS if told[1] else value)


def _told_by_unit(text: str, *, powers: bool, wants: bool) -> Iterator[Limit]:
    for name, pattern in _TOLD_BY_UNIT:
        if match := pattern.search(text):
            what, factor = _numbered(name, match["unit"])
            low, high = (round(_value(match[side] or match["low"]) * factor) for side in ("low", "high"))
            if match["than"]:
                low, high = (-ENDLESS, high) if _IS_LESS.fullmatch(match["than"]) else (low, ENDLESS)
            elif wants and powers and name == _FLUIDS_UNDER_PRESSURE:
                high = ENDLESS
            yield Limit(what, low, high)
        elif name == _FLUIDS_UNDER_PRESSURE and powers and not wants and _PRESSURELESS.search(text):
            yield Limit(_numbered(name, "bar")[0], 0, 0)


def _strength(bare: re.Match[str], *, refuses: bool) -> Limit:
    what, factor = _numbered(_STRENGTH, "%")
    low, high = (round(_value(bare[name] or bare["low"]) * factor) for name in ("low", "high"))
    if than := bare["than"]:
        is_most = bool(_IS_LESS.fullmatch(than)) is not refuses
        low, high = (-ENDLESS, high) if is_most else (low, ENDLESS)
    return Limit(-what, low, high)


def _in_digits(match: re.Match[str]) -> str:
    told = number_words().get(match[1])
    return f"{told[0]:g} " if told else match.group()


def allows_some(text: str) -> bool:
    """Whether a want's clause lets pass a little of what it names: "laastia enintään 5 %" asks for no mortar."""
    return bool(_ALLOWS.search(text))


def power_kw(text: str) -> tuple[float, bool] | None:
    """The first power that a text tells, in kW, and whether it is told as the least."""
    match = _POWER.search(text)
    if match is None:
        return None
    return _value(match["low"]) * (1_000 if match["unit"] == "mw" else 1), match["than"] is not None


@lru_cache(maxsize=1)
def measures() -> Sieve[Measure]:
    """The measured quantities; the pattern of each is its names, a comparison, a number or range, a unit."""
    return Sieve((row["pattern"], Measure(row["what"], row["unit"], _measure(row["pattern"]))) for row in _rows())


@lru_cache(maxsize=1)
def numbers_that_show() -> Mapping[int, tuple[tuple[int, int, int], ...]]:
    """Number of a measured quantity → bit of a quality that its values show, from the least to the most such value:
    moisture tells what is dry, and what is wet."""
    found: dict[int, tuple[tuple[int, int, int], ...]] = {}
    for row in tables("services.matching.reading", "shown"):
        what, factor = _numbered(row["what"], row["unit"])
        least = round(float(row["least"]) * factor) if row["least"] else 0
        most = round(float(row["most"]) * factor) if row["most"] else ENDLESS - 1
        found[what] = (*found.get(what, ()), (quality_bits()[row["quality"]], least, most))
    return found


def _measure(names: str) -> Written:
    """Name, comparison, number or range, unit; or the number first: "alle 20 % vettä"."""
    than = f"{LESS}|{MORE}"
    low, high = (rf"(?P<{name}>[0-9]{{1,6}}(?:[ \u00a0][0-9]{{3}})?(?:[.,][0-9]{{1,6}})?)" for name in ("low", "high"))
    again = low.replace("<low>", "<low_2>"), high.replace("<high>", "<high_2>")
    return Written(
        rf"\b(?:{names})(?![0-9]+[a-z])(?:\s*(?:on|n\.|noin|ca|cirka|halten|pitoisuus|ts|:|=|±|\+/-))?\s*(?P<than>{than})?\s*"
        rf"(?:\d{{1,2}}\s?[x×]\s?)?{low}(?:\s*-\s*{high})?(?:\s*(?P<unit>{_UNIT})|{_NO_UNIT})"
        rf"|(?P<than_2>{than})?\s*\b{again[0]}(?:\s*-\s*{again[1]})?\s*(?P<unit_2>{_UNIT})\s+(?:{names})\b"
    )


@lru_cache(maxsize=4_096)
def _numbered(name: str, unit: str) -> tuple[int, float]:
    """The number of a quantity in a family of units, the same in every cell, and never 0, which means none; and by what
    its values are multiplied to be thousandths of the family's smallest unit."""
    family, factor = _in_family(unit)
    digest = hashlib.blake2b(f"{name}, {family}".encode(), digest_size=3).digest()
    return int.from_bytes(digest, "big") + _POWER_LIMIT + 1, factor * _THOUSANDTHS


@lru_cache(maxsize=256)
def _in_family(unit: str) -> tuple[str, float]:
    """Family of a unit, and how many of the family's smallest it is."""
    return next(((family, by) for known, family, by in _UNITS if re.fullmatch(known, unit)), ("", 1))


def _rows() -> Iterator[dict[str, str]]:
    yield from tables("services.matching.reading", "measures")


def _value(text: str) -> float:
    return float(text.replace("\u00a0", "").replace(" ", "").replace(",", "."))

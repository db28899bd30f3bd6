"""In which months a text says that something is there or wanted, as twelve bits (January is the lowest); 0: not said.

Seasons are taken wide, since nobody means a calendar: summer from May to September, winter from November to March. A
month with a year beside it is a date and no season; what is said of a month with "not" leaves the others.
"""

from __future__ import annotations

import re

from services.matching.domain.meaning import ALL_YEAR

_MONTHS = (
    r"tammi(?:kuu)?|januar[iy]|jan\.?", r"helmi(?:kuu)?|februar[iy]|feb\.?", r"maalis(?:kuu)?|mars|march",
    r"huhti(?:kuu)?|april|apr\.?", r"touko(?:kuu)?|maj|may", r"kesä(?:kuu)|kesä(?=\s?-)|juni|june",
    r"heinä(?:kuu)|heinä(?=\s?-)|juli|july", r"elo(?:kuu)?|augusti|august|aug\.?", r"syys(?:kuu)?|september|sept?\.?",
    r"loka(?:kuu)?|oktober|october|okt\.?", r"marras(?:kuu)?|november|nov\.?", r"joulu(?:kuu)?|december|dec\.?",
)  # fmt: skip
_FIRST_OF_SPAN = re.compile(
    r"\b(?:tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu)"
    r"(?=\s?-\s?(?:tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu)kuu)"
)
_ENDING = r"(?:n|sta|lta|hun|ssa|ta|t|na)?"
_MONTH = "|".join(f"(?P<m{{0}}_{number}>{names})" for number, names in enumerate(_MONTHS))
_RANGE = re.compile(
    rf"\b(?:{_MONTH.replace('{0}', 'a')}){_ENDING}"
    rf"\s*(?:-|till(?: och med)?|t\.?o\.?m\.?|to|until|through|aina|-? ?(?:ja|och|and)\b)?\s*"
    rf"(?:{_MONTH.replace('{0}', 'b')}){_ENDING}\b(?!\s*(?:19|20)\d\d)"
)
_SINGLE = re.compile(
    rf"\b(?:(?:i|in|during|under)\s+(?:{_MONTH.replace('{0}', 'a')})|(?:{_MONTH.replace('{0}', 'b')})ssa)\b"
    r"(?!\s*(?:19|20)\d\d)"
)
_AFTER = re.compile(
    rf"\b(?:(?:{_MONTH.replace('{0}', 'a')})(?:n|uun)? jälkeen|(?:efter|after)\s+(?:{_MONTH.replace('{0}', 'b')}))\b"
    r"(?!\s*(?:19|20)\d\d)"
)
_BEFORE_NEXT = 8
"""Months for which "after October" holds: nobody means the next October."""
_SPANS: tuple[tuple[int, int, str], ...] = (
    (5, 9, r"\bkesäisin|\bkesällä\b|\bkesän (?:ajan|aikana)|\bkesäkau(?:si|den|della|deksi|tena)|\bkesäai[kj]a"
           r"|\bkesäkuukau|\b(?:om|på) somrarna|\b(?:om|på|under) sommaren|\bsommartid|\bsommarhalvår|\bsommarsäsong"
           r"|\bsommarmånad|\bin (?:the )?summer|\bsummers\b|\bsummer (?:season|months|only)"),
    (11, 3, r"\btalvisin|\btalvella\b|\btalven (?:ajan|aikana|yli)|\btalvikau(?:si|den|della|deksi|tena)|\btalviai[kj]a"
            r"|\btalvikuukau|\b(?:om|på) vintrarna|\b(?:om|på|under|över) vintern|\bvintertid|\bvinterhalvår"
            r"|\bvintersäsong|\bvintermånad|\bin (?:the )?winter|\bwinters\b|\bwinter (?:season|months|only)"),
    (3, 5, r"\bkeväisin|\bkeväällä\b|\bkevätkau|\b(?:om|på) (?:våren|vårarna)|\bvårtid|\bin (?:the )?spring\b"),
    (8, 11, r"\bsyksyisin|\bsyksyllä\b|\bsyyskau|\bsadonkorju|\bpuintiai|\b(?:om|på) (?:hösten|höstarna)|\bhösttid"
            r"|\bskördetid|\bin (?:the )?autumn\b|\bharvest (?:time|season)"),
    (10, 4, r"\blämmityskau|\beldningssäsong|\buppvärmningssäsong|\bheating season"),
    (5, 9, r"\bkasvukau|\bodlingssäsong|\bväxtsäsong|\bodlingstid|\bgrowing season|\bavovesikau|\bkasteluk(?:au|ausi)"),
)  # fmt: skip
_SEASONS = tuple((first, last, re.compile(pattern)) for first, last, pattern in _SPANS)
_ALL_YEAR = re.compile(r"ympäri vuoden|ympärivuoti|vuoden ympäri|året (?:runt|om)|year[- ]round|all year|kesät talvet")
_HINT = re.compile(r"kes|talv|kev|syk|syys|kuu|somm|vint|vår|höst|säsong|kau|tid|året|vuo|summer|wint|spring|autumn"
                   r"|season|year|korju|puint|jan|feb|mar|apr|ma[jy]|jun|jul|aug|sep|o[ck]t|nov|dec")  # fmt: skip
_NOT_BEFORE = re.compile(r"(?:\bei|\beikä|\bpaitsi|\binte|\bej|\butom|\bnot|\bexcept|seiso\w+"
                         r"|\btauko|\bkiinni|\bsuljet\w+|stängt|uppehåll|\bstopp)(?: \w+)?\s*$")
_TOO = re.compile(r"(?:\bmyös|\bäven|\balso|\bockså|\bmukaan lukien)(?: \w+)?\s*$")
"""What is named beside the rest of the year limits nothing."""
_BEFORE = 60
"""Letters before a season in which "not" and "also" are looked for."""
_NOT_AFTER = re.compile(r"\s*(?:ei\b|inte\b|not\b|stängt|suljet|kiinni)")


def without_first_months(text: str) -> str:
    """Without "tammi" of "tammi-helmikuussa", which is oak, hay or mud as a word of its own."""
    return _FIRST_OF_SPAN.sub(" ", text)


def months_of(text: str) -> int:
    """The months that a text (as ``tokens.normal`` gives it) speaks of."""
    if not _HINT.search(text):
        return 0
    if _ALL_YEAR.search(text):
        return ALL_YEAR
    open_, shut = 0, 0
    for found, months in _spans(text):
        before = max(0, found.start() - _BEFORE), found.start()
        if _NOT_BEFORE.search(text, *before) or _NOT_AFTER.match(text, found.end()):
            shut |= months
        elif not _TOO.search(text, *before):
            open_ |= months
    return (open_ or (ALL_YEAR if shut else 0)) & ~shut


def span(first: int, last: int) -> int:
    """The months from the first to the last, both within, over the turn of the year where the last comes before."""
    length = (last - first) % 12 + 1
    return sum(1 << (first - 1 + step) % 12 for step in range(length))


def _spans(text: str) -> list[tuple[re.Match[str], int]]:
    found = [(match, span(first, last)) for first, last, pattern in _SEASONS for match in pattern.finditer(text)]
    ranges = [(match, span(_number(match, "a"), _number(match, "b"))) for match in _RANGE.finditer(text)]
    singles = [
        (match, span(one, one))
        for match in _SINGLE.finditer(text)
        if (one := _number(match, "a") or _number(match, "b"))
        and not any(other.start() < match.end() and match.start() < other.end() for other, _ in ranges)
    ]
    after = [
        (match, span(number % 12 + 1, (number + _BEFORE_NEXT - 1) % 12 + 1))
        for match in _AFTER.finditer(text)
        if (number := _number(match, "a") or _number(match, "b"))
    ]
    return found + ranges + singles + after


def _number(match: re.Match[str], side: str) -> int:
    """1 to 12; 0 where that side names none."""
    return next((number + 1 for number in range(12) if match[f"m{side}_{number}"]), 0)

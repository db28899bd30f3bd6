"""Whence and whither a card of transport goes: "Torniosta Ouluun", "från Lahtis till Björneborg", "Kuusamo–Vantaa",
"palaa tyhjänä etelään".

Places are municipalities, and regions by their chief town (``words/data/places.csv``); a Finnish name tells by its case
which end it is, a Swedish one by the word before it. Who drives somewhere and returns empty offers the way back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.matching.domain.meaning import BEARING
from services.matching.reading.weekdays import NAMED_DAY
from services.matching.words.lexicon import place_names
from services.matching.words.tokens import tokens

FROM, TO, OF, BARE = "from", "to", "of", "bare"
_OF_A_NAME = r"pk|etelä|pohjois|keski|itä|länsi|kanta|varsinais|päijät|suur"
_HYPHEN = re.compile(r"(?<!\bpk)(?<=[^\W\d])-(?=[^\W\d])")
_COMPOUND_NAME = re.compile(rf"\b({_OF_A_NAME})-(?=\w)")
_ROUND_A_TOWN = re.compile(r"\b([^\W\d]{3,})(trakten|nejden|regionen|området|hållet)\b")
_CASES = ((FROM, re.compile(r"[sl]t[aä]$")),
          (TO, re.compile(r"lle$|(?:(.)\1|h[aeiouyäö])n$")), (OF, re.compile(r"n$")))  # fmt: skip
_A_FIELD = re.compile(r"pelto|pellol|pelloi")
"""Pello is a place, and "pellolle" is to the field."""
_NEAR, _ENDS = 24, 2
"""Letters between "till" and the place, as in "till partihandel i Helsingfors"."""
_AFTER_OF = (
    (TO, re.compile(r"(?:suunta(?:an|han)|suunnalle|satama(?:an|han)|terminaaliin|seudulle|alueelle|lentoasemalle"
                    r"|tehtaalle|päin)\b|(?:linja|reissu|keikka|kyyti|vuoro)")),
    (FROM, re.compile(r"(?:suunnasta|suunnalta|satamasta|terminaalista|seudulta|alueelta|lentoasemalta|tehtaalta)\b")),
)
_BEFORE = {"från": FROM, "ur": FROM, "from": FROM, "till": TO, "mot": TO, "to": TO, "towards": TO}
_CHAIN = re.compile(r"\s*(?:-|->|→|>|/|till|to)\s*")
_LIST = re.compile(r"\s*(?:,|ja|tai|och|eller|sekä|samt|and|or|&|/)\s*")
_BACK = re.compile(r"(?<!\bei )(?<!ilman )\bpal(?:aa|aav|uu)\w*(?! täyn)|(?<!ingen )(?<!inte )(?<!utan )\bretur\w*"
                   r"|\b(?:tillbaka|hem(?:väg\w*|åt)?|return\w*|backhaul)\b|tyhjänä takaisin")  # fmt: skip
_EMPTY_THERE = re.compile(r"\b(?:sinne|dit)\b.{0,20}\bt(?:yhj|om)")
"""Who brings from a place and goes there empty offers the way to it."""
_THEN_EMPTY_BACK = re.compile(
    r"(?:[,;.]|\b(?:ja|mutta|och|men)\b)[^,;.]*?\b(?:(?:paluu\w*|takaisin|palaa\w*|palataan) (?:\w+ )?"
    r"(?:tyhjän|tyhjin|tyhjil|tilaa|vajaan|tyhjä\b)"
    r"|tyhjän(?:ä)? (?:takaisin|paluu)|tilaa (?:\w+ )?(?:takaisin|palu)"
    r"|(?:tillbaka|hem|retur(?:en)?) (?:\w+ )?(?:tom|plats|halvtom)"
    r"|(?:tom|plats|tomma) (?:tillbaka|hem|på retur|på hemv|på tillbakav))"
)
"""Behind the way there: who carries something from A to B and comes back empty offers the way from B to A."""
_ROOM_THERE = re.compile(r"vajaa|tilaa|puoli(?:ll|tyhj|täy)|halv(?:full|tom)|plats")
"""And the way there, too, where he says that there is room."""
_BOTH_WAYS = re.compile(r"\b(?:mellan|between)\b|\bvälillä\b|edestakai|tur och retur|molem(?:piin|mat) suun"
                        r"|meno-? ?(?:ja )?paluu|båda (?:håll|riktn)|both (?:ways|directions)"
                        r"|\bkiertä|kiertoaj|\blenk(?:ki|in)|rengasreit|\brundtur|\brunda\b|\bslinga\b"
                        r"|milk run")  # fmt: skip
_BEARINGS = (
    (0, re.compile(r"\b(?:pohjoiseen|pohjoisen suuntaan|ylöspäin|norrut|norröver|northbound)\b")),
    (90, re.compile(r"\b(?:itään|idän suuntaan|österut|eastbound)\b")),
    (180, re.compile(r"\b(?:etelään|etelän suuntaan|alaspäin|söderut|söderöver|southbound)\b")),
    (270, re.compile(r"\b(?:länteen|lännen suuntaan|västerut|westbound)\b")),
)


@dataclass(frozen=True, slots=True)
class Route:
    """``start``, ``goal``: code of a municipality as a number, 0 the card's own place or unknown; a goal may be
    BEARING and degrees. ``both_ways``: it serves the way back as well."""

    start: int = 0
    goal: int = 0
    both_ways: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    code: int
    role: str
    start: int
    end: int


def route_of(normalised: str) -> Route:
    """The route that a text tells, ``Route()`` where it tells none."""
    text = _apart(normalised)
    both_ways = bool(_BOTH_WAYS.search(text))
    places = list(_places(text))
    if chain := _first_chain(text, places):
        return _or_back(chain[0].code, chain[-1].code, both_ways, text, chain[-1].end)
    froms, tos = ([one for one in places if one.role == role] for role in (FROM, TO))
    if both_ways and not (froms and tos):
        ends = list(dict.fromkeys(one.code for one in places))
        start, goal = (0, 0, *ends)[-2:] if len(ends) < _ENDS else ends[:_ENDS]
        return Route(start, goal, both_ways=bool(goal))
    bearing = next((BEARING + degrees for degrees, spelt in _BEARINGS if spelt.search(text)), 0)
    start = froms[0].code if froms else 0
    if not tos:
        back_there = froms and _EMPTY_THERE.search(text)
        return Route(0, start) if back_there else Route(start, bearing, both_ways)
    back = _BACK.search(text)
    if back and not froms and tos[0].end <= back.start():
        return Route(tos[0].code, tos[-1].code if len(tos) > 1 else 0)
    if not froms and len(tos) > 1 and not _LIST.fullmatch(text, tos[0].end, tos[1].start):
        return Route(tos[0].code, tos[-1].code)
    after = [one for one in tos if froms and one.start > froms[0].start]
    last = (after or tos)[0]
    return _or_back(start, last.code, both_ways, text, last.end)


def _or_back(start: int, goal: int, both_ways: bool, text: str, end: int) -> Route:
    """The way, which ends at ``end`` of the text; the way back where that is what is empty."""
    back = _THEN_EMPTY_BACK.search(text, end) if start and goal else None
    if back is None or both_ways:
        return Route(start, goal, both_ways)
    return Route(start, goal, both_ways=True) if _ROOM_THERE.search(text[: back.start()]) else Route(goal, start)


def without_places(normalised: str) -> str:
    """The text without the names of places and days: that two loads go to one town does not make them alike."""
    text = _apart(normalised)
    for one in reversed(list(_places(text))):
        text = text[: one.start] + text[one.end :]
    return NAMED_DAY.sub("", text)


def _apart(normalised: str) -> str:
    """With the names of places as words of their own: "Kuusamo-Vantaa", "Helsingforstrakten"."""
    text = _HYPHEN.sub(" - ", _COMPOUND_NAME.sub(r"\1", normalised))
    return _ROUND_A_TOWN.sub(r"\1 \2", text)


def _first_chain(text: str, places: Sequence[_Place]) -> list[_Place]:
    """The first places that stand with dashes between them: the way goes through them in this order."""
    chain: list[_Place] = []
    for one in places:
        if chain and _CHAIN.fullmatch(text, chain[-1].end, one.start):
            chain.append(one)
        elif len(chain) > 1:
            break
        else:
            chain = [one]
    return chain if len(chain) > 1 and chain[0].role != FROM else []


def _places(text: str) -> Iterator[_Place]:
    words = tokens(text)
    last = -1
    for found in place_names().find(words, far=False):
        spelt = "".join(word.word for word in words[found.first : found.last + 1])
        name = found.term.text
        if found.letters < len(spelt) or found.first <= last or _A_FIELD.match(spelt):
            continue
        if found.term.lang == "sv" and spelt.removesuffix("s") != name.replace(" ", "").removesuffix("s"):
            continue
        last = found.last
        start, end = words[found.first].start, words[found.last].end
        yield _Place(int(found.term.concept), _role(text, spelt, name, start, end), start, end)


def _role(text: str, spelt: str, name: str, start: int, end: int) -> str:
    before = re.search(r"(\w+) $", text[:start])
    if before and before[1] in _BEFORE:
        return _BEFORE[before[1]]
    if before and before[1] == "i" and re.search(r"\b(?:till|åt)\b", text[max(0, start - _NEAR) : start]):
        return TO
    if spelt == name:
        return BARE
    if spelt.endswith("n"):
        behind = text[end:].lstrip(" -")
        told = next((role for role, word in _AFTER_OF if word.match(behind)), "")
        if told or spelt == name + "n":
            return told or OF
    return next((role for role, ending in _CASES if ending.search(spelt)), BARE)

"""What a listing is about: the things and uses its words name, those in passing kept apart.

The name says it before the description, its first sentence before the others; of a have its first clause that names a
thing: what comes after tells how it is packed, where it stands and what is in it. What things are packed in (pallets,
drums, bags) is the thing only where nothing else is named. The waste code, where there is one, says which of the named
things is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from services.matching.reading.clauses import Clause, split
from services.matching.reading.degrees import is_cold
from services.matching.reading.goods import EMPTIED, NO_GOODS, PART, is_stuff_of, machines, with_goods, without_fuel
from services.matching.reading.neighbours import (
    AWAY,
    MADE_OF,
    REST_OF,
    is_along,
    is_foreign,
    is_owner_of,
    is_rest_of,
    is_sure,
)
from services.matching.reading.tables import Use, crossings, kind_words, packings, uses
from services.matching.words.concepts import FLOWS, MATERIAL, kinds, numbered
from services.matching.words.cues import guess_language
from services.matching.words.lexicon import Found, lexicon
from services.matching.words.tokens import Token, tokens

OWN_KIND, CROSSING, FAMILY, ANY_KIND = range(4)
Concepts = frozenset[int]
NONE: Concepts = frozenset()

_SURE_BEYOND = 0.8
"""Of a word that stands on cards of two kinds."""
_WHOLE, _HEAD_LETTERS = 0.89, 4
_JOINS = frozenset(("och", "eller", "o", "samt", "ja", "tai", "and", "or"))
_WHERE = frozenset(("i", "på", "vid", "under", "kring", "runt", "längs", "bakom", "hos"))
"""What follows is where it is: Finnish has cases for that."""
_TO = frozenset(("till", "för", "for", "to", "into"))
_TAKES = frozenset(
    ("tar", "tager", "mottar", "vill", "köper", "söker", "behöver", "ottaa", "otamme", "ostaa", "ostamme", "tarvitsee")
)
"""Who takes something names it anew: in "foderköket för pälsdjur tar fiskrens" fish is not where it goes."""
_HELD_BEFORE = frozenset(("jäljiltä", "jälkeen", "ollut", "ollutta", "olleet", "varten"))
"""What is named before was in what is had, or is what that is for: "kontteja mehutiivisteen jäljiltä", "säkkejä haketta
varten"."""
_PLACES = re.compile(r"\b(?:etelä-|pohjois-|keski-)?(?:pohjan|uuden|uudel|ahvenan|pirkan)ma\w+|\buusimaa")
"""Regions whose names end like soil."""
_MEASURED = re.compile(r"\b(?:raskasmetall|tungmetall|heavy metal)\w*"
                       r"|\b\d[\d.,]* ?(?:kg|g|mg|%) (?:typpeä|fosforia|kaliumia|kväve|fosfor|kalium)\b")
"""What is measured in a thing and is not the thing."""
_BY_MEANS = re.compile(r"\b(?:ruoki(?:mme|taan)|syötämme|lämmitämme|lämmitetään|kuivitamme|kuivitetaan|lannoitamme"
                       r"|poltamme|katamme)\b")  # fmt: skip
"""Verbs of a want whose means is what it wants: "ruokimme mäskillä"."""
_REPLACED = re.compile(
    r"\b(?:byta ut|ersätt\w*|i ?stället för|korvaa\w*|replac\w+|instead of)(?: (?!med\b|mot\b|by\b|with\b)\w+){1,4}"
    r"|\b\w+ (?:polttav|käyttäv|valmistav|jalostav|tuottav)an?\b"
    r"|\b\w+n (?:tekijä|valmistaja|tuottaja|jalostaja|kasvattaja|viljelijä|maahantuoja)n?\b"
    r"|\b\w+n (?:kuivaukseen|kompostointiin|käsittelyyn|neutraloin|hygienisoin|sitomis|sidonta|imeyttämis|stabiloin)\w*"
    r"|\b(?:neutraliser\w*|hygieniser\w*|stabiliser\w*|rening|reningen) (?:av )?(?:\w+ ){0,1}\w+"
    r"|\b[\w-]+n (?:puristu(?:kseen|ksessa|sta varten)|valmistu(?:kseen|ksessa|sta varten)|tuotan(?:toon|nossa|nosta)"
    r"|(?:valmistukse|teo|keito|puhdistukse|tislaukse|savustukse|jauhatukse|fermentoinni)sta)\b"
    r"|\b(?:muovit?|kääreet?|kalvot?|plasten|plaster|plast) (?:ehjä\w*|rikki|hela|oskadad\w*|på|pois|paikallaan)\b"
    r"|\b(?:odlar|uppföder|kasvatamme|viljelemme|valmistamme|tuotamme|ruokimme) \w+"
    r"|\b(?:vid|från|efter|under) (?:saltning|torkning|rökning|tillverkning|produktion|bryggning|bakning)"
    r" av \w+"
    r"|\b[\w-]+n (?:erotuks|erottami|irrotuks|poistoon|poistami)\w*|\b(?:avskiljning|separering) av \w+"
    r"|\b(?:kuin|än|than)(?: \w+){1,2}"
    r"|\b(?:\w+ ){1,2}(?:tilalle|sijaan|sijasta|osakorvaa\w*|korvaaj\w*|korvikk\w*)"
)
"""What is to be replaced is not what is wanted, and what somebody burns or makes is not what he has."""
_IN_CIRCUMSTANCE = re.compile(r"(?:ss[aä]|st[aä]|lle|ksi|iin|een)$")
"""Cases of where, whence and what for."""
_SHARE = re.compile(r"\s*(?:on )?(?:alle|enintään|korkeintaan|max\.?|maks\.?|under|högst|maximalt|below|at most|[<≤])"
                    r" ?(?:\d+(?:[.,]\d+)? ?(?:%|prosent|procent|promille|‰|mg/|g/|ppm)"
                    r"|raja|gräns|ohjearv|riktv)")  # fmt: skip
"""Behind a word: how little of it may be in the thing. What is strong ("natronlipeää, 30 %") is the thing."""
_IN_WHICH = re.compile(r"\b(?:jossa|joissa|jonka|joiden|josta|joista|där|vars|i vilk\w+|in which|whose)\b")
"""What follows tells of the thing, and is not the thing."""
_OWNER_OF = re.compile(r"\w*(?:mon|män|mön|lan|län|tehtaan|laitoksen|keittiön|varaston|verstaan|hallin|aseman) ")
"""The place of whoever has what is named behind it."""
_OWN_USES = ("premises",)
"""Kinds whose cards name uses of others as what goes with them."""
LOGISTICS = "logistics"
_APART = frozenset((LOGISTICS,)), frozenset(("expertise",))
_WORKS = ("expertise", "service")
_TRADES = {"service": frozenset((*_WORKS, "capacity")), "expertise": frozenset(_WORKS)}
_AMISS = re.compile(
    r"\b(?:ei|eivät) (?:ole|toimi|käynnisty|käy|pyöri|jäähdy|jäähdytä|lämpene|lämmitä|aukea|sulkeudu|nouse|pidä|pysy"
    r"|mene|vedä|näy|kuulu|löydy|tule|saada|osaa|osata|tiedetä|riitä|jaksa|ehditä|ehdi|itsellä|meillä)"
    r"|\b(?:fungerar|funkar|startar|går|öppnar|kyler|värmer|håller|räcker|hinner|kan|vet|har) (?:\w+ )?inte\b"
)
_MACHINE_TIME = "capacity"
_WIDE_TOO = ("premises", "capacity")
"""Kinds of whose haves a wider use counts beside a narrower one."""
_DEGREES = re.compile(r"\d ?(?:°|ast(?!i\b)|grad|c\b)|asteis|lämp(?!ölaito)|värm(?!everk)|heat")
_POWER = re.compile(r"\d ?[km]w\b(?!h)")
"""Who tells kilowatts speaks of heat or electricity, and of no fuel."""
_WATER = re.compile(r"\b(?:vesi|vettä|veden|vedet)\b|\bvatten\b|\bwater\b")
PLAINLY = {"energy": "waste-heat", "water": "process-water", "logistics": "transport"}
"""What a card of the kind is about when its words name nothing of it."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Concepts of a clause: those that are its subject, and those in a case of circumstance; uses. ``taken``:
    things whose word a use is told with ("kiuaskiviä"). ``empty``: it says that something is emptied."""

    subjects: Concepts
    circumstances: Concepts
    uses: Concepts
    taken: Concepts
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    """``things`` and ``uses`` it is about; ``passing``: things that are named beside; ``taken``: things whose words
    tell the uses."""

    things: Concepts
    uses: Concepts
    passing: Concepts
    taken: Concepts = NONE


def topic_of(
    kind: str, names: Sequence[Clause], notes: Sequence[Clause], coded: Concepts, *, wants: bool, goes: bool = True
) -> Topic:
    """Words of another kind are taken where those of its own say nothing, those of its family first: people sort cards
    in their own way. What usually stands on cards of two kinds (fuels, dirty water) is of its own from the beginning,
    of a want of water where nothing else is named. ``coded``: what its waste code may stand for. ``goes``: who offers
    transport tells a way; without one, words that name nothing known are of nothing known."""
    by_use = wants or kind not in FLOWS
    found = Topic(NONE, NONE, NONE)
    works = wants and kind in _WORKS
    own_first = kind == "water" and wants
    for beyond in (*((OWN_KIND,) if own_first else ()), CROSSING, FAMILY, ANY_KIND):
        said, beside = (
            [
                (c.sentence, spoken(says, kind, by_use, beyond))
                for c in some
                if (says := _said(c, works=works)) and not (c.opens and _is_packing(spoken(says, kind, by_use, beyond)))
                if not (some[0] is not c and PART.search(says) and _is_machine(some[0], kind))
            ]
            for some in (names, notes)
        )
        found = _topic(kind, said, beside, coded, wants=wants)
        if found.things or found.uses or coded:
            return found
        is_plain = beyond == CROSSING or (beyond == OWN_KIND and any(_WATER.search(c.text) for c in names))
        if is_plain and kind in PLAINLY and (wants or goes) and not (kind == "energy" and _is_fuel(names)):
            plainly = "cooling-energy" if kind == "energy" and is_cold(c.text for c in names) else PLAINLY[kind]
            return Topic(frozenset((numbered()[plainly].number,)), NONE, found.passing)
    return found


def _said(clause: Clause, *, works: bool) -> str:
    """What a clause says; of who wants work done, what is amiss as well: "nosturi ei nouse"."""
    return clause.text if works and _AMISS.search(clause.text) else split(clause)[0]


def _is_machine(clause: Clause, kind: str) -> bool:
    return bool(spoken(clause.text, kind, False).subjects & machines())


def _is_packing(told: Spoken) -> bool:
    """Whether it names nothing but what things are packed in: "vajaita säkkejä: sementtiä" is cement."""
    return bool(told.subjects) and told.subjects <= packings()


def _is_fuel(names: Sequence[Clause]) -> bool:
    """Whether the words name a material: a card of energy may speak of chips."""
    named = union(spoken(c.text, MATERIAL, False).subjects for c in names)
    return bool(named) and not any(_DEGREES.search(c.text) for c in names)


def _topic(
    kind: str, said: Sequence[tuple[int, Spoken]], beside: Sequence[tuple[int, Spoken]], coded: Concepts, *, wants: bool
) -> Topic:
    flows = kind in FLOWS
    everything = union(one.subjects for _, one in (*said, *beside))
    is_empty = flows and any(one.empty for _, one in said)
    things, purposes = _first(said, coded, flows=flows, wants=wants, is_empty=is_empty)
    if not things and not purposes and not coded:
        things, purposes = _first(beside, coded, flows=flows, wants=wants)
    if not things and not purposes:
        things = union(one.circumstances for _, one in said)
        things = things & coded if coded else things
    taken = union(one.taken for _, one in said)
    purposes = _narrowed(flows, purposes, keeps=kind in _WIDE_TOO and not wants)
    things = without_fuel(things) if kind == MATERIAL else things
    return Topic(things, purposes, everything - things, taken)


def _first(
    said: Sequence[tuple[int, Spoken]], coded: Concepts, *, flows: bool, wants: bool, is_empty: bool = False
) -> tuple[Concepts, Concepts]:
    """Things and uses of the first sentence that names any; of a have's flow those of the first clause."""
    whole = union(one.subjects for _, one in said)
    begins = next((one.subjects for _, one in said if one.subjects), NONE)
    unpacked = (whole - packings()) if flows and not begins <= packings() else whole
    if coded & whole and not wants:
        unpacked = coded & whole
    elif is_empty and whole & packings():
        unpacked = whole & packings()
    elif coded or unpacked:
        whole = unpacked
    one_clause = flows and not wants
    things, purposes = NONE, NONE
    at = -1
    for sentence, one in said:
        own = one.subjects & (unpacked or whole)
        if at >= 0 and (sentence != at or one_clause):
            break
        things, purposes = things | own, purposes | one.uses
        if own or (one.uses and not (flows and wants)):
            at = sentence
    return things, purposes


def _narrowed(flows: bool, purposes: Concepts, *, keeps: bool) -> Concepts:
    """Without the general ones where others are named: "chip haulage" is not just any haulage. ``keeps``: what is had
    stays what its narrower use is a kind of, where that is named beside: a cold hall that is told to be a store is a
    store, and who turns and cuts gears turns."""
    named = [use for use in uses(flows).all if use.number in purposes]
    narrow = frozenset(use.number for use in named if not use.general)
    wide = (use for use in named if use.general and keeps)
    kept = (use.number for use in wide if any(one.number in narrow and one.serving <= use.serving for one in named))
    return narrow.union(kept) or purposes


@lru_cache(maxsize=16_384)
def spoken(text: str, kind: str, by_use: bool, beyond: int = CROSSING) -> Spoken:
    """What a clause names in words of its kind, or ``beyond``; ``by_use``: uses, too."""
    flows = kind in FLOWS
    crossing = crossings(kind) if beyond == CROSSING and not (kind == "energy" and _POWER.search(text)) else NONE
    heard = [
        (use, found.span())
        for use in (uses(flows).of(text) if by_use else ())
        if (beyond > CROSSING or not flows or kind in use.kinds or (beyond == CROSSING and use.serving & crossing))
        and (found := use.pattern.search(text))
    ]
    heard = [one for one in heard if not _is_owner(one, heard, text)]
    own = [one for one in heard if kind in one[0].kinds]
    if crossing and own and kind == "energy":  # who asks for heat in place of a boiler's asks for no fuel
        heard = own
    if kind in _OWN_USES and beyond <= CROSSING:  # a forklift that stands in a room is not what the room is
        heard = own
    elif kind == _MACHINE_TIME:  # a pump's axle that is to be turned is no repair of pumps
        heard = own or heard
    if beyond <= CROSSING and kind == LOGISTICS:
        heard = own or [one for one in heard if one[0].serving & _stores()]
    elif beyond <= CROSSING and kind in _WORKS:
        heard = [one for one in heard if one in own or one[0].kinds & _TRADES[kind]]
    elif beyond != ANY_KIND:  # what is carried or advised beside a room or a machine is not what they are for
        heard = [one for one in heard if one in own or one[0].kinds not in _APART]
    # "Welding skill and training": of its own kind only training, a general use, is known; it is about welding.
    heard = own if any(not use.general for use, _ in own) else heard
    heard = [one for one in heard if not _is_part_of_narrower(one, [(use, _words(text, span)) for use, span in heard])]
    purposes = {use.number for use, _ in heard}
    hiding = [use for use, _ in heard if not crossing or kind in use.kinds]
    told = [found.span() for use in hiding for found in use.pattern.finditer(text)]
    beside = (_REPLACED, _PLACES, _MEASURED, *(NO_GOODS if flows else ()))
    spans = [found.span() for pattern in beside for found in pattern.finditer(text)]
    meant = [
        (concept, found.span())
        for concept, pattern, unless in (kind_words(kind).of(text) if beyond == CROSSING and flows else ())
        if (found := pattern.search(text)) and not _IN_CIRCUMSTANCE.search(found.group())
        and not (unless and unless.search(text))
    ]
    spans += [span for _, span in meant]
    words = tokens(text)
    hits = [one for one in lexicon().find(words, far=False) if is_sure(one, words)]
    language = guess_language(text, hits)
    hits = with_goods(hits, text, words, language) if kind == MATERIAL else hits
    relative = _IN_WHICH.search(text) if flows else None
    told_of = relative.start() if relative else len(text)
    subjects: set[int] = {concept for concept, (start, _) in meant if start < told_of}
    circumstances: set[int] = set()
    taken: set[int] = set()
    hits_at = [hit.last for hit in hits]
    used = [at for at, word in enumerate(words) if any(a < word.end and word.start < b for a, b in told)]
    for one in hits:
        start, end, head = words[one.first].start, words[one.last].end, words[one.last].start
        concept = one.term.concept
        is_meant = beyond == ANY_KIND or (
            (kinds()[concept] in FLOWS) is flows
            if beyond == FAMILY
            else kinds()[concept] == kind or (numbered()[concept].number in crossing and one.quality >= _SURE_BEYOND)
        )
        if not is_meant or any(a < end and head < b for a, b in spans) or is_foreign(one, words, language):
            continue
        is_within = kind in ("energy", "water") and any(
            start <= a and b <= end and (start, end) != (a, b) and numbered()[concept].number in use.serving
            for use, (a, b) in heard
        )
        if not is_within and any(a < end and head < b and not _is_of_use(one, words, (a, b), kind) for a, b in told):
            if one.quality >= _WHOLE and not one.oblique and one.letters >= len(words[one.last].word):
                taken.add(numbered()[concept].number)
            continue
        if kind == MATERIAL and is_stuff_of(one, hits, words):
            continue
        goes_away = any(
            word.text in AWAY and not (at and word.text not in _TO and REST_OF.search(words[at - 1].text))
            for at, word in enumerate(words[: one.first])
            if at >= one.first - 3 and not _is_anew(at + 1, one.first, words, (*hits_at, *used))
        )
        if goes_away and kind == MATERIAL:
            continue
        if one.first >= 2 and words[one.first - 1].text in MADE_OF and any(h.last == one.first - 2 for h in hits):
            if not REST_OF.search(words[one.first - 2].text):
                continue
        elif is_rest_of(one, hits, words):
            continue
        if flows and _is_held(one, words):
            continue
        is_means = by_use and flows and words[one.last].text.endswith(("lla", "llä")) and _BY_MEANS.search(text)
        is_part = start >= told_of or (flows and (_SHARE.match(text, end) is not None or is_along(one, hits, words)))
        is_part |= flows and is_owner_of(one, hits, words)
        is_part |= kind == MATERIAL and one.first > 0 and words[one.first - 1].text in _WHERE
        is_aside = (one.oblique and not is_means) or goes_away or is_part
        (circumstances if is_aside else subjects).add(numbered()[concept].number)
    is_empty = flows and EMPTIED.search(text) is not None
    return Spoken(frozenset(subjects), frozenset(circumstances), frozenset(purposes), frozenset(taken), is_empty)


def _is_anew(first: int, last: int, words: Sequence[Token], named: Iterable[int]) -> bool:
    """Whether the words between a preposition and a thing end what it governs: "till bastun panel" is panel."""
    between = [word.text for word in words[first:last]]
    if any(word in _TAKES for word in between):
        return True
    return any(first <= at < last for at in named) and not any(word in _JOINS for word in between)


def _is_of_use(one: Found, words: Sequence[Token], use: tuple[int, int], kind: str) -> bool:
    """Whether it is a known compound of which the use is only the first part: "akustiikkalevy" is a board; or only the
    last: "lättklinker" is no clinker."""
    word, known = words[one.last], len(one.term.text.rpartition(" ")[2])
    if one.quality < _WHOLE or one.letters < len(word.word):
        return False
    before, behind = use[0] - word.start, word.start + known - use[1]
    return behind >= _HEAD_LETTERS or (kind == MATERIAL and before >= _HEAD_LETTERS - 1 and not one.oblique)


@lru_cache(maxsize=1)
def _stores() -> Concepts:
    """Rooms that a card of logistics may be about."""
    return frozenset(numbered()[name].number for name in ("warehouse", "cold-storage"))


def _is_part_of_narrower(one: tuple[Use, tuple[int, int]], heard: Sequence[tuple[Use, tuple[int, int]]]) -> bool:
    """Whether a general use is heard only in the words of another: a grain drier is no drier that is named beside."""
    use, (start, end) = one
    return use.general and any(not other.general and a <= start and end <= b for other, (a, b) in heard)


def _words(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """The span with the rest of its last word."""
    rest = re.compile(r"\w*").match(text, span[1])
    return span[0], rest.end() if rest else span[1]


def _is_held(one: Found, words: Sequence[Token]) -> bool:
    """Whether what follows says that it was in the thing, or is what that is for, with another one or alone."""
    after = [word.text for word in words[one.last + 1 : one.last + 4]]
    return bool(after) and (after[0] in _HELD_BEFORE or (after[0] in ("ja", "tai") and after[2:] == ["varten"]))


def _is_owner(one: tuple[Use, tuple[int, int]], heard: Sequence[tuple[Use, tuple[int, int]]], text: str) -> bool:
    """Whether a use is told only of whose place it is: "lihanleikkaamon pikapakastamo" freezes."""
    owner = _OWNER_OF.match(text, one[1][0])
    if owner is None or owner.end() <= one[1][1]:
        return False
    head = re.compile(r"\w+").match(text, owner.end())
    return head is not None and any(
        use is not one[0] and (owner.end() <= start < head.end() or owner.end() < end <= head.end())
        for use, (start, end) in heard
    )


def _is_within(span: tuple[int, int], start: int, end: int) -> bool:
    """Whether what was heard of a use is but a part of a thing's name: "butiksinredning" is no interior decoration."""
    return start <= span[0] and span[1] <= end and span != (start, end)


def union(sets: Iterable[Concepts]) -> Concepts:
    return NONE.union(*sets)

"""What a listing is about: the things and uses its words name, those in passing kept apart.

The name says it before the description, its first sentence before the others; of a have its first clause that names a
thing: what comes after tells how it is packed, where it stands and what is in it. What things are packed in (pallets,
drums, bags) is the thing only where nothing else is named. The waste code, where there is one, says which of the named
things is meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.matching.reading.clauses import Clause, split
from services.matching.reading.degrees import is_cold
from services.matching.reading.goods import PART, machines, without_fuel
from services.matching.reading.heard import ANY_KIND, CROSSING, FAMILY, HANDLED, OWN_KIND, WORKS
from services.matching.reading.spoken import Spoken, spoken
from services.matching.reading.tables import packings, rooms_of_trades, use_numbers, uses
from services.matching.words.concepts import FLOWS, LOGISTICS, MATERIAL, NONE, Concepts, numbered, union

_AMISS = re.compile(
    r"\b(?:ei|eivät) (?:ole|toimi|käynnisty|käy|pyöri|jäähdy|jäähdytä|lämpene|lämmitä|aukea|sulkeudu|nouse|pidä|pysy"
    r"|mene|vedä|kylmene|kylmetä|lämpiä|aukene|käänny|ime|vie|lataa|laukea|syty|tartu|tyhjene|kestä"
    r"|näy|kuulu|löydy|tule|saada|osaa|osata|tiedetä|riitä|jaksa|ehditä|ehdi|itsellä|meillä"
    r"|leikkaa|pure|kuivu|kulje|mittaa|tulosta|tunnista|liiku|sovi|tiedä|ymmärrä|uskalleta|voida|saa enää"
    r"|jää|tunne|löydä|maksa|ymmärretä|vastaa|kelpaa|kannata|puhu|lähde|vaihda|vuoda|kuumene|kiehu|hoida)"
    r"|\b(?:fungerar|funkar|startar|går|öppnar|kyler|svänger|pumpar|drar|tänder|laddar|stannar|värmer|håller|räcker"
    r"|hinner|kan|vet|har|fäster|skär|biter|torkar|suger|lyser|mäter|rinner|förstår|törs|rör sig|syns"
    r"|hittar|betalar|svarar|duger|pratar|byter)"
    r" (?:\w+ )?(?:inte|ej|int)\b"
    r"|\b(?:finns|har|får) (?:\w+ )?(?:ingen|inget|inga)\b|\b(?:ingen|inget|inga) \w+ (?:i|på|längre|kvar|som)\b"
)
_ROOM, _MACHINE_TIME = "premises", "capacity"
_OFF = re.compile(r"\b(?:pois|irti|erilleen|bort|av)\s*$")
_OWN_FAILS = re.compile(
    r"^\s*(?:oma|omat|oman|omaan|omassa|entinen|nykyinen|vanha) (?:\w+ ){1,2}?(?:on |ovat |meni |jäi )?"
    r"(?:rikki|täyn|täysi|hajo|palasi|korjaam|korjaukses|huollos|loppu|remont|seiso|pien|ahdas|liian|ei |kylmä)\w*"
    r"|^\s*(?:egen|eget|egna|vår|vårt|våra|den gamla) (?:\w+ ){1,2}?(?:är |har |blev )?"
    r"(?:trasig|sönder|full|för |gick|står|rymmer|räcker|på reparation|brann|liten|slut)\w*"
)
"""Why something is wanted, which tells what only where nothing else does: "oma puimuri hajosi"."""
_WIDE_TOO = ("premises", "capacity")
"""Kinds of whose haves a wider use counts beside a narrower one."""
_DEGREES = re.compile(r"\d ?-?(?:°|ast(?!i\b)|grad|c\b)|asteis|lämp(?!ölaito)|lämm|värm(?!everk)|\bvarm|heat|\bhett?\b"
                      r"|\bkuum|\bljum|haalea|hukka|spill|lauhd|lauhe|poistoilm|frånluft|ånga|höyry")  # fmt: skip
_WATER = re.compile(r"\b(?:vesi|vettä|veden|vedet)\b|\bvatten\b|\bwater\b")
_WHO_WANTS = re.compile(
    r"^\s*(?:\w+[ -]){0,3}?\w+ (?:söker|behöver|vill|köper|hyr|letar|etsii|tarvitsee|tarvitsisi|haluaa|haluaisi|ostaa"
    r"|ostaisi|ottaisi|vuokraisi|kaipaa|kaipaisi|hakee|vuokraa)\b(?= \w)"
)
"""Who wants work, a room or transport is not what is wanted: "båtvarvet söker kallt förvar"."""
_STUFF = (
    r"(?:muovi|metalli|kupari|alumiini|lasi|rosteri|betoni|kumi)(?:a|sta|nen|set|sia|en)?"
    r"|teräs(?:tä)?|teräksestä|teräksi(?:nen|set|siä)|rauta|rautaa|raudasta|rautai(?:nen|set|sia)"
    r"|puu|puuta|puusta|pui(?:nen|set|sia)"
    r"|(?:av |i )?(?:plast|metall|koppar|aluminium|glas|rostfritt|betong|gummi|stål|järn|trä)"
)
_ONLY_STUFF = re.compile(rf"\s*(?:{_STUFF})(?:(?: (?:ja|tai|taikka|och|eller) | ?/ ?)(?:{_STUFF}))*"
                         r"(?: (?:sisällä|käy|molemmat käy(?:vät)?|går bra|duger))?\s*")  # fmt: skip
"""What a thing that was named before is made of: "putkea, muovi tai teräs"."""
_ANY_STUFF = re.compile(rf"\b(?:{_STUFF})\b")
PLAINLY = {"energy": "waste-heat", "water": "process-water", LOGISTICS: "transport"}
"""What a card of the kind is about when its words name nothing of it."""
_ANY_WATER = "water for anything"
"""The use of who wants water and tells nothing known of what for."""


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
    transport tells a way; without one, words that name nothing known are of nothing known. Of who wants work and names
    nothing else, what is not done is the work: "kukaan ei kastele kukkia"."""
    by_use = wants or kind not in FLOWS
    found = Topic(NONE, NONE, NONE)
    if kind == MATERIAL:
        names, notes = (_without_stuff(some) for some in (names, notes))
    own_first = kind == "water" and wants
    handled = (HANDLED,) if kind == MATERIAL else ()
    for beyond in (*((OWN_KIND,) if own_first else ()), CROSSING, *handled, FAMILY, ANY_KIND):
        said, beside = (_heard(some, kind, by_use, beyond, wants=wants) for some in (names, notes))
        found = _topic(kind, said, beside, coded, wants=wants)
        if wants and kind in WORKS and beyond == CROSSING and not (found.things or found.uses):
            lacks = [[replace(clause, refuses=False) for clause in some] for some in (names, notes)]
            said, beside = (_heard(some, kind, by_use, beyond, wants=wants) for some in lacks)
            found = _topic(kind, said, beside, coded, wants=wants)
        if kind == _ROOM and wants and beyond != CROSSING and (rooms := _rooms_for(found)):
            return Topic(NONE, rooms, found.passing)
        if found.things or found.uses or (coded and beyond != CROSSING):
            return found
        is_plain = beyond == CROSSING or (beyond == OWN_KIND and any(_WATER.search(c.text) for c in names))
        if is_plain and kind in PLAINLY and (wants or goes) and not (kind == "energy" and _is_fuel(names)):
            plainly = "cooling-energy" if kind == "energy" and is_cold(c.text for c in names) else PLAINLY[kind]
            anything = frozenset((use_numbers()[_ANY_WATER],)) if wants and kind == "water" else NONE
            return Topic(frozenset((numbered()[plainly].number,)), anything, found.passing)
    return found


def _rooms_for(work: Topic) -> Concepts:
    """The rooms in which the work is done that a want of rooms names in their place: "hitsaajalle nurkka"."""
    done = work.things.union(*(use.serving for use in uses(False).all if use.number in work.uses))
    return union(rooms_of_trades().get(number, NONE) for number in done)


def _heard(said: Sequence[Clause], kind: str, by_use: bool, beyond: int, *, wants: bool) -> list[tuple[int, Spoken]]:
    """What each clause names with the number of its sentence, but for what opens with its packing and the parts of a
    machine."""
    heard: list[tuple[int, Spoken]] = []
    reasons: list[tuple[int, Spoken]] = []
    for clause in said:
        says = _said(clause, wants=wants, kind=kind)
        if not says or (clause is not said[0] and PART.search(says) and _is_machine(said[0], kind)):
            continue
        told = spoken(_wanted(says, kind, beyond) if wants else says, kind, by_use, beyond)
        if not (clause.opens and _is_packing(told)):
            is_why = wants and kind in _WIDE_TOO and clause is not said[0] and _OWN_FAILS.search(clause.text)
            (reasons if is_why else heard).append((clause.sentence, told))
    return heard if any(told.uses or told.subjects for _, told in heard) else heard + reasons


def _said(clause: Clause, *, wants: bool, kind: str) -> str:
    """What a clause says; of who wants work done, what is amiss as well: "nosturi ei nouse", and what is to be taken
    off: "mullasta kivet pois"."""
    if wants and kind in WORKS and _AMISS.search(clause.text):
        return clause.text
    return clause.text if wants and kind == _MACHINE_TIME and _OFF.search(clause.text) else split(clause)[0]


def _wanted(says: str, kind: str, beyond: int) -> str:
    """Without who wants it, where the rest names something."""
    who = None if kind in FLOWS else _WHO_WANTS.match(says)
    rest = says[who.end() :] if who else ""
    told = spoken(rest, kind, True, beyond) if rest else None
    return rest if told and (told.uses or told.subjects) else says


def _without_stuff(said: Sequence[Clause]) -> Sequence[Clause]:
    """Without what only says of which stuff the first is, where that is no stuff itself."""
    if not said or _ANY_STUFF.search(said[0].text):
        return said
    return [said[0], *(clause for clause in said[1:] if not _ONLY_STUFF.fullmatch(clause.text))]


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
    if kind == "water" and not wants and things == {numbered()[PLAINLY["water"]].number}:
        things = everything  # "kuorimon vesi, tärkkelystä": what water it is may be told behind it
    if not things and not purposes:
        things = union(one.circumstances for _, one in said)
        things = things & coded if coded else things
    taken = union(one.taken for _, one in said)
    purposes = _narrowed(kind, purposes, wants=wants)
    things = without_fuel(things) if kind == MATERIAL else things
    aside = union(one.circumstances for _, one in (*said, *beside)) if flows and wants else NONE
    return Topic(things, purposes, (everything | aside) - things, taken)


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


def _narrowed(kind: str, purposes: Concepts, *, wants: bool) -> Concepts:
    """Without the general ones where others are named: "chip haulage" is not just any haulage. A room or machine that
    is had stays what its narrower use is a kind of: a cold hall that is told to be a store is a store, and who turns
    and cuts gears turns."""
    named = [use for use in uses(kind in FLOWS).all if use.number in purposes]
    narrow = [use for use in named if not use.general]
    kept = {use.number for use in narrow}
    for use in (one for one in named if one.general and kind in _WIDE_TOO and not wants):
        if any(one.serving <= use.serving for one in narrow):
            kept.add(use.number)
    return frozenset(kept) or purposes

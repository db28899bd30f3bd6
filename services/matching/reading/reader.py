"""Reads a listing's name and description once: things, uses, qualities, limits, seasons, and how far such things go.

A clause with "ei", "inte" or "without" refuses what it names; one with "käy" or "går bra" lets it pass. A word the
vocabulary only guesses at (mistyped and short, or known by its beginning) is not trusted here: a suggestion may guess,
a match may not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from services.matching.domain import meaning
from services.matching.domain.meaning import LIMITS_MAX, THINGS_MAX, Limit, Mask, Meaning, Unsaid, mask
from services.matching.reading.amounts import amount_of, lifted_to, temperature_of
from services.matching.reading.carriages import carried, plain_transport
from services.matching.reading.clauses import Clause, clauses, split
from services.matching.reading.degrees import WITH_DEGREES, degrees_of
from services.matching.reading.demands import with_demands
from services.matching.reading.distances import reach_km
from services.matching.reading.ellipses import whole as whole_words
from services.matching.reading.flags import flags_of
from services.matching.reading.gradings import gradings_of
from services.matching.reading.lengths import lengths_in_metres, unnamed_lengths
from services.matching.reading.limits import allows_some, limits_of, qualities_of, quality_mask, with_numbers
from services.matching.reading.natures import with_nature
from services.matching.reading.pieces import pieces_of
from services.matching.reading.proper import proper, without
from services.matching.reading.reaches import reach_of
from services.matching.reading.refusals import bars, refused_words, said
from services.matching.reading.rooms import rooms_of
from services.matching.reading.routes import Route, route_of, without_places
from services.matching.reading.ruled import served
from services.matching.reading.seasons import months_of, without_first_months
from services.matching.reading.shares import shares_of
from services.matching.reading.sizes import least_lot, sizes_of, without_lot
from services.matching.reading.spoken import spoken
from services.matching.reading.tables import (
    Use,
    kin,
    line_of,
    parents,
    quality_bits,
    stand_ins,
    substitutes,
    told_uses,
    uses,
    with_kinds,
)
from services.matching.reading.topic import Topic, topic_of
from services.matching.reading.varieties import varieties_of
from services.matching.reading.weekdays import weekdays_of
from services.matching.words.codes import concepts_of, may_be
from services.matching.words.concepts import FLOWS, LOGISTICS, MATERIAL, NONE, Concepts, numbered, things, union
from services.matching.words.tokens import normal

_OPEN = re.compile(r"\b(?:ym|yms|jne|tms|(?<!\d)(?<!\d )m ?m|esim|kuten|esimerkiksi|osd|mfl|bl ?a|t ?ex|såsom"
                   r"|dylikt|liknande)\b"
                   r"|vastaav|sen sellai|(?:ja|tai) muu(?:ta|ita|kin|n|hun)?(?! \w+(?:puolen|teollisuuden))|muutakin"
                   r"|muukin|monenlai"
                   r"|kaikenlai|alla slags|eller (?:annan|annat|andra)\b|motsvarande|allt duger|kaikki käy"
                   r"|(?:och|o) sånt|o dyl|yms\b|sen tyyp|syöttei"
                   r"|(?<!till )(?<!odlings)(?<!svamp)substrat|syötettä|elintarvikejät"
                   r"|elintarviketeoll\w* (?:sivuv|jät)|sivuvirtoja"
                   r"|livsmedelsavfall|sidoströmmar|\bmat\b|\bruokaa\b|elintarvikkei|\blivsmedel\b|such as"
                   r"|and the like|for example")  # fmt: skip
"""The list is no whole one."""
_MAY_HAVE_HELD = re.compile(r"\b(?:(?:får|kan) ha (?:haft|innehållit)|(?:saa|voi) olla ollut"
                            r"|(?:saa|voi) olla sisältänyt)\b[^.]*")  # fmt: skip
"""What was in a vessel that is wanted does not matter: "får ha haft socker, sirap"."""
_OTHERWISE = "99"
"""The end of codes for what is not specified otherwise: they speak against no word."""
_VAGUE = ("machines-used", "used-work-machines", "office-furniture", "bulky-furniture", "plastic-packaging", "rubber",
          "reuse-building-parts")  # fmt: skip
"""Things of which a want that also names a kind of them means only that."""
_ANY_WOOD = "wood-any"
"""A use that is told with it says which wood is meant."""
_ANY_PACKAGE = "mixed-packaging"
"""What is wanted in packages is not the packages: "bara hela förpackningar"."""
_NO_COLD_MC = 20_000
"""Thousandths of °C from which what is had cools nothing: it is what was cooled away."""
_UNWANTED_IN_WATER = ("oily", "toxic", "heavy metals", "pest killer in it")
"""What nobody wants in water who does not speak of it."""
_TOUCHED = frozenset((MATERIAL, "water", "premises"))
"""Kinds whose things themselves come to where they are used, or are where it is done; of energy only the heat does."""
_ROOM, _PLACES = "premises", ("premises", "capacity")
_WHERE = re.compile(r", (?=(?:missä|jossa|joissa|johon|joihin|jonne|mihin|minne|mistä|jolla|jolle|där|dit|vart)\b)")
"""Of a room or machine time what follows "where" tells what it is for, and is no clause of its own."""
_BEFORE = re.compile(r"\b\w+n (?:jäljiltä|lähdettyä|lopetettua|poistuttua|myytyä|muutettua|lopettamisen jälkeen)\b"
                     r"|\b(?:lehmät|karja|eläimet|siat|possut|kanat|lampaat|hevoset) (?:on |ovat )?(?:myyty|lähti"
                     r"|lähtivät|pois|teurastettu|viety)\w*"
                     r"|\b(?:korna|djuren|grisarna|hönsen|fåren|hästarna) (?:är )?(?:sålda|borta|slaktade)\b"
                     r"|\befter (?:att )?(?:korna|djuren|grisarna|hönsen|fåren|hästarna)"
                     r"(?: såldes| försvann| flyttade)?")  # fmt: skip
"""Who was in a room before says nothing of who may be."""
_ON_DAYS = (LOGISTICS, "premises", "capacity")
"""Kinds of whose cards a day of the week is a condition; other work comes on another day as well."""


@dataclass(frozen=True, slots=True)
class _Concepts:
    """The sets of ``Meaning``, of which ``named`` is what its own words name, ``purposes`` the uses they name, and
    ``coded`` what its code may be."""

    named: Concepts
    purposes: Concepts
    coded: Concepts
    stated: Concepts
    serves: Concepts
    near: Concepts
    perhaps: Concepts


@dataclass(frozen=True, slots=True)
class _Quality:
    """The masks of ``Meaning`` that tell of quality."""

    bears: Mask
    needs: Mask
    refuses: Mask
    varieties: tuple[int, ...]


@lru_cache(maxsize=16_384)
def read(
    kind: str, direction: str, name: str, description: str, ewc_code: str | None, unsaid: Unsaid = meaning.ALL_SAID
) -> Meaning:
    """What the listing says. The same text gives the same meaning in every process and cell. ``unsaid`` names the
    fields that are empty, which the words may fill."""
    wants = direction == "want"
    plain = normal(name), normal(description)
    said_name, said_more = (whole_words(without_first_months(text), flows=kind in FLOWS) for text in plain)
    if kind in _PLACES:
        said_name, said_more = (_WHERE.sub(" ", text) for text in (said_name, said_more))
    if kind == _ROOM and not wants:
        said_name, said_more = (_BEFORE.sub(" ", text) for text in (said_name, said_more))
    names, notes = (clauses(_MAY_HAVE_HELD.sub("", text) if wants else text) for text in (said_name, said_more))
    whole = f"{said_name}, {said_more}"
    both = (*names, *notes)
    route = route_of(whole) if kind == LOGISTICS else Route()
    days = weekdays_of(whole) if kind in _ON_DAYS else None
    of = _concepts(kind, names, notes, ewc_code, wants=wants, goes=bool(route.start or route.goal or days))
    of, refused = _wanted(kind, both, of) if wants else _had(kind, both, of)
    if kind == "energy" and not wants:
        of = _warm_after_all(of, whole)
    good, far = reach_of(kind, of.named, of.coded, whole)
    lot = least_lot(whole) if wants else None
    told = _limits(kind, both, whole, of, wants=wants)
    limits = (*(one for one in (lot, days) if one), *told)[:LIMITS_MAX]
    quality = _quality(kind, both, whole, of, limits, wants=wants)
    amount = amount_of(kind, without_lot(whole) if lot else whole) if unsaid.amount else None
    lifted_c = lifted_to(whole) if kind == "energy" and not wants else None
    has_degrees = kind in WITH_DEGREES
    return Meaning(
        things=tuple(things()[number] for number in sorted(of.named) if number < len(things()))[:THINGS_MAX],
        uses=told_uses(of.named)[:THINGS_MAX] if of.named or not wants else told_uses(of.purposes)[:1],
        stated=mask(of.stated),
        serves=mask(of.serves if wants else ()),
        near=mask(of.near),
        perhaps=mask(of.perhaps),
        refused=mask(refused - of.stated),
        implied=mask(() if of.stated & of.coded or (ewc_code or "").endswith(_OTHERWISE) else of.coded),
        bears=quality.bears,
        needs=quality.needs,
        refuses=quality.refuses,
        limits=limits,
        varieties=quality.varieties,
        said=said(
            replace(c, text=without_places(c.text)) if kind == LOGISTICS else c
            for c in both
            if not (wants and (c.tolerates or allows_some(c.text)))
        ),
        bars=bars(both),
        flags=flags_of(kind, both, whole, of.named, wants=wants)
        | (meaning.GATHERS if lot else 0)
        | (meaning.BOTH_WAYS if route.both_ways else 0),
        months=months_of(", ".join(plain)),
        good_km=good,
        far_km=far,
        said_km=reach_km(whole, next_door=kind in WITH_DEGREES),
        start=route.start,
        goal=route.goal,
        temperature_c=lifted_c or (degrees_of(whole, wants=wants) if unsaid.temperature and has_degrees else None),
        amount=amount.amount if amount else None,
        unit=amount.unit if amount else None,
        dimension=amount.dimension if amount else None,
    )


def _wanted(kind: str, both: Sequence[Clause], of: _Concepts) -> tuple[_Concepts, Concepts]:
    """Of a want what it would have, without what single words refuse; and what it refuses by name."""
    refused = union(spoken(c.text, kind, False).subjects for c in both if c.refuses)
    named = union(spoken(split(c)[0], kind, False).subjects for c in both)
    named |= _wider(named | of.named)
    barred = union(spoken(word, kind, False).subjects for word in refused_words(both)) - of.named - named
    of = replace(of, **{name: getattr(of, name) - barred for name in ("stated", "serves", "near", "perhaps")})
    return of, refused - (of.serves | of.near | of.perhaps)


def _had(kind: str, both: Sequence[Clause], of: _Concepts) -> tuple[_Concepts, Concepts]:
    """Of a have what it offers, without the work that it says it does not do; and that work."""
    refused = _not_done(kind, both)
    return replace(of, named=of.named - refused, stated=of.stated - refused), refused


def _limits(kind: str, both: Sequence[Clause], whole: str, of: _Concepts, *, wants: bool) -> Iterator[Limit]:
    yield from sizes_of(kind, both, wants=wants)
    yield from rooms_of(kind, both, wants=wants)
    yield from limits_of(both, powers=kind == "energy", wants=wants, works=kind == "capacity")
    if kind == MATERIAL:
        yield from _lengths(both, whole, wants=wants)
        yield from shares_of(both, wants=wants)
        yield from pieces_of(both, of.named, wants=wants)


def _quality(
    kind: str, both: Sequence[Clause], whole: str, of: _Concepts, limits: Iterable[Limit], *, wants: bool
) -> _Quality:
    bears, needs, refuses = qualities_of(kind, both, wants=wants)
    if wants and kind in _TOUCHED:
        refuses = with_demands(of.purposes, of.named, whole, refuses)
    bears, needs, refuses = proper(kind, bears, needs, refuses)
    if kind == "water" and wants:
        refuses = tuple(one | other for one, other in zip(refuses, without(_of_no_water(), _named(both)), strict=True))
    varieties = varieties_of(kind, () if kind == "water" else both, wants=wants)
    if not wants:
        bears, varieties = with_nature(of.named, bears, refuses, varieties)
    bears, needs = with_numbers(bears, limits, wants=False), with_numbers(needs, limits, wants=True)
    return _Quality(bears, needs, refuses, varieties)


def _lengths(said: Sequence[Clause], text: str, *, wants: bool) -> Iterator[Limit]:
    """Gradings, else lengths whose name is plain from what they are of; and lengths of long pieces."""
    graded = tuple(gradings_of(said, text, wants=wants))
    yield from graded or unnamed_lengths(said, text, wants=wants)
    yield from lengths_in_metres(said, text, wants=wants)


def _named(both: Sequence[Clause]) -> Mask:
    """Qualities that are spoken of at all."""
    return qualities_of("water", [replace(clause, refuses=False, tolerates=False) for clause in both], wants=False)[0]


@lru_cache(maxsize=1)
def _of_no_water() -> Mask:
    return quality_mask(sum(quality_bits()[name] for name in _UNWANTED_IN_WATER))


def _warm_after_all(of: _Concepts, whole: str) -> _Concepts:
    """Cooling that is told with warm degrees gives heat: "uunin jäähdytys 92 C"."""
    cold, heat = (numbered()[name].number for name in ("cooling-energy", "waste-heat"))
    degrees = temperature_of(whole) if cold in of.named else None
    if degrees is None or degrees * 1_000 < _NO_COLD_MC:
        return of
    named, stated = ((some - {cold}) | {heat} for some in (of.named, of.stated))
    return replace(of, named=named, stated=stated)


def _concepts(
    kind: str, names: Sequence[Clause], notes: Sequence[Clause], ewc_code: str | None, *, wants: bool, goes: bool
) -> _Concepts:
    """What the words of both fields and the waste code name, and what would do in its place. ``goes``: of transport
    that tells whence, whither or on which day."""
    flows, both = kind in FLOWS, (*names, *notes)
    coded = concepts_of(ewc_code) if kind == MATERIAL else NONE
    topic = topic_of(kind, names, notes, coded, wants=wants, goes=goes or kind != LOGISTICS)
    if kind == LOGISTICS:
        topic = carried(topic, both, goes=goes)
    outweighs = ewc_code and coded and not wants and not ewc_code.endswith(_OTHERWISE)
    if outweighs and not any(may_be(ewc_code, number) for number in topic.things):
        told = union(one.subjects | one.circumstances for c in both for one in (spoken(c.text, MATERIAL, False),))
        topic = replace(topic, things=_by_code(topic.things, told, coded), passing=topic.passing | topic.things)
    if kind == MATERIAL and wants:
        topic = _meant(_without_passed(topic, both))
    named, serves = _stated_and_serving(kind, topic.things, topic.uses)
    if kind == MATERIAL and topic.uses:
        named = named or topic.taken
    if not wants:
        return _Concepts(named, topic.uses, coded, named, serves, NONE, NONE)
    stated = with_kinds(named, flows)
    akin = union(kin(flows).get(number, NONE) for number in stated)
    akin = akin if kind == MATERIAL else with_kinds(akin, flows)  # any heat does for heat, not any scrap for scrap
    if not flows:
        narrower = _carriages(topic.uses) if kind == LOGISTICS else _nested(topic.uses)
        near = akin | narrower | union(stand_ins().get(use, NONE) for use in topic.uses)
        return _Concepts(named, topic.uses, coded, stated, serves, near, near | _alike(topic.uses))
    near, perhaps = _near_and_perhaps(topic, stated, akin, is_open=any(_OPEN.search(clause.text) for clause in both))
    near |= union(spoken(c.text, kind, False).subjects for c in both if c.tolerates)
    near |= union(substitutes().get(number, NONE) for number in named)
    return _Concepts(named, topic.uses, coded, stated, serves, near, perhaps)


def _by_code(misread: Concepts, told: Concepts, coded: Concepts) -> Concepts:
    """What a have is whose waste code speaks against its words: of what the code may be what they tell anywhere
    ("teräskuonasta tehtyä mursketta"), else the kin of what they name (foundry sand for "ylijäämähiekka"); else only
    the code tells."""
    return coded & told or coded & union(kin(True).get(number, NONE) for number in misread)


def _without_passed(topic: Topic, both: Sequence[Clause]) -> Topic:
    """Without things that may only pass beside one that a use is told with: "kalkkia pellolle, tuhkakin käy"."""
    passed = union(spoken(c.text, MATERIAL, False).subjects for c in both if c.tolerates)
    return replace(topic, things=NONE) if topic.taken and topic.things <= passed else topic


def _meant(topic: Topic) -> Topic:
    """Of a want without a vague word of which it names a kind ("keittiökoneita, uuni"), and without a general use that
    is told with one of the things it has dealings with ("rostfritt skrot köpes")."""
    things = topic.things - {wide for number in topic.things for wide in line_of(number)[1:] if wide in _vague()}
    any_wood = numbered()[_ANY_WOOD].number
    if not topic.things and topic.taken - {any_wood}:
        dealings = frozenset(use.number for use in uses(True).all if use.general and use.serving & topic.taken)
        if dealings & topic.uses:
            return replace(topic, things=topic.taken, uses=topic.uses - dealings)
    if topic.uses and things == {any_wood}:
        things = NONE
    return replace(topic, things=things)


@lru_cache(maxsize=1)
def _vague() -> Concepts:
    return frozenset(numbered()[name].number for name in _VAGUE)


def _near_and_perhaps(topic: Topic, stated: Concepts, akin: Concepts, *, is_open: bool) -> tuple[Concepts, Concepts]:
    """Kinds of evidence that a thing would do in another's place: it is kin, it serves the use, a rule of the knowledge
    says so. Kin with another of them is near, the rest a guess: whatever else serves the use was not asked for by who
    names a thing. An open list ("leipää ym.") asks for whatever serves. Who names a thing that does not itself serve
    the use ("säckar till foderspannmål") tells what it is for, not what would do."""
    serving = _serving(True, topic.uses) if topic.things else NONE
    ruled = union(served().get(goal, NONE) for goal in topic.uses | stated)
    is_one_of_them = bool(stated & serving) or numbered()[_ANY_PACKAGE].number in stated
    near = (akin & serving) | (akin & ruled) | (serving & ruled if is_one_of_them else NONE)
    near |= serving if is_open and is_one_of_them else NONE
    return near, akin | serving | ruled | _wider(stated) | topic.passing


def _wider(concepts: Concepts) -> Concepts:
    """What the flows are kinds of: who refuses a narrower word of that ("turvetuhkaa") does not refuse it all."""
    return frozenset(parents(True)[number] for number in concepts if number in parents(True))


def _stated_and_serving(kind: str, subjects: Concepts, purposes: Concepts) -> tuple[Concepts, Concepts]:
    """A flow is its thing, and a use says what else would serve. Work, rooms and transport are what they are for."""
    if kind in FLOWS:
        is_enough = kind == MATERIAL or (kind == "energy" and not subjects & _any_heat())
        return subjects, NONE if subjects and is_enough else _serving(True, purposes)
    if purposes:
        return purposes, _serving(False, purposes)
    return subjects, frozenset(use.number for use in uses(False).all if subjects & use.serving)


def _serving(flows: bool, purposes: Concepts) -> Concepts:
    return union(use.serving for use in uses(flows).all if use.number in purposes)


def _alike(purposes: Concepts) -> Concepts:
    """Of work, rooms and transport: other uses of the same trade as one that is wanted."""
    wanted = [use for use in uses(False).all if use.number in purposes]
    alike = {one.number for one in uses(False).all for use in wanted if one.serving & use.serving}
    return frozenset(alike) - purposes


def _nested(purposes: Concepts) -> Concepts:
    """Of work and rooms: uses of which one is the other's narrower, as drying of grain is drying. Not of transport: a
    tank lorry is no lorry for pallets."""
    wanted = [use for use in uses(False).all if use.number in purposes]
    return frozenset(one.number for one in uses(False).all if any(_is_narrower(one, use) for use in wanted))


def _carriages(purposes: Concepts) -> Concepts:
    """Of transport that names no kind of goods: every use of which this is true, as a return load is freight."""
    return plain_transport() if purposes and purposes <= plain_transport() else NONE


@lru_cache(maxsize=1)
def _any_heat() -> Concepts:
    """Heat and what is a kind of it: who asks for one of them mostly takes another of its warmth."""
    return with_kinds(frozenset((numbered()["waste-heat"].number,)), True)


def _is_narrower(one: Use, other: Use) -> bool:
    """Whether one of the two is wide and all that serves the other serves it."""
    if one.wide is other.wide or not one.kinds & other.kinds:
        return False
    return one.serving <= other.serving or other.serving <= one.serving


def _not_done(kind: str, both: Sequence[Clause]) -> Concepts:
    """Work and transport that a have says it does not do, as uses: "kalibrointia ei", "ej svetsning"."""
    if kind in FLOWS:
        return NONE
    return union(spoken(split(clause)[1], kind, True).uses for clause in both if clause.refuses)

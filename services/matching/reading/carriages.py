"""What carries the goods that a card of transport names where it names no vehicle: gravel goes by tipper, whey by
tank lorry, logs by timber lorry (``data/carriages.csv``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from services.matching.reading.clauses import Clause, split
from services.matching.reading.spoken import spoken
from services.matching.reading.tables import packings, uses
from services.matching.reading.topic import Topic
from services.matching.words.concepts import LOGISTICS, MATERIAL, NONE, Concepts, numbered, union
from services.matching.words.vocabulary import listed, tables

_PLAIN = ("transport", "return-load")
"""What serves every kind of transport that names no kind of goods."""


_ROOMS = ("storage", "container storage rent", "staff rooms")
"""Uses that containers serve as rooms."""


@lru_cache(maxsize=1)
def plain_transport() -> Concepts:
    """Uses that say that something is carried and not what: freight, a return trip, a shared load."""
    plain = frozenset(numbered()[name].number for name in _PLAIN)
    return frozenset(use.number for use in uses(False).all if use.general and plain <= use.serving)


def carried(topic: Topic, said: Sequence[Clause], *, goes: bool) -> Topic:
    """The topic of a card of transport, with the carriage of its goods where it names none; transport of nothing that
    is named is freight. ``goes``: it tells a way or a day, so that pallet places are places in a lorry and no room."""
    if goes and topic.uses and (moving := _moving(topic.uses)) != topic.uses:
        things = topic.things or frozenset((numbered()["transport"].number,))
        topic = replace(topic, uses=moving, things=NONE if moving else things)
    if topic.uses - plain_transport() or (not topic.uses and (topic.things - _plain_things() or not topic.things)):
        return topic
    named = [spoken(split(clause)[0], MATERIAL, False) for clause in said]
    is_packed = bool(union(one.subjects | one.circumstances for one in named) & packings())
    goods = NONE if is_packed else union(one.subjects for one in named)
    by_goods = union(_carriages().get(number, NONE) for number in goods)
    return replace(topic, uses=by_goods or topic.uses or _freight(), things=NONE)


def _moving(purposes: Concepts) -> Concepts:
    return frozenset(
        use.number
        for use in uses(False).all
        if use.number in purposes and LOGISTICS in use.kinds and use.name not in _ROOMS
    )


@lru_cache(maxsize=1)
def _freight() -> Concepts:
    return frozenset(use.number for use in uses(False).all if use.name == "freight")


@lru_cache(maxsize=1)
def _plain_things() -> Concepts:
    return frozenset(numbered()[name].number for name in _PLAIN)


@lru_cache(maxsize=1)
def _carriages() -> Mapping[int, Concepts]:
    """Material → the uses by which it is carried."""
    named = {use.name: use.number for use in uses(False).all}
    found: dict[int, Concepts] = {}
    for row in tables("services.matching.reading", "carriages"):
        for name in listed(row["goods"]):
            number = numbered()[name].number
            found[number] = found.get(number, NONE) | {named[row["use"]]}
    return found

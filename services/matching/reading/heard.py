"""The uses that a clause names, and where it names them: those of its own kind before those of others, and a general
one only where no narrower is named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from services.matching.reading.tables import Use, uses
from services.matching.words.concepts import FLOWS, LOGISTICS, Concepts, numbered

OWN_KIND, CROSSING, HANDLED, FAMILY, ANY_KIND = range(5)
"""How far beyond the kind of its card a clause is heard: not at all, as far as things that stand on cards of two kinds
(fuels, dirty water), also what somebody makes or works on, in all flows or in all work, anywhere."""
WORKS = ("expertise", "service")
_MACHINE_TIME = "capacity"
_OWN_USES = ("premises",)
"""Kinds whose cards name uses of others as what goes with them."""
_OWN_HEADS = ("premises", _MACHINE_TIME)
"""Kinds of which only their own uses have an owner before them."""
_APART = frozenset((LOGISTICS,)), frozenset(("expertise",))
"""What only cards of the kind itself are about: what is carried or advised beside a machine is not what it is for."""
_TRADES = {"service": frozenset((*WORKS, _MACHINE_TIME)), "expertise": frozenset(WORKS)}
"""Kinds whose uses cards of the kind may be about, where none of their own is named."""
_OWN = {"expertise": frozenset(WORKS)}
"""Kinds whose own are uses of others as well: a translator's card is of one or the other."""
_OWNER_OF = re.compile(r"\w*(?:mon|män|(?<!läm)mön|lan|län|tehtaan|laitoksen|keittiön|varaston|verstaan|hallin"
                       r"|aseman|teatterin|koulun|kirkon|pajan|hotellin|sairaalan|kaupan|liikkeen|museon|kahvilan|sahan"
                       r"|meijerin|myllyn|tallin|navetan) ")
"""The place of whoever has what is named behind it."""
_DEGREES = re.compile(r"\d ?-?(?:°|ast(?!i\b)|grad|c\b)")
_REST_OF_WORD = re.compile(r"\w*")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Heard:
    """A use, and the part of the text that its pattern found."""

    use: Use
    start: int
    end: int


def heard_in(text: str, kind: str, beyond: int, crossing: Concepts) -> list[Heard]:
    """``crossing``: concepts of other kinds that the card may be about as well."""
    flows = kind in FLOWS
    told = [
        Heard(use, *found.span())
        for use in uses(flows).of(text)
        if (beyond > CROSSING or not flows or kind in use.kinds or (beyond <= HANDLED and use.serving & crossing))
        and (found := use.pattern.search(text))
    ]
    heads = [one for one in told if kind in one.use.kinds] if kind in _OWN_HEADS else told
    told = [one for one in told if not _is_owner(one, heads, text)]
    own = [one for one in told if one.use.kinds & _OWN.get(kind, {kind})]
    told = _of_kind(kind, text, told, own, beyond, crossing)
    # "Welding skill and training": of its own kind only training, a general use, is known; it is about welding.
    told = own if any(not one.use.general for one in own) else told
    narrow = [_with_last_word(one, text) for one in told if not one.use.general]
    return [one for one in told if not (one.use.general and _is_within(one.use, narrow, text))]


def _of_kind(kind: str, text: str, told: list[Heard], own: list[Heard], beyond: int, crossing: Concepts) -> list[Heard]:
    """Without those that cards of the kind name for other reasons."""
    if crossing and kind == "energy" and (own or _DEGREES.search(text)):
        told = own  # who asks for heat in place of a boiler's asks for no fuel, and insects at 30 degrees for no feed
    if kind in _OWN_USES and beyond <= HANDLED:  # a forklift that stands in a room is not what the room is
        told = own
    elif kind == _MACHINE_TIME:  # a pump's axle that is to be turned is no repair of pumps
        told = own or told
    if beyond <= HANDLED and kind == LOGISTICS:
        # Who stores chemicals or frozen goods says more than that he stores.
        only_stores = all(one.use.general and one.use.serving & _stores() for one in own)
        return [one for one in told if one.use.serving & _stores()] if only_stores else own
    if beyond <= HANDLED and kind in WORKS:
        return [one for one in told if one in own or (one.use.kinds & _TRADES[kind] and not _is_of_a_room(one.use))]
    if beyond != ANY_KIND:
        return [one for one in told if one in own or one.use.kinds not in _APART]
    return told


def _is_owner(one: Heard, told: Sequence[Heard], text: str) -> bool:
    """Whether a use is told only of whose place it is: "lihanleikkaamon pikapakastamo" freezes."""
    owner = _OWNER_OF.match(text, one.start)
    if owner is None or owner.end() <= one.end:
        return False
    head = _WORD.match(text, owner.end())
    return head is not None and any(
        other.use is not one.use
        and (owner.end() <= other.start < head.end() or owner.end() < other.end <= head.end())
        for other in told
    )


def _with_last_word(one: Heard, text: str) -> Heard:
    """With the rest of its last word."""
    rest = _REST_OF_WORD.match(text, one.end)
    return Heard(one.use, one.start, rest.end() if rest else one.end)


def _is_within(general: Use, narrow: Sequence[Heard], text: str) -> bool:
    """Whether a general use is heard only in the words of others: a grain drier is no drier that is named beside."""
    return all(
        any(other.start <= found.start() and found.end() <= other.end for other in narrow)
        for found in general.pattern.finditer(text)
    )


def _is_of_a_room(use: Use) -> bool:
    """Whether it tells where the work is done: ventilation of a kitchen is no kitchen."""
    return "premises" in use.kinds and use.kinds.isdisjoint(WORKS)


@lru_cache(maxsize=1)
def _stores() -> Concepts:
    """Rooms that a card of logistics may be about."""
    return frozenset(numbered()[name].number for name in ("warehouse", "cold-storage"))

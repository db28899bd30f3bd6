"""Which qualities the cards of a kind may have: a stuff is not "with operator", water not "washed"."""

from __future__ import annotations

from functools import lru_cache, reduce
from operator import or_

from services.matching.domain.meaning import Mask
from services.matching.reading.degrees import WITH_DEGREES
from services.matching.reading.limits import quality_mask
from services.matching.reading.tables import qualities, quality_bits
from services.matching.words.concepts import FLOWS

_ROOM = "premises"
_OF_WORK = ("adr", "own operator", "without operator", "drive-in", "loading dock", "overhead crane", "sheltered fenced",
            "tail lift", "weekend work", "accredited")  # fmt: skip
"""Qualities of work, rooms and transport; a stuff has none of them, whatever its card says of chemicals or weekends."""
_OF_SOLIDS = ("dry", "wet", "whole", "broken", "used", "unused", "opened", "heated", "unheated", "intact pieces",
              "fresh", "frozen", "full size", "gathered for long", "small bales", "big bales", "chopped", "crushed",
              "day fresh", "washed", "plastic bits", "metal bits", "glass or plastic bits")  # fmt: skip
"""Qualities of what is no water, heat or power: their cards say such words of seasons, places and buildings."""
_OF_ROOMS = frozenset((
    "dry", "heated", "unheated", "frozen", "hygienic", "unhygienic", "food grade", "gluten", "glutenfree", "nuts",
    "meat", "fish", "vegetable only", "potable", "by the water", "adr", "accredited", "gmp", "own operator",
    "without operator", "haccp approved premises", "drive-in", "sheltered fenced", "weekend work", "smelling", "oily",
    "for animals", "for people", "fire rated", "fireproof", "medical grade", "combustion gases", "height adjustable",
))  # fmt: skip
"""Qualities that a room may have beside those that are told of rooms alone: cards of rooms name goods in passing."""


def proper(kind: str, bears: Mask, needs: Mask, refuses: Mask) -> tuple[Mask, Mask, Mask]:
    """Those of the qualities that the kind may have: of a flow what is asked and refused, of a room what it is, too."""
    if kind in FLOWS:
        needs, refuses = without(needs, _of_work()), without(refuses, _of_work())
    if kind in WITH_DEGREES:
        needs, refuses = without(needs, _of_solids()), without(refuses, _of_solids())
    if kind == _ROOM:
        bears, needs, refuses = (_of_rooms(some) for some in (bears, needs, refuses))
    return bears, needs, refuses


def without(some: Mask, out: Mask) -> Mask:
    """The one mask without the bits of the other."""
    return tuple(word & ~other for word, other in zip(some, out, strict=True))


@lru_cache(maxsize=1)
def _of_work() -> Mask:
    return quality_mask(sum(quality_bits()[name] for name in _OF_WORK))


def _of_rooms(some: Mask) -> Mask:
    """Those of the qualities that a room may have."""
    return tuple(word & other for word, other in zip(some, _room_bits(), strict=True))


@lru_cache(maxsize=1)
def _room_bits() -> Mask:
    of_rooms = {quality.bit for quality in qualities().all if _ROOM in quality.kinds}
    return quality_mask(reduce(or_, of_rooms | {quality_bits()[name] for name in _OF_ROOMS}))


@lru_cache(maxsize=1)
def _of_solids() -> Mask:
    return quality_mask(sum(quality_bits()[name] for name in _OF_SOLIDS))

"""What a listing's own words say, as data that the arithmetic can weigh; ``services.matching.reading`` makes it.

Sets of concepts are bit masks over the concepts of the vocabulary, cut into MASK_WORDS integers of MASK_BITS bits, so
that comparing two sets is a few ANDs in the index as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

MASK_WORDS, MASK_BITS = 32, 62
NOBODYS = MASK_WORDS * MASK_BITS - 1
"""The bit that is kept for a thing nobody speaks of: what a silent side might turn out to mean (``missing``)."""
ENDLESS = 10**18
"""The end of a limit that has none; below 0 its beginning."""
LIMITS_MAX = 6
"""Measured values or limits of a listing that count, the first ones."""
SAID_MAX, BARS_MAX = 32, 8
"""Words that are said, and phrases that are refused, of a listing that count, the first ones."""
THINGS_MAX = 4
"""Things of a listing that are told by name, the first of the vocabulary's order."""
QUALITY_WORDS = 6
"""Integers of MASK_BITS bits that hold a listing's qualities."""
VARIETY_BITS, VARIETY_WORDS = 6, 14
"""Varieties of one group that a mask holds, and integers of MASK_BITS bits of them."""

GATHERS, SMALL_LOTS, REMOTE, HEAT_PUMP, ONCE, SEASONAL, BOTH_WAYS, COOLS, WARMS, TRADE = (1 << at for at in range(10))
"""Bits of flags: takes from several, fetches any lot, works at a distance, has a heat pump, is there once only, speaks
of seasons, drives there and back, is about cold (of a want: no warmer) and not about heat, asks for warm water, is of
work or transport."""

BEARING = 1_000
"""A goal that is no municipality: this and the degrees of a bearing from north ("etelään" is BEARING + 180)."""

LEAST_LOT = {"mass": -6, "volume": -7, "pieces": -8}
"""The number among limits of the least lot that a want fetches at a time, by its dimension."""

WEEKDAYS = -9
"""The number among limits of the days of the week, Monday 1."""

POWER = "power"
"""A dimension that words give and no field has: kW."""

ALL_YEAR = (1 << 12) - 1
"""The bits of all months."""

Mask = tuple[int, ...]
NO_CONCEPTS: Mask = (0,) * MASK_WORDS


@dataclass(frozen=True, slots=True)
class Thing:
    """A concept a text speaks of, with its name in three languages."""

    number: int
    fi: str
    sv: str
    en: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A measured quantity (its name and family of units hashed; below 0 one whose silence says nothing) between two
    numbers in thousandths of the family's smallest unit."""

    what: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Fields of a listing that are empty: its words may fill them."""

    amount: bool
    temperature: bool


ALL_SAID = Unsaid(amount=False, temperature=False)


@dataclass(frozen=True, slots=True)
class Meaning:
    """``things``: what the listing is about; ``uses``: the work, rooms or transport that it is about, or the first
    that a want is for which names no thing. ``serves``: other things that would serve its use; ``near``: those of
    which kin and other evidence say that they would do; ``perhaps``: one, or named in passing; ``refused``: things it
    will not have (all four of a want). ``implied``: what its waste code stands for. ``bears``, ``needs``,
    ``refuses``: bits of qualities that are stated, asked and excluded. ``varieties``: of polymers, oils, woods and so
    on, VARIETY_BITS bits for each group of which a thing is one or another. ``said``, ``bars``: words that stand in
    it and phrases it refuses, hashed, the second of a phrase 0 where it is one word. ``good_km``, ``far_km``: how far
    the things are carried, ``said_km`` how far it says itself, 0 where they are unknown. ``months``: bits of those in
    which it is there or wanted, 0 not said. ``temperature_c``, ``amount`` (a year's, in ``unit`` of ``dimension``):
    what the words say where the fields are silent, and the temperature to which a heat pump of the owner's lifts
    it."""

    things: tuple[Thing, ...] = ()
    uses: tuple[Thing, ...] = ()
    stated: Mask = NO_CONCEPTS
    serves: Mask = NO_CONCEPTS
    near: Mask = NO_CONCEPTS
    perhaps: Mask = NO_CONCEPTS
    refused: Mask = NO_CONCEPTS
    implied: Mask = NO_CONCEPTS
    bears: Mask = (0,) * QUALITY_WORDS
    needs: Mask = (0,) * QUALITY_WORDS
    refuses: Mask = (0,) * QUALITY_WORDS
    limits: tuple[Limit, ...] = ()
    varieties: tuple[int, ...] = (0,) * VARIETY_WORDS
    said: tuple[int, ...] = ()
    bars: tuple[tuple[int, int], ...] = ()
    flags: int = 0
    months: int = 0
    good_km: int = 0
    far_km: int = 0
    said_km: int = 0
    start: int = 0
    goal: int = 0
    temperature_c: float | None = None
    amount: float | None = None
    unit: str | None = None
    dimension: str | None = None


NOTHING_READ = Meaning()

Read = Callable[[str, str, str, str, str | None, Unsaid], Meaning]
"""kind, direction, name, description, waste code, empty fields → what they say."""


def mask(numbers: Iterable[int]) -> Mask:
    """The set of concepts as a mask."""
    words = [0] * MASK_WORDS
    for number in numbers:
        words[number // MASK_BITS] |= 1 << number % MASK_BITS
    return tuple(words)

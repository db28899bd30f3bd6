"""What a listing's own words say, as data that the arithmetic can weigh; ``services.matching.reading`` makes it.

Sets of concepts are bit masks over the concepts of the vocabulary, cut into MASK_WORDS integers of MASK_BITS bits, so
that comparing two sets is a few ANDs in the index as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

MASK_WORDS, MASK_BITS = 10, 62
LIMITS_MAX = 6
"""Measured values or limits of a listing that count, the first ones."""

GATHERS, SMALL_LOTS, REMOTE, HEAT_PUMP, ONCE, SEASONAL = 1, 2, 4, 8, 16, 32
"""Bits of flags: takes from several, fetches any lot, works at a distance, has a heat pump, is there once only, speaks
of seasons."""

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
    """A measured quantity (its name hashed) between two numbers in thousandths of its unit."""

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
    """``things``: what the listing is about. ``serves``: other things that would serve its use; ``ruled``: what rules
    of the knowledge say would; ``near``: kin of the things; ``perhaps``: named in passing, or fit for a use that many
    things serve; ``refused``: things it will not have (all five of a want). ``implied``: what its waste code stands
    for. ``bears``, ``needs``, ``refuses``: bits of qualities that are stated, asked and excluded. ``good_km``,
    ``far_km``: how far the things are carried, 0 where they are unknown. ``months``: bits of those in which it is there
    or wanted, 0 not said. ``temperature_c``, ``amount`` (a year's, in ``unit`` of ``dimension``): what the words say
    where the fields are silent."""

    things: tuple[Thing, ...] = ()
    stated: Mask = NO_CONCEPTS
    serves: Mask = NO_CONCEPTS
    ruled: Mask = NO_CONCEPTS
    near: Mask = NO_CONCEPTS
    perhaps: Mask = NO_CONCEPTS
    refused: Mask = NO_CONCEPTS
    implied: Mask = NO_CONCEPTS
    bears: int = 0
    needs: int = 0
    refuses: int = 0
    limits: tuple[Limit, ...] = ()
    flags: int = 0
    months: int = 0
    good_km: int = 0
    far_km: int = 0
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

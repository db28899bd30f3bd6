"""What a thing is by its nature, though its card does not say so: textiles are dry, sea water is salt, a pipe of
polyethylene is polyethylene (``data/natures.csv``). What the card says comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import and_, or_

from services.matching.domain.meaning import VARIETY_BITS, Mask
from services.matching.reading.limits import bits_of, quality_mask
from services.matching.reading.tables import qualities, quality_bits, uses, variety_bits
from services.matching.words.concepts import kind_of, numbered
from services.matching.words.vocabulary import listed, tables

_QUALITY, _ROOM = "quality", "premises"
_GROUP = (1 << VARIETY_BITS) - 1


@dataclass(frozen=True, slots=True)
class _Nature:
    """Qualities, and varieties as the integer of the mask and the bit in it."""

    bears: Mask
    varieties: tuple[tuple[int, int], ...]


def with_nature(things: Iterable[int], bears: Mask, contrary: Mask, varieties: Mask) -> tuple[Mask, Mask]:
    """What a have bears and of which varieties it is, with the natures of its things. ``contrary``: qualities that it
    says it is without. What it says it is keeps away a nature that contradicts it: broken chairs are not whole."""
    own, kinds = list(bears), list(varieties)
    natures = [_natures()[number] for number in things if number in _natures()]
    contrary = tuple(lacks | against for lacks, against in zip(contrary, _against(bears), strict=True))
    told = tuple(varieties)
    for nature in natures:
        for at in range(len(own)):
            own[at] |= nature.bears[at] & ~contrary[at]
        for word, bit in nature.varieties:
            place = (bit.bit_length() - 1) // VARIETY_BITS * VARIETY_BITS
            if not told[word] & _GROUP << place:
                kinds[word] |= bit
    return tuple(own), tuple(kinds)


def _against(bears: Mask) -> Mask:
    """Qualities that contradict those that are borne."""
    bits = bits_of(bears)
    return quality_mask(reduce(or_, (other for bit, other in _contraries() if bit & bits), 0))


@lru_cache(maxsize=1)
def _contraries() -> tuple[tuple[int, int], ...]:
    """Pairs of a quality and one that contradicts it, in both orders."""
    told = [(one.bit, other.bit) for one in qualities().all for other in qualities().all if one.against & other.bit]
    return tuple(dict.fromkeys((*told, *((other, one) for one, other in told))))


@lru_cache(maxsize=1)
def _natures() -> Mapping[int, _Nature]:
    """Number of a concept → its nature."""
    bears: dict[int, int] = {}
    varieties: dict[int, tuple[tuple[int, int], ...]] = {}
    for row in tables("services.matching.reading", "natures"):
        for name in listed(row["concepts"]):
            number = numbered()[name].number
            if row["of"] == _QUALITY:
                bears[number] = bears.get(number, 0) | quality_bits()[row["name"]]
            else:
                varieties[number] = (*varieties.get(number, ()), variety_bits()[row["of"], row["name"]])
    for use in uses(False).all:  # a room is what all rooms that serve its purpose are
        rooms = [number for number in use.serving if kind_of(number) == _ROOM]
        if rooms and (common := reduce(and_, (bears.get(number, 0) for number in rooms))):
            bears[use.number] = common
    return {
        number: _Nature(quality_mask(bears.get(number, 0)), varieties.get(number, ()))
        for number in {*bears, *varieties}
    }

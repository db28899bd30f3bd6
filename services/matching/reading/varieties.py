"""Varieties that a card names: which kind of a thing it is, which trade the work is of ("lasivilla")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from services.matching.domain.meaning import MASK_BITS, VARIETY_BITS, VARIETY_WORDS
from services.matching.reading.clauses import Clause, split
from services.matching.reading.limits import PREFERS, is_one_of_several
from services.matching.reading.tables import varieties, variety_bits

_ROOM, _MACHINE_TIME = "premises", "capacity"
_OF_THINGS = frozenset(("paper", "polymer", "board", "wool", "slag", "ash", "glass"))
_GROUP = (1 << VARIETY_BITS) - 1
_EXCLUSIVE = frozenset(("worked only", "oilseed"))
"""Groups of which machine time is only what it says it does alone: "laserleikkaus vain mustalle teräkselle"."""
_ONLY = re.compile(r"\b(?:vain|pelkkä\w*|pelkästään|ainoastaan|bara|endast|enbart|only)(?: \w+){0,2}? $")


def varieties_of(kind: str, said: Iterable[Clause], *, wants: bool) -> tuple[int, ...]:
    """Bits of the varieties that a card of the kind names and does not refuse. A want that names one beside an "or"
    whose other side is none of the group ("pahvi- tai paperisilppua") asks for no variety, nor does one that would
    rather have it. A room's card names goods in passing, so it has only the varieties that are told of rooms."""
    found, preferred = [0] * VARIETY_WORDS, [0] * VARIETY_WORDS
    alternative: dict[tuple[int, int], list[bool]] = {}
    for clause in said:
        if clause.refuses:
            for word, bit in () if wants else _refused_alone(kind, clause):
                found[word] |= bit
            continue
        prefers = wants and (clause.tolerates or PREFERS.search(clause.text) is not None)
        for word, bit, pattern, kinds in varieties().of(clause.text):
            is_told = kind in kinds or (not kinds and kind != _ROOM)
            if is_told and (match := pattern.search(clause.text)):
                if not wants and _is_exclusive(kind, word, bit) and not _ONLY.search(clause.text[: match.start()]):
                    continue
                if prefers:
                    preferred[word] |= bit
                    continue
                group = word, (bit.bit_length() - 1) // VARIETY_BITS
                alternative.setdefault(group, []).append(wants and is_one_of_several(clause.text, match))
                found[word] |= bit
    for (word, place), told in alternative.items():
        if told == [True] and (word, place) in _groups_of_things():
            found[word] &= ~(_GROUP << place * VARIETY_BITS)
    return tuple(told | _beside(also, told) for told, also in zip(found, preferred, strict=True))


def _beside(preferred: int, told: int) -> int:
    """Of what is preferred the varieties of groups of which others are told, too: "multaa, mieluiten hiekkaa"."""
    groups = (_GROUP << at for at in range(0, MASK_BITS - VARIETY_BITS + 1, VARIETY_BITS))
    return sum(preferred & group for group in groups if told & group)


@lru_cache(maxsize=1)
def _groups_of_things() -> frozenset[tuple[int, int]]:
    """Groups whose varieties are things themselves, as integer and place in it."""
    bits = (place for (group, _), place in variety_bits().items() if group in _OF_THINGS)
    return frozenset((word, (bit.bit_length() - 1) // VARIETY_BITS) for word, bit in bits)


def _refused_alone(kind: str, clause: Clause) -> Iterator[tuple[int, int]]:
    """What a have does that does not do one of an exclusive group: "särmäys, ei ruostumatonta" is all but that."""
    refused = split(clause)[1]
    for word, bit, pattern, kinds in varieties().of(refused):
        if kind in kinds and _is_exclusive(kind, word, bit) and pattern.search(refused):
            place = (bit.bit_length() - 1) // VARIETY_BITS
            yield word, (_GROUP << place * VARIETY_BITS) & ~bit


@lru_cache(maxsize=256)
def _is_exclusive(kind: str, word: int, bit: int) -> bool:
    groups = _EXCLUSIVE if kind == _MACHINE_TIME else ()
    return any(place == (word, bit) for (group, _), place in variety_bits().items() if group in groups)

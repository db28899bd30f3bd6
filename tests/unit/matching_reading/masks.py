"""What a mask of concepts holds, by name."""

from __future__ import annotations

from services.matching.domain.meaning import MASK_BITS, Mask
from services.matching.reading.tables import use_numbers
from services.matching.words.concepts import numbered


def has(concepts: Mask, name: str) -> bool:
    """Whether the concept or use of that name is among them."""
    number = numbered()[name].number if name in numbered() else use_numbers()[name]
    return bool(concepts[number // MASK_BITS] >> number % MASK_BITS & 1)

"""What a want cannot take as a matter of course, though it does not say so: wet or painted chips under animals, broken
windows for a greenhouse, wet board for packing.

By the uses and the things that it names. A want that speaks of the quality itself, however it does, has its own
say.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from services.matching.domain.meaning import Mask
from services.matching.reading.goods import machines
from services.matching.reading.limits import quality_mask
from services.matching.reading.tables import packings, qualities, quality_bits, use_numbers, uses
from services.matching.words.concepts import numbered
from services.matching.words.vocabulary import listed, tables

_USE = "use"
_NO_MATTER = (r"(?:ei (?:ole )?(?:niin )?(?:väliä|haittaa|merkitystä|ongelma|nuukaa|tarkkaa)|eivät haittaa|saa olla"
              r"|sallitaan|ok\b|okej|käy\b|spelar ingen roll|gör inget|stör inte|får finnas|går bra"
              r"|inget hinder)")  # fmt: skip
_ANY_LOOKS = re.compile(
    r"\b(?:pin(?:nalla|ta|nan|nasta|tavi|tavauriot)|ulkonä|naarm|kolhu|kolhi|lommo|kulum|käytön jäl|skönhetsfel"
    rf"|repor\b|repig|bucklor|utseende|ytan?\b|skavanker|småfel)\w*(?: \w+){{0,2}} {_NO_MATTER}"
    r"|saa olla (?:naarmu|kolhu|lommo|kulu)|\bkosmeetti|\bkosmetisk"
)
_ANY_SHAPE = re.compile(
    r"\b(?:kun(?:nolla|nosta|to)|vi(?:at|ka|oilla)|puutteet?|skick(?:et)?|fel(?:en)?|defekter)\b"
    rf"(?: \w+){{0,2}} {_NO_MATTER}|\bkun(?:to|nolla)\b(?: \w+)? (?:toissijai|vapaa|mikä)"
    r"|\bkunnost(?:et|aa\b|amme\b|avat\b)|\bkorjattav|\brassat|\bentisöi|\boavsett skick"
    r"|\brenovering|\batt (?:laga|meka|renovera)\b"
)
"""Who minds neither looks nor shape rules out nothing broken as a matter of course."""


def with_demands(purposes: Iterable[int], things: frozenset[int], text: str, refuses: Mask) -> Mask:
    """The qualities that a want refuses, with those that its uses and its things rule out."""
    bits = _together(_fitting(frozenset(purposes), things)) | _together(things)
    if bits:
        bits &= ~sum({q.bit for q in qualities().of(text) if q.pattern.search(text)})
        if _ANY_SHAPE.search(text):
            bits &= ~(quality_bits()["broken"] | quality_bits()["not working"])
        elif _ANY_LOOKS.search(text):
            bits &= ~quality_bits()["broken"]
    return tuple(own | more for own, more in zip(refuses, quality_mask(bits), strict=True))


def _fitting(purposes: frozenset[int], things: frozenset[int]) -> frozenset[int]:
    """Without uses of other things, where a vessel or machine is wanted: drums for a bonfire are not burnt."""
    if not things or not things <= machines() | packings():
        return purposes
    return purposes - {use.number for use in uses(True).all if not use.serving & things}


def _together(numbers: Iterable[int]) -> int:
    bits = 0
    for number in numbers:
        bits |= _demands().get(number, 0)
    return bits


@lru_cache(maxsize=1)
def _demands() -> Mapping[int, int]:
    """Number of a use or concept → bits of the qualities that it rules out."""
    found: dict[int, int] = defaultdict(int)
    for row in tables("services.matching.reading", "demands"):
        bits = sum(quality_bits()[name] for name in listed(row["refuses"]))
        for name in listed(row["names"]):
            found[use_numbers()[name] if row["of"] == _USE else numbered()[name].number] |= bits
    return found

"""How a listing stands in the index: one fixed row of numbers, so that a million listings are arrays, not objects.

Agencies, parties and programmes are numbered by this process as it meets them; the numbers never leave it.
"""

from __future__ import annotations

import threading
from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt

from services.matching.domain.listing import ListingProjection
from services.matching.domain.meaning import BARS_MAX, LIMITS_MAX, MASK_WORDS, QUALITY_WORDS, SAID_MAX, VARIETY_WORDS
from services.matching.domain.sides import numbers
from services.matching.domain.weights import KIND_RULES
from services.matching.domain.words import WORDS_MAX
from shared.contracts.fields import BASES
from shared.ids import is_id, region_of
from shared.reference.places import regions
from shared.reference.products import parse_product
from shared.visibility import Visibility

Rows = npt.NDArray[Any]

ROW = np.dtype(
    [
        ("active", "i4"),
        # the id lst-<region>-<32 hex digits> as three numbers, in the order of the text
        ("id_region", "i4"), ("id_high", "u8"), ("id_low", "u8"),
        # what the score is made of, named as in domain.sides.Numbers
        ("code", "i4"), ("product", "i4"), ("hazardous", "i4"), ("amount", "f8"), ("dimension", "i4"),
        ("first_day", "i4"), ("last_day", "i4"), ("temperature_mc", "i4"),
        ("lat", "f8"), ("lon", "f8"), ("cos_lat", "f8"),
        ("words", "i8", (WORDS_MAX,)),
        ("stated", "i8", (MASK_WORDS,)), ("serves", "i8", (MASK_WORDS,)),
        ("near", "i8", (MASK_WORDS,)),
        ("perhaps", "i8", (MASK_WORDS,)),
        ("refused", "i8", (MASK_WORDS,)), ("implied", "i8", (MASK_WORDS,)),
        ("bears", "i8", (QUALITY_WORDS,)), ("needs", "i8", (QUALITY_WORDS,)),
        ("refuses", "i8", (QUALITY_WORDS,)), ("limit_what", "i8", (LIMITS_MAX,)),
        ("limit_low", "i8", (LIMITS_MAX,)), ("limit_high", "i8", (LIMITS_MAX,)),
        ("varieties", "i8", (VARIETY_WORDS,)), ("said", "i4", (SAID_MAX,)),
        ("bar_one", "i4", (BARS_MAX,)), ("bar_two", "i4", (BARS_MAX,)), ("flags", "i4"), ("months", "i4"),
        ("good_hm", "i4"), ("far_hm", "i4"), ("said_hm", "i4"), ("vague_hm", "i4"),
        ("road_x", "i4"), ("road_y", "i4"),
        # who may meet whom; 0 = unknown or none
        ("agency", "i4"), ("agency_region", "i4"), ("party", "i4"), ("programme", "i4"), ("region", "i4"),
        ("level", "i4"), ("home", "i4"),
    ],
    align=True,
)  # fmt: skip

WEIGHTS = np.dtype(
    [(name, "i8") for name in
     ("thing", "code", "quality", "amount", "window", "distance", "temperature", "words", "least", "sure", "good_hm",
      "far_hm")]
)  # fmt: skip

LEVEL_AGENCY, LEVEL_PROGRAMME, LEVEL_REGION, LEVEL_NATION = 1, 2, 3, 4
_LEVELS = {
    Visibility.OWN: LEVEL_AGENCY,
    Visibility.AGENCY: LEVEL_AGENCY,
    Visibility.PROGRAMME: LEVEL_PROGRAMME,
    Visibility.REGION: LEVEL_REGION,
    Visibility.NATION: LEVEL_NATION,
    Visibility.NATION_ANONYMOUS: LEVEL_NATION,
}


AMOUNT_MAX = 1e12
"""Of a year, in any unit: beyond it is no amount of this world (``shared.quantities`` stops well below)."""


class NotIndexable(ValueError):
    """The listing has an id, direction, basis or amount that no listing has."""


class RowEncoder:
    """Turns listings into rows. Safe for several threads."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._lock = threading.Lock()

    def row(self, listing: ListingProjection) -> Rows:
        """An array of one row. Raises NotIndexable."""
        if not is_id("lst", listing.id):
            raise NotIndexable(f"{listing.id[:60]!r} is not the id of a listing")
        row = np.zeros(1, ROW)
        values = numbers(listing)
        for field in fields(values):
            row[field.name] = getattr(values, field.name)
        row["active"] = 1
        row["id_region"], row["id_high"], row["id_low"] = _id_numbers(listing.id)
        row["agency"] = self._number(listing.agency_id)
        row["agency_region"] = int(region_of(listing.agency_id) or 0)
        row["party"] = self._number(listing.party_id)
        row["programme"] = self._number(listing.programme)
        row["region"] = int(listing.region_code)
        row["level"] = _LEVELS[listing.visibility]
        row["home"] = listing.home
        return row

    def _number(self, name: str | None) -> int:
        if not name:
            return 0
        with self._lock:
            return self._numbers.setdefault(name, len(self._numbers) + 1)


def check_indexable(listing: ListingProjection) -> None:
    """Raises ValueError, KeyError or OverflowError for what has no row or no prospects: an id, kind, direction, code,
    unit, region or basis of another form, or a number beyond all sense."""
    if listing.direction not in ("have", "want"):
        raise NotIndexable(f"direction {listing.direction[:20]!r}")
    if listing.basis not in BASES:
        raise NotIndexable(f"basis {listing.basis[:20]!r}")
    if listing.amount is not None and not 0 <= listing.amount <= AMOUNT_MAX:
        raise NotIndexable(f"yearly amount {listing.amount!r}")
    if listing.product_code is not None:
        parse_product(listing.product_code)
    _ = KIND_RULES[listing.kind], regions()[listing.region_code]
    RowEncoder().row(listing)


def id_of(row: Any) -> str:
    """The id that the row's three numbers stand for."""
    return f"lst-{int(row['id_region']):02d}-{int(row['id_high']):016x}{int(row['id_low']):016x}"


def kind_weights(kind: str) -> Rows:
    """The kind's weights as an array of one row."""
    weights = KIND_RULES[kind]
    row = np.zeros(1, WEIGHTS)
    for name in WEIGHTS.names or ():
        row[name] = getattr(weights, name)
    return row


def _id_numbers(identifier: str) -> tuple[int, int, int]:
    _, region, digits = identifier.split("-")
    return int(region), int(digits[:16], 16), int(digits[16:], 16)

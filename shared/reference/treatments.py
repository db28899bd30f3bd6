"""Recovery (R1–R13) and disposal (D1–D15) operations of the Waste Framework Directive 2008/98/EC.

Source: annexes I and II of the directive, English titles, taken from the UK waste-movement project
(Open Government Licence v3.0, see NOTICE). National sub-codes such as R3A are not in the list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from shared.reference.errors import UnknownCode
from shared.reference.nearness import near_by_code, near_by_title
from shared.reference.tables import table_rows

_WRITTEN = re.compile(r"\s*([RD])\s?0?([1-9][0-9]?)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TreatmentCode:
    """One operation; `kind` is "recovery" or "disposal"."""

    code: str
    kind: str
    description_en: str


def find_treatment(code: str) -> TreatmentCode | None:
    """The operation for "R3", "r 3" or "R03"; None when there is none."""
    written = _WRITTEN.fullmatch(code)
    return treatments().get(f"{written[1].upper()}{written[2]}") if written else None


def parse_treatment(text: str) -> TreatmentCode:
    """Like `find_treatment`; raises UnknownCode with near codes."""
    entry = find_treatment(text)
    if entry is not None:
        return entry
    entries = treatments().values()
    near = near_by_title(text, entries, lambda e: e.description_en) if len(text.strip()) > 4 else []
    near = near or near_by_code(text.strip().upper(), entries, lambda e: e.code, 1)
    named = tuple((e.code, e.description_en) for e in near)
    raise UnknownCode("treatment code (R1–R13, D1–D15)", text, named)


@lru_cache(maxsize=1)
def treatments() -> Mapping[str, TreatmentCode]:
    """All 28 operations by code; read-only."""
    return MappingProxyType(
        {
            row["code"]: TreatmentCode(row["code"], row["kind"], row["description_en"])
            for row in table_rows("waste_treatment_codes")
        }
    )

"""The European List of Waste (EWC codes) at six-digit level, with the hazard mark.

Source: Commission Decision 2000/532/EC as amended by 2014/955/EU (842 codes, 408 of them
hazardous), English titles, taken from the UK waste-movement project (Open Government Licence v3.0,
see NOTICE). `entry_type` is the UK technical guidance's grading, not part of the EU list:
AH/AN absolute hazardous/non-hazardous, MH/MN mirror entries.

Known gap: Commission Delegated Decision (EU) 2025/934 on battery-related waste, which applies from
9 November 2026, rewrites subchapter 16 06, adds 19 14 and new codes in 20 01. It is not in this
list; a refused code of those parts says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from shared.reference.errors import HazardMarkError, UnknownCode
from shared.reference.nearness import NEAR_LIMIT, near_by_code, near_by_title
from shared.reference.tables import table_rows

EwcRelation = Literal["same", "subchapter", "chapter", "none"]

_WRITTEN = re.compile(r"\s*([0-9]{2})[\s.-]?([0-9]{2})[\s.-]?([0-9]{2})\s?(\*?)\s*")
_CHANGED_FOR_BATTERIES = ("1606", "1914", "2001")
_BATTERY_NOTE = "is not in the list of waste held here, which lacks the battery codes of Decision (EU) 2025/934"


@dataclass(frozen=True, slots=True)
class EwcEntry:
    """One line of the list: `code` is six digits, `display` as printed ("03 01 04*")."""

    code: str
    display: str
    hazardous: bool
    chapter_code: str
    subchapter_code: str
    description_en: str
    entry_type: str


def find_ewc(code: str) -> EwcEntry | None:
    """The entry for "03 01 05", "030105" or "03 01 04*"; None when unknown or wrongly marked.

    The asterisk may be left out; given, it must agree with the list.
    """
    written = _WRITTEN.fullmatch(code)
    if written is None:
        return None
    entry = ewc_entries().get("".join(written.group(1, 2, 3)))
    return None if entry is None or (written[4] and not entry.hazardous) else entry


def parse_ewc(text: str) -> EwcEntry:
    """Like `find_ewc`; raises UnknownCode with near codes, HazardMarkError for a wrong asterisk.

    Near ones: the same subchapter first, then by edit distance; for words, titles that hold them.
    """
    entry = find_ewc(text)
    if entry is not None:
        return entry
    entries = ewc_entries()
    digits = "".join(re.findall("[0-9]", text[:40]))
    if _WRITTEN.fullmatch(text) and digits in entries:
        entry = entries[digits]
        siblings = [e for e in entries.values() if e.subchapter_code == entry.subchapter_code and e.hazardous]
        near = (entry, *near_by_code(digits, siblings, _code, 4)[: NEAR_LIMIT - 1])
        reason = "carries the mark of hazardous waste, but the list of waste holds this code as not hazardous"
        raise HazardMarkError("EWC code", text, _named(near), reason=reason)
    if digits:
        near = tuple(near_by_code(digits, entries.values(), _code, 4))
    else:
        near = tuple(near_by_title(text, entries.values(), lambda e: e.description_en))
    reason = _BATTERY_NOTE if len(digits) == 6 and digits.startswith(_CHANGED_FOR_BATTERIES) else ""
    raise UnknownCode("EWC code (six digits, such as 03 01 05)", text, _named(near), reason=reason)


def ewc_relation(a: str, b: str) -> EwcRelation:
    """How near two codes stand in the list's hierarchy; raises UnknownCode for a code not in it."""
    first, second = parse_ewc(a), parse_ewc(b)
    if first.code == second.code:
        return "same"
    if first.subchapter_code == second.subchapter_code:
        return "subchapter"
    return "chapter" if first.chapter_code == second.chapter_code else "none"


@lru_cache(maxsize=1)
def ewc_entries() -> Mapping[str, EwcEntry]:
    """The whole list by six-digit code, in the list's order; read-only."""
    return MappingProxyType(
        {
            row["code"]: EwcEntry(
                code=row["code"],
                display=row["code_display"],
                hazardous=row["hazardous"] == "1",
                chapter_code=row["chapter_code"],
                subchapter_code=row["subchapter_code"],
                description_en=row["description_en"],
                entry_type=row["entry_type"],
            )
            for row in table_rows("ewc_list_of_waste")
        }
    )


def _code(entry: EwcEntry) -> str:
    return entry.code


def _named(entries: tuple[EwcEntry, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((entry.display, entry.description_en) for entry in entries)

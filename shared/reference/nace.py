"""NACE Rev. 2 sector codes, the revision that organisations carry here, and the way from Rev. 2.1.

Source: Eurostat's NACE 2.1 – NACE 2 correspondence table as published in r2dii.data (CC0, see
NOTICE). Many numbers stand in both revisions, some with another meaning: a bare number is read as
Rev. 2. The Finnish TOL 2008 equals NACE Rev. 2 down to four digits and adds a fifth; TOL codes of
five digits are refused with the class they belong to. The correspondence is many-to-many, so a
Rev. 2.1 code is never turned into Rev. 2 silently: the candidates are named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from shared.reference.errors import UnknownCode
from shared.reference.nearness import NEAR_LIMIT, near_by_code, near_by_title
from shared.reference.tables import table_rows

_WRITTEN = re.compile(r"[A-V]|[0-9]{2}(?:\.?[0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class NaceCode:
    """One Rev. 2 entry; `level` is section, division, group or class; `division` is None for a section."""

    code: str
    level: str
    title_en: str
    section: str
    division: str | None


def find_nace(text: str) -> NaceCode | None:
    """The Rev. 2 entry for "C", "16", "16.1", "16.10" or "1610"; None when there is none."""
    code = _normalised(text)
    return nace_codes().get(code) if code else None


def parse_nace(text: str) -> NaceCode:
    """Like `find_nace`; raises UnknownCode with near codes (for a Rev. 2.1 code, its candidates)."""
    entry = find_nace(text)
    if entry is not None:
        return entry
    code = _normalised(text)
    if code in _candidates_of_21():
        reason = "is a NACE Rev. 2.1 code; give the Rev. 2 code"
        raise UnknownCode("NACE code", text, _named(nace2_candidates(code)), reason=reason)
    digits = "".join(re.findall("[0-9]", text[:40]))
    if not digits:
        near = near_by_title(text, nace_codes().values(), lambda e: e.title_en)
    else:
        dotted = f"{digits[:2]}.{digits[2:4]}".rstrip(".")
        parent = nace_codes().get(dotted) if len(digits) == 5 else None
        near = near_by_code(dotted, nace_codes().values(), lambda e: e.code, 4 if len(digits) > 3 else 2)
        near = [parent, *(e for e in near if e != parent)][:NEAR_LIMIT] if parent else near
    raise UnknownCode("NACE Rev. 2 code (such as 16 or 16.10)", text, _named(tuple(near)))


def division_of(text: str | None) -> str | None:
    """The two digits of the division that a Rev. 2 code is of; also for "C16", section and division written together.

    None for a section alone, for no code and for what is none.
    """
    code = (text or "").strip().upper()
    section, digits = (code[0], code[1:]) if re.match("[A-V][0-9]", code) else ("", code)
    entry = find_nace(digits)
    return entry.division if entry is not None and section in ("", entry.section) else None


def nace2_candidates(code_21: str) -> tuple[NaceCode, ...]:
    """The Rev. 2 entries that a NACE Rev. 2.1 code corresponds to; empty when it is not a Rev. 2.1 code."""
    code = _normalised(code_21)
    return _candidates_of_21().get(code, ()) if code else ()


@lru_cache(maxsize=1)
def nace_codes() -> Mapping[str, NaceCode]:
    """All 996 codes of NACE Rev. 2; read-only."""
    return MappingProxyType(
        {
            row["code"]: NaceCode(
                code=row["code"],
                level=row["level"],
                title_en=row["title_en"],
                section=row["section"],
                division=None if row["level"] == "section" else row["code"][:2],
            )
            for row in table_rows("nace_codes")
            if row["revision"] == "2"
        }
    )


@lru_cache(maxsize=1)
def _candidates_of_21() -> Mapping[str, tuple[NaceCode, ...]]:
    known = nace_codes()
    candidates: dict[str, tuple[NaceCode, ...]] = {}
    for row in table_rows("nace21_to_nace2"):
        own = candidates.get(row["nace21_code"], ())
        candidates[row["nace21_code"]] = (*own, known[row["nace2_code"]])
    for row in table_rows("nace_codes"):
        # The table leaves out one Rev. 2.1 class, 46.89: what holds for its group is the best answer.
        if row["revision"] == "2.1" and row["code"] not in candidates:
            candidates[row["code"]] = candidates[row["parent"]]
    return MappingProxyType(candidates)


def _normalised(text: str) -> str:
    code = text.strip().upper()
    if not _WRITTEN.fullmatch(code):
        return ""
    return f"{code[:2]}.{code[2:]}" if len(code) > 2 and "." not in code else code


def _named(entries: tuple[NaceCode, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((entry.code, entry.title_en) for entry in entries)

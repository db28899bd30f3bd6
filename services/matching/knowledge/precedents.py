"""Published industrial-symbiosis exchanges between sectors, as counts: what was done somewhere before.

``data/is_sector_links.csv`` is a sample of the MAESTRI exchanges database, counted by NACE division and waste code
(Evans, Benedetti, Holgado 2017, "Library of Industrial Symbiosis case studies and linked exchanges", see NOTICE). Its
columns ``implemented``, ``planned`` and ``under_feasibility`` tell who reads it of what ``exchanges`` is the sum. Who
ranks with precedents gives them as an argument, so that rows held out of a measurement never enter.
"""

from __future__ import annotations

import csv
import io
import string
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from services.matching.knowledge.rules import table
from shared.reference.nace import find_nace
from shared.reference.waste import find_ewc

SOURCE_KEY = "evans2017"
COLUMNS = ("donor_nace2_division", "receiver_nace2_division", "ewc_code")
NO_CODE = ("", "-", "–", "na", "n/a", "none", "nan", "null")
SEPARATORS = str.maketrans("", "", " .*\u00a0")


class UnreadableLinks(ValueError):
    """A file that is no table of sector links; the message names what is missing."""


@dataclass(frozen=True, slots=True)
class Precedent:
    """``exchanges`` published exchanges between two divisions; ``ewc``: six digits, a part of a code, or empty."""

    donor: str
    receiver: str
    ewc: str
    exchanges: int

    @property
    def pair(self) -> tuple[str, str]:
        return self.donor, self.receiver


@lru_cache(maxsize=1)
def precedents() -> tuple[Precedent, ...]:
    """The sample that the product ships."""
    return tuple(_precedent(row) for row in table("is_sector_links"))


def precedents_of(path: Path) -> tuple[tuple[Precedent, ...], tuple[str, ...]]:
    """The rows of another file with the same columns, and what is to be said of those that are left out or changed.

    Comma or semicolon between columns; ``exchanges`` may be missing (1). Rows of the same sectors and code become one
    with their exchanges added, as in the shipped sample. Raises `UnreadableLinks`
    when the file or a column that is needed is missing.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableLinks(f"{path} cannot be read as UTF-8 text: {error}") from error
    heading = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if heading.count(";") > heading.count(",") else ",")
    reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
    missing = [name for name in COLUMNS if name not in reader.fieldnames]
    if missing:
        raise UnreadableLinks(f"{path} has no column {', '.join(missing)}; it needs {', '.join(COLUMNS)}")
    return _merged(reader)


def _merged(reader: csv.DictReader[str]) -> tuple[tuple[Precedent, ...], tuple[str, ...]]:
    rows: dict[tuple[str, str, str], Precedent] = {}
    remarks: list[str] = []
    for line in reader:
        where = f"Line {reader.line_num}"
        try:
            row = _precedent(line)
        except ValueError as error:
            remarks.append(f"{where} is left out: {error}")
            continue
        if len(row.ewc) == 6 and find_ewc(row.ewc) is None:
            remarks.append(f"{where}: {row.ewc} is not on the list of waste; at most its subchapter can say something")
        before = rows.get((*row.pair, row.ewc))
        if before is not None:
            remarks.append(f"{where} repeats sectors and code of an earlier line: counted as one row")
            row = replace(row, exchanges=row.exchanges + before.exchanges)
        rows[*row.pair, row.ewc] = row
    return tuple(rows.values()), tuple(remarks)


def _precedent(row: Mapping[str, str | None]) -> Precedent:
    donor, receiver, code = (row[name] or "" for name in COLUMNS)
    return Precedent(_division(donor), _division(receiver), _code(code), _count(row.get("exchanges") or "1"))


def _division(cell: str) -> str:
    """The division of ``16``, ``"16"``, ``16.1``, ``1610``, ``C16`` or ``C 16.10``; ``1`` is 01."""
    text = cell.strip(" \"'").lstrip(string.ascii_letters).strip(" .")
    whole = text.partition(".")[0]
    code = whole.zfill(2) if len(whole) < 3 else text
    entry = find_nace(code)
    if entry is None or entry.division is None:
        raise ValueError(f"{cell!r} is no NACE Rev. 2 division")
    return entry.division


def _code(cell: str) -> str:
    """``020103``, also of ``02 01 03*`` or of a number from a spreadsheet that ate the zero before it; two or four
    digits for a whole chapter or subchapter, empty for none."""
    text = cell.strip(" *\"'").removesuffix(".0")
    if text.lower() in NO_CODE:
        return ""
    digits = text.translate(SEPARATORS)
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 6:
        raise ValueError(f"{cell!r} is no waste code")
    return digits.zfill(len(digits) + len(digits) % 2)


def _count(cell: str) -> int:
    text = cell.strip().removesuffix(".0")
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"{cell!r} is no number of exchanges: 1 or more, whole")
    return int(text)

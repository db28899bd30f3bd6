"""Published industrial-symbiosis exchanges between sectors, as counts: what was done somewhere before.

``data/is_sector_links.csv`` is a sample of the MAESTRI exchanges database, counted by NACE division and waste code
(Evans, Benedetti, Holgado 2017, "Library of Industrial Symbiosis case studies and linked exchanges", see NOTICE). Who
ranks with precedents gives them as an argument, so that rows held out of a measurement never enter.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from services.matching.knowledge.rules import table
from shared.reference.nace import find_nace
from shared.reference.waste import find_ewc

SOURCE_KEY = "evans2017"


@dataclass(frozen=True, slots=True)
class Precedent:
    """``exchanges`` published exchanges from one division to another; ``ewc`` is six digits or empty."""

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
    """The rows of another file with the same columns, and what is wrong with those that cannot be read."""
    rows: list[Precedent] = []
    refused: list[str] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                rows.append(_precedent(row))
            except (KeyError, ValueError) as error:
                refused.append(f"Line {number} is not a sector link: {error}")
    return tuple(rows), tuple(refused)


def _precedent(row: Mapping[str, str | None]) -> Precedent:
    donor, receiver = (_division(row[f"{side}_nace2_division"]) for side in ("donor", "receiver"))
    return Precedent(donor, receiver, _code(row["ewc_code"]), int(row.get("exchanges") or 1))


def _division(cell: str | None) -> str:
    code = (cell or "").strip().zfill(2)
    entry = find_nace(code)
    if entry is None or entry.level != "division":
        raise ValueError(f"{cell!r} is no NACE Rev. 2 division")
    return code


def _code(cell: str | None) -> str:
    """A code that is unknown is kept by its digits: its chapter may still say something."""
    text = (cell or "").strip().rstrip("*")
    entry = find_ewc(text)
    return entry.code if entry else "".join(char for char in text if char.isdigit())[:6]

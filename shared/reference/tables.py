"""Reads the CSV tables of this package. Cells are stripped: the sources carry stray blanks."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from importlib import resources


def table_rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of data/<name>.csv in file order, as column → text."""
    source = resources.files("shared.reference").joinpath("data", f"{name}.csv")
    for row in csv.DictReader(io.StringIO(source.read_text(encoding="utf-8"))):
        yield {column: cell.strip() for column, cell in row.items()}


def name_key(text: str) -> str:
    """What two spellings of one name share: composed letters, no case, single blanks."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()

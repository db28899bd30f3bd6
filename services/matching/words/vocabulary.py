"""Reads the word lists of this package: hand-made field terms by concept, and the small lists of cue words.

``data/terms.csv`` gives, for a term as people write it on paper, its concept, its kind of listing, the codes of the
List of Waste it may stand for (best first) and the NACE divisions it comes from. ``data/concepts.csv`` names each
concept in three languages. Terms of one concept mean the same in every language. ``terms_metals.csv`` and the like
continue them, a file per domain. Written by hand for this project.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType

LANGUAGES = ("fi", "sv", "en")
DOMAINS = ("bio", "energy", "metals", "minerals", "premises", "services", "wood", "works")
"""Parts of the vocabulary that stand in files of their own."""


@dataclass(frozen=True, slots=True)
class Term:
    """A field term. ``weight`` is below 1 for words that say little by themselves ("slam", "kontti")."""

    text: str
    lang: str
    concept: str
    kind: str
    ewc: tuple[str, ...]
    nace: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Concept:
    id: str
    label_fi: str
    label_sv: str
    label_en: str


@lru_cache(maxsize=1)
def terms() -> tuple[Term, ...]:
    """Every term, in the file's order."""
    return tuple(
        Term(
            text=row["term"].casefold(),
            lang=row["lang"],
            concept=row["concept"],
            kind=row["kind"],
            ewc=listed(row["ewc"]),
            nace=listed(row["nace"]),
            weight=float(row["weight"]),
        )
        for row in rows("terms")
    )


@lru_cache(maxsize=1)
def concepts() -> Mapping[str, Concept]:
    """Concept by its id."""
    return MappingProxyType(
        {
            row["concept"]: Concept(row["concept"], row["label_fi"], row["label_sv"], row["label_en"])
            for row in rows("concepts")
        }
    )


@cache
def word_list(name: str) -> frozenset[str]:
    """The words of data/<name>.csv: ``plain_words`` name nothing by themselves, ``empty_words`` tell nothing."""
    return frozenset(row["word"] for row in rows(name))


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of data/<name>.csv, then of data/<name>_<domain>.csv by domain, cells stripped."""
    for row in tables("services.matching.words", name):
        yield {column: cell.strip() for column, cell in row.items()}


def tables(package: str, name: str) -> Iterator[dict[str, str]]:
    """The rows of the package's data/<name>.csv, then of data/<name>_<domain>.csv by domain."""
    folder = resources.files(package).joinpath("data")
    known = {f"{name}.csv", *(f"{name}_{domain}.csv" for domain in DOMAINS)}
    for source in sorted((part for part in folder.iterdir() if part.name in known), key=lambda part: part.name):
        header, *cells = csv.reader(io.StringIO(source.read_text(encoding="utf-8")))
        yield from (dict(zip(header, row, strict=True)) for row in cells if row)


@lru_cache(maxsize=4_096)
def listed(cell: str) -> tuple[str, ...]:
    """The parts of a cell between ``|``."""
    return tuple(part for part in cell.split("|") if part)

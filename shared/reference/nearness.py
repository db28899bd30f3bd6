"""Which codes or names a person may have meant; works on a refused value only, never on a hot path."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

from shared.reference.tables import name_key

T = TypeVar("T")

NEAR_LIMIT = 5
COMPARED_LENGTH = 40  # caps the work that a hostile value can cause


def edit_distance(a: str, b: str) -> int:
    """Levenshtein distance: insertions, deletions and replacements from `a` to `b`."""
    row = list(range(len(b) + 1))
    for i, char_a in enumerate(a, start=1):
        diagonal, row[0] = row[0], i
        for j, char_b in enumerate(b, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (char_a != char_b))
    return row[-1]


def near_by_code(text: str, entries: Iterable[T], code: Callable[[T], str], family: int) -> list[T]:
    """Entries sharing the first `family` characters of the code first, then by edit distance."""
    wanted = text[:COMPARED_LENGTH]

    def order(entry: T) -> tuple[bool, int, str]:
        own = code(entry)
        return own[:family] != wanted[:family], edit_distance(wanted, own), own

    return sorted(entries, key=order)[:NEAR_LIMIT]


def near_by_title(text: str, entries: Iterable[T], title: Callable[[T], str]) -> list[T]:
    """Entries whose title holds every word of `text`, shortest title first."""
    words = name_key(text[:COMPARED_LENGTH]).split()
    found = [entry for entry in entries if words and all(word in name_key(title(entry)) for word in words)]
    return sorted(found, key=lambda entry: len(title(entry)))[:NEAR_LIMIT]


def near_by_name(text: str, entries: Iterable[tuple[str, T]]) -> list[T]:
    """Entries whose name looks like `text` or holds it, letters compared without their diacritics."""
    wanted = _plain(text[:COMPARED_LENGTH])
    by_name: dict[str, list[T]] = {}
    for name, entry in entries:
        by_name.setdefault(_plain(name), []).append(entry)
    holding = [name for name in by_name if len(wanted) > 2 and wanted in name]
    near = [*holding, *difflib.get_close_matches(wanted, by_name, n=NEAR_LIMIT, cutoff=0.6)]
    found: list[T] = []
    for name in near:
        found += [entry for entry in by_name[name] if entry not in found]
    return found[:NEAR_LIMIT]


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name_key(text))
    return "".join(char for char in decomposed if not unicodedata.combining(char))

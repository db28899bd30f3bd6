"""Which of many patterns can be in a text at all, told by two or three letters of each: most are never tried.

Every branch of a pattern that must spell two or three letters in a row is filed under such letters, one that must spell
one of several words under those of each; a pattern with a branch that need not is always tried. The patterns stay plain
regular expressions.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")

_MOST, _LEAST = 3, 2
_OPEN = re.compile(r"\\.|\((?:[^()]|\([^()]*\))*\)[?*]?|\[[^\]]*\][?*+]?|\.[?*+]?|.[?*]|.\{[^}]*\}")
"""What a branch may spell in several ways, or leave out."""
_GROUP = re.compile(r"(?<!\\)\((?:\?:)?(?!\?)((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*)\)(?![?*]|\{0)")
"""One of several words, which must stand there: no look-around, nothing that may be left out."""
_MARK = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|[()|]")
"""What opens, parts or closes; no such letter is one behind a backslash or between brackets."""


class Written:
    """A regular expression that is compiled when it is first tried: a card tries few of a thousand. Shared by threads:
    two may compile it, to the same."""

    __slots__ = ("_made", "_written")

    def __init__(self, written: str) -> None:
        self._written = written
        self._made: re.Pattern[str] | None = None

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        return self._compiled().search(text, start, end)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self._compiled().finditer(text)

    def _compiled(self) -> re.Pattern[str]:
        if self._made is None:
            self._made = re.compile(self._written)
        return self._made


class Sieve(Generic[T]):
    """Immutable after its making; shared by threads. Each thing goes by one pattern's text."""

    def __init__(self, things: Iterable[tuple[str, T]]) -> None:
        self.all: list[T] = []
        self._always: set[int] = set()
        self._filed: dict[str, set[int]] = defaultdict(set)
        for number, (pattern, thing) in enumerate(things):
            self.all.append(thing)
            for branch in branches(pattern):
                letters = _letters(branch)
                if not letters:
                    self._always.add(number)
                for some in letters:
                    self._filed[some].add(number)

    def of(self, text: str) -> Sequence[T]:
        """The things whose patterns may be in the text, in their order."""
        found = set(self._always)
        filed = self._filed
        for at in range(len(text) - _LEAST + 1):
            if numbers := filed.get(text[at : at + _MOST]):
                found |= numbers
            if numbers := filed.get(text[at : at + _LEAST]):
                found |= numbers
        return [self.all[number] for number in sorted(found)]


def _letters(branch: str) -> set[str]:
    """Letters of which one must stand in whatever the branch spells; none where that is not plain."""
    runs = re.findall(r"[^\W\d_]{2,}", _OPEN.sub(" ", branch))
    if runs:
        return {max(runs, key=len)[:_MOST]}
    for group in _GROUP.finditer(branch):
        found = [_letters(part) for part in branches(group[1])]
        if all(found):
            return set().union(*found)
    return set()


def branches(pattern: str) -> list[str]:
    """The alternatives of a pattern at its top level."""
    parts, depth, start = [], 0, 0
    for mark in _MARK.finditer(pattern):
        if mark[0] == "|" and depth == 0:
            parts.append(pattern[start : mark.start()])
            start = mark.end()
        depth += (mark[0] == "(") - (mark[0] == ")")
    return [*parts, pattern[start:]]

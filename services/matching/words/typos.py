"""Words that a mistyped word may have been meant as: neighbours by letter trigrams, kept by a bounded edit distance."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

SHORTEST = 7
"""Letters; below it a single wrong letter makes too many other words."""
_CANDIDATES = 12


class Neighbours:
    """Shared by threads. Immutable but for the trigrams, which are made when first asked for, so that who only asks
    ``next_to`` never pays for them; the index process and ``suggester.warm`` both make what they use at their start."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted({word for word in words if len(word) >= SHORTEST - 2})
        self._by_end: dict[tuple[int, str], list[str]] = defaultdict(list)
        for word in self._words:
            for end in _ends(word):
                self._by_end[len(word), end].append(word)

    @cached_property
    def _by_trigram(self) -> Mapping[str, list[int]]:
        numbers: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(self._words):
            for trigram in _trigrams(word):
                numbers[trigram].append(number)
        return numbers

    def of(self, word: str) -> list[tuple[str, int]]:
        """(known word, edits) with at most one edit up to 8 letters and two from 9 on; nearest first."""
        limit = 1 if len(word) < 9 else 2
        shared: Counter[int] = Counter()
        for trigram in _trigrams(word):
            shared.update(self._by_trigram.get(trigram, ()))
        near = []
        for number, _ in shared.most_common(_CANDIDATES):
            known = self._words[number]
            edits = distance(word, known, limit)
            if edits is not None:
                near.append((known, edits))
        return sorted(near, key=lambda found: (found[1], found[0]))

    def next_to(self, word: str) -> list[str]:
        """Known words one edit away. A long word keeps its beginning or its end whole, so few are compared."""
        near = {
            known
            for length in (len(word) - 1, len(word), len(word) + 1)
            for end in _ends(word)
            for known in self._by_end.get((length, end), ())
            if word[0] in known[:2] and _is_one_edit(word, known)
        }
        return sorted(near)


def distance(a: str, b: str, limit: int) -> int | None:
    """Edits (insert, delete, change, swap of neighbours) from a to b; None when above the limit.

    Optimal string alignment; the first letter must be right unless it was swapped with the second.
    """
    if abs(len(a) - len(b)) > limit or a[0] not in b[:2]:
        return None
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        row = [i]
        for j, other in enumerate(b, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return None
        before, last = last, row
    return last[-1] if last[-1] <= limit else None


def _ends(word: str) -> tuple[str, str]:
    return f"{word[:4]}-", f"-{word[-3:]}"


def _is_one_edit(a: str, b: str) -> bool:
    """Whether the words are the same but for one letter more, less or other, or two neighbours swapped."""
    first = 0
    while first < min(len(a), len(b)) and a[first] == b[first]:
        first += 1
    last = 0
    while last < min(len(a), len(b)) - first and a[-1 - last] == b[-1 - last]:
        last += 1
    ours, theirs = a[first : len(a) - last], b[first : len(b) - last]
    return max(len(ours), len(theirs)) <= 1 or (len(ours) == 2 and ours == theirs[::-1])


def _trigrams(word: str) -> set[str]:
    padded = f"^{word}$"
    return {padded[i : i + 3] for i in range(len(padded) - 2)}

"""Makes words whole that share their end with a later one: "moottori-, vaihteisto- ja hydrauliöljy"."""

from __future__ import annotations

import re

from services.matching.words.lexicon import lexicon
from services.matching.words.tokens import tokens

_SHARED = re.compile(r"((?:\w{3,}-,\s+)*\w{3,}-\s+(?:ja|tai|sekä|och|eller|samt|and|or)\s+)(\w{6,})")
_PART = re.compile(r"(\w{3,})-")
_SHORTEST_END = 3
_OWNERS = re.compile(r"\b(\w{4,}n) (ja|tai|sekä|eikä) (\w{4,}n) (\w{4,})")
"""Two owners of one thing: "teurastamon ja meijerin lietteitä"."""


def whole(text: str) -> str:
    """The normalised text with such words written out, where the vocabulary knows the word that comes of it."""
    text = _SHARED.sub(_written_out, text) if re.search(r"\w-[ ,]", text) else text
    return _OWNERS.sub(_of_both, text)


def _of_both(match: re.Match[str]) -> str:
    one, conjunction, other, thing = match.groups()
    found = lexicon().find(tokens(f"{one} {thing}"), far=False)
    is_known = any((hit.first, hit.last) == (0, 1) for hit in found)
    return f"{one} {thing} {conjunction} {other} {thing}" if is_known else match.group()


def _written_out(match: re.Match[str]) -> str:
    last = match[2]
    return _PART.sub(lambda part: _with_end(part[1], last) or part.group(), match[1]) + last


def _with_end(start: str, last: str) -> str | None:
    ends = (last[cut:] for cut in range(_SHORTEST_END, len(last) - _SHORTEST_END + 1))
    return next((start + end for end in ends if lexicon().names(start + end)), None)

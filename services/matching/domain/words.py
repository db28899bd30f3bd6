"""A listing's name as words that can be compared: no case, at least three letters, cut to a crude stem, since
Finnish bends its words (sahanpuru, sahanpurua, sahanpurun)."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from shared.reference.tables import name_key

WORDS_MAX = 8
"""Words of a name that count, the first ones; with this many a listing's words fit a fixed row."""

_STEM_LETTERS = 6


@lru_cache(maxsize=4_096)
def words_of(name: str) -> tuple[str, ...]:
    """The name's words in its order, each once."""
    return tuple(dict.fromkeys(re.findall(r"[^\W_]{3,}", name_key(name))))


def stem(word: str) -> str:
    return word[:_STEM_LETTERS]


@lru_cache(maxsize=4_096)
def word_numbers(name: str) -> tuple[int, ...]:
    """The stems as numbers that every process computes alike, filled up with 0 to WORDS_MAX."""
    stems = tuple(dict.fromkeys(stem(word) for word in words_of(name)))[:WORDS_MAX]
    return tuple(_number(text) for text in stems) + (0,) * (WORDS_MAX - len(stems))


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=7).digest(), "big") | 1

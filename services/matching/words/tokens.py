"""A text as words with their places. Numbers and units are ``amounts``' business."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]*\d\w*|[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_JOINED = str.maketrans("", "", "-'’")


@dataclass(frozen=True, slots=True)
class Token:
    """``text`` in small letters; ``word`` without inner hyphens, so that "maa-aines" and "maaaines" are one."""

    text: str
    word: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha() and len(self.word) > 1


def normal(text: str) -> str:
    """Composed, small letters, one kind of dash; as long as what ``tokens`` speaks of."""
    return unicodedata.normalize("NFKC", text).lower().replace("–", "-").replace("−", "-").replace("\u00ad", "")


@lru_cache(maxsize=4_096)
def tokens(normalised: str) -> tuple[Token, ...]:
    found = _WORD.finditer(normalised)
    return tuple(Token(m.group(), joined(m.group()), m.start(), m.end()) for m in found)


def words_of(normalised: str) -> list[str]:
    """The ``word`` of each token."""
    return [joined(text) for text in _WORD.findall(normalised)]


def joined(text: str) -> str:
    return text.translate(_JOINED)

"""A text as words with their places. Numbers and units are ``amounts``' business."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 80
"""Letters; what is longer is no word, and costs its square to take apart."""
_WORD = re.compile(r"[^\W\d_]*\d\w*|[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_BLANKS = re.compile(r"(\s)\s+")
"""A run of them would be tried again and again by patterns that begin with a blank."""
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
        return self.text[0].isalpha() and 1 < len(self.word) <= LONGEST


def normal(text: str) -> str:
    """Composed, small letters, one kind of dash, one blank between words; places in it are those that ``tokens`` and
    all readings speak of."""
    composed = unicodedata.normalize("NFKC", text).lower().replace("–", "-").replace("−", "-").replace("\u00ad", "")
    return _BLANKS.sub(r"\1", composed)


@lru_cache(maxsize=4_096)
def tokens(normalised: str) -> tuple[Token, ...]:
    found = _WORD.finditer(normalised)
    return tuple(Token(m.group(), joined(m.group()), m.start(), m.end()) for m in found)


def words_of(normalised: str) -> list[str]:
    """The ``word`` of each token."""
    return [joined(text) for text in _WORD.findall(normalised)]


def joined(text: str) -> str:
    return text.translate(_JOINED)

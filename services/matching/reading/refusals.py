"""The words a text says and those it will not have, whatever the vocabulary knows of them: "ei kalalaatikoita" against
"kalalaatikoita", "käämintää ei tehdä" against "käämintää".

A refused phrase is one word or two that belong together ("pinnoitetut kankaat"): it is contradicted by a text that says
all of it. Words are compared by their shortest stem key, so bent forms meet; two languages meet through concepts only.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from services.matching.domain.meaning import BARS_MAX, SAID_MAX
from services.matching.reading.clauses import Clause, split
from services.matching.reading.tables import little_words, packings
from services.matching.words.concepts import numbered
from services.matching.words.lexicon import lexicon
from services.matching.words.pieces import whole_of
from services.matching.words.stems import base_keys, form_keys
from services.matching.words.tokens import LONGEST, tokens
from services.matching.words.vocabulary import LANGUAGES, word_list

_AND = re.compile(r"\b(?:ja|tai|taikka|eikä|sekä|och|eller|samt|or|and|nor)\b|[/+&,=]")
_BOUNDED = re.compile(r"\b(?:yli|ylit\w+|enemmän|enempää|över|överstig\w+|mer än|above|over|more than)\b")
"""What is refused only beyond a bound is not refused: "ei fenolia yli rajan"."""
_LETTERS, _PHRASE, _HEAD = 4, 2, 3
_OTHERS = re.compile(r"\b(?:mu(?:uta|ita|ihin|uhun)|andra|annat|annan|other)\b")
Bar = tuple[int, int]


def said(clauses: Iterable[Clause]) -> tuple[int, ...]:
    """Keys of the words that the clauses say and do not refuse, the first SAID_MAX."""
    keys = [key for clause in clauses for key in _keys(split(clause)[0], tails=True)]
    return tuple(dict.fromkeys(keys))[:SAID_MAX]


def bars(clauses: Iterable[Clause]) -> tuple[Bar, ...]:
    """Refused phrases, each of one key (and 0) or two; the first BARS_MAX."""
    found: list[Bar] = []
    for clause in clauses:
        for phrase in _AND.split(_unbounded(clause)):
            keys = list(dict.fromkeys(_keys(phrase)))
            if 0 < len(keys) <= _PHRASE and not any(letter.isdigit() for letter in phrase):
                found.append((keys[0], keys[1] if len(keys) > 1 else 0))
    return tuple(dict.fromkeys(found))[:BARS_MAX]


def refused_words(clauses: Iterable[Clause]) -> Iterator[str]:
    """Refused phrases that are one word ("messinki ja kaapeli ei"): what they name is refused, whatever it is a kind
    of. Of two words the first may be all that is refused ("maalattua puuta"); others than these are not named."""
    for clause in clauses:
        for phrase in _AND.split(_unbounded(clause)):
            names = [token.text for token in tokens(phrase) if token.text not in little_words()]
            if len(names) == 1 and len(names[0]) >= _LETTERS and not _OTHERS.search(phrase):
                yield names[0]


def _unbounded(clause: Clause) -> str:
    """What the clause refuses in any amount."""
    refused = split(clause)[1]
    return "" if _BOUNDED.search(refused) else refused


def _keys(text: str, *, tails: bool = False) -> Iterator[int]:
    """``tails``: of a compound also its known end, since "lastua" refuses "teräslastua", and what stands before a
    hyphen, since "PEXiä" refuses "PEX-putkea"."""
    for token in tokens(text):
        if _LETTERS <= len(token.word) <= LONGEST and token.text not in _plain():
            yield _key(token.word)
            if tails and len(head := token.text.partition("-")[0]) >= _HEAD and head != token.text:
                yield _key(head)
            if tails and (tail := lexicon().tail(token.word)):
                yield _key(tail)
            if tails and (whole := whole_of(token.word)):
                yield _key(whole[0])


@lru_cache(maxsize=16_384)
def _key(word: str) -> int:
    keys: Sequence[str] = [
        key for lang in LANGUAGES[:2] for key in (*base_keys(word, lang), *form_keys(word, lang)) if len(key) >= 3
    ]
    shortest = min(keys, key=lambda key: (len(key), key), default=word)
    number = int.from_bytes(hashlib.blake2b(shortest.encode(), digest_size=4).digest(), "big") >> 1
    return number & ~1 or 2 if _is_packing(word) else number | 1


def _is_packing(word: str) -> bool:
    """Whether the word names what things are packed in: its key is even, and it is refused but is no evidence."""
    found = lexicon().find(tokens(word), far=False)
    return bool(found) and all(numbered()[one.term.concept].number in packings() for one in found)


@lru_cache(maxsize=1)
def _plain() -> frozenset[str]:
    """Words that refuse nothing by themselves."""
    return word_list("plain_words") | word_list("empty_words") | little_words()

"""Makes words whole that share their end with a later one: "moottori-, vaihteisto- ja hydrauliöljy"; and joins what
stands apart though it is one thing: "alumiinin lastua" is "alumiinilastua"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from services.matching.reading.tables import packings, reaches
from services.matching.words.concepts import MATERIAL, kinds, numbered
from services.matching.words.lexicon import Found, lexicon
from services.matching.words.tokens import tokens

_SHARED = re.compile(r"((?:\w{3,}-,\s+)*\w{3,}-\s+(?:ja|tai|sekä|eikä|och|eller|samt|and|or)\s+)(\w{6,})")
_PART = re.compile(r"(\w{3,})-")
_IN_FULL = {"enint": "enintään", "korkeint": "korkeintaan", "vähint": "vähintään", "maks": "max", "int": "inte"}
_SHORT = re.compile(rf"\b({'|'.join(_IN_FULL)})(?:\.|\b)")
_LIQUIDS = "valuable"
"""The reach of oils, chemicals and gases (``reaches.csv``)."""
_SHORTEST_END = 3
_A_THING = 0.7
"""How surely a word names a thing at least, to be no mere rest."""
_OWNERS = re.compile(r"\b(\w{4,}n) (ja|tai|sekä|eikä) (\w{4,}n) (\w{4,})")
"""Two owners of one thing: "teurastamon ja meijerin lietteitä"."""


_PREFIXED = re.compile(r"\b(\w{2,})-([^\W\d_]{3,})")
_FULL = re.compile(
    r"\b([^\W\d_]{3,}?)((?:pullopatteri|patteri|tynnyri|kanisteri|kontti|säkki|pullo|tynnyre|kanistere|kontte|säkke|dunk"
    r"|fat|flask|flaskpaket|säck|jauhe|jauhet|liuos|liuost|rakei|hiutale|pulver|lösning)[^\W\d_]{0,6})\b"
)
"""A vessel, or a form, that bears its content's name."""
_EMPTY = re.compile(
    r"tyhj|\btom(?:ma|t)?\b|tömd|\bempt|pesty|huuhd|tvätta|skölj|käytettyjä \w*tynny|begagnade \w*fat|entisiä|ollut"
    r"|innehållit"
)
_MADE_AT = re.compile(
    r"\b([^\W\d_]{4,}?)(?:teh(?:taan|taalta|das)|fabriken?s?|verstaalta) ((?:\w+ )?\w*(?:virhe|kakkos|hylkyer|felser"
    r"|felparti|andrasort|muru|palane|reuna|leikkuu(?!jät)|hukkapal|ylijäämä|rikkoutun|murtun|viallis|smulor)[\w-]*)"
)
"""What has failed where something is made is that: "ontelolaattatehtaan mittavirhe-erä" is hollow slabs."""
_OF = re.compile(r"\b(\w{3,}n) (\w{4,})\b")


def whole(text: str, *, flows: bool = True) -> str:
    """The normalised text with such words written out, where the vocabulary knows the word that comes of it."""
    text = _SHORT.sub(lambda match: _IN_FULL[match[1]], text)
    text = _SHARED.sub(_written_out, text) if re.search(r"\w-[ ,]", text) else text
    text = _OWNERS.sub(_of_both, text)
    if not flows:
        return text
    text = _MADE_AT.sub(_of_product, text)
    return _joined(_PREFIXED.sub(_of_what, text if _EMPTY.search(text) else _FULL.sub(_content, text)))


@lru_cache(maxsize=4_096)
def _content_of(word: str, head: str) -> str | None:
    """The chemical, oil or gas that a vessel is named after, where the compound is no thing of its own."""
    known = lexicon()
    own = known.find(tokens(word), far=False)
    if own and not _is_vessel(own, len(word)):
        return None
    for name in (head, f"{head[:-1]}a"):
        hits = known.find(tokens(name), far=False) if known.names(name) else ()
        if any(reaches().get(numbered()[hit.term.concept].number) == _LIQUIDS and kinds()[hit.term.concept] == MATERIAL
               and numbered()[hit.term.concept].number not in _vessels() for hit in hits):  # fmt: skip
            return name
    return None


def _of_product(match: re.Match[str]) -> str:
    known, made = lexicon(), match[1].removesuffix("s")
    is_named = any(hit.quality >= _A_THING for hit in known.find(tokens(match[2]), far=False))
    product = next((name for name in (match[1], made, made[:-1]) if known.names(name)), None)
    return match.group() if is_named or not product else f"{product} {match[2]}"


def _content(match: re.Match[str]) -> str:
    """The vessel's content before it: "hydrauliöljytynnyri" is hydraulic oil."""
    content = _content_of(match.group(), match[1])
    return f"{content} {match[2]}" if content else match.group()


def _of_what(match: re.Match[str]) -> str:
    """A compound that is not known is a thing of its first part's stuff, "PMMA-levyn paloja" are of PMMA; and what is
    in a vessel comes before it: "AdBlue-kontti"."""
    known = lexicon()
    found = known.find(tokens(match.group()), far=False)
    if (found and not _is_vessel(found, len(match.group()))) or not known.names(match[1]):
        return match.group()
    return f"{match[1]} {match[2]}"


def _joined(text: str) -> str:
    """With a genitive and its head as one word where the vocabulary knows such a compound, and it is another thing than
    the head alone."""
    at = 0
    while match := _OF.search(text, at):
        compound = _compound(match[1], match[2])
        if compound:
            text = f"{text[: match.start()]}{compound}{text[match.end() :]}"
        at = match.start() + len(compound or match[1])
    return text


def _is_vessel(found: Sequence[Found], letters: int) -> bool:
    """Whether what the vocabulary surely knows of a compound is its end, and that a vessel."""
    surest = max(found, key=lambda hit: hit.quality)
    return surest.letters < letters and numbered()[surest.term.concept].number in _vessels()


@lru_cache(maxsize=1)
def _vessels() -> frozenset[int]:
    others = ("containers-skips", "storage-tank", "shipping-containers", "glass-packaging", "buckets", "jerrycans")
    return packings() | {numbered()[name].number for name in others}


@lru_cache(maxsize=16_384)
def _compound(owner: str, head: str) -> str | None:
    known = lexicon()
    own = {hit.term.concept for hit in known.find(tokens(head), far=False)}
    first = [hit.term.text for hit in known.find(tokens(owner), far=False) if hit.letters == len(owner)]
    for start in dict.fromkeys((owner[:-1], owner, *first)):
        if known.names(start + head):
            found = {hit.term.concept for hit in known.find(tokens(start + head), far=False)}
            return start + head if not found & own else None
    return None


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

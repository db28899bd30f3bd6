"""What stands about a word that the vocabulary found: whether it is surely meant, whether it only says that something
is left of another thing, whose it is, and what it comes with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from services.matching.reading.tables import packings, wider_concepts
from services.matching.words.concepts import numbered
from services.matching.words.lexicon import Found
from services.matching.words.tokens import Token
from services.matching.words.vocabulary import terms, word_list

_SURE, _SURE_IF_LONG, _LONG = 0.76, 0.74, 9
_EXACT, _SHORT = 0.97, 5
"""A short word resembles too many others: it must stand as it is known."""
AWAY = frozenset(("till", "för", "från", "ur", "for", "from", "to", "into", "efter", "innehållit", "innehöll"))
"""What follows is where it goes or comes from, not what it is."""
REST_OF = re.compile(r"(?:spill|rest(?:er|bit|bitar|rullar|buntar)?|rull(?:ar|stumpar)|svinn|avkap|kapbitar|bitar"
                     r"|stumpar|offcuts|scraps|leftovers)$")  # fmt: skip
"""Before "från" it makes the thing itself: "spill från gipsskivor"."""
MADE_OF = ("av", "of")
"""Behind a thing: what it is made of."""
_PIECES = re.compile(r"(?:pätkä|pätkiä|pätkät|suikaleita|suikaleet|soiroja|soirot|kaistaleita|kaistaleet|siivuja"
                     r"|tilkkuja)$")  # fmt: skip
"""Behind a thing in the genitive: pieces of it."""
_ALONG = ("med", "with")
"""Behind a thing that is no packing: what is in it or comes with it ("hästgödsel med halm")."""
_MISTYPED = 0.76
_OF_A_TRADE = re.compile(
    r"(?:paja|liike|firma|yritys|yrittäj[äi]|kauppa|kauppias|seura|kerho|koulu|opisto|tehdas|verstas|korjaamo|puoti"
    r"|laitos|keskus|toimisto|verkstad|handlare|handel|butik|förening|klubb|skola|fabrik|byrå)(?:n|lle|t|en|et)?$"
)
"""A word that ends so is somebody, and no mistyped thing: "rengasliike" is no "rengasleike"."""
_FOREIGN = 5
_GROWN = frozenset(("vegetable-waste", "root-vegetables", "potatoes", "fruit-berry-waste", "grain-waste", "eggs",
                    "pulses-oilseeds", "coarse-fish", "fish-food", "milk", "mushrooms", "insects-live"))  # fmt: skip
"""What stands in the genitive before a part of it: "tomaatin taimia" are seedlings."""


def is_rest_of(one: Found, hits: Sequence[Found], words: Sequence[Token]) -> bool:
    """Whether it only says that something is left of what follows: "stansspill av koppar" is copper."""
    at = one.last + 2
    if at >= len(words) or words[at - 1].text not in MADE_OF or not REST_OF.search(words[one.last].text):
        return False
    return any(other.first == at for other in hits)


def is_owner_of(one: Found, hits: Sequence[Found], words: Sequence[Token]) -> bool:
    """Whether it is a plant or an animal in the genitive before another thing."""
    word = words[one.first].text
    if one.first != one.last or one.term.concept not in _GROWN or not word.endswith("n") or word == one.term.text:
        return False
    return any(h.first == one.last + 1 and h.quality > _SURE and numbered()[h.term.concept].number not in packings()
               for h in hits)  # fmt: skip


def is_pieces_of(one: Found, hits: Sequence[Found], words: Sequence[Token]) -> bool:
    """Whether it only says that pieces are had of what stands in the genitive before it: "kaapelin katkaisupätkiä"."""
    if one.first == 0 or not _PIECES.search(words[one.last].text) or not words[one.first - 1].text.endswith("n"):
        return False
    return any(other.last == one.first - 1 and other.quality > _SURE for other in hits)


def is_along(one: Found, hits: Sequence[Found], words: Sequence[Token]) -> bool:
    """Whether it is what another thing holds or comes with."""
    for at in (one.first - 1, one.first - 2):
        if at >= 1 and words[at].text in _ALONG:
            return any(h.last == at - 1 and numbered()[h.term.concept].number not in packings() for h in hits)
    return False


def is_foreign(one: Found, words: Sequence[Token], language: str) -> bool:
    """A short word of another language is one of ours that looks like it: "tar", "till", "ost"."""
    if one.term.lang == language or one.first != one.last:
        return False
    return len(words[one.first].word) <= _FOREIGN or (len(one.term.text) <= _FOREIGN and one.quality < 1.0)


def is_sure(one: Found, words: Sequence[Token]) -> bool:
    if one.quality <= _SURE and not (one.quality > _SURE_IF_LONG and one.letters >= _LONG):
        return False
    if one.quality < _MISTYPED and _OF_A_TRADE.search(words[one.last].text):
        return False
    if one.first == one.last and (words[one.first].text in AWAY or words[one.first].text in word_list("plain_words")):
        return one.quality >= 1.0
    if one.quality >= _EXACT or len(one.term.text) >= _SHORT:
        return True
    return one.letters < len(words[one.last].word) and (one.term.text, one.term.lang) in _heads()


@lru_cache(maxsize=1)
def _heads() -> frozenset[tuple[str, str]]:
    """Short terms, with their languages, that a compound may end with: nearly all known compounds of them are such
    things, or kinds of one wider thing."""
    short = {(term.text, term.lang): term.concept for term in terms() if len(term.text) == _SHORT - 1}
    counted: Counter[tuple[str, str]] = Counter()
    alike: Counter[tuple[str, str]] = Counter()
    for term in terms():
        head = (term.text[1 - _SHORT :], term.lang)
        if len(term.text) > _SHORT and head in short:
            one, other = ({concept, wider_concepts().get(concept, concept)} for concept in (term.concept, short[head]))
            counted[head] += 1
            alike[head] += bool(one & other)
    return frozenset(head for head, times in counted.items() if times >= 6 and alike[head] >= 0.7 * times)

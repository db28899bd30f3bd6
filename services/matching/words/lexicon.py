"""Finds field terms in a text: as written, bent, within a compound, or mistyped; and the concepts it speaks of.

A word is looked up by its stems. When it is unknown, its longest known tail is taken ("männyn|sahanpurua",
"last|pallar"), then what it may be mistyped for, then its known beginning. A term of several words counts when all its
words stand near one another.
"""

from __future__ import annotations

import gc
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from services.matching.words.forms import alike_letters, is_form
from services.matching.words.pieces import whole_of
from services.matching.words.placenames import place_terms
from services.matching.words.stems import base_keys, fold, form_keys
from services.matching.words.tokens import Token, normal, tokens, words_of
from services.matching.words.typos import SHORTEST, Neighbours
from services.matching.words.vocabulary import LANGUAGES, Term, terms

_TAIL_LETTERS = 4
_HEAD_LETTERS = 5
_FOLDED, _MISTYPED, _BEGINNING = 0.9, 0.75, 0.55
_SHORT_TAIL, _LONGER_TAIL = 0.65, 0.77
"""How sure the known end of a compound is at least."""
_VOWELS = "aeiouyäöå"
_DOTTED = re.compile("[åäö]")
"""Who writes one of them has the letters, and does not leave the dots off another word."""
_ABBREVIATION = re.compile(
    r"[bcdfghjklmnpqrstvwxz]{2,4}|l?ldpe|hdpe|pe|pet|pa|pu|pur|pir|pom|pmma|abs|eps|ibc|osb|al|cu|fe"
)
_OF_PIECES = 0.95
_KNOWN_END = 0.85
"""From here on the end of a word is known well enough: "HDPE-kanisteri" is a canister."""
_A_NAME = 0.95
_ALSO_WORDS = frozenset(("pello", "multia"))
"""Places whose names, bent, are forms of everyday words: fields and soils."""
_EMPTY_FIRST = re.compile(r"ylijäämä|ylimäärä|poisto|hukka|loppuerä|kierrätys|teollisuus|tehdas|irto|laatu|lisä"
                          r"|perus|vara|valmis|näyttely|esittely|myymälä|palautus|leasing|hotelli|ravintola|toimisto"
                          r"|sairaala|koulu|laitos|överskotts?|visnings|utställnings|demo|hotell|restaurang|kontors|skol"
                          r"|rest|spill|retur|industri|fabriks|lösviktare|reserv|kvalitets")  # fmt: skip
"""First parts of compounds that do not change what the thing is: "överskottslera" is clay."""
_ORIGIN_FIRST = re.compile(r"(?:koivu|kuus(?:i|e)|mänty|män[nt]y|haa[pv]a"
                           r"|lep[pä]ä|paju|naudan|lehmän|sian|possun|lampaan"
                           r"|karitsan|kanan|broilerin|kalkkunan|hanhen|ankan|poron|hirven|hevosen|vuohen|kalan|lohen|silakan"
                           r"|omenan?|marjan?|peruna|vehnä|ohra|kaura|ruis|rukiin|herne|rypsi|hamppu|pellava"
                           r"|björk|gran|tall|fur|asp|al|nöt|ko|kalv|gris|svin|får|lamm|höns|kyckling|broiler|gås|ank"
                           r"|kalkon|ren|älg|häst|get|fisk|lax|strömming[s]?|äppel|bär|potatis|vete|korn|havre|råg|ärt"
                           r"|raps|hamp|lin)n?")
"""First parts that tell of what animal or plant it is: "grisblod" is blood, "tallbark" bark."""
_NEAR_WORDS = 2
"""Words that may stand between the words of one term."""
_ENDING = re.compile(f"[{_VOWELS}]sten|.maksi")
"""Finnish endings that look like known words: "puhelinkeskusten" is no stone, "tummaksi" no liver."""


@dataclass(frozen=True, slots=True)
class Found:
    """A term at the words ``first`` to ``last``. ``quality`` 0..1: how surely these letters mean this term.
    ``letters``: how many of the text's letters it explains; ``oblique``: the word stands in a case of circumstance."""

    term: Term
    first: int
    last: int
    quality: float
    letters: int
    oblique: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    """One word of a term."""

    term: Term
    word: str
    index: int
    count: int


@dataclass(frozen=True, slots=True)
class _Hit:
    entry: _Entry
    quality: float
    letters: int
    oblique: bool


class Lexicon:
    """An index over terms; immutable after its making, so threads may share it. ``guess``: whether an unknown word may
    be a mistyped one. ``names``: what a word may be the name of; such a word is no compound, nor mistyped."""

    def __init__(self, known: Iterable[Term], *, guess: bool = True, names: Lexicon | None = None) -> None:
        self._places = names
        self._by_key: dict[tuple[str, str], list[_Entry]] = defaultdict(list)
        self._by_folded: dict[tuple[str, str], list[_Entry]] = defaultdict(list)
        self._by_word: dict[str, list[_Entry]] = defaultdict(list)
        for term in known:
            words = words_of(term.text)
            for index, word in enumerate(words):
                entry = _Entry(term, word, index, len(words))
                self._by_word[word].append(entry)
                keys = base_keys(word, term.lang)
                for key in keys:
                    self._by_key[term.lang, key].append(entry)
                folded = fold(word)
                for key in keys if folded == word else base_keys(folded, term.lang):
                    self._by_folded[term.lang, key].append(entry)
        heads = (known[:cut] for known in self._by_word for cut in (3, 4) if known[cut:] in self._by_word)
        self._heads = frozenset(heads)
        self._neighbours = Neighbours(self._by_word if guess else ())
        self._hits = lru_cache(maxsize=8_192)(partial(self._look_up, far=True))
        self._tails = lru_cache(maxsize=16_384)(self._end)
        self._near_hits = lru_cache(maxsize=16_384)(partial(self._look_up, far=False))

    def find(self, text: Sequence[Token], *, far: bool = True) -> list[Found]:
        """Terms of the text, best of each place only, in the order of the text. ``far``: guess far, too (two typing
        errors, a word's beginning), which costs ten times as much for a new word; else such readings are missing."""
        hits = [self._of(token, far) for token in text]
        found = [*self._single(hits), *self._several(hits)]
        found.sort(key=lambda f: (-f.term.text.count(" "), f.last - f.first, -f.letters * f.quality, f.first))
        taken: dict[int, Found] = {}
        kept: list[Found] = []
        for candidate in found:
            holders = [taken[i] for i in range(candidate.first, candidate.last + 1) if i in taken]
            if all(_ties(candidate, holder) for holder in holders):
                kept.append(candidate)
                taken.update(dict.fromkeys(range(candidate.first, candidate.last + 1), candidate))
        return sorted(kept, key=lambda f: (f.first, -f.quality))

    def knows(self, word: str) -> bool:
        """Whether the word stands for a term by itself, bent or not."""
        return any(hit.entry.count == 1 and hit.quality > _MISTYPED for hit in self._hits(word))

    def names(self, word: str) -> bool:
        """Whether the word as a whole is a term, bent or not."""
        hits = self._near_hits(word)
        return any(hit.entry.count == 1 and hit.quality > _FOLDED and hit.letters == len(word) for hit in hits)

    def tail(self, word: str) -> str | None:
        """The known end of a compound, whether it is known as a whole or not."""
        return self._tails(word)

    def _of(self, token: Token, far: bool) -> tuple[_Hit, ...]:
        if not token.is_word:
            return ()
        look_up = self._hits if far else self._near_hits
        hits = look_up(token.word)
        _, hyphen, end = token.text.rpartition("-")
        if not hyphen or any(hit.entry.count == 1 and hit.quality >= _KNOWN_END for hit in hits):
            return hits
        if abbreviated := self._abbreviated(token.text):
            return abbreviated
        if not hits and len(end) >= _TAIL_LETTERS:
            return tuple(_dimmed(hit, _KNOWN_END) for hit in look_up(end) if hit.entry.count == 1)
        return hits

    def _abbreviated(self, text: str) -> tuple[_Hit, ...]:
        """The short name of a stuff before a hyphen: "RST-paloja", "MDF-pölyä" are what they are made of."""
        start = text.partition("-")[0]
        if not _ABBREVIATION.fullmatch(start):
            return ()
        known = (entry for entry in self._by_word.get(start, ()) if entry.count == 1 and entry.term.kind == "material")
        return _best([_Hit(entry, 1.0, len(start), False) for entry in known])

    def _single(self, text: Sequence[tuple[_Hit, ...]]) -> Iterator[Found]:
        for place, hits in enumerate(text):
            for hit in hits:
                if hit.entry.count == 1:
                    yield Found(hit.entry.term, place, place, hit.quality, hit.letters, hit.oblique)

    def _several(self, text: Sequence[tuple[_Hit, ...]]) -> Iterator[Found]:
        seen: dict[int, tuple[Term, dict[int, tuple[int, _Hit]]]] = {}
        for place, hits in enumerate(text):
            for hit in hits:
                if hit.entry.count > 1 and hit.quality >= 0.6:
                    _, places = seen.setdefault(id(hit.entry.term), (hit.entry.term, {}))
                    places[hit.entry.index] = (place, hit)
                    if len(places) == hit.entry.count:
                        yield from _whole(hit.entry.term, places)

    def _look_up(self, word: str, *, far: bool) -> tuple[_Hit, ...]:
        exact = [_Hit(entry, 1.0, len(word), False) for entry in self._by_word.get(word, ())]
        hits = exact + self._bent(word, self._by_key, form=word)
        if not hits and len(word) >= _HEAD_LETTERS and not _DOTTED.search(word):
            hits = [_dimmed(hit, _FOLDED) for hit in self._bent(fold(word), self._by_folded, form=fold(word))]
        surest = max((hit.quality for hit in hits if hit.entry.count == 1), default=0.0)
        if self._is_name(word, surest):
            return ()
        if surest:
            return _best(hits)
        if pieces := self._in_pieces(word):
            return _best([*hits, *pieces])
        tail = self._tail(word)
        if not tail or (tail[0].letters < 0.6 * len(word) and tail[0].quality < _FOLDED):
            mistyped = self._mistyped(word) if far else self._misspelt(word)
            is_one_word = any(hit.entry.count == 1 for hit in mistyped)
            if mistyped and ((mistyped[0].quality == _MISTYPED and is_one_word) or not tail):
                tail = mistyped
        return _best([*hits, *(tail or (self._beginning(word) if far else ()))])

    def _is_name(self, word: str, surest: float) -> bool:
        """Whether the whole word is a place's name, bent or not, more surely than it is a term: "Hollolasta" is no kind
        of glass."""
        if self._places is None:
            return False
        return any(
            hit.letters == len(word) and hit.quality > max(surest, _A_NAME) and hit.entry.term.text not in _ALSO_WORDS
            for hit in self._places._near_hits(word)
            if hit.entry.count == 1
        )

    def _bent(self, word: str, index: dict[tuple[str, str], list[_Entry]], form: str) -> list[_Hit]:
        """Forms of known words. Keys are short, so a word must also begin as the known one does."""
        hits = []
        for lang in LANGUAGES:
            for key, oblique in form_keys(word, lang).items():
                for entry in index.get((lang, key), ()):
                    known = entry.word if index is self._by_key else fold(entry.word)
                    alike = alike_letters(form, known)
                    if is_form(form, known, alike, lang):
                        quality = 0.97 - 0.04 * (len(known) - alike)
                        hits.append(_Hit(entry, quality, len(word), oblique))
        return hits

    def _tail(self, word: str) -> list[_Hit]:
        """The longest known end of a compound: its last part says what the thing is. English writes them apart."""
        for cut in range(3, len(word) - _TAIL_LETTERS + 1):
            if cut < _HEAD_LETTERS and not self._is_head(word[:cut]):
                continue
            tail = word[cut:]
            if _ENDING.fullmatch(word, cut - 1):
                continue
            exact = [_Hit(entry, 1.0, len(tail), False) for entry in self._by_word.get(tail, ())]
            hits = [
                hit
                for hit in exact + self._bent(tail, self._by_key, form=tail)
                if hit.entry.count == 1
                and hit.entry.term.lang != "en"
                and len(hit.entry.word) >= _TAIL_LETTERS
                and len(hit.entry.word.rstrip(f"{_VOWELS}t")) >= 3
            ]
            if hits:
                first = word[:cut]
                is_plain = _EMPTY_FIRST.fullmatch(first) or _ORIGIN_FIRST.fullmatch(first)
                least = _SHORT_TAIL if len(tail) == _TAIL_LETTERS else _LONGER_TAIL
                by = 0.98 if is_plain else max(least, 0.65 + 0.3 * len(tail) / len(word))
                return [_dimmed(hit, by) for hit in hits]
        return []

    def _is_head(self, start: str) -> bool:
        return start in self._by_word or start in self._heads

    def _in_pieces(self, word: str) -> list[_Hit]:
        """The thing of whose pieces or rests an unknown compound speaks."""
        for form in whole_of(word):
            hits = [_Hit(entry, 1.0, len(form), False) for entry in self._by_word.get(form, ())]
            hits = [hit for hit in (*hits, *self._bent(form, self._by_key, form=form)) if hit.entry.count == 1]
            if hits:
                return [_Hit(hit.entry, _OF_PIECES * hit.quality, len(word), False) for hit in hits]
        return []

    def _end(self, word: str) -> str | None:
        hits = self._tail(word)
        return word[-hits[0].letters :] if hits else None

    def _mistyped(self, word: str) -> list[_Hit]:
        if len(word) < SHORTEST:
            return []
        near = self._neighbours.of(word)
        if not near:  # mistyped and bent
            stems = {form for cut in (1, 2, 3) if len(form := word[:-cut]) >= SHORTEST + 1}
            near = [found for form in sorted(stems, key=len, reverse=True) for found in self._neighbours.of(form)]
        if not near:
            return []
        least = min(edits for _, edits in near)
        return [
            _Hit(entry, _MISTYPED if edits == 1 else _MISTYPED - 0.15, len(word), False)
            for known, edits in near
            if edits == least
            for entry in self._by_word[known]
        ]

    def _misspelt(self, word: str) -> list[_Hit]:
        """One typing error in a long word, bent or not."""
        if len(word) <= SHORTEST:
            return []
        near = set(self._neighbours.next_to(word))
        if not near:
            near = {found for cut in (1, 2, 3) if len(word) - cut > SHORTEST
                    for found in self._neighbours.next_to(word[:-cut])}  # fmt: skip
        return [_Hit(entry, _MISTYPED, len(word), False) for known in sorted(near) for entry in self._by_word[known]]

    def _beginning(self, word: str) -> list[_Hit]:
        for cut in range(len(word) - 3, _HEAD_LETTERS - 1, -1):
            hits = [_Hit(e, _BEGINNING, cut, False) for e in self._by_word.get(word[:cut], ()) if e.count == 1]
            if hits:
                return hits
        return []


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon of the whole vocabulary; made once per process (most of what all word lists take).

    Half a million objects that all stay: looking for garbage among them would take as long again.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return Lexicon(terms(), names=place_names())
    finally:
        if collects:
            gc.enable()


@lru_cache(maxsize=1)
def place_names() -> Lexicon:
    """Names of places, bent or not; what is found has a municipality's code for a concept."""
    return Lexicon(place_terms(), guess=False)


@lru_cache(maxsize=4_096)
def concepts_of(text: str) -> tuple[str, ...]:
    """The concepts a text speaks of, surest first, whatever its language; for joining texts across languages."""
    surest: dict[str, float] = {}
    for found in lexicon().find(tokens(normal(text))):
        points = found.quality * found.term.weight * (0.6 if found.oblique else 1.0)
        surest[found.term.concept] = max(points, surest.get(found.term.concept, 0.0))
    return tuple(sorted(surest, key=lambda concept: (-surest[concept], concept)))


def _whole(term: Term, places: dict[int, tuple[int, _Hit]]) -> Iterator[Found]:
    at = [place for place, _ in places.values()]
    first, last = min(at), max(at)
    if len(set(at)) == len(at) and last - first <= len(at) - 1 + _NEAR_WORDS:
        hits = [hit for _, hit in places.values()]
        quality = sum(hit.quality for hit in hits) / len(hits)
        apart = 0.9 if last - first >= len(at) else 1.0
        yield Found(term, first, last, quality * apart, sum(hit.letters for hit in hits), all(h.oblique for h in hits))


def _ties(a: Found, b: Found) -> bool:
    """Whether two readings of one place are as good as each other, as words of two languages or meanings may be."""
    return (a.first, a.last) == (b.first, b.last) and a.letters * a.quality >= 0.93 * b.letters * b.quality


def _dimmed(hit: _Hit, by: float) -> _Hit:
    return _Hit(hit.entry, hit.quality * by, hit.letters, hit.oblique)


def _best(hits: Iterable[_Hit]) -> tuple[_Hit, ...]:
    """Each entry once, at its best."""
    best: dict[int, _Hit] = {}
    for hit in hits:
        held = best.get(id(hit.entry))
        if held is None or hit.quality > held.quality:
            best[id(hit.entry)] = hit
    return tuple(best.values())

"""The tables of this package: uses and what serves them, kin, reaches, qualities and measured quantities.

Written by hand from the trades' ordinary practice and the judging rules of ``tests/data/matching/README.md``, in
Finnish, Swedish and English. Patterns are regular expressions over text in small letters.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path

from services.matching.domain import meaning
from services.matching.domain.meaning import (
    MASK_BITS,
    MASK_WORDS,
    QUALITY_WORDS,
    VARIETY_BITS,
    VARIETY_WORDS,
    Thing,
)
from services.matching.domain.weights import NEAR_AND_FAR_KM
from services.matching.reading.sieve import Sieve, Written, branches
from services.matching.words.concepts import FLOWS, kinds, numbered, things
from services.matching.words.vocabulary import listed, tables
from shared.reference.places import municipalities

_LOOKS = re.compile(r"\(\?<?[!=][^()]*\)")
_SPELLS_NOT = re.compile(r"(?:^|(?<=\w) (?:\(\?:[^()]*\)\?)?)(?:\\b)?(?:\(\?:)?(?:(?:ei|eikä|inte|ej|ingen|inget"
                         r"|inga|ilman|utan|icke|without|pois)\b|poist|borttag|avlägs|removed)")
"""In the spelling of a branch; what it looks behind and ahead for is none of it."""


@dataclass(frozen=True, slots=True)
class Use:
    """A purpose and the concepts of one family that may serve it, with their ``kinds``. It is a concept itself:
    ``number``. A ``general`` one counts where no other is named; a ``wide`` one is general, and near those that are
    narrower than it."""

    name: str
    number: int
    pattern: Written
    serving: frozenset[int]
    kinds: frozenset[str]
    general: bool
    wide: bool


@dataclass(frozen=True, slots=True)
class Quality:
    """``bit`` of the quality; ``against``: bits that contradict it; ``asked``: a want that names it asks for it (else
    naming it says nothing); ``refused``: one that names it with "not" refuses it. ``free``: words that say it is
    absent. ``by_lack``: those of the pattern's branches that spell a "not" themselves ("ei toimi"). ``kinds``: those of
    whose cards alone it tells anything, none for all."""

    bit: int
    against: int
    asked: bool
    refused: bool
    pattern: Written
    free: Written | None
    by_lack: Written | None
    kinds: frozenset[str]


@cache
def uses(flows: bool) -> Sieve[Use]:
    """The uses that things of the family may serve."""
    found: list[tuple[str, Use]] = []
    for number, row in _numbered_uses():
        names = [name for name in listed(row["concepts"]) if (kinds()[name] in FLOWS) is flows]
        if names:
            made = Use(
                row["use"],
                number,
                Written(row["pattern"]),
                with_kinds(frozenset(numbered()[name].number for name in names), flows),
                frozenset(kinds()[name] for name in names),
                row["general"] != "",
                row["general"] == "wide",
            )
            found.append((row["pattern"], made))
    return Sieve(found)


@lru_cache(maxsize=1)
def _numbered_uses() -> tuple[tuple[int, dict[str, str]], ...]:
    """Those that flows alone serve come last: a card of a flow is its thing, so no mask holds them."""
    rows = [(all(kinds()[name] in FLOWS for name in listed(row["concepts"])), row) for row in _rows("uses")]
    if twice := [name for name, times in Counter(row["use"] for _, row in rows).items() if times > 1]:
        raise ValueError(f"uses that stand twice: {', '.join(twice)}")
    if len(things()) + sum(not of_flows for of_flows, _ in rows) >= MASK_WORDS * MASK_BITS:
        raise ValueError("more concepts and uses than a mask holds beside its last bit; raise MASK_WORDS")
    return tuple(enumerate((row for _, row in sorted(rows, key=lambda one: one[0])), start=len(things())))


def told_uses(numbers: Iterable[int]) -> tuple[Thing, ...]:
    """Those of the concepts that are uses, by what they are called."""
    return tuple(_named_uses()[number] for number in sorted(numbers) if number in _named_uses())


@lru_cache(maxsize=1)
def _named_uses() -> Mapping[int, Thing]:
    return {
        number: Thing(number, row["label_fi"], row["label_sv"], row["label_en"]) for number, row in _numbered_uses()
    }


@lru_cache(maxsize=1)
def use_numbers() -> Mapping[str, int]:
    """Name of a use → its number among concepts."""
    return {row["use"]: number for number, row in _numbered_uses()}


@cache
def kin(flows: bool) -> Mapping[int, frozenset[int]]:
    """Concept → those of its family that often do in its place."""
    found: dict[int, set[int]] = defaultdict(set)
    for row in _rows("kin"):
        names = [name for name in listed(row["concepts"]) if (kinds()[name] in FLOWS) is flows]
        numbers = {numbered()[name].number for name in names}
        for number in numbers:
            found[number] |= numbers - {number}
    return {number: frozenset(others) for number, others in found.items()}


@lru_cache(maxsize=1)
def substitutes() -> Mapping[int, frozenset[int]]:
    """Concept of a flow → others that who asks for it by name would be glad of as they are."""
    found: dict[int, set[int]] = defaultdict(set)
    for row in _rows("substitutes"):
        found[numbered()[row["wanted"]].number] |= {numbered()[name].number for name in listed(row["offered"])}
    return {number: frozenset(others) for number, others in found.items()}


@lru_cache(maxsize=1)
def stand_ins() -> Mapping[int, frozenset[int]]:
    """Use of work, rooms or transport → others of which who asks for it would be glad."""
    found: dict[int, set[int]] = defaultdict(set)
    for row in _rows("stand_ins"):
        found[use_numbers()[row["wanted"]]] |= {use_numbers()[name] for name in listed(row["offered"])}
    return {number: frozenset(others) for number, others in found.items()}


@cache
def parents(flows: bool) -> Mapping[int, int]:
    """Concept → the wider one of which it is a kind, of one family: newsprint is paper."""
    return {
        numbered()[row["concept"]].number: numbered()[row["parent"]].number
        for row in _rows("parents")
        if (kinds()[row["concept"]] in FLOWS) is flows
    }


def line_of(number: int) -> list[int]:
    """A flow and the wider ones of which it is a kind, the widest last."""
    line = [number]
    while line[-1] in parents(True):
        line.append(parents(True)[line[-1]])
    return line


@lru_cache(maxsize=1)
def wider_concepts() -> Mapping[str, str]:
    """Concept → the wider one of which it is a kind, by their keys."""
    return {row["concept"]: row["parent"] for row in _rows("parents")}


@cache
def _children(flows: bool) -> Mapping[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for child in parents(flows):
        above = child
        while above in parents(flows):
            above = parents(flows)[above]
            found[above].add(child)
    return {parent: frozenset(below) for parent, below in found.items()}


def with_kinds(concepts: frozenset[int], flows: bool) -> frozenset[int]:
    """The concepts and all that are a kind of one of them."""
    return concepts.union(*(_children(flows).get(number, frozenset()) for number in concepts))


@lru_cache(maxsize=1)
def rooms_of_trades() -> Mapping[int, frozenset[int]]:
    """Concept of work → the rooms it is done in, as uses."""
    found: dict[int, set[int]] = defaultdict(set)
    for row in _rows("trades"):
        for name in listed(row["concepts"]):
            found[numbered()[name].number].add(use_numbers()[row["use"]])
    return {number: frozenset(rooms) for number, rooms in found.items()}


@lru_cache(maxsize=1)
def reaches() -> Mapping[int, str]:
    """Concept of a material → its class of reach (``domain.weights.NEAR_AND_FAR_KM``), else its parent's."""
    known = {numbered()[name].number: row["reach"] for row in _rows("reaches") for name in listed(row["concepts"])}
    for child in parents(True):
        above = child
        while above not in known and above in parents(True):
            above = parents(True)[above]
        if above in known:
            known.setdefault(child, known[above])
    return known


@lru_cache(maxsize=1)
def little_words() -> frozenset[str]:
    """Words that name nothing by themselves: in "ei voida ottaa" nothing is refused behind "ei"."""
    return frozenset(row["word"] for row in _rows("little_words"))


@lru_cache(maxsize=1)
def packings() -> frozenset[int]:
    """Flows that others are packed in or carried on."""
    return frozenset(numbered()[row["concept"]].number for row in _rows("packings"))


@cache
def crossings(kind: str) -> frozenset[int]:
    """Concepts of other kinds that cards of this kind are about as often: fuels are told as energy, whey as water."""
    return frozenset(
        numbered()[name].number for row in _rows("crossings") if row["kind"] == kind for name in listed(row["concepts"])
    )


@cache
def kind_words(kind: str) -> Sieve[tuple[int, Written, Written | None]]:
    """Of a kind of flow: concepts, and the words that mean them on its cards, whatever they mean on others, unless
    certain others stand beside them: a generator that is told as energy is reserve power."""
    return Sieve(
        (
            row["pattern"],
            (
                numbered()[row["concept"]].number,
                Written(row["pattern"]),
                Written(row["unless"]) if row["unless"] else None,
            ),
        )
        for row in _rows("kind_words")
        if row["kind"] == kind
    )


@lru_cache(maxsize=1)
def qualities() -> Sieve[Quality]:
    rows = list(_rows("qualities"))
    if len(quality_bits()) > QUALITY_WORDS * MASK_BITS:
        raise ValueError("more qualities than the masks hold; raise QUALITY_WORDS")
    bits = quality_bits()
    made = (
        Quality(
            bits[row["quality"]],
            sum(bits[name] for name in listed(row["against"]) if name in bits),
            row["asked"] == "1",
            row["asked"] != "-",
            Written(row["pattern"]),
            Written(row["free"]) if row["free"] else None,
            _by_lack(row["pattern"]),
            frozenset(listed(row.get("kinds", ""))),
        )
        for row in rows
    )
    patterns = (f"{row['pattern']}|{row['free']}" if row["free"] else row["pattern"] for row in rows)
    return Sieve(zip(patterns, made, strict=True))


def _by_lack(pattern: str) -> Written | None:
    """The branches that spell a "not": they are sought in the whole clause, of which "not" is cut out otherwise."""
    found = [branch for branch in branches(pattern) if _SPELLS_NOT.search(_LOOKS.sub("", branch))]
    return Written("|".join(found)) if found else None


@lru_cache(maxsize=1)
def quality_bits() -> Mapping[str, int]:
    """Bit of a quality by its name. Rows of one name are of one quality: what is in good shape shows that it is whole,
    and who asks for that asks for no word on it."""
    return {name: 1 << at for at, name in enumerate(dict.fromkeys(row["quality"] for row in _rows("qualities")))}


@lru_cache(maxsize=1)
def varieties() -> Sieve[tuple[int, int, Written, frozenset[str]]]:
    """Of each variety the integer and the bit that stand for it, its pattern, and the kinds of whose cards alone it
    tells anything (none named: all)."""
    return Sieve(
        (
            row["pattern"],
            (
                *variety_bits()[row["group"], row["variety"]],
                Written(row["pattern"]),
                frozenset(listed(row.get("kinds", ""))),
            ),
        )
        for row in _rows("varieties")
    )


@lru_cache(maxsize=1)
def variety_bits() -> Mapping[tuple[str, str], tuple[int, int]]:
    """Group and name of a variety → the integer of the mask and the bit in it that stand for it."""
    rows, groups = list(_rows("varieties")), Counter[str]()
    per_word = MASK_BITS // VARIETY_BITS
    names = list(dict.fromkeys(row["group"] for row in rows))
    if len(names) > per_word * VARIETY_WORDS:
        raise ValueError("more groups of varieties than the masks hold; raise VARIETY_WORDS")
    found = {}
    for row in rows:
        group, place = names.index(row["group"]), groups[row["group"]]
        if place >= VARIETY_BITS:
            raise ValueError(f"more than {VARIETY_BITS} varieties of {row['group']}")
        groups[row["group"]] += 1
        bit = 1 << (group % per_word * VARIETY_BITS + place)
        found[row["group"], row["variety"]] = group // per_word, bit
    return found


@lru_cache(maxsize=1)
def version() -> str:
    """Changes with every line of code and data that a reading depends on."""
    digest = hashlib.blake2b(digest_size=8)
    for package in ("services.matching.reading", "services.matching.words"):
        folder = Path(str(resources.files(package)))
        for path in sorted((*folder.glob("*.py"), *folder.glob("data/*.csv"))):
            digest.update(path.read_bytes())
    digest.update(Path(meaning.__file__).read_bytes())
    for read_elsewhere in (sorted(NEAR_AND_FAR_KM.items()), sorted(municipalities().items())):
        digest.update(repr(read_elsewhere).encode())
    return digest.hexdigest()


def _rows(name: str) -> Iterator[dict[str, str]]:
    yield from tables("services.matching.reading", name)

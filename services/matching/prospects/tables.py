"""The tables of this package: what a unit of a thing is worth, what the law says of it, and the documents behind both.

``data/benefits.csv``: one row per group of concepts and unit. Ranges are ``low..high`` per unit: ``disposal`` EUR that
the owner no longer pays, ``value`` EUR of what the taker no longer buys, ``processing`` EUR to make it fit for use;
``co2`` t CO2e of what is replaced less processing; ``diverted`` and ``replaced``: the part of a tonne that would
have been thrown away, and of virgin material that it saves; ``density`` t/m3, ``piece_kg`` kg. A low end of 0 says that
the same good would have been done without the pair. Empty: not known, or does not apply.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from services.matching.domain.listing import ListingProjection
from services.matching.domain.meaning import MASK_BITS, Mask
from services.matching.domain.ranges import ZERO, Range
from services.matching.domain.reasons import Sentence
from services.matching.reading.tables import uses, wider_concepts
from services.matching.reading.topic import PLAINLY
from services.matching.words.codes import may_be, usual_concept
from services.matching.words.concepts import FLOWS, MATERIAL, ids, kinds, numbered
from services.matching.words.vocabulary import listed, tables


@dataclass(frozen=True, slots=True)
class Worth:
    """A row of ``benefits.csv``; EUR and t CO2e per ``unit``, a piece in tonnes."""

    group: str
    unit: str
    name: Sentence
    density: Range | None
    piece_t: Range | None
    disposal: Range
    value: Range
    processing: Range
    co2: Range | None
    diverted: Range | None
    replaced: Range | None
    sources: tuple[str, ...]

    @property
    def margin(self) -> Range:
        """EUR per unit that the two gain, before transport."""
        return self.disposal + self.value - self.processing


@dataclass(frozen=True, slots=True)
class Act:
    """A row of ``laws.csv``: what is said of these concepts and of waste codes that begin so."""

    code: str
    concepts: frozenset[str]
    ewc: tuple[str, ...]
    acts: tuple[str, ...]
    sentence: Sentence

    def concerns(self, concept: str | None, ewc: str | None) -> bool:
        return concept in self.concepts or bool(self.ewc and ewc and ewc.startswith(self.ewc))


@lru_cache(maxsize=1)
def worth_of_concepts() -> Mapping[str, tuple[Worth, ...]]:
    """Concept → the rows of its group, one per unit. A kind of a thing that stands in no group is worth what the thing
    is."""
    groups: dict[str, list[Worth]] = defaultdict(list)
    members: dict[str, str] = {}
    for row in _rows("benefits"):
        groups[row["group"]].append(_worth(row))
        members |= dict.fromkeys(listed(row["concepts"]), row["group"])
    wider = wider_concepts()
    for concept in wider:
        known = concept
        while known not in members and known in wider:
            known = wider[known]
        if known in members:
            members[concept] = members[known]
    return MappingProxyType({concept: tuple(groups[group]) for concept, group in members.items()})


@lru_cache(maxsize=1)
def acts() -> tuple[Act, ...]:
    return tuple(
        Act(
            row["code"], frozenset(listed(row["concepts"])), listed(row["ewc"]), listed(row["acts"]),
            Sentence(row["fi"], row["sv"], row["en"]),
        )
        for row in _rows("laws")
    )  # fmt: skip


@lru_cache(maxsize=1)
def citations() -> Mapping[str, str]:
    """Source key → citation."""
    return MappingProxyType({row["key"]: row["citation"] for row in _rows("sources")})


def concept_of(have: ListingProjection, want: ListingProjection) -> str | None:
    """What passes between the two: the thing that both name, else the have's, else what its waste code mostly stands
    for, else the want's. None when nobody can tell. A word has many senses and a code one: where the have's code is of
    no chapter of the thing it seems to name, the code is believed."""
    concept = _named_or_coded(have, want)
    usual = PLAINLY.get(have.kind)
    if usual is None or concept is None or kinds()[concept] == have.kind or _is_named_material(have, concept):
        return concept
    return usual


def is_material(have: ListingProjection, concept: str | None) -> bool:
    """Whether matter changes hands: a card of a material, or of energy where the thing is a fuel."""
    return have.kind == MATERIAL or (have.kind in FLOWS and kinds().get(concept or "") == MATERIAL)


def _is_named_material(have: ListingProjection, concept: str) -> bool:
    """Chips on a card of energy are chips; heat of a wastewater is heat."""
    return kinds()[concept] == MATERIAL and numbered()[concept] in have.meaning.things


def _named_or_coded(have: ListingProjection, want: ListingProjection) -> str | None:
    wanted = {thing.number for thing in want.meaning.things}
    named = [thing.number for thing in have.meaning.things]
    numbers = [number for number in named if number in wanted] or named
    if numbers:
        fitting = [number for number in numbers if may_be(have.ewc_code, number)]
        return ids()[fitting[0]] if fitting else usual_concept(have.ewc_code) or ids()[numbers[0]]
    if have.kind == MATERIAL and (by_code := usual_concept(have.ewc_code)):
        return by_code
    for things in (want.meaning.stated, have.meaning.stated, have.meaning.serves, want.meaning.serves):
        if first := _first_concept(things, have.kind):
            return first
    return None


@lru_cache(maxsize=4_096)
def _first_concept(things: Mask, kind: str) -> str | None:
    """The first concept of a set; a use stands for the first thing of the kind that serves it."""
    known = ids()
    for at, word in enumerate(things):
        if word:
            number = at * MASK_BITS + (word & -word).bit_length() - 1
            if number < len(known):
                return known[number]
            serving = next((sorted(use.serving) for use in uses(kind in FLOWS).all if use.number == number), [])
            return next((known[one] for one in serving if kinds()[known[one]] == kind), None)
    return None


def _worth(row: Mapping[str, str]) -> Worth:
    piece_kg = _range(row["piece_kg"])
    return Worth(
        row["group"], row["unit"], Sentence(row["fi"], row["sv"], row["en"]),
        _range(row["density"]), piece_kg.times(0.001) if piece_kg else None,
        _range(row["disposal"]) or ZERO, _range(row["value"]) or ZERO, _range(row["processing"]) or ZERO,
        _range(row["co2"]), _range(row["diverted"]), _range(row["replaced"]),
        tuple(citations()[key] for key in listed(row["sources"])),
    )  # fmt: skip


def _range(cell: str) -> Range | None:
    low, _, high = cell.partition("..")
    return Range(float(low), float(high)) if cell else None


def _rows(name: str) -> Iterator[dict[str, str]]:
    yield from tables("services.matching.prospects", name)

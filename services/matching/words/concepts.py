"""The concepts of the vocabulary by number and by kind: what masks, tables and rules speak in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from services.matching.domain.meaning import Thing
from services.matching.words.vocabulary import concepts, terms

Concepts = frozenset[int]
"""Numbers of concepts."""
NONE: Concepts = frozenset()
MATERIAL = "material"
"""The kind of listing that has waste codes and goes by road."""
LOGISTICS = "logistics"
FLOWS = frozenset((MATERIAL, "energy", "water"))
"""Kinds of what flows; the others are work, rooms and transport. A card of one kind may speak in words of another, of
its family first (a lesson as service or as expertise, pallets as goods or as logistics)."""


def union(sets: Iterable[Concepts]) -> Concepts:
    return NONE.union(*sets)


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, str]:
    """Kind of listing by concept: each is of one."""
    return {term.concept: term.kind for term in terms()}


@cache
def kind_of(number: int) -> str:
    """Kind of listing of a concept's number; "" of a use's."""
    return kinds().get(ids()[number], "") if number < len(ids()) else ""


@lru_cache(maxsize=1)
def numbered() -> Mapping[str, Thing]:
    """Every concept of the vocabulary with its number: its place in the file."""
    return {
        concept.id: Thing(number, concept.label_fi, concept.label_sv, concept.label_en)
        for number, concept in enumerate(concepts().values())
    }


@lru_cache(maxsize=1)
def things() -> tuple[Thing, ...]:
    """Concepts in the order of their numbers."""
    return tuple(numbered().values())


@lru_cache(maxsize=1)
def ids() -> tuple[str, ...]:
    """Ids of concepts in the order of their numbers."""
    return tuple(numbered())

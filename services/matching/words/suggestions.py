"""What is suggested from a text: values with a confidence and the words they were read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Suggestion(Generic[T]):
    """``confidence`` 0..1, rounded to hundredths; ``words``: the letters of the text behind it, in small letters,
    empty where it is a mere default."""

    value: T
    confidence: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Fields of a card that a text speaks of; None or empty where it says nothing.

    ``ewc`` are six-digit codes and ``nace`` divisions, best first, at most five. ``unit`` is a symbol of
    shared.quantities. ``concepts`` are ids of the vocabulary, best first.
    """

    lang: str
    direction: Suggestion[str] | None
    kind: Suggestion[str] | None
    ewc: tuple[Suggestion[str], ...]
    nace: tuple[Suggestion[str], ...]
    amount: Suggestion[float] | None
    unit: Suggestion[str] | None
    period: Suggestion[str] | None
    temperature_c: Suggestion[float] | None
    concepts: tuple[Suggestion[str], ...]


def made(value: T, confidence: float, *words: str) -> Suggestion[T]:
    return Suggestion(value, round(min(0.99, max(0.0, confidence)), 2), tuple(dict.fromkeys(w for w in words if w)))

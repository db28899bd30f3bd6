"""What each part of the model adds: the figures of judged sets with one part at a time taken out of every card, as if
nobody had said it or nothing had read it. ``python -m services.matching.judging.ablation FOLDER…``, each with a
``cards.csv`` and a ``pairs.csv``; figures are means of the sets, in a table of Markdown, line by line as they come.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from types import MappingProxyType
from typing import Any

from services.matching.domain.listing import ListingProjection
from services.matching.domain.meaning import (
    GATHERS,
    NO_CONCEPTS,
    NOTHING_READ,
    ONCE,
    QUALITY_WORDS,
    REMOTE,
    SMALL_LOTS,
    VARIETY_WORDS,
)
from services.matching.judging.cards import JudgedFileError, Labels, read_cards, read_labels
from services.matching.judging.measures import measure
from services.matching.judging.product import Listings, listings_of, rankings, verdicts
from services.matching.judging.report import NUMBERS
from shared.geo import Point

Without = Callable[[ListingProjection], ListingProjection]

_NO_QUALITIES: Mapping[str, Any] = dict.fromkeys(("bears", "needs", "refuses"), (0,) * QUALITY_WORDS)
_NO_LIMITS: Mapping[str, Any] = {"limits": ()}
_NO_VARIETIES: Mapping[str, Any] = {"varieties": (0,) * VARIETY_WORDS}
_NO_BARS: Mapping[str, Any] = {"bars": ()}
_NO_REACH: Mapping[str, Any] = {"good_km": 0, "far_km": 0}
_NO_STATED_REACH: Mapping[str, Any] = {"said_km": 0}
_NO_ROADS: Mapping[str, Any] = {"start": 0, "goal": 0}
_NO_THINGS: Mapping[str, Any] = dict.fromkeys(
    ("stated", "serves", "near", "perhaps", "refused", "implied"), NO_CONCEPTS
)
_ONE_PLACE = Point(62.0, 26.0)


def _unread(**fields: Any) -> Without:
    return lambda listing: replace(listing, meaning=replace(listing.meaning, **fields))


def _unsaid(read: Mapping[str, Any] = MappingProxyType({}), **fields: Any) -> Without:
    return lambda listing: replace(listing, meaning=replace(listing.meaning, **read), **fields)


def _without_flags(flags: int) -> Without:
    return lambda listing: replace(listing, meaning=replace(listing.meaning, flags=listing.meaning.flags & ~flags))


PARTS: Mapping[str, Without] = MappingProxyType(
    {
        "things (codes and words in common are left)": _unread(**_NO_THINGS),
        "– what serves a use": _unread(serves=NO_CONCEPTS),
        "– what would do in its place": _unread(near=NO_CONCEPTS),
        "– one kind of evidence, things in passing": _unread(perhaps=NO_CONCEPTS),
        "– things that are refused": _unread(refused=NO_CONCEPTS),
        "– what a waste code stands for": _unread(implied=NO_CONCEPTS),
        "waste codes": _unsaid({"implied": NO_CONCEPTS}, ewc_code=None),
        "words in common": _unsaid({"said": ()}, name=""),
        "quality": _unread(**_NO_QUALITIES, **_NO_LIMITS, **_NO_VARIETIES, **_NO_BARS),
        "– qualities": _unread(**_NO_QUALITIES),
        "– measured limits": _unread(**_NO_LIMITS),
        "– varieties": _unread(**_NO_VARIETIES),
        "– refused phrases": _unread(**_NO_BARS),
        "hazard": _unsaid(hazardous=False),
        "amount": _unsaid({"amount": None}, amount=None, once=None),
        "– gathers, fetches small lots, is there once": _without_flags(GATHERS | SMALL_LOTS | ONCE),
        "window and seasons": _unsaid({"months": 0}, available_from=None, available_to=None),
        "– seasons that words tell": _unread(months=0),
        "distance": _unsaid({**_NO_REACH, **_NO_STATED_REACH, **_NO_ROADS}, point=_ONE_PLACE, exact_place=True),
        "– how far such a thing is carried": _unread(**_NO_REACH),
        "– how far a side says it reaches, at a distance": lambda listing: _without_flags(REMOTE)(
            _unread(**_NO_STATED_REACH)(listing)
        ),
        "– roads": _unread(**_NO_ROADS),
        "temperature": _unsaid({"temperature_c": None}, temperature_c=None),
        "all that is read": lambda listing: replace(listing, meaning=NOTHING_READ),
    }
)
"""What is taken away by its name in the table; a dash before what is a part of the one above."""


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """The cards of a set as listings, with what was judged."""

    haves: Listings
    wants: Listings
    labels: Labels


def read_set(folder: Path) -> JudgedSet:
    """Raises JudgedFileError."""
    file = read_cards(folder / "cards.csv")
    labels = read_labels(folder / "pairs.csv", file.cards)
    return JudgedSet(listings_of(file, "have"), listings_of(file, "want"), labels)


def figures(sets: Sequence[JudgedSet], without: Without = lambda listing: listing) -> tuple[float, ...]:
    """NUMBERS, each as the mean of the sets; a share of nothing counts as 0."""
    measured = []
    for one in sets:
        haves, wants = ({key: without(listing) for key, listing in side.items()} for side in (one.haves, one.wants))
        measured.append(measure(rankings(verdicts(haves, wants), haves, wants), one.labels))
    return tuple(fmean(getattr(each, name) or 0.0 for each in measured) for name in NUMBERS)


def lines(sets: Sequence[JudgedSet]) -> Iterator[str]:
    """The table line by line."""
    yield f"| without | {' | '.join(NUMBERS)} |"
    yield "| --- |" + " --- |" * len(NUMBERS)
    yield _row("nothing: all of it", figures(sets))
    for name, without in PARTS.items():
        yield _row(name, figures(sets, without))


def _row(name: str, values: Sequence[float]) -> str:
    return f"| {name} | {' | '.join(f'{value:.2f}' for value in values)} |"


def main(folders: Sequence[str]) -> int:
    """Prints the table; 2 when a set cannot be measured."""
    try:
        sets = [read_set(Path(folder)) for folder in folders]
    except JudgedFileError as error:
        print(error, file=sys.stderr)
        return 2
    for line in lines(sets):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) if len(sys.argv) > 1 else "folders of judged sets")

"""What uses are called, and that their names are words that tell them."""

from __future__ import annotations

from collections import Counter

import pytest

from services.matching.reading.reader import read
from services.matching.words.concepts import FLOWS, kinds
from services.matching.words.vocabulary import listed, tables
from tests.unit.matching_reading.masks import has

LANGUAGES = ("fi", "sv", "en")
NAME_MAX = 45


def names(language: str) -> list[str]:
    return [row[f"label_{language}"] for row in tables("services.matching.reading", "uses")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_use_has_a_short_name(language: str) -> None:
    assert [name for name in names(language) if not 0 < len(name) <= NAME_MAX or name != name.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_hardly_two_uses_share_a_name(language: str) -> None:
    """Some are the same in two kinds: powder coating as machine time and for parts."""
    assert sum(times - 1 for times in Counter(names(language)).values()) <= 15


def test_work_rooms_and_transport_are_told_by_their_uses() -> None:
    told = read("premises", "have", "Koulutustilaa ja luokka", "Iltaisin ja loma-aikoina", None)
    assert (told.things, [use.en for use in told.uses]) == ((), ["course and meeting room"])


def test_what_is_not_done_is_no_use_of_a_have() -> None:
    told = read("service", "have", "Hitsausta. Kalibrointia emme tee", "", None)
    assert [use.en for use in told.uses] == ["welding"]


def test_a_want_that_names_no_thing_is_told_by_what_it_is_for() -> None:
    told = read("material", "want", "Kuiviketta hevostallille", "", None)
    assert (told.things, [use.en for use in told.uses]) == ((), ["bedding"])


def test_a_want_that_names_its_thing_is_told_by_that() -> None:
    told = read("material", "want", "Sahanpurua kuivikkeeksi", "", None)
    assert ([thing.en for thing in told.things], told.uses) == (["sawdust"], ())


@pytest.mark.parametrize(("language", "least"), [("fi", 0.95), ("sv", 0.93), ("en", 0.65)])
def test_most_work_rooms_and_transport_are_heard_by_their_names(language: str, least: float) -> None:
    """The names were given by other hands than the patterns."""
    heard = [
        has(read(kind, "want", row[f"label_{language}"], "", None).stated, row["use"])
        for row in tables("services.matching.reading", "uses")
        for kind in sorted({kinds()[concept] for concept in listed(row["concepts"])} - FLOWS)
    ]
    assert sum(heard) / len(heard) >= least

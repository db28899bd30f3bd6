"""Words are found bent, in compounds and mistyped; unknown words stay unknown."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from services.matching.words.lexicon import concepts_of
from services.matching.words.typos import distance


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("hakkuutähteitä", "logging-residue"), ("hakkeen", "wood-chips"), ("rankahaketta", "wood-chips"),
        ("kuormalavojen", "pallets"), ("lämmön", "waste-heat"), ("savukaasujen", "flue-gas-heat"),
        ("renkaita", "tyres"), ("suodattimia", "absorbent-clean"), ("ruostumatonta terästä", "stainless"),
        ("jäähdytysveden", "cooling-water"), ("koneistusta", "machining"), ("osaamista", "any-expertise"),
        ("sågspånet", "sawdust"), ("lastpallarna", "pallets"), ("lösningsmedlet", "solvent"),
        ("glasflaskor", "glass-bottles"), ("crushed concretes", "concrete"), ("storage tanks", "storage-tank"),
    ],
)  # fmt: skip
def test_a_bent_word_is_known(text: str, concept: str) -> None:
    assert concepts_of(text)[0] == concept


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("männynsahanpurua", "sawdust"),
        ("granbark", "bark"),
        ("tehdasvalmisteista kierrätysbetonimursketta", "concrete"),
    ],
)
def test_the_end_of_a_compound_says_what_it_is(text: str, concept: str) -> None:
    assert concepts_of(text) == (concept,)


@pytest.mark.parametrize(
    ("text", "concept"),
    [("kuormalvoja", "pallets"), ("sahnpurua", "sawdust"), ("jateoljya", "waste-oil"), ("sagspan", "sawdust")],
)
def test_a_mistyped_word_or_one_without_dots_is_known(text: str, concept: str) -> None:
    assert concepts_of(text) == (concept,)


def test_words_of_three_languages_meet_in_one_concept() -> None:
    assert concepts_of("betonimursketta") == concepts_of("betongkross") == concepts_of("crushed concrete")


@pytest.mark.parametrize("text", ["", "talossa", "ensi keskiviikkona", "snarast", "12 34", "???", "x" * 500])
def test_nothing_is_read_into_other_words(text: str) -> None:
    assert concepts_of(text) == ()


@pytest.mark.parametrize(
    "text",
    ["Hollolasta Jyväskylään", "toimitus Vantaalle tai Mikkelistä", "Haapavesi ja Savonlinna", "till Vasa"],
)
def test_the_name_of_a_place_is_no_compound_and_not_mistyped(text: str) -> None:
    assert concepts_of(text) == ()


@pytest.mark.parametrize(
    ("text", "concept"),
    [("pellolle", "yard-land"), ("kauhat", "machine-attachments"), ("multia ja multaa", "stump-soil")],
)
def test_a_word_that_is_like_a_place_stays_a_word(text: str, concept: str) -> None:
    assert concept in concepts_of(text)


@pytest.mark.parametrize(
    "text",
    ["kuivilla", "lajiteltuna", "lokakuusta", "utgångna", "laatu", "näytettä", "håller", "stället", "yrityksille",
     "käyttökelpoista", "kappaleina", "raakana", "hakemiseen"],
)  # fmt: skip
def test_an_everyday_word_does_not_end_in_a_thing(text: str) -> None:
    assert concepts_of(text) == ()


@pytest.mark.parametrize(
    ("text", "concept"),
    [("laatan", "tiles-ceramics"), ("laitoksen teräkset", "scrap-iron"), ("pakkauksissa", "mixed-packaging"),
     ("puristimen", "baling"), ("kipsilevyjä", "plasterboard"), ("XLPE-eristettä", "mineral-wool"),
     ("PE-kutistekalvoa", "plastic-film")],
)  # fmt: skip
def test_a_stem_that_changes_its_consonants_is_the_same_word(text: str, concept: str) -> None:
    assert concept in concepts_of(text)


@pytest.mark.parametrize(
    ("a", "b", "limit", "edits"),
    [("puru", "puru", 1, 0), ("puru", "pruu", 1, 1), ("puru", "puruja", 1, None), ("ab", "x", 1, None)],
)  # fmt: skip
def test_the_edit_distance_is_bounded(a: str, b: str, limit: int, edits: int | None) -> None:
    assert distance(a, b, limit) == edits


def test_the_forms_by_which_the_stemming_was_chosen_are_found() -> None:
    with (Path(__file__).parent / "bent_words.csv").open(encoding="utf-8", newline="") as file:
        pairs = [(row["form"], row["term"]) for row in csv.DictReader(file)]
    lost = [form for form, term in pairs if not set(concepts_of(form)) & set(concepts_of(term))]
    assert len(pairs) == 151
    assert lost == []

"""The word lists are whole, and what they say exists."""

from __future__ import annotations

from collections import Counter, defaultdict

from services.matching.words.amounts import read_amounts
from services.matching.words.vocabulary import concepts, rows, terms
from shared.contracts.fields import DIRECTIONS, KINDS, PERIODS
from shared.quantities import UNITS
from shared.reference.nace import find_nace
from shared.reference.waste import ewc_entries


def test_there_are_terms_enough_in_finnish_and_swedish() -> None:
    by_language = Counter(term.lang for term in terms())
    assert by_language["fi"] >= 900
    assert by_language["sv"] >= 700


def test_every_kind_and_every_chapter_of_the_list_of_waste_is_spoken_of() -> None:
    assert {term.kind for term in terms()} == set(KINDS)
    assert {code[:2] for term in terms() for code in term.ewc} == {f"{chapter:02}" for chapter in range(1, 21)}


def test_every_code_is_in_the_reference_lists() -> None:
    assert {code for term in terms() for code in term.ewc} - ewc_entries().keys() == set()
    assert {code for term in terms() for code in term.nace if find_nace(code) is None} == set()


def test_a_term_has_at_most_four_codes_and_only_what_is_a_thing_has_any() -> None:
    assert [term.text for term in terms() if len(term.ewc) > 4] == []
    assert {term.kind for term in terms() if term.ewc} == {"material"}
    assert [term.text for term in terms() if term.kind == "material" and not term.ewc] == []


def test_a_concept_is_named_in_three_languages_and_has_terms_in_each() -> None:
    languages: dict[str, set[str]] = defaultdict(set)
    for term in terms():
        languages[term.concept].add(term.lang)
    assert languages.keys() == concepts().keys()
    assert [concept for concept, spoken in languages.items() if spoken != {"fi", "sv", "en"}] == []
    assert all(concept.label_fi and concept.label_sv and concept.label_en for concept in concepts().values())


def test_a_term_stands_once_in_its_language() -> None:
    counted = Counter((term.text, term.lang) for term in terms())
    assert [term for term, count in counted.items() if count > 1] == []


def test_cue_words_say_what_can_be_said() -> None:
    said = {(row["cue"], row["value"]) for row in rows("cues") if row["cue"] != "source"}
    assert {value for cue, value in said if cue == "direction"} == set(DIRECTIONS)
    assert {value for cue, value in said if cue == "kind"} == set(KINDS)
    assert {value for cue, value in said if cue == "hazard"} == {"0", "1"}
    assert {row["period"] for row in rows("period_words")} == set(PERIODS)
    assert {row["unit"] for row in rows("unit_words")} <= UNITS.keys()


def test_every_spelling_of_a_unit_is_read() -> None:
    unread = [row["text"] for row in rows("unit_words") if not read_amounts(f"12 {row['text']}", "fi")]
    assert unread == []


def test_what_a_code_usually_is_has_a_term_of_that_code() -> None:
    named = {(code, term.concept) for term in terms() for code in term.ewc}
    assert [row for row in rows("usual") if (row["code"], row["concept"]) not in named] == []

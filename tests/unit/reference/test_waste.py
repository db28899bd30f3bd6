"""Waste and treatment codes: every code of the lists, hazard marks, near codes, the hierarchy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.reference.errors import HazardMarkError, UnknownCode
from shared.reference.treatments import parse_treatment, treatments
from shared.reference.waste import ewc_entries, ewc_relation, find_ewc, parse_ewc

CODES = sorted(ewc_entries())


def test_the_list_holds_842_codes_of_which_408_are_hazardous() -> None:
    hazardous = [entry for entry in ewc_entries().values() if entry.hazardous]
    assert (len(ewc_entries()), len(hazardous)) == (842, 408)


@pytest.mark.parametrize("spell", ["{d}", "{c}", " {d} ", "{a}.{b}.{e}", "{a}-{b}-{e}"])
def test_every_code_parses_in_every_spelling(spell: str) -> None:
    for code, entry in ewc_entries().items():
        text = spell.format(d=entry.display, c=code, a=code[:2], b=code[2:4], e=code[4:])
        assert parse_ewc(text) is entry


def test_a_hazardous_code_may_be_given_without_its_asterisk() -> None:
    assert parse_ewc("03 01 04").display == "03 01 04*"


def test_an_asterisk_on_a_harmless_code_is_refused_and_its_mirror_entry_offered() -> None:
    with pytest.raises(HazardMarkError) as refused:
        parse_ewc("03 01 05*")
    assert refused.value.suggestions == ("03 01 05", "03 01 04*")


def test_near_codes_come_from_the_same_subchapter_first() -> None:
    with pytest.raises(UnknownCode) as refused:
        parse_ewc("03 01 07")
    assert refused.value.suggestions[:4] == ("03 01 01", "03 01 04*", "03 01 05", "03 01 99")


def test_a_word_leads_to_the_codes_whose_titles_hold_it() -> None:
    with pytest.raises(UnknownCode) as refused:
        parse_ewc("sawdust")
    assert refused.value.suggestions == ("03 01 04*", "03 01 05")


def test_a_refused_battery_code_tells_of_the_gap_in_the_list() -> None:
    with pytest.raises(UnknownCode, match="2025/934"):
        parse_ewc("16 06 09")


@given(st.text())
def test_any_text_is_an_entry_or_a_refusal_that_names_it(text: str) -> None:
    try:
        assert parse_ewc(text) is find_ewc(text)
    except UnknownCode as refused:
        assert (find_ewc(text), refused.value) == (None, text)


def test_a_huge_value_is_refused_with_a_short_message() -> None:
    with pytest.raises(UnknownCode) as refused:
        parse_ewc("9" * 1_000_000)
    assert len(refused.value.message) < 2_000


@pytest.mark.parametrize(
    ("other", "relation"),
    [("030105", "same"), ("03 01 04*", "subchapter"), ("03 03 01", "chapter"), ("17 02 01", "none")],
)
def test_sawdust_is_related_to(other: str, relation: str) -> None:
    assert ewc_relation("03 01 05", other) == relation


@given(st.sampled_from(CODES), st.sampled_from(CODES))
def test_a_relation_reads_the_same_from_both_sides(a: str, b: str) -> None:
    assert ewc_relation(a, b) == ewc_relation(b, a)


def test_digits_of_other_scripts_are_not_codes() -> None:
    assert find_ewc("٠٣٠١٠٥") is None


def test_every_treatment_code_parses_in_any_case_and_with_a_blank() -> None:
    for code, entry in treatments().items():
        assert parse_treatment(f" {code[0].lower()} {code[1:]}") is entry
    assert len(treatments()) == 28


@pytest.mark.parametrize("text", ["R14", "D16", "R0", "R00", "X1", "", "R3A"])
def test_other_treatment_codes_are_refused_with_near_ones(text: str) -> None:
    with pytest.raises(UnknownCode) as refused:
        parse_treatment(text)
    assert len(refused.value.near) == 5

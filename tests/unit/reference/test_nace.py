"""NACE Rev. 2 codes, and the way from Rev. 2.1."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.reference.errors import UnknownCode
from shared.reference.nace import NaceCode, division_of, find_nace, nace2_candidates, nace_codes, parse_nace
from shared.reference.tables import table_rows


def test_every_one_of_996_codes_parses_with_and_without_its_point() -> None:
    for code, entry in nace_codes().items():
        assert parse_nace(code) is parse_nace(f" {code.replace('.', '').lower()} ") is entry
    assert len(nace_codes()) == 996


def test_a_class_knows_its_division_and_section() -> None:
    expected = NaceCode("16.10", "class", "Sawmilling and planing of wood", "C", "16")
    assert parse_nace("1610") == expected


def test_a_section_has_no_division() -> None:
    assert parse_nace("c").division is None


def test_every_code_of_rev_2_1_leads_to_codes_of_rev_2() -> None:
    codes = [row["code"] for row in table_rows("nace_codes") if row["revision"] == "2.1"]
    without = [code for code in codes if not nace2_candidates(code)]
    assert (len(codes), without) == (1047, [])


def test_a_code_of_rev_2_1_alone_is_refused_with_its_candidates() -> None:
    with pytest.raises(UnknownCode, match=r"Rev\. 2\.1") as refused:
        parse_nace("14.24")
    assert refused.value.suggestions == ("14.11", "14.19", "14.20")


def test_a_finnish_five_digit_code_leads_to_its_class() -> None:
    with pytest.raises(UnknownCode) as refused:
        parse_nace("16100")
    assert refused.value.suggestions[0] == "16.10"


def test_a_word_leads_to_the_titles_that_hold_it() -> None:
    with pytest.raises(UnknownCode) as refused:
        parse_nace("sawmilling")
    assert set(refused.value.suggestions) == {"16.1", "16.10"}


@given(st.text())
def test_any_text_is_a_code_or_a_refusal(text: str) -> None:
    try:
        assert parse_nace(text) is find_nace(text)
    except UnknownCode as refused:
        assert (find_nace(text), refused.value) == (None, text)


@pytest.mark.parametrize(
    ("text", "division"),
    [
        ("16", "16"), ("16.10", "16"), ("1610", "16"), ("C16", "16"), ("c16.10", "16"),
        ("C", None), ("A16", None), ("99.99", None), ("", None), (None, None), ("puu", None),
    ],
)  # fmt: skip
def test_the_division_of_a_code_however_it_is_written(text: str | None, division: str | None) -> None:
    assert division_of(text) == division

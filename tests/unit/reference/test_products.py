"""Product codes: written in several ways, checked as far as they are NACE."""

from __future__ import annotations

import pytest

from shared.reference.errors import UnknownCode
from shared.reference.products import parse_product


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("16.10.39", "16.10.39"), ("161039", "16.10.39"), ("CPA 16.10.39", "16.10.39"), (" cpa_16.10.3 ", "16.10.3"),
        ("16.10", "16.10"), ("1610", "16.10"), ("16.1", "16.1"), ("16", "16"), ("49.41.1", "49.41.1"),
    ],
)  # fmt: skip
def test_a_code_is_read_however_it_is_written(written: str, code: str) -> None:
    assert parse_product(written) == code
    assert parse_product(code) == code


@pytest.mark.parametrize("written", ["", "sahanpuru", "1", "16.10.391", "16-10", "16.1.39", "4407 11 10", "C16"])
def test_what_is_not_written_as_one_is_told_how_it_would_be(written: str) -> None:
    with pytest.raises(UnknownCode) as refused:
        parse_product(written)
    assert "two to six digits" in refused.value.message


def test_a_code_of_no_activity_names_near_ones() -> None:
    with pytest.raises(UnknownCode) as refused:
        parse_product("16.11.39")
    assert "NACE Rev. 2" in refused.value.message
    assert any(code.startswith("16.1") for code in refused.value.suggestions)

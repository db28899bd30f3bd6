"""Register numbers: check digits there and back, spellings, refusals that say what would be right."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.registers import (
    InvalidRegisterNumber,
    Register,
    RegisterNumber,
    estonian_check_digit,
    finnish_check_digit,
    norwegian_check_digit,
    parse_register_number,
    swedish_check_digit,
)

CHECK_DIGITS: dict[str, tuple[int, Callable[[str], int | None]]] = {
    "FI": (7, finnish_check_digit),
    "SE": (9, swedish_check_digit),
    "NO": (8, norwegian_check_digit),
    "EE": (7, estonian_check_digit),
}
checked = st.sampled_from(sorted(CHECK_DIGITS))


@st.composite
def issued(draw: st.DrawFn) -> tuple[str, str, int]:
    """A register, a body of digits that may be issued, and its right check digit."""
    register = draw(checked)
    length, check = CHECK_DIGITS[register]
    body = draw(st.text("0123456789", min_size=length, max_size=length))
    right = check(body)
    assume(right is not None and body.strip("0") and (register != "SE" or body[2] >= "2"))
    assert right is not None
    return register, body, right


@given(issued())
def test_a_right_check_digit_is_accepted_and_the_spelling_stays(number: tuple[str, str, int]) -> None:
    register, body, right = number
    parsed = parse_register_number(register, f"{body}{right}")
    assert parsed.number.replace("-", "") == f"{body}{right}"
    assert parse_register_number(parsed.register, parsed.number) == parsed


@given(issued(), st.integers(1, 9))
def test_a_wrong_check_digit_is_refused_and_the_right_number_offered(
    number: tuple[str, str, int], off: int
) -> None:
    register, body, right = number
    with pytest.raises(InvalidRegisterNumber, match="wrong check digit") as refused:
        parse_register_number(register, f"{body}{(right + off) % 10}")
    (offered,) = refused.value.suggestions
    assert parse_register_number(register, offered).number == offered


@given(issued(), st.data())
def test_one_mistyped_digit_is_noticed(number: tuple[str, str, int], data: st.DataObject) -> None:
    register, body, right = number
    assume(register != "EE")  # its second row of weights, and 10 read as 0, let some through
    place = data.draw(st.integers(0, len(body) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != body[place]]))
    with pytest.raises(InvalidRegisterNumber):
        parse_register_number(register, f"{body[:place]}{other}{body[place + 1 :]}{right}")


@pytest.mark.parametrize(
    ("register", "given_number", "expected"),
    [
        ("FI", "1234567-1", "1234567-1"),
        ("fi", " 1234567–1 ", "1234567-1"),
        ("FI", "12345671", "1234567-1"),
        ("FI", "112038-9", "0112038-9"),
        ("SE", "5599999991", "559999-9991"),
        ("SE", "16559999-9991", "559999-9991"),
        ("NO", "123 456 785", "123456785"),
        ("EE", "12345678", "12345678"),
        ("VAT", "fi 12345671", "FI12345671"),
        ("VAT", "SE 559999-9991 01", "SE559999999101"),
    ],
)
def test_spellings_are_made_one(register: str, given_number: str, expected: str) -> None:
    parsed = parse_register_number(register, given_number)
    assert parsed == RegisterNumber(Register(register.upper()), expected)


@pytest.mark.parametrize(
    ("register", "number", "reason"),
    [
        ("FI", "1000008-1", "never issued"),
        ("FI", "0000000-0", "never issued"),
        ("FI", "123-1", "does not look like a Y-tunnus"),
        ("FI", "FI12345671", "does not look like a Y-tunnus"),
        ("FI", "", "does not look like a Y-tunnus"),
        ("FI", "١٢٣٤٥٦٧-١", "does not look like a Y-tunnus"),
        ("SE", "55999999", "does not look like an organisationsnummer"),
        ("NO", "12345678", "does not look like an organisasjonsnummer"),
        ("EE", "123456789", "does not look like a registrikood"),
        ("VAT", "1234567", "does not look like a VAT number"),
        ("VAT", "FI1", "does not look like a VAT number"),
    ],
)
def test_what_is_refused_says_why(register: str, number: str, reason: str) -> None:
    with pytest.raises(InvalidRegisterNumber, match=reason) as refused:
        parse_register_number(register, number)
    assert refused.value.field == "number"


def test_an_unknown_register_is_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidRegisterNumber) as refused:
        parse_register_number("DK", "12345678")
    assert (refused.value.field, refused.value.suggestions) == ("register", ("FI", "SE", "NO", "EE", "VAT"))


def test_what_may_be_a_personal_number_is_refused_without_being_repeated() -> None:
    with pytest.raises(InvalidRegisterNumber) as refused:
        parse_register_number("SE", "900101-0000")
    assert "0101" not in str(refused.value)


@given(st.sampled_from(list(Register)), st.text())
def test_any_text_is_a_number_or_a_refusal(register: str, text: str) -> None:
    try:
        parsed = parse_register_number(register, text)
    except InvalidRegisterNumber as refused:
        assert refused.expected
    else:
        assert parse_register_number(parsed.register, parsed.number) == parsed

"""Register numbers of legal entities: normalised, with the check digit where the register has one.

| register | number                               | check                                            |
| -------- | ------------------------------------ | ------------------------------------------------ |
| FI       | Y-tunnus, 1234567-1                  | weights 7 9 10 5 8 4 2, mod 11 (rest 1 not issued) |
| SE       | organisationsnummer, 559999-9991     | Luhn; third digit at least 2                     |
| NO       | organisasjonsnummer, nine digits     | weights 3 2 7 6 5 4 3 2, mod 11 (10 not issued)  |
| EE       | registrikood, eight digits           | weights 1…7, then 3…9, mod 11                    |
| VAT      | EU VAT number, FI12345671            | none: two letters, then 2–12 letters or digits   |

Rules: the Finnish Patent and Registration Office, the Swedish Tax Agency, the Brønnøysund
Register Centre and the Estonian Centre of Registers and Information Systems. A right check
digit does not mean that the number was issued.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from shared.reference.errors import ReferenceValueError, shown


class Register(StrEnum):
    """The registers whose numbers are known here."""

    FI = "FI"
    SE = "SE"
    NO = "NO"
    EE = "EE"
    VAT = "VAT"


@dataclass(frozen=True, slots=True)
class RegisterNumber:
    """A number in its register's own spelling, so that equal numbers are equal texts."""

    register: Register
    number: str


class InvalidRegisterNumber(ReferenceValueError):
    """`field` is "register" or "number"; `reason` what is wrong, `expected` what would be right."""

    def __init__(self, field: str, value: str, reason: str, expected: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(f"{shown(value)} {reason}; expected {expected}.", suggestions, field)
        self.reason = reason
        self.expected = expected


def parse_register_number(register: str, number: str) -> RegisterNumber:
    """The normalised number; raises InvalidRegisterNumber. Blanks and any kind of hyphen are forgiven."""
    name = register.strip().upper()
    if name not in _PARSERS:
        known = tuple(name.value for name in Register)
        raise InvalidRegisterNumber(
            "register", register, "is not a known register", f"one of {', '.join(known)}", known
        )
    compact = re.sub(r"\s+", "", number).translate(_HYPHENS)
    return RegisterNumber(Register(name), _PARSERS[Register(name)](compact, number))


def finnish_check_digit(first_seven: str) -> int | None:
    """Check digit of a Y-tunnus; None when the rest is 1, for such numbers are not issued."""
    rest = _weighted(first_seven, (7, 9, 10, 5, 8, 4, 2)) % 11
    return None if rest == 1 else (11 - rest) % 11


def swedish_check_digit(first_nine: str) -> int:
    """Luhn check digit of an organisationsnummer."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(first_nine))
    return -sum(value // 10 + value % 10 for value in doubled) % 10


def norwegian_check_digit(first_eight: str) -> int | None:
    """Check digit of an organisasjonsnummer; None when it would be 10, for such are not issued."""
    digit = -_weighted(first_eight, (3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return None if digit == 10 else digit


def estonian_check_digit(first_seven: str) -> int:
    """Check digit of a registrikood: a second row of weights when the first gives 10."""
    rest = _weighted(first_seven, (1, 2, 3, 4, 5, 6, 7)) % 11
    if rest == 10:
        rest = _weighted(first_seven, (3, 4, 5, 6, 7, 8, 9)) % 11
    return rest % 10


_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")


def _parse_fi(compact: str, given: str) -> str:
    written = re.fullmatch(r"([0-9]{6,7})-([0-9])|([0-9]{7})([0-9])", compact)
    if written is None:
        raise _malformed(given, "a Y-tunnus", "seven digits, a hyphen and a check digit, such as 1234567-1")
    # Older numbers had six digits; they are written with a leading zero now.
    body, digit = (written[1] or written[3]).zfill(7), written[2] or written[4]
    return _checked(given, body, digit, finnish_check_digit(body), lambda right: f"{body}-{right}")


def _parse_se(compact: str, given: str) -> str:
    written = re.fullmatch(r"(?:16)?([0-9]{6})-?([0-9]{3})([0-9])", compact)
    if written is None:
        raise _malformed(given, "an organisationsnummer", "ten digits, such as 559999-9991")
    if int(written[1][2]) < 2:
        raise InvalidRegisterNumber(
            "number",
            f"{compact[:2]}…",  # a message may be logged: never repeat what may be a person's number
            "is not a legal entity's number and may be a personal identity number",
            "an organisationsnummer with a third digit of 2 or more, or no number at all",
        )
    body = written[1] + written[2]
    return _checked(given, body, written[3], swedish_check_digit(body), lambda right: f"{body[:6]}-{body[6:]}{right}")


def _parse_no(compact: str, given: str) -> str:
    if not re.fullmatch("[0-9]{9}", compact):
        raise _malformed(given, "an organisasjonsnummer", "nine digits, such as 123456785")
    body = compact[:8]
    return _checked(given, body, compact[8], norwegian_check_digit(body), lambda right: f"{body}{right}")


def _parse_ee(compact: str, given: str) -> str:
    if not re.fullmatch("[0-9]{8}", compact):
        raise _malformed(given, "a registrikood", "eight digits, such as 12345678")
    body = compact[:7]
    return _checked(given, body, compact[7], estonian_check_digit(body), lambda right: f"{body}{right}")


def _parse_vat(compact: str, given: str) -> str:
    plain = compact.replace("-", "").replace(".", "").upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9A-Z]{2,12}", plain):
        raise _malformed(given, "a VAT number", "two letters, then 2 to 12 letters or digits, such as FI12345671")
    return plain


_PARSERS: MappingProxyType[str, Callable[[str, str], str]] = MappingProxyType(
    {
        Register.FI: _parse_fi,
        Register.SE: _parse_se,
        Register.NO: _parse_no,
        Register.EE: _parse_ee,
        Register.VAT: _parse_vat,
    }
)


def _checked(given: str, body: str, digit: str, right: int | None, spelling: Callable[[int], str]) -> str:
    if right is None or not body.strip("0"):
        raise InvalidRegisterNumber(
            "number", given, "is a number that is never issued", "the number as the register gives it"
        )
    if int(digit) != right:
        expected = f"{spelling(right)} if the other digits are right"
        raise InvalidRegisterNumber("number", given, "has a wrong check digit", expected, (spelling(right),))
    return spelling(right)


def _malformed(given: str, name: str, expected: str) -> InvalidRegisterNumber:
    return InvalidRegisterNumber("number", given, f"does not look like {name}", expected)


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))

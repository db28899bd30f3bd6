"""What a value from outside can get wrong; each message tells a person what would be right.

    ReferenceValueError(ValueError)
    ├── UnknownCode                 a code or name that stands in no list
    │   └── HazardMarkError         the asterisk of a waste code contradicts the list
    ├── geo.InvalidPoint            no place on earth
    ├── quantities.UnitMisfit       the unit does not fit the kind of listing
    ├── quantities.AmountOutOfRange a number without physical sense
    └── registers.InvalidRegisterNumber

The borders turn these into field errors: `field` names the part of the value at fault ("" when
the value has one part only), `message` is for people, `suggestions` are values to offer.
"""

from __future__ import annotations

SHOWN_LENGTH = 60


class ReferenceValueError(ValueError):
    """A value that the reference data or a value type refuses."""

    def __init__(self, message: str, suggestions: tuple[str, ...] = (), field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.suggestions = suggestions
        self.field = field


class UnknownCode(ReferenceValueError):
    """`value` stands in no list; `near` holds (code, title) of the nearest, best first."""

    def __init__(
        self,
        what: str,
        value: str,
        near: tuple[tuple[str, str], ...] = (),
        *,
        reason: str = "",
        field: str = "",
    ) -> None:
        self.value = value
        self.near = near
        problem = reason or f"is not a known {what}"
        offer = "; ".join(f"{code} ({title})" if title else code for code, title in near)
        message = f"{shown(value)} {problem}." + (f" Near: {offer}." if offer else "")
        super().__init__(message, tuple(code for code, _ in near), field)


class HazardMarkError(UnknownCode):
    """The code is in the list of waste, but its hazard mark (the asterisk) is not as given."""


def shown(value: object) -> str:
    """`value` in quotes for a message, cut so that a message stays readable whatever was sent."""
    text = str(value)
    return f"'{text[:SHOWN_LENGTH]}…'" if len(text) > SHOWN_LENGTH else f"'{text}'"

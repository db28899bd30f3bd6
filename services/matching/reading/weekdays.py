"""Days of the week that a card names: "ti ja to", "ma-ke", "måndag till onsdag", "joka pe". Who drives on Thursdays
does not fetch on Mondays; a card that names no day, or every day, suits any. A limit whose silence says nothing."""

from __future__ import annotations

import re

from services.matching.domain.meaning import WEEKDAYS, Limit

_DAYS = (
    ("maananta", "måndag", "monday", "ma", "må", "mån"), ("tiista", "tisdag", "tuesday", "ti", "tis"),
    ("keskivi", "onsdag", "wednesday", "ke", "on", "ons"), ("torsta", "torsdag", "thursday", "to", "tors"),
    ("perjanta", "fredag", "friday", "pe", "fr", "fre"), ("lauanta", "lördag", "saturday", "la", "lö", "lör"),
    ("sunnunta", "söndag", "sunday", "su", "sö", "sön"),
)  # fmt: skip
_WRITTEN_OUT = 6
_NUMBERS = {name: number for number, names in enumerate(_DAYS, start=1) for name in names}
_LONG = "|".join(name for name in _NUMBERS if len(name) >= _WRITTEN_OUT)
_SHORT = "|".join(name for name in _NUMBERS if len(name) < _WRITTEN_OUT)
NAMED_DAY = re.compile(rf"\b({_LONG})\w*")
_DAY = rf"\b(?:(?:{_LONG})\w*|(?:{_SHORT})\b\.?)"
_SEQUENCE = re.compile(rf"{_DAY}(?:\s?(?:[,/&-]|\b(?:ja|och|o|sekä|samt|tai|eller|till|and|to)\b)\s?{_DAY})+")
"""Short names count only beside each other: "pe" alone is a plastic."""
_ALONE = re.compile(rf"\b(?:joka|aina|varje|varannan|every) ({_SHORT})\b")
_ONE = re.compile(rf"\b(?:({_LONG})|({_SHORT})\b)")
_EVERY = re.compile(r"\barki(?:sin|päiv|yö|aamu)|joka (?:arki)?(?:päivä|yö|aamu|ilta)|päivittäin|vardag|dagligen"
                    r"|varje (?:dag|natt|morgon|kväll)|24 ?/ ?7|ympäri vuorokau|dygnet runt|weekdays|\bdaily\b"
                    r"|maananta\w* perjanta")  # fmt: skip
_THOUSANDTHS = 1_000


def weekdays_of(text: str) -> Limit | None:
    """From the first to the last day of the week that a normalised text names, Monday 1."""
    if _EVERY.search(text):
        return None
    named = [found[1] for pattern in (NAMED_DAY, _ALONE) for found in pattern.finditer(text)]
    named += [one[1] or one[2] for found in _SEQUENCE.finditer(text) for one in _ONE.finditer(found.group())]
    days = [_NUMBERS[name] * _THOUSANDTHS for name in named]
    return Limit(WEEKDAYS, min(days), max(days)) if days else None

"""Measures the suggestions on a file of phrases: ``python -m services.matching.words.quality FILE``.

Columns: text, lang, direction, kind, ewc (``|`` between codes that are all defensible), quantity, unit, period. Missed
phrases are listed first (``--misses``); the last line is one JSON object:

- ``ewc_top1``, ``ewc_top3``: the best suggested code, or one of the best three, is defensible; over phrases with codes;
- ``kind``: the right kind, over phrases with a kind;
- ``amount``: number (to a thousandth), unit (the same unit, however spelled) and period all right, over phrases with a
  quantity. An area has no period (shared.quantities), and an empty period in the file asks for none.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from services.matching.words.suggester import suggest
from services.matching.words.suggestions import Suggestion, Suggestions
from services.matching.words.vocabulary import listed
from shared.quantities import UNITS
from shared.reference.tables import name_key
from shared.reference.waste import find_ewc

_LANGUAGES = ("fi", "sv", "en")
_TOP = 3


def measure(phrases: Sequence[Mapping[str, str]]) -> tuple[dict[str, float | int | None], list[str]]:
    """The figures by name (None where no phrase asks for it), and a line per phrase that missed something."""
    marks: dict[str, list[bool]] = defaultdict(list)
    missed = []
    for phrase in phrases:
        lang = phrase.get("lang", "").strip()
        suggested = suggest(phrase["text"], lang if lang in _LANGUAGES else None)
        wrong = []
        for name, is_right in _marks(phrase, suggested):
            marks[name].append(is_right)
            if not is_right:
                wrong.append(name)
        if wrong:
            missed.append(f"{', '.join(wrong)}: {phrase['text']} -> {_shown(suggested)}")
    figures: dict[str, float | int | None] = {"phrases": len(phrases)}
    for name in ("ewc_top1", "ewc_top3", "kind", "amount"):
        held = marks[name]
        figures[name] = round(sum(held) / len(held), 4) if held else None
    return figures, missed


def _marks(phrase: Mapping[str, str], suggested: Suggestions) -> Iterator[tuple[str, bool]]:
    entries = [find_ewc(code.strip()) for code in listed(phrase.get("ewc") or "")]
    defensible = {entry.code for entry in entries if entry}
    if defensible:
        codes = [code.value for code in suggested.ewc]
        yield "ewc_top1", bool(codes) and codes[0] in defensible
        yield "ewc_top3", bool(defensible & set(codes[:_TOP]))
    if kind := (phrase.get("kind") or "").strip():
        yield "kind", suggested.kind is not None and suggested.kind.value == kind
    if quantity := (phrase.get("quantity") or "").strip():
        yield "amount", _amount_is_right(float(quantity.replace(",", ".")), phrase, suggested)


def _amount_is_right(quantity: float, phrase: Mapping[str, str], suggested: Suggestions) -> bool:
    if suggested.amount is None or suggested.unit is None:
        return False
    unit, period = suggested.unit.value, (phrase.get("period") or "").strip()
    same_unit = unit == _symbol((phrase.get("unit") or "").strip())
    same_number = abs(suggested.amount.value - quantity) <= 0.001 * abs(quantity)
    timeless = not period or UNITS[unit].dimension == "area"
    return same_unit and same_number and (timeless or _of(suggested.period) == period)


def _symbol(spelled: str) -> str | None:
    key = name_key(spelled)
    for symbol, unit in UNITS.items():
        if key in (name_key(name) for name in (symbol, *unit.aliases)):
            return symbol
    return None


def _shown(suggested: Suggestions) -> str:
    codes = ",".join(code.value for code in suggested.ewc[:_TOP])
    amount = f"{_of(suggested.amount)} {_of(suggested.unit)} {_of(suggested.period)}"
    return f"{_of(suggested.kind)} [{codes}] {amount}"


def _of(suggestion: Suggestion[str] | Suggestion[float] | None) -> object:
    return suggestion.value if suggestion else None


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="suggest-quality", description="Measure the suggestions on phrases.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--misses", action="store_true", help="list the phrases that missed something")
    asked = parser.parse_args(arguments)
    with asked.file.open(encoding="utf-8-sig", newline="") as file:
        figures, missed = measure(list(csv.DictReader(file)))
    if asked.misses:
        print("\n".join(missed))
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

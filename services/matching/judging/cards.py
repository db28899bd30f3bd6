"""Reads cards and judged pairs from CSV files.

What a card says in an unknown way (a unit, a code) is left out with a note instead of stopping the measuring, as a card
on paper would still be recorded; what makes the measuring meaningless (no such card, no label) is refused.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from shared import quantities
from shared.quantities import DIMENSIONS_BY_KIND, YearlyAmount
from shared.reference.errors import ReferenceValueError, UnknownCode
from shared.reference.places import Municipality, parse_municipality
from shared.reference.waste import find_ewc

CARD_COLUMNS = (
    "card_id", "direction", "kind", "lang", "text", "municipality", "sector_nace2", "ewc", "hazardous", "quantity",
    "unit", "period", "temperature_c", "quality_note", "available_from", "available_to", "has_permit",
)  # fmt: skip
PAIR_COLUMNS = ("have_id", "want_id", "label")
_IN_SINGULAR = {"services": "service"}
LABELS = ("0", "1", "2")
YES = frozenset({"yes", "true", "1", "y", "kyllä", "ja"})
NO = frozenset({"no", "false", "0", "n", "ei", "nej"})


class JudgedFileError(ValueError):
    """The file cannot be measured; the message names file, line and what would be right."""


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on a card; None or "" where it does not say. ``yearly`` in the dimension's canonical unit,
    ``period`` how often its amount comes, ``unread_amount`` what stands in a unit that is none of the kind's,
    ``temperature_c`` in °C; ``hazardous`` also where the waste code alone says so; ``has_permit`` None: not said."""

    id: str
    direction: str
    kind: str
    lang: str
    text: str
    municipality: Municipality
    sector_nace2: str
    ewc_code: str | None
    hazardous: bool
    yearly: YearlyAmount | None
    period: str
    unread_amount: str
    temperature_c: float | None
    quality_note: str
    available_from: date | None
    available_to: date | None
    has_permit: bool | None


@dataclass(frozen=True, slots=True)
class CardFile:
    """Cards by id in the file's order, and what could not be read of them."""

    cards: Mapping[str, Card]
    notes: tuple[str, ...]

    def of_direction(self, direction: str) -> tuple[Card, ...]:
        return tuple(card for card in self.cards.values() if card.direction == direction)


Labels = Mapping[tuple[str, str], int]
"""Label (2 good, 1 doubtful, 0 wrong) by have's id and want's id."""


def read_cards(path: Path) -> CardFile:
    """The cards of the file. Raises JudgedFileError."""
    cards: dict[str, Card] = {}
    notes: list[str] = []
    for place, row in _rows(path, CARD_COLUMNS):
        reader = _Reader(row, place)
        card = reader.card()
        if card.id in cards:
            raise JudgedFileError(f"{place}: card {card.id} stands twice")
        cards[card.id] = card
        notes += reader.notes
    return CardFile(cards, tuple(notes))


def read_labels(path: Path, cards: Mapping[str, Card]) -> Labels:
    """The judged pairs of the file. Raises JudgedFileError."""
    labels: dict[tuple[str, str], int] = {}
    for place, row in _rows(path, PAIR_COLUMNS):
        for column, direction in (("have_id", "have"), ("want_id", "want")):
            if row[column] not in cards or cards[row[column]].direction != direction:
                raise JudgedFileError(f"{place}: {column} {row[column]!r} is no {direction} of the cards")
        pair = row["have_id"], row["want_id"]
        if row["label"] not in LABELS:
            raise JudgedFileError(f"{place}: label {row['label']!r}; give 2 (good), 1 (doubtful) or 0 (wrong)")
        if pair in labels:
            raise JudgedFileError(f"{place}: the pair {pair[0]}, {pair[1]} stands twice")
        labels[pair] = int(row["label"])
    return labels


class _Reader:
    """One row as a card; ``notes`` collects what was left out."""

    def __init__(self, row: Mapping[str, str], place: str) -> None:
        self._row = {**row, "kind": _IN_SINGULAR.get(row["kind"], row["kind"])}
        self._place = place
        self.notes: list[str] = []

    def card(self) -> Card:
        row = self._row
        if not row["card_id"] or row["direction"] not in ("have", "want") or row["kind"] not in DIMENSIONS_BY_KIND:
            raise JudgedFileError(
                f"{self._place}: a card needs card_id, direction (have, want) and a known kind"
                f" ({', '.join(DIMENSIONS_BY_KIND)})"
            )
        entry = find_ewc(row["ewc"]) if row["ewc"] else None
        if row["ewc"] and entry is None:
            self._note("ewc", "no such code")
        hazardous = self._flag("hazardous")
        return Card(
            id=row["card_id"],
            direction=row["direction"],
            kind=row["kind"],
            lang=row["lang"],
            text=row["text"],
            municipality=self._municipality(),
            sector_nace2=row["sector_nace2"],
            ewc_code=entry.code if entry else None,
            hazardous=bool(hazardous) or (entry is not None and entry.hazardous),
            yearly=self._yearly(),
            period=row["period"] or "once",
            unread_amount=self._unread_amount(),
            temperature_c=self._number("temperature_c"),
            quality_note=row["quality_note"],
            available_from=self._date("available_from"),
            available_to=self._date("available_to"),
            has_permit=self._flag("has_permit"),
        )

    def _municipality(self) -> Municipality:
        """The municipality, or the nearest by name: a place misspelt is still a place."""
        try:
            return parse_municipality(self._row["municipality"])
        except UnknownCode as error:
            for name in error.suggestions:
                self._note("municipality", f"taken as {name}")
                return parse_municipality(name)
            raise JudgedFileError(f"{self._place}: {error.message}") from None

    def _yearly(self) -> YearlyAmount | None:
        amount = self._number("quantity")
        if amount is None:
            return None
        kind, unit, period = self._row["kind"], self._row["unit"], self._row["period"] or "once"
        try:
            return quantities.yearly(quantities.parse_quantity(kind, amount, unit, period))
        except ReferenceValueError as error:
            self._note("quantity", error.message)
            return None

    def _unread_amount(self) -> str:
        """An amount in a unit that is none of the kind's, as it stands: people write it on the card all the same."""
        row = self._row
        is_known = row["unit"] in quantities.units_for(row["kind"])
        return "" if is_known or not row["quantity"] else f"{row['quantity']} {row['unit']}"

    def _number(self, column: str) -> float | None:
        text = self._row[column].replace(",", ".").replace("\N{MINUS SIGN}", "-").replace(" ", "")
        try:
            return float(text) if text else None
        except ValueError:
            self._note(column, "no number")
            return None

    def _date(self, column: str) -> date | None:
        text = self._row[column]
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self._note(column, "no date of the form 2026-05-31")
            return None

    def _flag(self, column: str) -> bool | None:
        text = self._row[column].casefold()
        if text and text not in YES | NO:
            self._note(column, "neither yes nor no")
        return text in YES if text in YES | NO else None

    def _note(self, column: str, problem: str) -> None:
        self.notes.append(f"{self._place}: {column} {self._row[column]!r}: {problem}")


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            if missing := [column for column in columns if column not in (table.fieldnames or ())]:
                raise JudgedFileError(f"{path}: column {', '.join(missing)} is missing")
            for row in table:
                yield f"{path}:{table.line_num}", {column: (row[column] or "").strip() for column in columns}
    except OSError as error:
        raise JudgedFileError(f"{path}: {error.strerror}") from None

"""The judged set of the repository: valid codes, and judgements that keep the rules in its README."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from services.matching.judging.cards import CARD_COLUMNS, PAIR_COLUMNS, Card, CardFile, Labels, read_cards, read_labels
from shared.contracts.fields import KINDS
from shared.geo import great_circle_km
from shared.reference.nace import parse_nace

FOLDER = Path(__file__).parents[2] / "data" / "matching"
GOOD_TO_KM = {"energy": 5, "water": 5, "premises": 30, "expertise": 400, "logistics": 100, "capacity": 100,
              "service": 100, "material": 300}  # fmt: skip
LEAST_MARGIN_C = 3


@pytest.fixture(scope="module")
def file() -> CardFile:
    return read_cards(FOLDER / "cards.csv")


@pytest.fixture(scope="module")
def labels(file: CardFile) -> Labels:
    return read_labels(FOLDER / "pairs.csv", file.cards)


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def of_label(labels: Labels, file: CardFile, *wanted: int) -> Iterator[tuple[Card, Card]]:
    return ((file.cards[have], file.cards[want]) for (have, want), label in labels.items() if label in wanted)


def test_every_cell_is_read(file: CardFile) -> None:
    assert file.notes == ()


def test_the_columns_are_the_agreed_ones() -> None:
    assert (tuple(rows("cards.csv")[0]), tuple(rows("pairs.csv")[0])) == (CARD_COLUMNS, PAIR_COLUMNS)


def test_the_set_is_large_and_of_all_kinds_in_both_languages(file: CardFile, labels: Labels) -> None:
    assert len(labels) >= 200
    wants = [file.cards[want] for _, want in labels]
    assert {want.kind for want in wants} == set(KINDS)
    assert {card.lang for card in file.cards.values()} == {"fi", "sv"}
    assert sum(card.lang == "sv" for card in file.cards.values()) > len(file.cards) / 6


def test_every_want_is_judged_and_some_have_no_good_have(file: CardFile, labels: Labels) -> None:
    wants = {card.id for card in file.of_direction("want")}
    assert {want for _, want in labels} == wants
    without = wants - {want for (_, want), label in labels.items() if label == 2}
    assert 0.1 < len(without) / len(wants) < 0.25


def test_most_pairs_are_no_good_ones(labels: Labels) -> None:
    assert sum(label < 2 for label in labels.values()) > len(labels) / 2


def test_no_want_has_more_good_haves_than_are_shown(file: CardFile, labels: Labels) -> None:
    good = [want for (_, want), label in labels.items() if label == 2]
    assert {want for want in good if good.count(want) > 5} == set()


def test_sectors_are_codes_of_nace_rev_2(file: CardFile) -> None:
    assert {card.id for card in file.cards.values() if parse_nace(card.sector_nace2).code != card.sector_nace2} == set()


def test_only_material_has_a_waste_code(file: CardFile) -> None:
    assert {card.id for card in file.cards.values() if card.ewc_code and card.kind != "material"} == set()


def test_the_hazard_mark_agrees_with_the_code() -> None:
    marked = {row["card_id"]: row["hazardous"] for row in rows("cards.csv")}
    read = read_cards(FOLDER / "cards.csv").cards
    wrong = {name for name, card in read.items() if card.ewc_code and card.hazardous != (marked[name] == "yes")}
    assert wrong == set()


def test_every_pair_has_its_reason(labels: Labels) -> None:
    reasons = {(row["have_id"], row["want_id"]): row["reason"] for row in rows("pairs_reasons.csv")}
    assert set(reasons) == set(labels)
    assert {pair for pair, reason in reasons.items() if not reason.strip()} == set()


def test_two_kinds_are_always_wrong(file: CardFile, labels: Labels) -> None:
    assert [(h.id, w.id) for h, w in of_label(labels, file, 1, 2) if h.kind != w.kind] == []


def test_hazardous_without_a_permit_is_always_wrong(file: CardFile, labels: Labels) -> None:
    assert [(h.id, w.id) for h, w in of_label(labels, file, 1, 2) if h.hazardous and not w.has_permit] == []


def test_windows_that_never_meet_are_always_wrong(file: CardFile, labels: Labels) -> None:
    def apart(a: Card, b: Card) -> bool:
        return (a.available_to or date.max) < (b.available_from or date.min)

    assert [(h.id, w.id) for h, w in of_label(labels, file, 1, 2) if apart(h, w) or apart(w, h)] == []


def test_colder_heat_is_wrong_and_good_heat_has_its_margin(file: CardFile, labels: Labels) -> None:
    for least, label in ((LEAST_MARGIN_C, 2), (0, 1)):
        colder = [
            (have.id, want.id)
            for have, want in of_label(labels, file, label)
            if have.kind == "energy" and have.temperature_c is not None and want.temperature_c is not None
            if have.temperature_c - want.temperature_c < least
        ]
        assert colder == []


def test_good_pairs_are_within_their_distance(file: CardFile, labels: Labels) -> None:
    far = [
        (have.id, want.id)
        for have, want in of_label(labels, file, 2)
        if great_circle_km(have.municipality.point, want.municipality.point) > GOOD_TO_KM[want.kind]
        if not any(word in have.quality_note for word in ("etänä", "distans"))
    ]
    assert far == []


def test_good_single_suppliers_cover_half(file: CardFile, labels: Labels) -> None:
    """Wants that gather say so in their text, in one of these words."""
    gathers = ("usea", "usei", "moni", "mone", "pien", "flera", "små", "kaikki")
    short = [
        (have.id, want.id)
        for have, want in of_label(labels, file, 2)
        if have.yearly and want.yearly and have.yearly.dimension == want.yearly.dimension
        if have.yearly.amount < want.yearly.amount / 2
        if not any(word in want.text.casefold() for word in gathers)
    ]
    assert short == []

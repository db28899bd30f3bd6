"""From files to the report: what is read, what is refused, what is shown."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from services.matching.judging.__main__ import main
from services.matching.judging.cards import CARD_COLUMNS, JudgedFileError, read_cards, read_labels
from services.matching.judging.product import listing_of
from services.matching.judging.report import judge, lines
from shared.quantities import YearlyAmount

SAWDUST = {
    "direction": "have", "kind": "material", "lang": "fi", "text": "Sahanpurua", "municipality": "Lieksa",
    "sector_nace2": "16.10", "ewc": "030105", "hazardous": "no", "quantity": "60", "unit": "m3", "period": "week",
}  # fmt: skip
WANTED = {"direction": "want", "text": "Sahanpurua kuivikkeeksi", "quantity": ""}


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    return write(tmp_path, {"card_id": "h1"}, {"card_id": "w1", **WANTED})


def write(folder: Path, *changes: dict[str, str]) -> Path:
    """A file of cards: each is the sawdust with changes."""
    rows = [",".join(CARD_COLUMNS)]
    rows += [",".join({**SAWDUST, **change}.get(column, "") for column in CARD_COLUMNS) for change in changes]
    return text(folder / "cards.csv", *rows)


def text(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_card_is_read_as_it_stands(tmp_path: Path) -> None:
    said = {"card_id": "h1", "quantity": "1.5", "temperature_c": "12", "available_from": "2026-05-01", "has_permit": ""}
    card = read_cards(write(tmp_path, said)).cards["h1"]
    assert (card.municipality.name_fi, card.temperature_c, card.available_from) == ("Lieksa", 12.0, date(2026, 5, 1))
    assert (card.yearly, card.has_permit) == (YearlyAmount(78.0, "m3", "volume"), None)


def test_a_hazardous_code_makes_a_hazardous_card(tmp_path: Path) -> None:
    card = read_cards(write(tmp_path, {"card_id": "h1", "ewc": "03 01 04*", "hazardous": ""})).cards["h1"]
    assert (card.ewc_code, card.hazardous) == ("030104", True)


def test_what_cannot_be_read_is_left_out_and_noted(tmp_path: Path) -> None:
    odd = {"card_id": "h1", "unit": "sylys", "ewc": "999999", "municipality": "Lieska", "available_to": "kesä"}
    read = read_cards(write(tmp_path, odd))
    card = read.cards["h1"]
    assert (card.yearly, card.ewc_code, card.municipality.name_fi, card.available_to) == (None, None, "Lieksa", None)
    assert len(read.notes) == 4


def test_services_are_the_kind_of_service(tmp_path: Path) -> None:
    card = {"card_id": "h1", "kind": "services", "municipality": "Lieksa"}
    assert read_cards(write(tmp_path, card)).cards["h1"].kind == "service"


@pytest.mark.parametrize(
    ("change", "problem"),
    [({"kind": "matter"}, "known kind"), ({"direction": ""}, "direction"), ({"municipality": ""}, "municipality")],
)
def test_a_card_that_means_nothing_is_refused_with_its_line(
    tmp_path: Path, change: dict[str, str], problem: str
) -> None:
    with pytest.raises(JudgedFileError, match=rf"cards\.csv:2: .*{problem}"):
        read_cards(write(tmp_path, {"card_id": "h1", **change}))


@pytest.mark.parametrize("row", ["h1,w9,2", "w1,h1,2", "h1,w1,3", "h1,w1,"])
def test_a_pair_of_unknown_cards_or_label_is_refused(tmp_path: Path, cards: Path, row: str) -> None:
    with pytest.raises(JudgedFileError, match=r"pairs\.csv:2"):
        read_labels(text(tmp_path / "pairs.csv", "have_id,want_id,label", row), read_cards(cards).cards)


def test_a_file_without_a_column_names_it(tmp_path: Path) -> None:
    with pytest.raises(JudgedFileError, match="column label is missing"):
        read_labels(text(tmp_path / "pairs.csv", "have_id,want_id"), {})


@pytest.mark.parametrize(("permit", "takes"), [("yes", True), ("no", False), ("", False)])
def test_a_want_takes_hazardous_with_a_stated_permit_only(tmp_path: Path, permit: str, takes: bool) -> None:
    wish = {"card_id": "w1", **WANTED, "hazardous": "yes", "has_permit": permit}
    assert listing_of(read_cards(write(tmp_path, wish)).cards["w1"]).hazardous == takes


def test_the_same_card_is_the_same_listing(cards: Path) -> None:
    card = read_cards(cards).cards["h1"]
    assert listing_of(card) == listing_of(card)


def test_the_last_line_is_the_measure(tmp_path: Path, cards: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs = text(tmp_path / "pairs.csv", "have_id,want_id,label", "h1,w1,2")
    assert main(str(cards), str(pairs)) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {
        "pairs": 1, "precision_at_5": 1.0, "ndcg_at_10": 1.0, "good_found": 1.0, "wrong_shown": 0.0
    }  # fmt: skip


def test_a_file_that_cannot_be_measured_is_said(cards: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(str(cards), "nowhere.csv") == 2
    assert capsys.readouterr().err.startswith("nowhere.csv: ")


def test_at_most_five_are_shown_and_misses_are_named(tmp_path: Path) -> None:
    haves = [{"card_id": f"h{number}"} for number in range(1, 8)]
    far = {"card_id": "far", "municipality": "Hanko"}
    file = read_cards(write(tmp_path, *haves, far, {"card_id": "w1", **WANTED}))
    pairs = text(tmp_path / "pairs.csv", "have_id,want_id,label", "h1,w1,0", "far,w1,2")
    judged = judge(file, read_labels(pairs, file.cards))
    assert len(judged.rankings[0].shown) == 5
    report = "\n".join(lines(judged))
    assert "Good, but not shown: 1\n   gate  far w1" in report

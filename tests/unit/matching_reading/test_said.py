"""What the words say where a field is empty, and what they say of time and of the knowledge's rules."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.matching.domain.meaning import MASK_BITS, ONCE, Meaning, Unsaid
from services.matching.domain.score import score
from services.matching.reading.reader import read
from services.matching.reading.ruled import TABLE, served, served_by_rules, table
from services.matching.words.concepts import numbered
from tests.unit.matching.listings import have, want

EMPTY = Unsaid(amount=True, temperature=True)


def said(text: str, kind: str = "material") -> Meaning:
    return read(kind, "have", text, "", None, EMPTY)


@pytest.mark.parametrize(
    ("text", "kind", "amount", "unit"),
    [
        ("Sahanpurua 40 m3 viikossa", "material", 2080.0, "m3"),
        ("Sågspån 500 kg i månaden", "material", 6.0, "t"),
        ("200 l tynnyreitä 25 kpl", "material", 25.0, "piece"),
        ("Hukkalämpöä 3 GWh", "energy", 3000.0, "MWh"),
        ("Varastotilaa 350 m2", "premises", 350.0, "m2"),
    ],
)
def test_an_amount_is_read_from_the_words(text: str, kind: str, amount: float, unit: str) -> None:
    found = said(text, kind)
    assert found.unit == unit
    assert found.amount == pytest.approx(amount)


@pytest.mark.parametrize("text", ["n. 45-asteista vettä", "värme 45 °C", "spillvärme, 45 grader"])
def test_a_temperature_is_read_from_the_words(text: str) -> None:
    assert said(text, "energy").temperature_c == 45


def test_a_field_that_is_filled_is_not_read_over() -> None:
    assert read("energy", "have", "Lämpöä 45 °C 3 GWh", "", None).temperature_c is None
    stated = have(name="Sahanpurua 900 t vuodessa", amount=10.0)
    assert stated.known_amount == (10.0, "t", "mass")


def covers(**changes: Any) -> str:
    found = score(have(**changes), want(amount=10.0))
    assert found is not None
    return next(factor.sentence.en for factor in found.factors if factor.name == "amount")


def test_an_amount_of_the_words_counts_as_a_stated_one() -> None:
    assert covers(name="Sahanpurua 5 t vuodessa") == "5 t on offer, 10 t wanted over a year: covers 50 %."


def test_a_single_lot_is_worth_less_to_a_want_that_goes_on_and_says_so() -> None:
    lot: dict[str, Any] = {"amount": 10.0, "quantity": {"period": "once"}}
    assert covers(**lot).endswith("The have is there once only.")
    yearly = {**lot, "quantity": {"period": "year"}}
    points = [score(have(**one), want(amount=10.0)) for one in (lot, yearly)]
    assert points[0] and points[1] and points[0].micro_points < points[1].micro_points
    assert said("Kertaerä purkupuuta").flags & ONCE


def test_seasons_that_never_meet_keep_two_apart() -> None:
    summer, winter = "vain kesäisin", "talvikaudella"
    assert score(have(description=summer), want(description=winter)) is None
    assert score(have(description=summer), want(description=summer)) is not None
    assert score(have(description="lokakuusta maaliskuuhun"), want(description=winter)) is not None


def test_a_season_meets_a_window_of_dates() -> None:
    spring: dict[str, Any] = {"available_from": date(2026, 3, 1), "available_to": date(2026, 4, 30)}
    assert score(have(description="kesällä"), want(**spring)) is None
    assert score(have(description="keväällä"), want(**spring)) is not None


def test_more_common_months_never_score_less() -> None:
    wishes = want(description="touko–syyskuussa")
    found = [score(have(description=text), wishes) for text in ("toukokuussa", "touko-heinäkuussa", "ympäri vuoden")]
    points = [one.micro_points for one in found if one]
    assert points == sorted(points)
    assert len(set(points)) == 3


def test_what_serves_is_written_down_as_the_rules_say_it() -> None:
    assert TABLE.read_text(encoding="utf-8") == table(), "run make tables"
    assert served() == served_by_rules()


def test_rules_of_the_knowledge_say_what_serves() -> None:
    lime, dregs = numbered()["lime"].number, numbered()["green-liquor-dregs"].number
    assert dregs in served()[lime]
    wishes = read("material", "want", "Kalkkia", "", None)
    assert wishes.perhaps[dregs // MASK_BITS] >> dregs % MASK_BITS & 1


def test_two_kinds_of_evidence_make_a_thing_near() -> None:
    """Board is kin of paper; it is near only where it serves the use, too."""
    board = numbered()["cardboard"].number
    at, bit = board // MASK_BITS, board % MASK_BITS
    alone = read("material", "want", "Keräyspaperia", "", None)
    assert not alone.near[at] >> bit & 1
    assert alone.perhaps[at] >> bit & 1
    assert read("material", "want", "Keräyspaperia pakkausmateriaaliksi", "", None).near[at] >> bit & 1

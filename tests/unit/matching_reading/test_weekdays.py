"""Days of the week that two cards name must meet."""

from __future__ import annotations

import pytest

from services.matching.domain.measure import GATE
from services.matching.domain.weighing import pair_points
from services.matching.domain.weights import KIND_RULES
from services.matching.reading.weekdays import weekdays_of
from services.matching.words.tokens import normal
from tests.unit.matching_reading.test_routes import offered, wanted


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Ti ja ke", 2, 3),
        ("ma–pe", 1, 5),
        ("joka ke klo 8", 3, 3),
        ("torstaisin", 4, 4),
        ("tis och tors", 2, 4),
        ("måndag till onsdag", 1, 3),
    ],
)
def test_a_card_names_its_days(text: str, first: int, last: int) -> None:
    found = weekdays_of(normal(text))
    assert found is not None
    assert (found.low, found.high) == (first * 1_000, last * 1_000)


@pytest.mark.parametrize("text", ["PE-muovia", "kirkas pe", "arkisin klo 14", "maanantaista perjantaihin", "on to"])
def test_other_words_and_every_day_name_none(text: str) -> None:
    assert weekdays_of(normal(text)) is None


@pytest.mark.parametrize(
    ("offer", "meet"),
    [("Rekka Oulusta Kemiin ti ja ke", True), ("Rekka Oulusta Kemiin torstaisin", False), ("Rekka Kemiin", True)],
)
def test_who_drives_on_another_day_does_not_fetch(offer: str, *, meet: bool) -> None:
    points = pair_points(offered(offer), wanted("Kuljetus Oulusta Kemiin keskiviikkoisin"), KIND_RULES["logistics"])
    assert (points != GATE) is meet

"""How much of a stuff is, or may be, in a thing, whatever the stuff."""

from __future__ import annotations

import pytest

from services.matching.domain.measure import GATE, quality_points
from services.matching.domain.sides import numbers
from services.matching.domain.weights import FULL
from services.matching.reading.clauses import clauses
from services.matching.reading.limits import limits_of
from services.matching.words.tokens import normal
from tests.unit.matching.listings import have, want


@pytest.mark.parametrize(
    ("thing", "wish", "expected"),
    [
        ("Purkubetonia, n. 50 % tiiltä", "Betonia, tiili max 10 %", GATE),
        ("Purkubetonia, tiiltä 5 %", "Betonia, tiili max 10 %", FULL),
        ("Flis, ca 12 % bark", "Haketta, kuorta enintään 5 %", GATE),
        ("Flis, bark högst 3 %", "Haketta, kuorta enintään 5 %", FULL),
        ("Haketta", "Haketta, kuorta enintään 5 %", FULL),
        ("Lejetyrta, ull 60 %", "Tyg, minst 80 % ull", GATE),
        ("Haketta, kuorta 12 %", "Haketta, kuorta 5 %", FULL),
    ],
)
def test_a_share_of_any_stuff_is_held_against_its_limit(thing: str, wish: str, expected: int) -> None:
    assert quality_points(numbers(have(name=thing)), numbers(want(name=wish))) == expected


@pytest.mark.parametrize("text", ["Krossning, ca 4000 t", "flis, ca 12 % bark", "kross ca. 4000 t"])
def test_circa_is_no_calcium(text: str) -> None:
    assert limits_of(clauses(normal(text))) == ()
    assert limits_of(clauses(normal("neutralointikyky vähintään 25 % Ca"))) != ()


@pytest.mark.parametrize(
    ("thing", "wish", "expected"),
    [
        ("Palaneen varaston teräspalkkeja", "Teräspalkkeja, ei tulipalossa olleita", GATE),
        ("Teräspalkkeja", "Teräspalkkeja, ei tulipalossa olleita", FULL),
        ("Kuonaa, kromi yli raja-arvon", "Kuonaa, MARA-tutkittua", GATE),
        ("Rött tegel, murat med cementbruk", "Punatiiliä, kalkkilaastilla muurattuja", GATE),
    ],
)
def test_what_has_burnt_or_is_over_a_limit_or_set_in_cement_is_not_what_is_asked(
    thing: str, wish: str, expected: int
) -> None:
    assert quality_points(numbers(have(name=thing)), numbers(want(name=wish))) == expected

"""Numbers that cards of rooms tell, and what a room has besides."""

from __future__ import annotations

import pytest

from services.matching.domain.measure import quality_points
from services.matching.domain.sides import numbers
from services.matching.domain.weights import FULL
from tests.unit.matching.listings import have, want

GATE = -1


def points(thing: str, wish: str, kind: str = "premises") -> int:
    offered = have(name=thing, kind=kind, ewc_code=None)
    return quality_points(numbers(offered), numbers(want(name=wish, kind=kind, ewc_code=None)))


@pytest.mark.parametrize(
    ("thing", "wish", "expected"),
    [
        ("Konehalli +8 astetta", "Halli, vähintään +15", GATE),
        ("Varasto +18", "Halli, vähintään +15", FULL),
        ("Kylmiö 0…+4", "Kylmää tilaa +1…+3", FULL),
        ("Kylmiö +2", "Kylmää tilaa 5–8 astetta", GATE),
        ("Pakkasvarasto (-22)", "Pakastetilaa -18 tai kylmempi", FULL),
        ("Fryslager -15", "Frysutrymme, högst -18", GATE),
        ("Varasto + 2 toimistoa", "Varasto, vähintään +15", FULL),
        ("Halli klo 18-22", "Halli, vähintään +15", FULL),
    ],
)
def test_a_room_keeps_the_degrees_that_are_asked(thing: str, wish: str, expected: int) -> None:
    assert points(thing, wish) == expected


@pytest.mark.parametrize(
    ("thing", "wish", "expected"),
    [
        ("Halli, nosto-ovi 4 x 4 m", "Halli, ovikorkeus yli 4,5 m", GATE),
        ("Hall, port 4 x 4,8 m", "Halli, ovikorkeus yli 4,5 m", FULL),
        ("Halli, ovi 18 m leveä", "Halli, ovi 4,5 m", FULL),
        ("Halli, korkeus 4,2 m", "Halli, korkeutta 6 m", GATE),
        ("Hall, takhöjd 9 m", "Halli, korkeutta 6 m", FULL),
        ("Luokka 24 hengelle", "Koulutustila 30:lle", GATE),
        ("Sal för 120 personer", "Koulutustila 30:lle", FULL),
        ("Halli, lattia 2 t/m2", "Hall, golv 5 ton/m2", GATE),
        ("Halli, 63 A", "Halli, liittymä 400 A", GATE),
        ("Kajplats, vattendjup 6,5 m", "Kaj minst 5 m djupgående", FULL),
        ("Brygga, max 2,1 m djup", "Kaj minst 5 m djupgående", GATE),
        ("Halli 600 m2", "Halli, ovikorkeus yli 4,5 m, liittymä 400 A", FULL),
    ],
)
def test_a_room_takes_what_is_no_larger(thing: str, wish: str, expected: int) -> None:
    assert points(thing, wish) == expected


@pytest.mark.parametrize(
    ("thing", "wish", "expected"),
    [
        ("Yrttikuivaamo 35-42 °C", "Yrttien kuivaus, max 45 astetta", FULL),
        ("Kuivuri, ilma 70 astetta", "Yrttien kuivaus, max 45 astetta", GATE),
        ("Ugn, upp till 750 grader", "Avspänningsglödgning 620 °C", FULL),
        ("Uuni 900 C", "Karkaisu 1050 astetta", GATE),
    ],
)
def test_a_machine_reaches_the_degrees_that_are_asked(thing: str, wish: str, expected: int) -> None:
    assert points(thing, wish, "capacity") == expected


def test_a_hall_without_a_crane_lifts_nothing() -> None:
    assert points("Varastohalli, ei nosturia", "Halli, nostot 16 t") == GATE
    assert points("Tuotantohalli, siltanosturi 20 t", "Halli, nostot 16 t") == FULL


def test_a_room_is_under_a_roof_and_a_yard_is_not() -> None:
    assert points("Ratsastusmaneesi", "Ratsastuspaikka sisällä") == FULL
    assert points("Venepaikka ulkona", "Veneelle talvipaikka katon alta") == GATE


def test_what_stood_in_a_room_before_does_not_bind_it() -> None:
    assert points("Kylmiö, ollut perunalla", "Kylmätila porkkanalle") != GATE


def test_animals_have_their_own_houses() -> None:
    assert points("Hevostallissa neljä karsinaa", "Sonneille talvipaikka") == GATE
    assert points("Pihatto naudoille", "Sonneille talvipaikka") == FULL


def test_hours_of_the_day_are_heard_in_numbers() -> None:
    assert points("Luokka, ark. klo 16 jälkeen", "Koulutustila arkisin 9–15") == GATE
    assert points("Luokka, ark. klo 16 jälkeen", "Tila iltakurssille") == FULL

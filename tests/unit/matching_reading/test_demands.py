"""What a want cannot take as a matter of course."""

from __future__ import annotations

import pytest

from services.matching.domain.measure import GATE, quality_points
from services.matching.domain.sides import numbers
from tests.unit.matching.listings import have, want


def fits(offer: str, demand: str, kind: str = "material") -> bool:
    offered = numbers(have(name=offer, kind=kind, description="", ewc_code=None))
    return quality_points(offered, numbers(want(name=demand, kind=kind, description="", ewc_code=None))) != GATE


@pytest.mark.parametrize(
    ("offer", "demand"),
    [
        ("Maalattua haketta", "Haketta karjan kuivikkeeksi"),
        ("Märkää pahvia", "Pahvia pakkausten pehmusteeksi"),
        ("Rikkinäisiä ikkunoita", "Ikkunoita pieneen kasvihuoneeseen"),
        ("Tryckimpregnerat virke", "Ved till stugan"),
        ("Homeisia ovia", "Sisäovia"),
        ("Murskattua tiiltä", "Vanhoja purkutiiliä"),
        ("Homeisia ovia", "Sisäovia kesämökin saunaan, lämmitetään takalla"),
        ("Kuolleita taimia", "Taimia maisemointiin"),
    ],
)
def test_a_use_or_a_thing_rules_out_what_would_spoil_it(offer: str, demand: str) -> None:
    assert not fits(offer, demand)


def test_who_speaks_of_the_quality_has_his_own_say() -> None:
    assert fits("Rikkinäisiä ikkunoita", "Ikkunoita kasvihuoneeseen, rikkinäisetkin käyvät")
    assert fits("Märkää pahvia", "Pahvia pehmusteeksi, märkä käy")


def test_what_is_silent_on_it_fits() -> None:
    assert fits("Pahvia", "Pahvia pakkausten pehmusteeksi")


def test_nobody_works_where_it_freezes_unless_he_says_so() -> None:
    assert not fits("Kylmä peltihalli, maapohja", "Verkstadslokal för liten snickerifirma", "premises")
    assert fits("Kylmä halli", "Verstastilaa, kylmä käy", "premises")
    assert fits("Halli 200 m2", "Verstastilaa", "premises")


def test_good_shape_shows_that_it_is_whole_and_is_not_asked_for() -> None:
    asked = numbers(want(name="Ehjiä ikkunoita", description="", ewc_code=None))
    good, silent = (
        numbers(have(name=name, description="", ewc_code=None)) for name in ("Hyväkuntoisia ikkunoita", "Ikkunoita")
    )
    assert quality_points(good, asked) > quality_points(silent, asked)
    fine = numbers(want(name="Hyväkuntoisia ikkunoita", description="", ewc_code=None))
    assert quality_points(silent, fine) == quality_points(good, fine)


def test_how_what_is_replaced_is_tells_nothing_of_what_is_wanted() -> None:
    assert fits("Ehjiä väliovia", "Korvaamme rikkinäisiä ovia, tarvitaan sisäovia")


@pytest.mark.parametrize(
    "demand",
    [
        "Kumimattoja, kunnolla ei väliä", "Kumimattoja, pintavauriot ei haittaa",
        "Gummimattor, skicket spelar ingen roll",
        "Baarituoleja kunnostettavaksi",
    ],
)  # fmt: skip
def test_who_minds_no_shape_takes_what_is_broken(demand: str) -> None:
    assert fits("Rikkinäisiä " + ("baarituoleja" if "Baari" in demand else "kumimattoja"), demand)
    assert not fits("Rikkinäisiä baarituoleja", "Baarituoleja")

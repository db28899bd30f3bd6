"""Which way transport goes, and that it keeps cards apart where the ways differ."""

from __future__ import annotations

import pytest

from services.matching.domain.meaning import BEARING
from services.matching.domain.measure import GATE
from services.matching.domain.roads import distance_hm, leads_there
from services.matching.domain.sides import Numbers, numbers
from services.matching.domain.weighing import pair_points
from services.matching.domain.weights import KIND_RULES
from services.matching.reading.routes import Route, route_of, without_places
from services.matching.words.tokens import normal
from shared.reference.places import parse_municipality
from tests.unit.matching.listings import have as a_have
from tests.unit.matching.listings import want as a_want


def place(name: str) -> tuple[float, float]:
    point = parse_municipality(name).point
    return point.lat, point.lon


def code(name: str) -> int:
    return int(parse_municipality(name).code) if name else 0


def offered(text: str, at: str = "Oulu") -> Numbers:
    return numbers(a_have(kind="logistics", name=text, description="", ewc_code=None, at=place(at)))


def wanted(text: str, at: str = "Oulu") -> Numbers:
    return numbers(a_want(kind="logistics", name=text, description="", ewc_code=None, at=place(at)))


@pytest.mark.parametrize(
    ("text", "start", "goal"),
    [
        ("Vajaita paluukuormia Torniosta Ouluun tiistaisin", "Tornio", "Oulu"),
        ("Kylmärekka Seinäjoelta pääkaupunkiseudulle joka yö", "Seinäjoki", "Helsinki"),
        ("Kylbil Kaskö–Vasa–Helsingfors onsdagar", "Kaskinen", "Helsinki"),
        ("kylmäkone-auto ajaa Kuusamo-Vantaa", "Kuusamo", "Vantaa"),
        ("Bulktransport från Kaskö hamn till Tammerfors", "Kaskinen", "Tampere"),
        ("Frakt från Kristinestad till partihandel i Helsingfors", "Kristiinankaupunki", "Helsinki"),
        ("Autossa tyhjää tilaa Oulusta Kemin suuntaan", "Oulu", "Kemi"),
        ("Säiliöauto vie kvartsia Kotkaan ja palaa tyhjänä Vaasaan", "Kotka", "Vaasa"),
        ("Tipptrailer kör pellets till Kotka och går tom hem till Seinäjoki", "Kotka", "Seinäjoki"),
        ("Vien tavaraa Helsinkiin, paluukuormaa vailla", "Helsinki", ""),
        ("Haketta ajettavana terminaalista Joensuuhun", "", "Joensuu"),
        ("Kuivikkeiden ajoa pellolle", "", ""),
        ("Kouvolasta Hangon satamaan neljä rekkaa", "Kouvola", "Hanko"),
        ("Vantaan reissu keskiviikkona", "", "Vantaa"),
        ("Haapajärveltä tulee kontteja ja me mennään sinne tyhjillä", "", "Haapajärvi"),
        ("Rullia Uimaharjusta Jalasjärvelle", "Joensuu", "Kurikka"),
        ("Returlast Jakobstad → Helsingforstrakten", "Pietarsaari", "Helsinki"),
        ("Pari lavaa viikossa Vaasan satamahan", "", "Vaasa"),
        ("Lihaa Nivalasta Helsinkiin, takaisin tyhjänä", "Helsinki", "Nivala"),
        ("Vasa–Åbo på fredagar, tom tillbaka", "Turku", "Vaasa"),
        ("Rekka palaa Oulusta Tampereelle tyhjänä", "Oulu", "Tampere"),
        ("Lavoja Oulusta Tampereelle, paluu tyhjät rullakot", "Oulu", "Tampere"),
    ],
)
def test_a_card_tells_whence_and_whither(text: str, start: str, goal: str) -> None:
    assert route_of(normal(text)) == Route(code(start), code(goal))


def test_a_bearing_is_a_goal_as_well() -> None:
    assert route_of(normal("Kylmäauto palaa tyhjänä etelään")).goal == BEARING + 180
    assert route_of(normal("Frysbil tom retur norrut")).goal == BEARING


def test_there_and_back_is_told_by_between() -> None:
    assert route_of(normal("Bil mellan Åbo och Salo varje dag")) == Route(code("Turku"), code("Salo"), both_ways=True)


@pytest.mark.parametrize(
    ("offer", "demand", "fits"),
    [
        ("Rekka Oulusta Tampereelle", "Kuljetus Oulusta Tampereelle", True),
        ("Rekka Oulusta Tampereelle", "Kuljetus Oulusta Jämsään", True),
        ("Rekka Oulusta Tampereelle", "Kuljetus Tampereelta Ouluun", False),
        ("Rekka Oulusta Tampereelle", "Kuljetus Oulusta Rovaniemelle", False),
        ("Rekka Oulusta Raaheen", "Kuljetus Oulusta Helsinkiin", False),
        ("Rekka etelään", "Kuljetus Oulusta Lahteen", True),
        ("Rekka etelään", "Kuljetus Oulusta Kemiin", False),
        ("Rekka välillä Oulu ja Tampere", "Kuljetus Tampereelta Ouluun", True),
        ("Rekka kuljettajineen", "Kuljetus Oulusta Lahteen", True),
    ],
)
def test_a_load_goes_along_with_who_drives_its_way(offer: str, demand: str, *, fits: bool) -> None:
    assert leads_there(offered(offer), wanted(demand)) is fits


def test_another_way_is_a_gate() -> None:
    rules = KIND_RULES["logistics"]
    assert pair_points(offered("Rekka Oulusta Lahteen"), wanted("Kuljetus Oulusta Kemiin"), rules) == GATE


def test_who_starts_elsewhere_is_where_he_starts() -> None:
    assert distance_hm(offered("Rekka Vantaalta Ouluun", at="Oulu"), wanted("Rahti Vantaalta Ouluun", at="Muhos")) == 0


def test_goods_wait_beside_the_road_of_who_passes_them() -> None:
    lorry = offered("Rekka Oulusta Helsinkiin")
    beside, behind = (wanted("Rahti Helsinkiin", at=at) for at in ("Jyväskylä", "Rovaniemi"))
    assert 0 < distance_hm(lorry, beside) < 700
    assert distance_hm(lorry, behind) > 1_500


def test_who_tells_no_road_is_near_goods_that_pass_him() -> None:
    goods = wanted("5 lavaa Oulusta Helsinkiin")
    on_the_way, off_it = (offered("Kuormatilaa rekassa", at=at) for at in ("Jyväskylä", "Lieksa"))
    assert distance_hm(on_the_way, goods) < 1_000 < distance_hm(off_it, goods)


def test_a_load_from_beside_the_road_goes_no_farther_than_its_end() -> None:
    assert leads_there(offered("Rekka Oulusta Jyväskylään"), wanted("Rahti Jyväskylään", at="Haapajärvi"))
    assert not leads_there(offered("Rekka Oulusta Jyväskylään"), wanted("Rahti Helsinkiin", at="Äänekoski"))


def test_a_round_leads_both_ways() -> None:
    assert route_of(normal("Pakettiauto kiertää Lahti-Heinola")).both_ways


def test_a_town_and_a_day_in_common_are_no_evidence_of_the_goods() -> None:
    assert without_places(normal("Tukkeja Oulusta Lahteen torstaisin")).split() == ["tukkeja"]

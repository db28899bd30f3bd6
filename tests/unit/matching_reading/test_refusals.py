"""What a text will not have, whatever the vocabulary knows of it."""

from __future__ import annotations

import pytest

from services.matching.domain.measure import bars, concept_points, is_other_variety, quality_points
from services.matching.domain.sides import Numbers, numbers
from services.matching.domain.weights import FULL, UNMEASURED, WHOLE_COUNTRY_KM
from services.matching.reading.clauses import clauses, split
from services.matching.reading.distances import reach_km
from services.matching.reading.ellipses import whole
from services.matching.words.tokens import normal
from tests.unit.matching.listings import have, want

GATE = -1


def offered(name: str, description: str = "") -> Numbers:
    return numbers(have(name=name, description=description, ewc_code=None))


def wanted(name: str, description: str = "") -> Numbers:
    return numbers(want(name=name, description=description, ewc_code=None))


@pytest.mark.parametrize(
    ("wish", "thing"),
    [
        ("Styroksia, ei kalalaatikoita", "Styroksisia kalalaatikoita"),
        ("Romua. Lastua emme ota", "Teräslastua sorvista"),
        ("Lasia, laminoitu ei käy", "Laminoitua lasia"),
        ("Trä. Målat får vi inte elda", "Målat trä"),
        ("Kuitua, ei pinnoitettuja kankaita", "Pinnoitettu kangas"),
        ("Juottomaitoa. Lääkemaitoa ei juoteta", "Antibioottimaitoa lehmiltä"),
        ("Heraa. Suolaista emme syötä", "Suolaista heraa"),
        ("Choklad. Nötter får inte finnas på linjen", "Choklad med nötter"),
        ("Suklaata, pähkinöitä ei saa olla seassa", "Suklaata, pähkinöitä mukana"),
        ("Villaa, ei vatsa- eikä takkuvillaa", "Takkuvillaa"),
    ],
)
def test_what_is_refused_contradicts(wish: str, thing: str) -> None:
    assert quality_points(offered(thing), wanted(wish)) == GATE


@pytest.mark.parametrize(
    ("wish", "thing"),
    [
        ("Kuitua, ei pinnoitettuja kankaita", "Puuvillakankaan reunoja"),
        ("Lastua, likainenkin käy", "Likaista lastua"),
        ("Glas, färgen stör inte", "Färgat glas"),
    ],
)
def test_what_is_let_pass_or_is_half_a_phrase_contradicts_nothing(wish: str, thing: str) -> None:
    assert not bars(wanted(wish), offered(thing))


def test_a_negation_stands_before_what_it_refuses_or_behind_it() -> None:
    said = [split(clause) for clause in clauses("metsään käy, pellolle ei, ilman lisäaineita")]
    assert said == [("metsään käy", ""), ("", "pellolle "), ("", " lisäaineita")]


@pytest.mark.parametrize(("thing", "is_other"), [("PP-rouhetta", False), ("PVC-rouhetta", True), ("Muovia", False)])
def test_another_variety_of_the_group_contradicts_and_silence_does_not(thing: str, is_other: bool) -> None:
    assert is_other_variety(offered(thing), wanted("Polypropeenia ruiskuvaluun")) is is_other


@pytest.mark.parametrize(
    ("wish", "thing"),
    [
        ("Kuparia sulatukseen, messinki ja eristetty kaapeli ei", "Messinkilastua"),
        ("Ajoneuvojen pesuun vettä, ei kemikaaleja", "Huuhteluvettä, pH 12"),
        ("Vatten till dammbindning, inte basiskt", "Tvättvatten, alkaliskt"),
        ("Kahvinporoja, oltava saman päivän", "Kahvinporoja, tyhjennys kerran viikossa"),
        ("Koldioxid, ingen kolmonoxid", "Koldioxid, CO förekommer"),
        ("Strö: torrt kutter- eller sågspån", "Vått sågspån"),
        ("Slaktbiprodukter kat 3", "Riskiainesta teurastamolta"),
        ("Kalibrering av vågar", "Kalibrering av temperaturgivare"),
        ("NDT: röntgen ja ultraääni", "NDT: silmämääräinen ja tunkeumaneste"),
        ("Putkijätettä, ei PEXiä", "PEX-putken hylkyä"),
    ],
)
def test_what_the_want_asks_and_the_have_is_not_keeps_them_apart(wish: str, thing: str) -> None:
    apart = have(name=thing, ewc_code=None), want(name=wish, ewc_code=None)
    assert GATE in (concept_points(*map(numbers, apart)), quality_points(*map(numbers, apart)))


def test_a_list_of_varieties_takes_each_of_them() -> None:
    wish = wanted("Lujitekankaita (lasi, hiili, aramidi)")
    assert not is_other_variety(offered("Restrullar glasfiberväv"), wish)
    assert not is_other_variety(offered("Använd aceton"), wanted("Lösningsmedel: ketoner, acetater, alkoholer"))


def test_end_of_waste_is_no_refusal() -> None:
    assert [clause.refuses for clause in clauses("apua ei enää jätettä -arviointiin")] == [False]


def test_of_alternatives_and_of_opposites_none_is_asked() -> None:
    assert quality_points(offered("Vått spån"), wanted("Spån, torrt eller vått")) == FULL
    assert quality_points(offered("Märkää purua"), wanted("Kuivaa purua tai märkää lastua")) == FULL


def test_a_refused_word_refuses_a_kind_of_what_is_wanted() -> None:
    wish = wanted("Kuparia ja romua, messinki ei")
    assert concept_points(offered("Messinkiä"), wish) == GATE
    assert concept_points(offered("Kuparia"), wish) > 0
    assert concept_points(offered("Rikkinäisiä eurolavoja"), wanted("Eurolavoja. Kertalavat eivät käy")) > 0


def test_over_a_limit_not_is_at_most() -> None:
    wish = wanted("Liuotinta", "yli 30 % vettä ei käy")
    assert quality_points(offered("Liuotinta", "vettä 40 %"), wish) == GATE
    assert quality_points(offered("Liuotinta", "vettä 10 %"), wish) == FULL
    assert quality_points(offered("Liuotinta"), wish) == UNMEASURED


@pytest.mark.parametrize(
    ("wish", "thing", "points"),
    [
        ("kloori alle 0,5 %", "klooria 3000 mg/kg", FULL),
        ("kloori alle 0,5 %", "klooria 7000 mg/kg", GATE),
        ("kloori alle 5000 ppm", "klooria 0,7 prosenttia", GATE),
        ("kloori alle 5 promillea", "klooria 4 g/kg", FULL),
        ("kosteus alle 20", "kosteus 12 %", FULL),
        ("kosteus alle 20", "kosteus n. 55 %", GATE),
        ("kloori alle 0,5 %", "klooria 2 mg/l", UNMEASURED),
        ("paksuus alle 5 mm", "paksuus 0,4 cm", FULL),
        ("vapaa korkeus vähintään 6 m", "vapaa korkeus 4500 mm", GATE),
        ("vapaa korkeus vähintään 6 m", "vapaa korkeus 7", FULL),
        ("johtokyky alle 0,2 µS/cm", "johtokyky 0,01 mS/m", FULL),
        ("rautaa alle 5 %", "rautaa 20 mm", UNMEASURED),
    ],
)
def test_limits_compare_within_one_family_of_units(wish: str, thing: str, points: int) -> None:
    assert quality_points(offered("Erä", thing), wanted("Erä", wish)) == points


@pytest.mark.parametrize(
    ("text", "km"),
    [
        ("haemme 60 km säteeltä", 60),
        ("inom 40 km", 40),
        ("enintään 5 km verkosta", 5),
        ("hämtas i hela landet", WHOLE_COUNTRY_KM),
        ("matkaa on 3 km", 0),
        ("kuormia viikossa", 0),
        ("inom 10 mil", 100),
        ("enintään 3 peninkulmaa", 30),
        ("1200 km säteellä", 1_200),
        ("1 200 km säteellä", 1_200),
        ("inom 15–20 km", 20),
        ("alle 12,5 km", 12),
        ("inom 400 mil", WHOLE_COUNTRY_KM),
        ("inom 3 miljoner", 0),
    ],
)
def test_how_far_one_reaches_is_read(text: str, km: int) -> None:
    assert reach_km(normal(text)) == km


def test_words_that_share_their_end_are_made_whole() -> None:
    assert whole("moottori- ja hydrauliöljyt") == "moottoriöljyt ja hydrauliöljyt"
    assert whole("tyhjiö- ja hydrauliöljyt") == "tyhjiö- ja hydrauliöljyt"


def test_what_is_not_there_at_weekends_does_not_keep_weekends_apart() -> None:
    heat = offered("Jäähdytyskierrosta kuumaa vettä 95 astetta. Viikonloppuina ei tule.")
    school = wanted("Kaupunki lämmittää koulua arkisin. Viikonloppuna ylläpito omalla kattilalla.")
    assert not bars(heat, school)


def test_what_happens_when_it_gets_wet_does_not_make_it_wet() -> None:
    wish = wanted("Torr flygaska till stabilisering av lera")
    assert quality_points(offered("Torr flygaska", "cementlik när den blir blöt"), wish) == FULL
    assert quality_points(offered("Flygaska, blöt"), wish) == GATE

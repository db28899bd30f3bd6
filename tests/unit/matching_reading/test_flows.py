"""Energy, water and chemicals as people tell them: degrees, pressures, grades, strengths, vessels and fuels."""

from __future__ import annotations

import pytest

from services.matching.domain.meaning import COOLS, WARMS, Meaning, Unsaid
from services.matching.domain.measure import GATE, concept_points, quality_points, temperature_points
from services.matching.domain.sides import Numbers, numbers
from services.matching.judging.cards import Card
from services.matching.judging.product import listing_of
from services.matching.reading.ellipses import whole
from services.matching.reading.reader import read
from services.matching.words.concepts import numbered
from services.matching.words.tokens import normal
from shared.reference.places import parse_municipality

_NOTHING_SAID = Unsaid(amount=True, temperature=True)


def _read(kind: str, direction: str, text: str) -> Meaning:
    return read(kind, direction, text, "", None, _NOTHING_SAID)


def _side(kind: str, direction: str, text: str) -> Numbers:
    place = parse_municipality("Tampere")
    said = (text, direction, kind, "fi", text, place)
    return numbers(listing_of(Card(*said, "", None, False, None, "year", "", None, "", None, None, None)))


def _things(kind: str, direction: str, text: str) -> set[str]:
    by_number = {thing.number: name for name, thing in numbered().items()}
    return {by_number[thing.number] for thing in _read(kind, direction, text).things}


def test_of_a_range_that_is_wanted_the_lower_end_is_warm_enough() -> None:
    want = _side("energy", "want", "Växthus söker värme, 30–45 grader räcker")
    assert temperature_points(_side("energy", "have", "Lauhdelämpöä 35 astetta"), want) != GATE
    assert temperature_points(_side("energy", "have", "Lauhdelämpöä 25 astetta"), want) == GATE


def test_up_to_so_much_is_no_degree() -> None:
    assert _read("energy", "want", "Kuorta otetaan, kosteus saa olla 60 asti").temperature_c is None


def test_water_may_be_wanted_no_warmer_or_at_least_so_warm() -> None:
    assert _read("water", "want", "Vettä kaloille, alle 14 astetta").flags & COOLS
    assert _read("water", "want", "Pesuun vettä väh. 60 astetta").flags & WARMS
    cold, hot = (_side("water", "have", f"Vettä {degrees} astetta") for degrees in (8, 66))
    fish, wash = _side("water", "want", "Vettä alle 14 astetta"), _side("water", "want", "Kuumaa vettä väh. 60 astetta")
    assert temperature_points(cold, fish) != GATE
    assert temperature_points(hot, fish) == GATE
    assert temperature_points(hot, wash) != GATE
    assert temperature_points(cold, wash) == GATE


def test_what_is_plainly_cold_heats_nothing_and_what_is_warm_cools_nothing() -> None:
    heat, cold = _side("energy", "want", "Altaille lämpöä"), _side("energy", "want", "Varastoon kylmää")
    assert temperature_points(_side("energy", "have", "Vettä 2 astetta"), heat) == GATE
    assert temperature_points(_side("energy", "have", "Vettä 40 astetta"), cold) == GATE
    pumped = _side("energy", "want", "Lämmönlähdettä lämpöpumpulle")
    assert temperature_points(_side("energy", "have", "Vettä 10 astetta"), pumped) != GATE


def test_cold_energy_is_cooling_and_cooling_that_is_warm_is_heat() -> None:
    assert _things("energy", "have", "Viileää yli, 4–8 astetta") == {"cooling-energy"}
    assert _things("energy", "have", "Hehkutusuunin jäähdytys 92 C") == {"waste-heat"}


@pytest.mark.parametrize(
    ("have", "want", "fits"),
    [
        ("Höyryä 10 bar", "Höyryä 6–8 bar", True),
        ("Höyryä 3 bar", "Höyryä 6–8 bar", False),
        ("Hönkähöyryä, ei painetta", "Höyryä 6–8 bar", False),
        ("Paineilmaa 0,8 bar", "Paineilmaa 7 bar", False),
    ],
)
def test_a_bare_pressure_of_steam_and_air_is_the_least_that_will_do(have: str, want: str, fits: bool) -> None:
    points = quality_points(_side("energy", "have", have), _side("energy", "want", want))
    assert (points != GATE) is fits


@pytest.mark.parametrize(
    ("have", "want", "fits"),
    [
        ("Nestetyppeä 5.0", "Typpeä 5.0 laserille", True),
        ("Typpeä generaattorista, puhtaus 99,5 %", "Typpeä 5.0 laserille", False),
        ("Lipeää, n. 2 %", "Lipeää, NaOH 10–50 %", False),
        ("Natronlipeää 45 %", "Lipeää, NaOH 10–50 %", True),
        ("Ammoniakkivettä 15 %", "Ammoniakkivettä 25 %", False),
        ("Ammoniakkivettä 24 %", "Ammoniakkivettä 25 %", True),
    ],
)
def test_grades_and_strengths_compare_whatever_they_are_called(have: str, want: str, fits: bool) -> None:
    points = quality_points(_side("material", "have", have), _side("material", "want", want))
    assert (points != GATE) is fits


def test_litres_of_water_are_no_moisture() -> None:
    want = _read("water", "want", "Tislattua vettä 200 l viikossa, johtokyky alle 5 µS/cm")
    assert len(want.limits) == 1


def test_fuels_on_cards_of_energy_are_the_thing_and_go_by_road() -> None:
    text = "Puupelletti 8 mm jäi yli kun vaihdettiin maalämpöön"
    assert _things("energy", "have", text) == {"pellets-fuel"}
    assert _read("energy", "have", text).far_km > 100
    assert _things("water", "have", "Herapermeaattia 20 m3 päivässä") == {"whey"}


def test_words_mean_what_they_mean_on_cards_of_the_kind() -> None:
    assert _things("energy", "have", "Varavoimakone 500 kVA") == {"backup-power"}
    assert _things("energy", "have", "Katolla 800 kWp paneelit") == {"electricity"}
    assert _things("energy", "have", "Sähkökattila 2 MW, voidaan ajaa alas") == {"demand-response"}


def test_who_names_a_fuel_is_not_served_by_heat() -> None:
    want = _side("energy", "want", "Kuivuri tarvitsee kevyttä polttoöljyä")
    assert concept_points(_side("energy", "have", "Höyryä yli"), want) < concept_points(
        _side("energy", "have", "Säiliöllinen löpöä"), want
    )


def test_a_vessel_that_is_named_after_its_content_is_full_of_it_unless_it_is_empty() -> None:
    assert whole(normal("hydrauliöljytynnyri")) == "hydrauliöljy tynnyri"
    assert whole(normal("AIV-kontti")) == "aiv kontti"
    assert whole(normal("tyhjä hydrauliöljytynnyri")) == "tyhjä hydrauliöljytynnyri"


def test_little_water_in_vessels_goes_by_road_and_other_water_by_pipe() -> None:
    assert _read("water", "want", "Tislattua vettä 200 l viikossa").far_km > _read("water", "want", "Jokivettä").far_km


def test_what_is_wanted_from_next_door_comes_from_no_farther() -> None:
    assert 0 < _read("energy", "want", "Sähköä samasta kiinteistöstä tai vierestä").said_km <= 15


def test_chemicals_of_a_want_ask_for_no_permit_to_carry_them() -> None:
    assert not any(_read("material", "want", "Kouluun kemikaaleja").needs)

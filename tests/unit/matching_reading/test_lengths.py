"""Millimetres that no name stands with, and cold that is no heat."""

from __future__ import annotations

from services.matching.domain.measure import GATE, quality_points, temperature_points
from services.matching.domain.sides import Numbers, numbers
from tests.unit.matching.listings import have as a_have
from tests.unit.matching.listings import want as a_want


def pair(kind: str, offer: str, demand: str) -> tuple[Numbers, Numbers]:
    return (
        numbers(a_have(kind=kind, name=offer, description="", ewc_code=None, temperature_c=None)),
        numbers(a_want(kind=kind, name=demand, description="", ewc_code=None, temperature_c=None)),
    )


def test_thicker_sheets_than_a_laser_cuts_are_kept_from_it() -> None:
    demand = "Levyn laserleikkausta, rakenneteräs 12 mm"
    assert quality_points(*pair("capacity", "CO2-laser, ohutlevyt enintään 6 mm", demand)) == GATE
    assert quality_points(*pair("capacity", "Kuitulaser, teräs 20 mm asti", demand)) != GATE


def test_thin_sheet_is_no_scrap_of_two_millimetres() -> None:
    demand = "Valimo ostaa levyrankoja, paksuus yli 2 mm"
    assert quality_points(*pair("material", "Ohutlevyn hukkapaloja 0,6 mm", demand)) == GATE
    assert quality_points(*pair("material", "Levyrankoja 3–8 mm", demand)) != GATE


def test_a_grading_that_is_asked_for_may_be_sieved() -> None:
    tiles, bed = pair("material", "Rikkoutunutta tiiltä", "Viherkatoille tiilimursketta 2–8 mm")
    assert all(what <= 0 for what in bed.limit_what), "silence says nothing"
    assert quality_points(tiles, bed) != GATE


def test_beams_too_short_do_not_fit_and_longer_ones_are_cut() -> None:
    demand = "Liimapuuta palkeiksi, väh. 8 m"
    assert quality_points(*pair("material", "Kertopuun pätkiä 3 m", demand)) == GATE
    assert quality_points(*pair("material", "Liimapuupalkkeja 115x630, 14 m", demand)) != GATE
    assert quality_points(*pair("material", "Limträbalkar, längder 2-4 m", "Balkar 6 m")) == GATE


def test_the_width_of_a_hall_is_no_length_of_a_piece() -> None:
    hall, _ = pair("material", "Kattotuoleja hallista, jänneväli 12 m", "")
    assert not any(hall.limit_what)


def test_a_size_of_two_sides_is_no_thickness() -> None:
    sheet, _ = pair("material", "Peltiä 60 x 40 mm paloina", "")
    assert all(what < 0 for what in sheet.limit_what if what)


def test_what_is_to_cool_must_be_cold_enough() -> None:
    warm, asked = pair("water", "Använt kylvatten 32 °C", "Kemiantehdas hakee jäähdytysvettä, enintään 15 °C")
    cold, _ = pair("energy", "Kaukokylmää 7 °C", "")
    assert temperature_points(warm, asked) == GATE
    assert temperature_points(cold, asked) > 0


def test_heat_of_cooling_machines_is_heat() -> None:
    heat, asked = pair("energy", "Kylmälaitteiden lauhdelämpöä 35 °C", "Lattialämmitykseen lämpöä 30 °C")
    assert temperature_points(heat, asked) > 0
    assert temperature_points(asked, heat) == GATE

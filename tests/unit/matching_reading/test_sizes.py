"""Sizes, thickness, closing force and least lots that people tell without their names."""

from __future__ import annotations

import pytest

from services.matching.domain.meaning import LEAST_LOT, WEEKDAYS
from services.matching.domain.measure import quality_points
from services.matching.domain.sides import numbers
from services.matching.domain.weights import FULL
from services.matching.reading import gradings, pieces, rooms, sizes
from services.matching.reading.amounts import lifted_to
from services.matching.reading.clauses import clauses, split
from services.matching.words.tokens import normal
from tests.unit.matching.listings import have, want

GATE = -1


def points(thing: str, wish: str, kind: str = "capacity") -> int:
    offered = have(name=thing, kind=kind, ewc_code=None)
    return quality_points(numbers(offered), numbers(want(name=wish, kind=kind, ewc_code=None)))


@pytest.mark.parametrize(
    ("thing", "wish", "expected"),
    [
        ("5-axlig fräs, bord 800x500", "Fräsning av plugg 6 x 2 m", GATE),
        ("Portalfräs, bord 8 x 3 m", "Fräsning av plugg 6 x 2 m", FULL),
        ("Portalfräs, bord 3 x 8 m", "Fräsning av plugg 6 x 2 m", FULL),
        ("Uuni, sisämitta 1 m", "Hehkutusta, 4 x 2 x 2 m", GATE),
        ("Uuni 6 x 3 x 1,5 m", "Hehkutusta, 4 x 2 x 2 m", GATE),
        ("Jauhemaalauslinja, uuni 6 m", "Jauhemaalausta, kappaleet max 5 m", FULL),
        ("Jauhemaalauslinja, uuni 4 m", "Jauhemaalausta, kappaleet max 5 m", GATE),
        ("Maalaushalli 20 x 9 x 7", "Maalausta, kpl 12 x 6 x 4 m", FULL),
        ("Mittakone 500x400x400", "Mittausta 1,5 m kappaleille", GATE),
        ("Jyrsinkone", "Jyrsintää, pöytä 6 x 2 m", FULL),
    ],
)
def test_a_machine_holds_what_is_no_larger(thing: str, wish: str, expected: int) -> None:
    assert points(thing, wish) == expected


@pytest.mark.parametrize(
    ("thing", "expected"),
    [("Laser, rautaa 25 milliin asti", FULL), ("Laser max 8 mm", GATE), ("Laser upp till 15 mm", FULL)],
)
def test_a_cutter_cuts_up_to_its_thickness(thing: str, expected: int) -> None:
    assert points(thing, "Laserleikkausta, S355 15 mm") == expected


@pytest.mark.parametrize(
    ("thing", "wish", "expected"),
    [
        ("Ruiskuvalukone 80 t", "Ruiskuvalua, sulkuvoima vähintään 350 tn", GATE),
        ("Ruiskuvalukoneita 50-420 t", "Ruiskuvalua, sulkuvoima vähintään 350 tn", FULL),
        ("Ruiskuvalukone 420 t", "Pikkumuotti ruiskuun, 50–100 t riittää", GATE),
        ("Ruiskuvalukone, muovia 20 t kuussa", "Ruiskuvalua, sulkuvoima vähintään 350 tn", FULL),
    ],
)
def test_a_mould_asks_for_a_machine_of_its_size(thing: str, wish: str, expected: int) -> None:
    assert points(thing, wish) == expected


@pytest.mark.parametrize(
    ("thing", "wish", "expected"),
    [
        ("Mittausta, tarkkuus 0,1 mm", "Mittausta, tarkkuus 0,01 mm", GATE),
        ("Mittausta, tarkkuus ±0,005 mm", "Mittausta, tarkkuus 0,01 mm", FULL),
        ("Puhdastila ISO 8", "Puhdastila ISO 7", GATE),
        ("Puhdastila ISO-luokka 5", "Puhdastila ISO 7", FULL),
        ("Puhdastila ISO 8, ISO 9001", "Puhdastila ISO 8", FULL),
    ],
)
def test_the_finer_class_is_the_better(thing: str, wish: str, expected: int) -> None:
    assert (points(thing, wish) == GATE) is (expected == GATE)


def test_pallets_and_counts_are_no_sizes() -> None:
    assert points("Rahtia 2 m", "Eurolavoja 1200x800", "logistics") == FULL
    assert points("Uuni 2 m", "Hehkutusta 2 x 20 kpl") == FULL


@pytest.mark.parametrize(
    ("thing", "wish", "expected"),
    [
        ("Lipeää, puoltoista prosenttista", "Lipeää. Väh. 5 %", GATE),
        ("Lut 50 %", "Natronlut, minst 5 %", FULL),
        ("Biokaasua (97 %)", "Biokaasua, vähintään 90 %", FULL),
        ("Hapanta vettä", "Happoa, vähintään 5 %", FULL),
        ("Kalvoa (98 %)", "Kalvoa, värillistä max 2 %", FULL),
    ],
)
def test_a_bare_share_is_the_strength_of_the_thing(thing: str, wish: str, expected: int) -> None:
    assert points(thing, wish, "material") == expected


@pytest.mark.parametrize(
    ("amount", "period", "expected"),
    [(0.36, "month", GATE), (4.0, "month", FULL), (0.3, "once", FULL), (0.1, "once", GATE)],
)
def test_a_least_lot_must_gather_in_half_a_year(amount: float, period: str, expected: int) -> None:
    offered = have(name="Paistoöljyä", amount=amount, quantity={"period": period})
    wanted = want(name="Paistoöljyä, astia vähintään 200 kg kerralla", amount=None)
    assert quality_points(numbers(offered), numbers(wanted)) == expected


def test_a_least_lot_is_no_amount_that_is_wanted() -> None:
    wish = want(name="Kalvoa, nouto kun 500 kg koossa", amount=None)
    assert wish.meaning.amount is None


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("Värmepump installeras av oss och lyfter till 82", 82),
        ("Lämpöpumppu nostaa 75 asteeseen", 75),
        ("Lämpöä 38 astetta, ei lämpöpumppua", None),
    ],
)
def test_a_heat_pump_of_ones_own_lifts_the_heat(text: str, degrees: float | None) -> None:
    assert lifted_to(normal(text)) == degrees


def test_a_list_ends_with_and_so_on() -> None:
    said = [split(clause) for clause in clauses(normal("Fosforikipsi tms. Kipsilevyä ei."))]
    assert said == [("fosforikipsi tms", ""), ("", "kipsilevyä ")]


@pytest.mark.parametrize(
    ("kind", "thing", "wish", "expected"),
    [
        ("logistics", "Konelavetti, max 25 t", "52-tonninen murskain siirretään lavetilla", GATE),
        ("logistics", "Konelavetti, max 60 t", "52-tonninen murskain siirretään lavetilla", FULL),
        ("logistics", "Konelavetti, max 25 t päivässä", "52-tonninen murskain siirretään lavetilla", FULL),
        ("service", "Vi kalibrerar bordsvågar upp till 300 kg", "Kalibrering av lastbilsvåg 60 t", GATE),
        ("capacity", "Pintakäsittelyhalli, kappaleet 15 t asti", "Målning av stålkonstruktion, väger 9 t", FULL),
        ("capacity", "Pintakäsittelyhalli, kappaleet 5 t asti", "Målning av stålkonstruktion, väger 9 t", GATE),
    ],
)
def test_a_piece_is_lifted_and_carried_up_to_its_weight(kind: str, thing: str, wish: str, expected: int) -> None:
    assert points(thing, wish, kind) == expected


def test_what_is_told_without_a_name_has_a_number_of_its_own() -> None:
    own = [*sizes.SIDES, sizes._THICKNESS, sizes._FORCE, sizes._WEIGHT, gradings.LARGEST, gradings.SMALLEST, WEEKDAYS]
    own += [*LEAST_LOT.values(), rooms._DEGREES, rooms._DOOR, rooms._SEATS, rooms._FLOOR, rooms._AMPERES, rooms._DEPTH]
    own += [rooms._HEIGHT, *pieces._SIDES, *(piece.number for piece in pieces._PIECES.values())]
    assert len(set(own)) == len(own)

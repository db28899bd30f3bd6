"""Ways of saying on cards of companies: what was taken off, what does not matter, who wants, what is left of what."""

from __future__ import annotations

import pytest

from services.matching.domain.measure import GATE
from services.matching.domain.weights import THING_POINTS
from services.matching.reading.reader import read
from tests.unit.matching_reading.masks import has
from tests.unit.matching_reading.test_meant import points, quality, stated


@pytest.mark.parametrize(
    ("offer", "demand"),
    [
        ("Kirkasta kiristekalvoa paaleissa, etiketit irrotettu", "Balad plastfilm, inga etiketter"),
        ("PVC-profiilin pätkiä ilman tiivisteitä", "PVC-profiilia, kumitiivisteet irti"),
        ("Sträckfilm, rent", "Sträckfilm, max 2 % smuts och etiketter"),
        ("Trasiga pallar", "Pallar att laga. Trasiga går bra, hela också"),
        ("Leipomon palautuksia pakkauksissaan", "Biokaasulaitos, vanhentunutta leipää, pakkaukset avataan meillä"),
        ("Tyhjiä kontteja, ollut siirappia", "IBC-kontteja kasteluun, saa olla ollut sokeria, siirappia"),
        ("Valkoista styroxia, puhdas", "Styroxia, väri ei merkitystä"),
    ],
)
def test_what_is_taken_off_or_does_not_matter_keeps_none_apart(offer: str, demand: str) -> None:
    assert quality(offer, demand) != GATE


@pytest.mark.parametrize(
    ("offer", "demand", "kind"),
    [
        ("Spån och mdf-damm", "Spån åt hästarna, absolut int mdf", "material"),
        ("Pakastevarasto, tilaa 30 lavalle", "Pakastevarastoa 200 lavapaikkaa", "premises"),
        ("Varm hall, porten är 4,2", "Varm hall, portöppning 5 m hög", "premises"),
        ("Kompressorien lauhdelämpöä, koneet seis viikonloput", "Lämpöä kalankasvatukseen, katkoton", "energy"),
        ("Ugnsluft, bara klockan 02-07", "Spillvärme till bassänger, behov dygnet runt", "energy"),
    ],
)
def test_what_is_said_keeps_apart(offer: str, demand: str, kind: str) -> None:
    assert quality(offer, demand, kind) == GATE


@pytest.mark.parametrize(
    ("text", "kind", "use", "owner"),
    [
        ("Båtvarvet söker kallt utrymme med port, ouppvärmd hall", "premises", "cold hall", "boat repair"),
        ("Leipomo tarvitsee kylmäkuljetuksen", "logistics", "chilled freight", "baking"),
    ],
)
def test_who_wants_it_is_not_what_is_wanted(text: str, kind: str, use: str, owner: str) -> None:
    assert has(stated("want", text, kind), use)
    assert not has(stated("want", text, kind), owner)


def test_rolls_left_of_something_are_that() -> None:
    assert has(stated("have", "Tidningstryckeriet har restrullar av tidningspapper"), "newsprint")


def test_what_failed_where_it_is_made_is_that() -> None:
    assert has(stated("have", "Ontelolaattatehtaan mittavirhe-erä, 6,4 m"), "concrete-elements")
    assert has(stated("have", "Sokeritehtaan ylijäämäkalkki"), "lime")


def test_heat_is_wanted_and_not_the_fuel_that_it_replaces() -> None:
    assert has(stated("want", "Pesula korvaisi öljykattilan ostetulla höyryllä", "energy"), "steam")
    wanted = "Pesulaan höyryä kuusi baria, oma kattila loppu"
    assert points("energy", "Ånga att sälja", wanted) >= THING_POINTS["serves"]


def test_a_code_for_nothing_in_particular_implies_nothing() -> None:
    assert not any(read("material", "have", "Mattor ur växthuset", "", "020199").implied)
    assert any(read("material", "have", "Tehtaan jäännöstä", "", "020304").implied)


def test_a_waste_code_picks_the_kin_of_what_is_misread() -> None:
    assert has(read("material", "have", "Teräsvalimon ylijäämähiekka", "", "100908").stated, "foundry-sand")

"""Which of its words is a card's thing: scrap of something, short names, who takes what, vessels; and gas by road."""

from __future__ import annotations

import pytest

from services.matching.domain.meaning import Mask
from services.matching.domain.transport import USUAL_REACH
from services.matching.domain.weights import NEAR_AND_FAR_KM
from services.matching.reading.distances import reach_km
from services.matching.reading.reader import read
from services.matching.words.tokens import normal
from tests.unit.matching_reading.masks import has


def thing(text: str, direction: str = "have", code: str | None = None) -> Mask:
    return read("material", direction, text, "", code).stated


@pytest.mark.parametrize(
    ("text", "concept", "other"),
    [
        ("Stansspill av kopparskenor", "copper-brass", "sheet-skeletons"),
        ("IBC-pönttöjä mehutiivisteen jäljiltä", "ibc", "sugar-solution"),
        ("RST-paloja", "stainless", "scrap-iron"),
        ("HST-lastua", "stainless", "planer-shavings"),
        ("PP-kansia", "pp-plastic", "doors-cabinets"),
        ("Sahanpurua Etelä-Pohjanmaalta", "sawdust", "soil"),
        ("Nötfett i hinkar", "animal-fat", "frying-fat"),
        ("Kermaa tölkeissä", "dairy-waste", "bitumen-roofing"),
        ("Liian tummaksi paahdettua kahvia", "coffee-tea", "coffee-grounds"),
        ("Juuston valmistuksessa syntyvää heraa", "whey", "cheese"),
    ],
)
def test_a_have_is_what_it_is_made_of_and_not_where_it_was(text: str, concept: str, other: str) -> None:
    found = thing(text)
    assert has(found, concept)
    assert not has(found, other)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Akustiikkalevyjä", "acoustic-panels"),
        ("Kuiviketurvetta", "bedding-peat"),
        ("Lättklinkerkulor", "lightweight-clay"),
    ],
)
def test_a_known_compound_is_the_thing_though_a_use_is_part_of_it(text: str, concept: str) -> None:
    assert has(thing(text, "want"), concept)


@pytest.mark.parametrize(
    ("text", "concept", "other"),
    [
        ("Lastulevynpaloja", "board-waste", "sheet-cuttings"),
        ("Asfaltrester", "asphalt", "biowaste"),
        ("Kuparikaapelinpätkiä", "cables", "dry-offcuts"),
    ],
)
def test_pieces_and_rests_of_something_are_that_thing(text: str, concept: str, other: str) -> None:
    found = thing(text)
    assert has(found, concept)
    assert not has(found, other)


def test_a_compound_may_end_with_a_short_word_that_means_one_thing() -> None:
    assert has(thing("Sjölera från schakt, ren"), "clay")


def test_what_stands_before_a_colon_packs_what_follows() -> None:
    found = thing("Vajaita säkkejä: sementtiä ja laastia")
    assert has(found, "cement")
    assert not has(found, "bigbags")


def test_what_follows_a_swedish_preposition_of_place_is_where_it_is() -> None:
    found = thing("Bindemedel i betong", "want")
    assert not has(found, "concrete")


def test_a_preposition_governs_one_thing_only() -> None:
    assert has(thing("Till växthus behövs glas", "want"), "glass")
    assert not has(thing("Till flis och bark", "want"), "bark")


def test_who_refuses_a_narrower_word_still_wants_the_wider_thing() -> None:
    wanted = read("material", "want", "Puutuhkaa metsälannoitteeksi", "ei turvetuhkaa", None)
    assert not has(wanted.refused, "fly-ash")


def test_who_takes_something_names_it_anew() -> None:
    assert has(thing("Foderkök för pälsdjur tar fiskrens", "want"), "fish-waste")
    assert not has(thing("Mask för fiskrens", "want"), "fish-waste")


def test_a_vessel_that_is_named_first_is_what_is_wanted() -> None:
    assert has(thing("IBC-kontteja, joissa ollut elintarviketta", "want"), "ibc")


def test_a_code_for_what_is_not_specified_speaks_against_no_word() -> None:
    assert has(thing("Kuparikiskoa", code="120199"), "copper-brass")


@pytest.mark.parametrize(
    ("text", "far"),
    [("Biokaasua siirtokonteissa", NEAR_AND_FAR_KM[USUAL_REACH][1]), ("Biokaasua putkesta", 0)],
)
def test_gas_in_vessels_goes_by_road(text: str, far: int) -> None:
    assert read("energy", "have", text, "", None).far_km == far


def test_liquid_carbon_dioxide_goes_far() -> None:
    near, far = (read("material", "have", text, "", None).far_km for text in ("Koldioxid", "Koldioxid, flytande"))
    assert near < far == NEAR_AND_FAR_KM["valuable"][1]


@pytest.mark.parametrize(("text", "km"), [("i hela södra Finland", 250), ("koko Itä-Suomesta", 250)])
def test_a_part_of_the_country_is_a_reach(text: str, km: int) -> None:
    assert reach_km(normal(text)) == km


def test_a_permit_that_is_there_is_no_work_on_permits() -> None:
    found = read("service", "have", "Hämtar problemavfall, tillstånd finns", "", None)
    wanted = read("service", "want", "Avhämtning av lysrör (farligt avfall)", "", None)
    assert any(one & two for one, two in zip(found.stated, wanted.stated, strict=True))
    assert not any(one & two for one, two in zip(
        found.stated, read("service", "want", "Miljötillstånd", "", None).stated, strict=True
    ))


def test_what_comes_with_a_thing_is_not_the_thing() -> None:
    manure = thing("Hästgödsel med halm", "want")
    assert has(manure, "manure-dry")
    assert not has(manure, "straw")
    assert has(thing("Säckar med havre"), "grain-waste")


@pytest.mark.parametrize(
    ("text", "concept", "other"),
    [
        ("Tomaatin taimia", "plants-seedlings", "vegetable-waste"),
        ("Hapanta heraa rahkan teosta", "whey", "dairy-waste"),
        ("Hudsalt från saltning av skinn", "road-salt", "hides"),
        ("Lietettä, raskasmetallit alle rajojen", "sewage-sludge", "metal-mixed"),
        ("Säilörehua, muovit ehjät", "silage", "plastic-film"),
    ],
)
def test_what_a_thing_is_of_or_was_measured_for_is_not_the_thing(text: str, concept: str, other: str) -> None:
    found = thing(text, "want")
    assert has(found, concept)
    assert not has(found, other)


@pytest.mark.parametrize(("text", "concept"), [("Foderhavre", "grain-waste"), ("Kompostia", "compost")])
def test_a_word_that_begins_like_a_use_is_a_thing_by_its_end(text: str, concept: str) -> None:
    assert has(thing(f"Ostamme: {text.lower()}", "want"), concept)


def test_what_somebody_feeds_or_heats_with_is_what_he_wants() -> None:
    assert has(thing("Ruokimme lehmät mäskillä", "want"), "brewers-grain")


def test_what_somebody_builds_or_paints_is_not_what_he_wants_for_it() -> None:
    assert not has(thing("Ska bygga golv i stugan och isolera mot marken", "want"), "flooring")
    assert has(thing("Golv till stugan", "want"), "flooring")


def test_a_swedish_machine_lets_nothing_pass() -> None:
    assert read("material", "want", "Skogsmaskin kräver nedbrytbar hydraulolja", "", None).needs != read(
        "material", "want", "Hydraulolja", "", None
    ).needs

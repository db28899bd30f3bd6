"""The score: what raises it, what forbids it, and that every cell computes the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.matching.domain.listing import ListingProjection, project
from services.matching.domain.roads import distance_hm
from services.matching.domain.score import Score, score
from services.matching.domain.sides import numbers
from services.matching.domain.weights import FULL, KIND_RULES
from services.matching.reading.reader import read
from shared.contracts.fields import KINDS
from shared.geo import Point, great_circle_km
from shared.visibility import Visibility
from tests.unit.matching.listings import JOENSUU, LIEKSA, event_data, have, listing, listings, want


def scored(offered: ListingProjection, wanted: ListingProjection) -> Score:
    found = score(offered, wanted)
    assert found is not None
    return found


def points(offered: ListingProjection, wanted: ListingProjection) -> int:
    """-1 where a gate keeps the two apart."""
    found = score(offered, wanted)
    return -1 if found is None else found.micro_points


def sentence(found: Score, factor: str) -> str:
    return next(f.sentence.en for f in found.factors if f.name == factor)


def test_the_weights_of_each_kind_add_up_to_the_whole() -> None:
    for kind, rule in KIND_RULES.items():
        weights = (
            rule.thing, rule.code, rule.quality, rule.amount, rule.window, rule.distance, rule.temperature, rule.words
        )  # fmt: skip
        assert (kind, sum(weights)) == (kind, 100)


def test_a_perfect_fit_is_a_million() -> None:
    assert points(have(amount=10.0), want(amount=10.0)) == FULL


def test_the_reasons_name_their_numbers() -> None:
    found = scored(
        have(amount=120.0, available_to=date(2026, 3, 31)),
        want(amount=200.0, available_from=date(2026, 3, 1), ewc_code="030101", at=LIEKSA),
    )
    assert sentence(found, "code") == "The waste codes 03 01 05 and 03 01 01 are of the same subchapter 03 01."
    assert sentence(found, "amount") == "120 t on offer, 200 t wanted over a year: covers 60 %."
    assert sentence(found, "window") == "The windows overlap for 31 days."
    assert sentence(found, "distance") == "81.1 km apart as the crow flies."
    assert sentence(found, "words") == "Common in the names: sahanpuru."


def test_finnish_and_swedish_write_numbers_their_own_way() -> None:
    found = scored(have(amount=1_250.0), want(amount=2_500.5))
    amount = next(f for f in found.factors if f.name == "amount")
    assert (
        amount.sentence.fi
        == "Tarjolla 1\N{NO-BREAK SPACE}250 t, tarve 2\N{NO-BREAK SPACE}500 t vuoden aikana: kattaa 49 %."
    )
    assert (
        amount.sentence.sv
        == "Utbud 1\N{NO-BREAK SPACE}250 t, behov 2\N{NO-BREAK SPACE}500 t under ett år: täcker 49 %."
    )


@given(listings(1, "have"), listings(2, "want"))
def test_the_reasons_add_up_to_the_score(offered: ListingProjection, wanted: ListingProjection) -> None:
    found = score(offered, wanted)
    if found is None:
        return  # a gate keeps the two apart: there is nothing to add up
    assert sum(factor.micro_points for factor in found.factors) == found.micro_points
    assert 0 <= found.micro_points <= FULL


@pytest.mark.parametrize(
    ("near", "far"), [("030105", "030101"), ("030101", "030307"), ("030307", "100101")], ids=["same", "sub", "chapter"]
)
def test_a_nearer_waste_code_scores_more(near: str, far: str) -> None:
    assert points(have(), want(ewc_code=near)) > points(have(), want(ewc_code=far))


def test_different_things_of_different_chapters_never_fit() -> None:
    assert score(have(ewc_code="030105"), want(ewc_code="100101", name="Pohjatuhka")) is None


def test_one_thing_fits_whatever_chapter_it_is_coded_in() -> None:
    found = scored(have(ewc_code="030105"), want(ewc_code="191207"))
    assert sentence(found, "code") == "The waste codes 03 01 05 and 19 12 07 are of different chapters."
    assert sentence(found, "thing") == "Both speak of: sawdust."
    assert found.micro_points < points(have(), want())


def test_two_languages_speak_of_one_thing() -> None:
    assert points(have(name="Sågspån", ewc_code=None), want(ewc_code=None)) >= KIND_RULES["material"].threshold


def test_rooms_and_work_are_told_by_what_they_are_for() -> None:
    rooms = {"kind": "premises", "ewc_code": None}
    found = scored(have(name="Koulutustilaa ja luokka", **rooms), want(name="Kurslokal för 20 personer", **rooms))
    assert sentence(found, "thing") == "Both speak of: course and meeting room."


def test_a_want_that_names_no_thing_is_told_by_what_it_is_for() -> None:
    found = scored(have(name="Sahanpurua"), want(name="Kuiviketta hevostallille", ewc_code=None))
    assert sentence(found, "thing") == "On offer: sawdust; wanted: bedding."


def test_a_use_finds_what_serves_it() -> None:
    bedding = want(name="Kuiviketta hevostallille", ewc_code=None)
    assert points(have(name="Kutterinlastua"), bedding) >= KIND_RULES["material"].threshold
    assert points(have(name="Pohjatuhkaa", ewc_code="100101"), bedding) < KIND_RULES["material"].threshold


@pytest.mark.parametrize(
    ("offered", "wanted"),
    [
        ("kosteus 55 %", "kosteus alle 20 %"),
        ("maalattua", "ei maalattua"),
        ("fukthalt 50 %", "kosteus enintään 20 %"),
        ("Cd 31 mg/kg", "Cd alle 25 mg/kg"),
    ],
)
def test_a_quality_that_contradicts_the_want_never_fits(offered: str, wanted: str) -> None:
    assert score(have(description=offered), want(description=wanted)) is None


def test_silence_on_a_wanted_quality_is_a_question() -> None:
    asked = want(description="kosteus alle 20 %")
    silent, shown = scored(have(), asked), scored(have(description="kosteus 12 %"), asked)
    assert silent.micro_points < shown.micro_points
    assert sentence(silent, "quality").endswith("ask.")


def test_soil_does_not_travel_as_far_as_metal() -> None:
    helsinki, lahti = (60.17, 24.94), (60.98, 25.66)
    soil = {"name": "Ylijäämämaata", "ewc_code": "170504"}
    metal = {"name": "Teräsromua", "ewc_code": "170405"}
    assert score(have(at=helsinki, **soil), want(at=lahti, **soil)) is None
    assert score(have(at=helsinki, **metal), want(at=lahti, **metal)) is not None


def test_one_that_gathers_from_several_is_content_with_a_part() -> None:
    part = have(amount=5.0)
    assert points(part, want(amount=100.0, name="Sahanpurua useilta")) > points(part, want(amount=100.0))


def test_a_missing_waste_code_is_neither_for_nor_against() -> None:
    found = scored(have(ewc_code=None), want())
    assert next(f.micro_points for f in found.factors if f.name == "code") == 20_000
    assert sentence(found, "code") == "At least one side has no waste code."


def test_materials_without_code_and_common_word_stay_below_the_threshold() -> None:
    best = points(have(ewc_code=None, name="Lanta", amount=1.0), want(ewc_code=None, name="Lauta", amount=1.0))
    assert best < KIND_RULES["material"].threshold


@given(listings(1, "have"), listings(2, "want"))
def test_hazardous_never_passes_unaccepted(offered: ListingProjection, wanted: ListingProjection) -> None:
    assert score(replace(offered, hazardous=True), replace(wanted, hazardous=False)) is None


def test_hazardous_that_is_accepted_is_said_among_the_reasons() -> None:
    found = scored(have(hazardous=True), want(hazardous=True))
    assert sentence(found, "hazard") == "The material is hazardous, and the want takes hazardous."


def test_windows_that_never_meet_never_fit() -> None:
    assert score(have(available_to=date(2026, 1, 31)), want(available_from=date(2026, 2, 1))) is None


def test_beyond_the_greatest_distance_nothing_fits() -> None:
    helsinki = (60.17, 24.94)
    assert score(have(at=JOENSUU), want(at=helsinki)) is None


@pytest.mark.parametrize(
    ("offered_c", "wanted_c", "fits"), [(60.0, 50.0, True), (50.0, 50.0, False), (40.0, 50.0, False)]
)
def test_heat_flows_from_the_warmer_only(offered_c: float, wanted_c: float, fits: bool) -> None:
    found = score(have(kind="energy", temperature_c=offered_c), want(kind="energy", temperature_c=wanted_c))
    assert (found is not None) == fits


def test_what_a_heat_pump_lifts_is_told_as_lifted() -> None:
    wanted = want(kind="energy", name="Lämpöä", description="oma lämpöpumppu", temperature_c=60.0)
    lifted = scored(have(kind="energy", name="Hukkalämpöä", temperature_c=30.0), wanted)
    assert sentence(lifted, "temperature") == "The heat is 30 °C, 60 °C is wanted: a heat pump lifts it by 30 degrees."
    assert "temperature:pumped" in lifted.gates
    level = scored(have(kind="energy", name="Hukkalämpöä", temperature_c=60.0), wanted)
    assert sentence(level, "temperature") == "The heat is 60 °C, 60 °C is wanted: a heat pump lifts it."
    warmer = scored(have(kind="energy", name="Hukkalämpöä", temperature_c=65.0), wanted)
    assert sentence(warmer, "temperature") == "The heat is 65 °C, 60 °C is wanted: 5 degrees to spare."
    assert "temperature:warmer" in warmer.gates


def test_a_season_bounds_the_pair_as_a_window_does() -> None:
    assert "window:open" in scored(have(), want()).gates
    assert "window:open" in scored(have(description="ympäri vuoden"), want()).gates
    assert "window:common" in scored(have(description="kesäisin"), want()).gates


def test_power_does_not_come_over_a_year() -> None:
    heat: dict[str, Any] = {"kind": "energy", "temperature_c": None}
    found = scored(have(name="Hukkalämpöä 500 kW", **heat), want(name="Lämpöä 1000 kW", **heat))
    assert sentence(found, "amount") == "500 kW on offer, 1,000 kW wanted: covers 50 %."


def test_a_little_heat_does_not_pay_for_a_long_pipe() -> None:
    fourteen_kilometres_north = (62.726, 29.76)
    taker = want(kind="energy", temperature_c=40.0, at=fourteen_kilometres_north)

    def heat(megawatt_hours: float) -> ListingProjection:
        year = {"amount": megawatt_hours, "unit": "MWh", "dimension": "energy"}
        return have(kind="energy", name="Hukkalämpöä", temperature_c=70.0, yearly_amount=year)

    assert score(heat(1_000.0), taker) is None
    assert score(heat(30_000.0), taker) is not None


@given(listings(1, "have"), listings(2, "want"), st.floats(0, 1))
def test_nearer_never_scores_less(offered: ListingProjection, wanted: ListingProjection, part: float) -> None:
    a, b = offered.point, wanted.point
    moved = replace(wanted, point=Point(b.lat + (a.lat - b.lat) * part, b.lon + (a.lon - b.lon) * part))
    assume(great_circle_km(a, moved.point) <= great_circle_km(a, b))
    assert points(offered, moved) >= points(offered, wanted)


@given(listings(1, "have"), listings(2, "want"), st.floats(1, 100))
def test_more_on_offer_never_scores_less(offered: ListingProjection, wanted: ListingProjection, factor: float) -> None:
    assume(offered.amount is not None)
    more = replace(offered, amount=(offered.amount or 0) * factor)
    assert points(more, wanted) >= points(offered, wanted)


@given(listings(1, "have"), listings(2, "want"), st.integers(0, 400), st.integers(0, 400), st.booleans())
def test_a_longer_window_never_scores_less(
    offered: ListingProjection, wanted: ListingProjection, earlier: int, later: int, of_the_want: bool
) -> None:
    def longer(side: ListingProjection) -> ListingProjection:
        start, end = side.available_from, side.available_to
        return replace(
            side,
            available_from=start and start - timedelta(days=earlier),
            available_to=end and end + timedelta(days=later),
        )

    after = points(offered, longer(wanted)) if of_the_want else points(longer(offered), wanted)
    assert after >= points(offered, wanted)


@given(listings(1, "have"), listings(2, "want"), listings(3))
def test_nothing_outside_the_shared_projection_changes_a_score(
    offered: ListingProjection, wanted: ListingProjection, other: ListingProjection
) -> None:
    changed = replace(
        offered,
        id=other.id,
        agency_id=other.agency_id,
        organisation_id=other.organisation_id,
        party_id=other.party_id,
        programme=other.programme,
        home=other.home,
        sequence=7,
    )
    assert score(changed, wanted) == score(offered, wanted)


@given(st.sampled_from(["nation", "nation_anonymous"]), st.tuples(st.floats(62, 64), st.floats(28, 31)), st.text())
def test_two_cells_compute_the_same_number(level: str, place: tuple[float, float], secret: str) -> None:
    """The home projects the whole state; a peer only what was shared."""
    state = event_data(1, "have", visibility=level, at=place, programme=secret or None)
    shared: dict[str, Any] = {name: value for name, value in state.items() if name != "programme"}
    if level == Visibility.NATION_ANONYMOUS.value:
        for name in ("agency_id", "organisation_id", "party_id", "point"):
            del shared[name]
    wanted = want()
    at_home = listing(1, "have", visibility=level, at=place, programme=secret or None)
    at_peer = project(shared, sequence=1, home=False, read=read)
    assert isinstance(at_peer, ListingProjection)
    assert score(at_peer, wanted) == score(at_home, wanted)


def test_a_hidden_place_is_taken_as_the_regions_and_said_so() -> None:
    found = scored(have(visibility="nation_anonymous", at=LIEKSA), want())
    assert sentence(found, "distance").startswith("About ")
    assert scored(have(visibility="nation_anonymous", at=JOENSUU), want()) == found


@given(listings(1, "have"), listings(2, "want"))
def test_the_distance_is_the_platforms_own(offered: ListingProjection, wanted: ListingProjection) -> None:
    measured = distance_hm(numbers(offered), numbers(wanted)) / 10
    assert measured == pytest.approx(great_circle_km(offered.point, wanted.point), abs=0.051)


def test_every_kind_has_its_weights() -> None:
    assert set(KIND_RULES) == set(KINDS)


def test_a_place_that_is_not_shared_widens_the_distance() -> None:
    soil = {"name": "Ylijäämämaata", "ewc_code": "170504"}
    middle = have(visibility="nation_anonymous", **soil).point
    far = (middle.lat + 0.9, middle.lon)
    assert score(have(visibility="nation_anonymous", **soil), want(at=far, **soil)) is not None
    assert score(have(at=(middle.lat, middle.lon), **soil), want(at=far, **soil)) is None

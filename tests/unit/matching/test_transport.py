"""What carrying costs, by the sums of the docstring done by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.ranges import Range
from services.matching.domain.transport import (
    CARRIAGES,
    CARRIERS,
    PIPES,
    annuity,
    break_even_km,
    carrier_of,
    heat_break_even_km,
    pipe_cost,
    road_cost,
)
from services.matching.domain.weights import NEAR_AND_FAR_KM
from services.matching.words.vocabulary import terms

KM = st.floats(0, 1_300)


def test_a_tonne_is_carried_as_far_as_its_worth_pays_the_road() -> None:
    # 13 EUR/t at 0.10 EUR/tkm: 130 km of road, 100 km as the crow flies
    assert break_even_km(13, 0.10) == pytest.approx(100)
    assert break_even_km(-5, 0.10) == 0


def test_the_table_gives_the_distances_that_facilitators_reckon_with() -> None:
    reaches = {name: carriage.near_and_far_km for name, carriage in CARRIAGES.items()}
    assert reaches == {"heavy": (40, 80), "sludge": (50, 100), "bulk": (120, 250), "valuable": (300, 600)}


def test_the_score_reckons_with_the_same_distances() -> None:
    carried = {name: km for name, km in NEAR_AND_FAR_KM.items() if name != "wire"}
    assert {name: carriage.near_and_far_km for name, carriage in CARRIAGES.items()} == carried


def test_soil_carried_fifty_kilometres_costs_loading_and_sixty_five_road_kilometres() -> None:
    cost = road_cost("heavy", 50)
    assert (cost.low, cost.high) == (pytest.approx(1 + 65 * 0.09), pytest.approx(2 + 65 * 0.14))


def test_a_kilometre_of_heat_line_costs_its_annuity() -> None:
    # 5 % over 30 years: 6.505 % a year; 1,300 m at 250 to 700 EUR
    assert annuity() == pytest.approx(0.06505, rel=1e-3)
    cost = pipe_cost("heat", 1)
    assert (cost.low, cost.high) == (pytest.approx(21_142, rel=1e-3), pytest.approx(59_197, rel=1e-3))


def test_ten_gigawatt_hours_of_heat_pay_a_line_of_four_to_ten_kilometres() -> None:
    near, far = heat_break_even_km(10_000)
    assert (near, far) == (pytest.approx(3.73, abs=0.01), pytest.approx(9.96, abs=0.01))


def test_what_goes_through_which_pipe() -> None:
    assert carrier_of("energy", "steam") == "steam"
    assert carrier_of("energy", None) == "heat"
    assert carrier_of("energy", "electricity") is None
    assert carrier_of("water", "process-water") == "water"
    assert carrier_of("material", "concrete") is None


def test_every_concept_of_energy_is_told_its_pipe_or_that_it_has_none() -> None:
    energy = {term.concept for term in terms() if term.kind == "energy"}
    assert energy - CARRIERS.keys() == set()
    assert set(CARRIERS.values()) <= {"", *PIPES}
    assert carrier_of("energy", "ev-charging") is None
    assert (carrier_of("energy", "hydrogen"), carrier_of("energy", "wastewater-heat")) == ("gas", "heat")


@given(st.sampled_from(sorted(CARRIAGES)), KM, KM)
def test_nearer_never_costs_more(reach: str, a: float, b: float) -> None:
    near, far = sorted((a, b))
    assert road_cost(reach, near).low <= road_cost(reach, far).low
    assert road_cost(reach, near).high <= road_cost(reach, far).high


@given(st.floats(0, 1e8), st.floats(0, 1e8))
def test_more_heat_never_reaches_less_far(a: float, b: float) -> None:
    less, more = sorted((a, b))
    assert heat_break_even_km(less) <= heat_break_even_km(more)


_BOUNDS = st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)).map(lambda two: Range(min(two), max(two)))


@given(_BOUNDS, _BOUNDS)
def test_sums_and_products_of_ranges_never_run_backwards(a: Range, b: Range) -> None:
    for made in (a + b, a - b, a * b):
        assert made.low <= made.high


def test_a_range_that_runs_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="backwards"):
        Range(2, 1)

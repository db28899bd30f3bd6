"""What a pair is worth in a year: sums done by hand from the table's rows, and what must hold for any pair."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.domain.listing import ListingProjection
from services.matching.domain.prospect import Benefit
from services.matching.domain.ranges import Range
from services.matching.prospects.benefit import benefit_of, rounded
from services.matching.prospects.tables import concept_of
from tests.unit.matching.listings import have, want

KM = st.floats(0, 600)
TONNES = st.floats(0.1, 1e6)
PEOPLES_WORDS = st.sampled_from(
    ["Betonimurske", "Sahanpuru", "Kuormalavoja", "Lehmän lanta", "Jäteöljy", "Lentotuhka", "Muovikalvo", "Teräsromu"]
)


def of(name: str, concept: str | None, distance_km: float = 50, wanted: Any = None, **changes: Any) -> Benefit:
    found = benefit_of(have(name=name, **changes), want(name=name, amount=wanted), concept, distance_km)
    assert found is not None
    return found


def flow(amount: float, unit: str, dimension: str) -> dict[str, Any]:
    return {"yearly_amount": {"amount": amount, "unit": unit, "dimension": dimension}}


def test_concrete_fifty_kilometres_away_by_hand() -> None:
    # per tonne: 5..40 avoided + 5..13 replaced - 4..9 crushed - 65 km x 0.09..0.14 and 1..2 loading
    found = of("Betonimurske", "concrete", 50, wanted=1_000, amount=4_000, basis="measured")
    low, high = 5 + 5 - 9 - (65 * 0.14 + 2), 40 + 13 - 4 - (65 * 0.09 + 1)
    assert found.eur_per_unit == rounded(Range(low, high))
    # 1,000 t as stated by the want (a quarter either way), although 4,000 t are there
    assert found.amount == Range(750, 1_250)
    assert found.eur == rounded(Range(low * 1_250, high * 1_250))
    assert found.replaced_t == Range(675, 1_250)
    assert found.amount_basis == "stated"


def test_pieces_become_tonnes_by_their_mass() -> None:
    # 1,000 measured pallets of 8..25 kg
    found = of("Kuormalavoja", "pallets", 0, amount=None, basis="measured", **flow(1_000, "piece", "pieces"))
    assert found.amount == Range(0.72, 27.5)  # 900 x 8 kg x a tenth, as the want is silent; 1,100 x 25 kg
    assert found.amount_basis == "assumed"
    assert found.missing == ("want.amount",)


def test_cubic_metres_become_tonnes_by_density() -> None:
    # loose sawdust 0.09..0.35 t/m3, 100 m3 measured on both sides
    offered = have(name="Sahanpuru", basis="measured", **flow(100, "m3", "volume"))
    wanted = want(name="Sahanpuru", basis="measured", **flow(100, "m3", "volume"))
    found = benefit_of(offered, wanted, "sawdust", 10)
    assert found is not None
    assert found.amount == Range(8.1, 38.5)


def test_heat_pays_its_pipe_and_counts_no_tonnes() -> None:
    # 15..45 + 0..5 - 3..20 EUR/MWh on 2,700..3,300 MWh; 1.3 km of pipe at 250..700 EUR/m, 6.505 % a year
    heat: dict[str, Any] = {"kind": "energy", "ewc_code": None, "basis": "measured", **flow(3_000, "MWh", "energy")}
    found = benefit_of(have(name="Hukkalämpö", **heat), want(name="Lämpöä", **heat), "waste-heat", 1)
    assert found is not None and found.eur is not None
    assert found.eur.low == pytest.approx(-5 * 3_300 - 59_197, rel=0.01)
    assert found.eur.high == pytest.approx(47 * 3_300 - 21_142, rel=0.01)
    assert (found.diverted_t, found.replaced_t) == (None, None)


def test_fuel_on_a_card_of_energy_goes_by_road_and_not_through_a_pipe() -> None:
    fuel: dict[str, Any] = {"kind": "energy", "ewc_code": None}
    offered = have(name="Rankahaketta", **fuel)
    found = benefit_of(offered, want(name="Rankahaketta", **fuel), "wood-chips", 20)
    assert found is not None
    assert found.unit == "t"
    assert "road" in found.basis.en


def test_a_pipe_to_a_place_that_is_not_shared_has_no_price() -> None:
    heat: dict[str, Any] = {"kind": "energy", "ewc_code": None, **flow(3_000, "MWh", "energy")}
    hidden = want(name="Lämpöä", visibility="nation_anonymous", **heat)
    found = benefit_of(have(name="Hukkalämpö", **heat), hidden, "waste-heat", 5)
    assert found is not None
    assert (found.eur, found.missing) == (None, ("want.place",))


def test_rooms_are_worth_their_square_metres() -> None:
    room: dict[str, Any] = {"kind": "premises", "ewc_code": None, "basis": "measured", **flow(200, "m2", "area")}
    offered, wanted = have(name="Varastotilaa", **room), want(name="Varastoa", **room)
    found = benefit_of(offered, wanted, concept_of(offered, wanted), 10)
    assert found is not None
    assert (found.unit, found.eur) == ("m2", Range(4_320, 19_800))  # 180..220 m2 at 24..90 EUR
    assert (found.replaced_t, found.co2e_t) == (None, None)


def test_unknown_amounts_give_what_a_tonne_brings_and_what_to_ask() -> None:
    found = of("Betonimurske", "concrete", amount=None)
    assert (found.amount, found.eur, found.co2e_t) == (None, None, None)
    assert found.missing == ("have.amount", "want.amount")
    assert found.eur_per_unit.high > 0


def test_an_unknown_thing_has_no_benefit() -> None:
    assert benefit_of(have(name="Jokin", ewc_code=None), want(name="Jotain", ewc_code=None), None, 10) is None


def test_a_place_that_is_not_shared_widens_the_range() -> None:
    shown = of("Betonimurske", "concrete", 60, wanted=100, amount=100)
    hidden = benefit_of(
        have(name="Betonimurske", amount=100), want(name="x", amount=100, visibility="nation_anonymous"), "concrete", 60
    )
    assert hidden is not None
    assert hidden.eur_per_unit.low < shown.eur_per_unit.low < shown.eur_per_unit.high < hidden.eur_per_unit.high


def test_a_single_lot_says_so() -> None:
    once = {"amount": 10.0, "unit": "t", "period": "once"}
    found = of("Betonimurske", "concrete", wanted=10, amount=10, quantity=once)
    assert found.once
    assert "Kertaerä" in found.basis.fi


@given(PEOPLES_WORDS, KM, KM)
def test_nearer_never_brings_less(name: str, a: float, b: float) -> None:
    near, far = (_found(have(name=name, amount=100), want(name=name, amount=100), km) for km in sorted((a, b)))
    assert near.eur is not None and far.eur is not None and near.co2e_t is not None and far.co2e_t is not None
    assert near.eur.low >= far.eur.low and near.eur.high >= far.eur.high
    assert near.co2e_t.low >= far.co2e_t.low and near.co2e_t.high >= far.co2e_t.high


@given(PEOPLES_WORDS, TONNES, TONNES, st.none() | TONNES)
def test_more_is_never_fewer_tonnes(name: str, a: float, b: float, wanted: float | None) -> None:
    less, more = (_found(have(name=name, amount=t), want(name=name, amount=wanted), 40) for t in sorted((a, b)))
    for one in ("amount", "diverted_t", "replaced_t"):
        small, large = getattr(less, one), getattr(more, one)
        assert small.low <= large.low and small.high <= large.high


@settings(max_examples=200)
@given(
    PEOPLES_WORDS, KM, st.none() | TONNES, st.none() | TONNES,
    st.sampled_from(["stated", "measured", "predicted"]), st.sampled_from(["nation", "nation_anonymous"]),
)  # fmt: skip
def test_a_range_never_runs_backwards(
    name: str, km: float, offered: float | None, wanted: float | None, basis: str, level: str
) -> None:
    found = _found(have(name=name, amount=offered, basis=basis), want(name=name, amount=wanted, visibility=level), km)
    for one in (found.amount, found.eur_per_unit, found.eur, found.diverted_t, found.replaced_t, found.co2e_t):
        assert one is None or one.low <= one.high


def _found(offered: ListingProjection, wanted: ListingProjection, km: float) -> Benefit:
    found = benefit_of(offered, wanted, concept_of(offered, wanted), km)
    assert found is not None
    return found

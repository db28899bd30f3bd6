"""A light survey: its figures, its surpluses, and what it refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.audits.domain import Site, Survey, new_survey
from shared.errors import InvalidInput
from shared.ids import derived_id, is_id, region_of

NOW = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
AGENCY, ORGANISATION = "agy-12-" + "1" * 32, "org-12-" + "1" * 32
SITE = Site("sit-11-" + "1" * 32, ORGANISATION, "11")
SURPLUS = {
    "name": "Kuivaamon poistoilma",
    "description": "",
    "energy_mwh_per_year": 850.0,
    "temperature_c": 45.0,
    "basis": "measured",
    "visibility": "nation",
}


def use(energy_mwh: float, cost_eur: float | None = None, carrier: str = "electricity") -> dict[str, Any]:
    return {"carrier": carrier, "energy_mwh": energy_mwh, "cost_eur": cost_eur}


def survey(site: Site | None = SITE, **changes: Any) -> Survey:
    draft = {
        "organisation_id": ORGANISATION, "site_id": SITE.id, "year": 2025, "heated_area_m2": None, "carriers": [],
        "surpluses": [], "notes": "", **changes,
    }  # fmt: skip
    return new_survey(draft, site, AGENCY, NOW)


def refused_fields(site: Site | None = SITE, **changes: Any) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        survey(site, **changes)
    return [error["field"] for error in refused.value.extra["errors"]]


# Figures


def test_the_intensity_is_bought_energy_by_heated_area() -> None:
    made = survey(heated_area_m2=2_000.0, carriers=[use(120.0), use(230.0, carrier="district_heat")])
    assert (made.total_energy_mwh, made.intensity_kwh_per_m2) == (350.0, 175.0)


@pytest.mark.parametrize("known", [{"heated_area_m2": 2_000.0}, {"carriers": [use(120.0)]}, {}])
def test_without_area_or_energy_there_is_no_intensity(known: dict[str, Any]) -> None:
    assert survey(**known).intensity_kwh_per_m2 is None


@pytest.mark.parametrize(
    ("carriers", "total"),
    [
        ([use(1.0, 100.0), use(2.0, 50.5, "wood")], 150.5),
        ([use(1.0, 100.0), use(2.0, None, "wood")], None),
        ([use(1.0, 0.0)], 0.0),
        ([], None),
    ],
)
def test_a_total_cost_is_told_only_when_every_cost_is_known(
    carriers: list[dict[str, Any]], total: float | None
) -> None:
    assert survey(carriers=carriers).total_cost_eur == total


@given(st.lists(st.floats(0, 1e8), max_size=11), st.randoms())
def test_the_order_of_carriers_changes_no_figure(amounts: list[float], random: Any) -> None:
    shuffled = random.sample(amounts, len(amounts))
    figures = {
        survey(heated_area_m2=7.5, carriers=[use(amount) for amount in order]).intensity_kwh_per_m2
        for order in (amounts, shuffled)
    }
    assert len(figures) == 1


# Surpluses


def test_ids_are_born_in_the_sites_region_and_the_listings_follows_from_them() -> None:
    made = survey(surpluses=[SURPLUS, {**SURPLUS, "name": "Lauhdevesi"}])
    first, second = made.surpluses
    assert {region_of(made.id), region_of(first.id), region_of(first.listing_id)} == {"11"}
    assert first.listing_id == derived_id("lst", "11", made.id, first.id)
    assert is_id("lst", second.listing_id)
    assert first.listing_id != second.listing_id


# Refusals


@pytest.mark.parametrize("site", [None, Site(SITE.id, "org-12-" + "2" * 32, "11")])
def test_a_site_must_be_the_organisations_and_the_agencys(site: Site | None) -> None:
    assert refused_fields(site) == ["site_id"]


def test_a_year_to_come_is_refused() -> None:
    assert refused_fields(year=2027) == ["year"]
    assert survey(year=2026).year == 2026


def test_a_surplus_is_not_shared_in_a_programme_that_nobody_named() -> None:
    assert refused_fields(surpluses=[SURPLUS, {**SURPLUS, "visibility": "programme"}]) == ["surpluses.1.visibility"]


def test_all_that_is_wrong_is_told_at_once() -> None:
    wrong = {"year": 2100, "surpluses": [{**SURPLUS, "visibility": "programme"}]}
    assert refused_fields(None, **wrong) == ["site_id", "year", "surpluses.0.visibility"]

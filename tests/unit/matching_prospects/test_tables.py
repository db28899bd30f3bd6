"""The tables of prospects: whole, sourced and of the vocabulary."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.matching.domain.transport import CARRIAGES
from services.matching.prospects.tables import (
    acts,
    citations,
    concept_of,
    is_material,
    worth_of_concepts,
)
from services.matching.reading.tables import reaches
from services.matching.words.codes import usual_code, usual_concept
from services.matching.words.concepts import kinds
from services.matching.words.vocabulary import concepts
from shared.quantities import DIMENSIONS, DIMENSIONS_BY_KIND
from shared.reference.waste import ewc_entries, find_ewc
from tests.unit.matching.listings import have, want


def test_every_concept_of_the_vocabulary_has_a_worth() -> None:
    assert concepts().keys() - worth_of_concepts().keys() == set()


def test_every_row_is_in_a_unit_of_its_kind_and_names_its_sources() -> None:
    for concept, rows in worth_of_concepts().items():
        units = {DIMENSIONS[name].unit for name in DIMENSIONS_BY_KIND[kinds()[concept]]}
        assert {row.unit for row in rows} <= units, concept
        assert all(row.sources for row in rows), concept


def test_no_virgin_tonne_is_saved_many_times_over() -> None:
    rows = {row for rows in worth_of_concepts().values() for row in rows}
    for row in rows:
        assert row.diverted is None or 0 <= row.diverted.low <= row.diverted.high <= 1, row.group
        assert row.replaced is None or 0 <= row.replaced.low <= row.replaced.high <= 1.2, row.group
        assert row.density is None or row.density.low > 0, row.group


def test_every_source_is_used_and_every_class_of_reach_has_a_carriage() -> None:
    used = {source for rows in worth_of_concepts().values() for row in rows for source in row.sources}
    assert set(citations().values()) - used == set()
    assert set(reaches().values()) - {"wire"} <= CARRIAGES.keys()


def test_laws_name_known_concepts_and_the_beginnings_of_known_codes() -> None:
    codes = list(ewc_entries())
    for act in acts():
        assert act.concepts <= concepts().keys(), act.code
        assert act.acts, act.code
        unknown = [prefix for prefix in act.ewc if not any(code.startswith(prefix) for code in codes)]
        assert unknown == [], act.code


@pytest.mark.parametrize(("code", "concept"), [("170101", "concrete"), ("150103", "pallets"), ("130205", "waste-oil")])
def test_a_waste_code_stands_for_its_usual_thing(code: str, concept: str) -> None:
    assert (usual_concept(code), find_ewc(code) is not None) == (concept, True)


def test_a_thing_without_a_code_has_one_as_waste() -> None:
    assert (usual_code("concrete"), usual_code("warehouse"), usual_code(None)) == ("170101", None, None)


def test_a_code_of_another_chapter_is_believed_before_a_word_of_many_senses() -> None:
    lye = have(name="Pesulinjan käytettyä lipeää", ewc_code="110107")
    assert concept_of(lye, want(name="Emäksistä liuosta", ewc_code=None)) == "caustic-solution"


def test_the_heat_of_a_water_is_heat() -> None:
    warm = have(name="Lämmintä jätevettä", kind="energy", ewc_code=None)
    assert concept_of(warm, want(name="Lämpöä", kind="energy", ewc_code=None)) == "wastewater-heat"


def test_fuel_on_a_card_of_energy_is_a_material_where_its_own_words_name_it() -> None:
    chips = have(name="Rankahaketta lämpölaitoksille", kind="energy", ewc_code=None)
    heat = want(name="Lämpöä", kind="energy", ewc_code=None)
    assert concept_of(chips, heat) == "wood-chips"
    assert is_material(chips, "wood-chips")
    assert concept_of(have(name="Jotain", kind="energy", ewc_code=None), chips) == "waste-heat"
    assert not is_material(heat, "waste-heat")


def test_of_several_things_the_one_that_fits_the_code_passes() -> None:
    mixed, other = have(name="Sahanpurua ja betonia", ewc_code=None), want(name="Jotain", ewc_code=None)
    assert [thing.en for thing in mixed.meaning.things] == ["sawdust", "concrete"]
    assert concept_of(mixed, other) == "sawdust"
    assert concept_of(replace(mixed, ewc_code="170904"), other) == "concrete"


def test_what_passes_is_what_both_name_else_what_the_one_who_has_it_names() -> None:
    assert concept_of(have(name="Betonimurske", ewc_code=None), want(name="Betonia", ewc_code=None)) == "concrete"
    assert concept_of(have(name="Jotain", ewc_code="170101"), want(name="Täytettä", ewc_code=None)) == "concrete"

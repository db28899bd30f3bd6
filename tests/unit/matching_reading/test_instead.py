"""What would do in another's place, and what is heard where a card names nothing else."""

from __future__ import annotations

from services.matching.domain.measure import concept_points
from services.matching.domain.sides import numbers
from services.matching.domain.weights import THING_POINTS
from services.matching.reading.reader import read
from services.matching.reading.tables import stand_ins, substitutes, with_kinds
from services.matching.words.concepts import kinds, numbered
from services.matching.words.vocabulary import concepts
from tests.unit.matching.listings import have, want
from tests.unit.matching_reading.masks import has


def test_nothing_stands_in_for_itself_or_what_it_is_a_kind_of() -> None:
    assert [wanted for wanted, offered in stand_ins().items() if wanted in offered] == []
    own = {wanted: offered & with_kinds(frozenset((wanted,)), True) for wanted, offered in substitutes().items()}
    assert {wanted: offered for wanted, offered in own.items() if offered} == {}


def test_work_that_would_do_as_well_is_near() -> None:
    wanted = want(kind="logistics", name="Maahantuoja hakee lavapaikkoja kontista puretulle tavaralle")
    offered = have(kind="logistics", name="Lagerhotell, pallplatser inomhus och ompackning")
    assert concept_points(numbers(offered), numbers(wanted)) >= THING_POINTS["near"]


def test_who_asks_for_a_thing_by_name_is_near_what_would_do() -> None:
    keys = {concept.number: key for key, concept in numbered().items()}
    heard = 0
    for wanted, offered in substitutes().items():
        meaning = read(kinds()[keys[wanted]], "want", concepts()[keys[wanted]].label_fi, "", None)
        if wanted in [thing.number for thing in meaning.things]:
            heard += 1
            taken = [has(meaning.near, keys[one]) or has(meaning.stated, keys[one]) for one in offered]
            assert all(taken), keys[wanted]
    assert heard > len(substitutes()) / 2


def test_what_somebody_makes_is_heard_where_he_names_nothing_else() -> None:
    assert has(read("material", "have", "Pieni saha tekee tuoretta purua kesäisin", "", None).stated, "sawdust")
    table_maker = read("material", "want", "Puuseppä tekee pöytiä, ostaa koivulankkua", "", None)
    assert has(table_maker.stated, "sawn-timber")
    assert not has(table_maker.stated, "desks-tables")


def test_what_is_told_aside_in_a_want_is_a_guess() -> None:
    meaning = read("material", "want", "Tryckeriet torkar valsar med isopropanol", "", None)
    assert has(meaning.perhaps, "alcohol-solvent")

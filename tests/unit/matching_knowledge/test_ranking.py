"""The ranking of receiver sectors knows what it is given, and says why."""

from __future__ import annotations

import math

import pytest

from services.matching.knowledge.precedents import Precedent, precedents
from services.matching.knowledge.ranking import SectorRanking, code_fit, divisions
from services.matching.knowledge.rules import Rule, rules

SHIPPED = SectorRanking(precedents())
UNTAUGHT = SectorRanking(())


def first(ranking: SectorRanking, donor: str, ewc: str, count: int = 3) -> list[str]:
    return [sector.division for sector in ranking.rank(donor, ewc)[:count]]


@pytest.mark.parametrize(
    ("donor", "ewc", "receiver"),
    [
        ("35", "100102", "23"),  # coal fly ash to cement
        ("16", "030105", "35"),  # sawdust to energy
        ("25", "120101", "24"),  # steel turnings to steel works
        ("22", "070213", "22"),  # plastic scrap to regranulate
        ("10", "020501", "01"),  # whey to feed
        ("47", "150101", "17"),  # cardboard to board mills
        ("45", "130205", "19"),  # engine oil to re-refining
    ],
)
def test_what_everybody_knows_is_among_the_first_five_even_without_precedents(
    donor: str, ewc: str, receiver: str
) -> None:
    assert receiver in first(UNTAUGHT, donor, ewc, 5)


def test_every_division_is_ranked_once() -> None:
    assert sorted(sector.division for sector in SHIPPED.rank("16", "030105")) == list(divisions())
    assert len(divisions()) == 88


def test_a_score_is_the_sum_of_its_parts() -> None:
    for sector in SHIPPED.rank("35", "100102"):
        assert sector.score == pytest.approx(math.fsum(sector.parts.values()))


def test_a_precedent_lifts_its_receiver_and_no_other_ranking_hears_of_it() -> None:
    taught = SectorRanking([Precedent("96", "91", "200111", 5)])
    place = {name: first(ranking, "96", "200111", 88).index("91") for name, ranking in
             {"taught": taught, "untaught": UNTAUGHT}.items()}  # fmt: skip
    assert place["taught"] < place["untaught"]


def test_an_unknown_code_or_sector_is_ranked_by_what_is_general() -> None:
    assert first(SHIPPED, "97", "999999", 88) != []
    assert len(SHIPPED.rank("00", "")) == 88


def test_a_rule_fits_the_same_code_best_then_its_subchapter_then_its_chapter() -> None:
    rule = next(rule for rule in rules() if rule.stream == "030105")
    fits = [code_fit(rule, ewc) for ewc in ("030105", "030101", "030308", "100102")]
    assert fits == sorted(fits, reverse=True)
    assert fits[0] == 1.0
    assert fits[-1] == 0.0


def test_a_rule_for_a_whole_subchapter_fits_each_of_its_codes_well() -> None:
    rule: Rule = next(rule for rule in rules() if rule.stream == "0203")
    assert code_fit(rule, "020304") > 0.5

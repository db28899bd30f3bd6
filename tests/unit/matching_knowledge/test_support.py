"""What is known of one sector giving to another, and how it is said."""

from __future__ import annotations

import pytest

from services.matching.knowledge.precedents import precedents
from services.matching.knowledge.rules import rules, table
from services.matching.knowledge.support import rule_fits, sector_support, support_sentence
from services.matching.words.concepts import numbered
from tests.unit.matching.listings import have, want

FLY_ASH = {"name": "Lentotuhka", "ewc_code": "100102"}
HEAT = {"kind": "energy", "name": "Hukkalämpö", "ewc_code": None}


def test_published_exchanges_are_counted_for_the_pair_and_for_the_waste_chapter() -> None:
    found = sector_support(have(sector="35", **FLY_ASH), want(sector="23"))
    rows = [row for row in precedents() if row.pair == ("35", "23")]
    assert found is not None
    assert found.exchanges == sum(row.exchanges for row in rows)
    assert found.of_chapter == sum(row.exchanges for row in rows if row.ewc.startswith("10"))


def test_the_rule_names_the_stream_and_the_wants_sector() -> None:
    found = sector_support(have(sector="35", **FLY_ASH), want(sector="23"))
    assert found is not None
    assert found.rule is not None
    assert ("100102".startswith(found.rule.stream), "23" in found.rule.receivers) == (True, True)
    fits = {rule.id: fit for fit, rule in rule_fits("35", "100102", (), "23")}
    assert 0 < fits[found.rule.id] == max(fits.values()) <= 1


def test_a_flow_is_known_by_its_words_and_by_the_donor_that_the_rule_names() -> None:
    greenhouse = want(kind="energy", name="Lämpöä kasvihuoneelle", ewc_code=None, sector="01")
    papermill, office = have(sector="17", **HEAT), have(sector="69", **HEAT)
    found = sector_support(papermill, greenhouse)
    assert found is not None
    assert found.rule is not None
    assert found.rule.id == "energy-003"
    assert sector_support(office, greenhouse) is None


def test_a_donor_that_the_rule_names_fits_better_than_one_it_does_not() -> None:
    sawmill, office = (max(fit for fit, _ in rule_fits(sector, "030105", (), "35")) for sector in ("16", "69"))
    assert sawmill > office


@pytest.mark.parametrize(("donor", "receiver"), [(None, None), ("16", None), ("35", "97")])
def test_nothing_is_said_where_nothing_is_known(donor: str | None, receiver: str | None) -> None:
    assert support_sentence(have(sector=donor), want(sector=receiver)) is None


def test_without_the_haves_sector_no_exchange_is_counted_but_its_code_may_have_a_rule() -> None:
    found = sector_support(have(**FLY_ASH), want(sector="23"))
    assert found is not None
    assert (found.exchanges, found.rule is not None) == (0, True)


def test_the_sentence_cites_both_sources_in_three_languages() -> None:
    said = support_sentence(have(sector="35", **FLY_ASH), want(sector="23"))
    assert said is not None
    for text in (said.fi, said.sv, said.en):
        assert "Evans, Benedetti, Holgado 2017" in text
        assert "10-004" in text
    assert said.en.startswith("Published exchanges from sector 35 to sector 23: 6, of which 6 with waste of chapter 10")


def test_every_receiver_of_a_rule_finds_support_for_its_code() -> None:
    whole_codes = [rule for rule in rules() if len(rule.stream) == 6 and rule.is_waste_code]
    for rule in whole_codes:
        for receiver in rule.receivers:
            found = sector_support(have(ewc_code=rule.stream, sector=None), want(sector=receiver))
            assert found is not None
            assert found.rule is not None


def test_each_stream_of_the_table_of_concepts_is_one_that_rules_name() -> None:
    rows = list(table("stream_concepts"))
    assert {row["stream"] for row in rows} <= {rule.stream for rule in rules()}
    assert {name for row in rows for name in row["concepts"].split("|")} <= set(numbered())


"""The knowledge base holds what it promises: real codes, real sectors, a source for each rule."""

from __future__ import annotations

from collections import Counter

from services.matching.knowledge.precedents import SOURCE_KEY
from services.matching.knowledge.rules import CONFIDENCES, DIRECT, FAMILIES, FILES, ROUTES, rules, sources, table
from shared.reference.nace import find_nace
from shared.reference.treatments import find_treatment
from shared.reference.waste import ewc_entries

CODES = ewc_entries()
KNOWN_STREAMS = {*CODES, *(code[:4] for code in CODES), *(code[:2] for code in CODES)}


def test_there_are_enough_rules_and_every_chapter_is_covered() -> None:
    assert len(rules()) >= 600
    chapters = Counter(rule.stream[:2] for rule in rules() if rule.is_waste_code)
    assert {code[:2] for code in CODES} - {chapter for chapter, count in chapters.items() if count >= 5} == set()


def test_every_kind_of_listing_is_covered() -> None:
    assert {rule.stream.partition("/")[0] for rule in rules() if not rule.is_waste_code} == set(FAMILIES)


def test_ids_and_relations_are_unique() -> None:
    assert [id for id, count in Counter(rule.id for rule in rules()).items() if count > 1] == []
    relations = Counter((rule.stream, rule.use.en) for rule in rules())
    assert [relation for relation, count in relations.items() if count > 1] == []


def test_every_rule_names_a_real_stream() -> None:
    strange = [rule.id for rule in rules() if rule.is_waste_code and rule.stream not in KNOWN_STREAMS]
    assert strange == []


def test_every_rule_names_a_real_operation() -> None:
    assert [r.id for r in rules() if r.operation != DIRECT and find_treatment(r.operation) is None] == []


def test_every_rule_names_real_sectors_each_once() -> None:
    assert [r.id for r in rules() if not r.receivers or not all(map(_is_division, (*r.donors, *r.receivers)))] == []
    assert [r.id for r in rules() if len({*r.receivers}) < len(r.receivers) or len({*r.donors}) < len(r.donors)] == []


def test_every_rule_says_what_it_is_in_three_languages() -> None:
    columns = ("use_fi", "use_sv", "use_en", "substitutes", "quality")
    silent = [row["id"] for name in FILES for row in table(name) if not all(row[column] for column in columns)]
    assert silent == []


def test_every_rule_has_a_route_a_confidence_and_a_source() -> None:
    assert [r.id for r in rules() if r.route not in ROUTES or r.confidence not in CONFIDENCES] == []
    assert [r.id for r in rules() if r.source not in sources()] == []


def test_no_hazardous_waste_ceases_to_be_waste_by_a_rule() -> None:
    hazardous = [rule for rule in rules() if rule.stream in CODES and CODES[rule.stream].hazardous]
    assert [rule.id for rule in hazardous if rule.route == "end-of-waste"] == []


def test_every_source_is_used_by_a_rule_or_by_the_precedents() -> None:
    assert set(sources()) - {rule.source for rule in rules()} == {SOURCE_KEY}


def _is_division(code: str) -> bool:
    entry = find_nace(code)
    return entry is not None and entry.level == "division"

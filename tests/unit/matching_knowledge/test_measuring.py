"""The measurement is honest: what is held out never enters, and other right answers are no misses."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.matching.knowledge import quality
from services.matching.knowledge.measuring import (
    COOCCURRENCE,
    POPULAR,
    gain,
    interval,
    leave_pair_out,
    measure,
    rankers,
    relevant_of,
    search,
    with_precedents,
)
from services.matching.knowledge.precedents import Precedent, precedents, precedents_of

HEADER = "donor_nace2_division,receiver_nace2_division,ewc_code,exchanges,implemented,planned,under_feasibility\n"


def test_all_rows_of_a_pair_are_out_together() -> None:
    rows = [Precedent("96", "91", "", 50), Precedent("96", "91", "200111", 50), Precedent("16", "35", "", 1)]
    ranks = {searched.row: searched.ranks[COOCCURRENCE] for searched in leave_pair_out(rows)}
    assert ranks[rows[0]] >= 80
    assert ranks[rows[1]] >= 80


def test_other_right_receivers_of_a_query_are_taken_out_before_the_rank_is_counted() -> None:
    rows = [Precedent("35", "23", "100102", 9), Precedent("35", "42", "100102", 1)]
    found = search(rows[1], rankers(rows), relevant_of(rows))
    assert found.ranks[COOCCURRENCE] == 1


def test_each_row_weighs_the_same_however_many_exchanges_it_counts() -> None:
    rows = [Precedent("35", "23", "100102", 9), Precedent("16", "35", "", 1)]
    found = with_precedents(rows, rows)
    assert measure(found, POPULAR).mrr == pytest.approx((1 + 1 / 2) / 2)


def test_an_interval_holds_the_mean_and_is_the_same_every_time() -> None:
    found = with_precedents(precedents(), precedents())
    once, again = (interval(found, lambda searched: gain(searched, POPULAR)) for _ in range(2))
    mean = sum(gain(searched, POPULAR) for searched in found) / len(found)
    assert once == again
    assert once.low < mean < once.high


def test_the_ranking_beats_both_baselines_on_pairs_it_has_not_seen() -> None:
    found = leave_pair_out(precedents())
    for baseline in (POPULAR, COOCCURRENCE):
        assert sum(gain(searched, baseline) for searched in found) > 0


def test_a_file_of_the_same_columns_is_read(tmp_path: Path) -> None:
    path = tmp_path / "links.csv"
    path.write_text(HEADER + "1,3,02 01 01,2,2,0,0\n35,23,,1,1,0,0\n", encoding="utf-8")
    assert precedents_of(path) == ((Precedent("01", "03", "020101", 2), Precedent("35", "23", "", 1)), ())


def test_a_wrong_row_is_left_out_and_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "links.csv"
    path.write_text(HEADER + "35,23,,1,1,0,0\n04,23,,1,1,0,0\n", encoding="utf-8")
    rows, refused = precedents_of(path)
    assert rows == (Precedent("35", "23", "", 1),)
    assert refused == ("Line 3 is not a sector link: '04' is no NACE Rev. 2 division",)


def test_the_last_line_is_for_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "links.csv"
    path.write_text(HEADER + "35,23,100102,6,3,3,0\n16,31,030105,1,1,0,0\n", encoding="utf-8")
    assert quality.main([str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith('{"pairs": 2, "hit1": ')

"""The measurement is honest: what is held out never enters, and other right answers are no misses."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from services.matching.knowledge import quality
from services.matching.knowledge.measuring import (
    COOCCURRENCE,
    HALVINGS,
    POPULAR,
    SPLITS,
    gain,
    halves,
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
        assert interval(found, partial(gain, baseline=baseline)).low > 0


def test_a_file_may_share_pairs_with_the_sample_and_still_be_measured_without_them() -> None:
    known = [Precedent("96", "91", "200111", 50), Precedent("16", "35", "", 1)]
    row = Precedent("96", "91", "200110", 1)
    (as_shipped,) = with_precedents([row], known)
    (held_out,) = leave_pair_out([row], known)
    assert as_shipped.ranks[COOCCURRENCE] == 1
    assert held_out.ranks[COOCCURRENCE] >= 80
    assert held_out.ranks[POPULAR] >= 80


@pytest.mark.parametrize("split", SPLITS)
def test_each_row_or_exchange_is_searched_in_one_of_the_halves_of_a_halving_and_about_half_of_them_are(
    split: str,
) -> None:
    rows = [Precedent("35", "23", f"1001{number:02}", 2) for number in range(1, 20)]
    searched = len(halves(rows, split))
    assert 0 < searched < HALVINGS * sum(row.exchanges for row in rows)


def test_halving_by_pairs_never_searches_a_pair_that_is_known() -> None:
    rows = [Precedent("96", "91", "200110", 9), Precedent("96", "91", "200111", 9), Precedent("16", "35", "", 1)]
    ranks = {searched.ranks[COOCCURRENCE] for searched in halves(rows, "pairs") if searched.row.receiver == "91"}
    assert min(ranks) >= 80


def links(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "links.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_of_the_same_columns_is_read(tmp_path: Path) -> None:
    path = links(tmp_path, HEADER + "1,3,02 01 01,2,2,0,0\n35,23,,1,1,0,0\n")
    assert precedents_of(path) == ((Precedent("01", "03", "020101", 2), Precedent("35", "23", "", 1)), ())


@pytest.mark.parametrize("cell", ["16", '"16"', " 16 ", "16.0", "16.1", "16.10", "1610", "C16", "C 16.1", "c16"])
def test_a_division_is_read_however_it_is_written(tmp_path: Path, cell: str) -> None:
    rows, remarks = precedents_of(links(tmp_path, HEADER + f"{cell},1,,1,,,\n"))
    assert rows == (Precedent("16", "01", "", 1),)
    assert remarks == ()


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("02 01 03", "020103"), ("02.01.03", "020103"), ("10 01 04*", "100104"), ("20103", "020103"),
        ("20103.0", "020103"), ("0201", "0201"), ("2", "02"), ("", ""), ("–", ""), ("NA", ""), ("nan", ""),
    ],
)  # fmt: skip
def test_a_waste_code_is_read_however_it_is_written(tmp_path: Path, cell: str, code: str) -> None:
    rows, remarks = precedents_of(links(tmp_path, HEADER + f"16,1,{cell},1,,,\n"))
    assert rows == (Precedent("16", "01", code, 1),)
    assert remarks == ()


@pytest.mark.parametrize(
    ("line", "remark"),
    [
        ("04,23,,1", "'04' is no NACE Rev. 2 division"),
        ("C,23,,1", "'C' is no NACE Rev. 2 division"),
        (",23,,1", "'' is no NACE Rev. 2 division"),
        ("35", "'' is no NACE Rev. 2 division"),
        ("35,23,ash,1", "'ash' is no waste code"),
        ("35,23,100101 100102,1", "'100101 100102' is no waste code"),
        ("35,23,,0", "'0' is no number of exchanges: 1 or more, whole"),
        ("35,23,,many", "'many' is no number of exchanges: 1 or more, whole"),
    ],
)
def test_a_wrong_row_is_left_out_and_named_by_its_line(tmp_path: Path, line: str, remark: str) -> None:
    rows, remarks = precedents_of(links(tmp_path, HEADER + f"35,23,,1,1,0,0\n{line}\n"))
    assert rows == (Precedent("35", "23", "", 1),)
    assert remarks == (f"Line 3 is left out: {remark}",)


def test_a_code_that_is_not_on_the_list_is_kept_and_named(tmp_path: Path) -> None:
    rows, remarks = precedents_of(links(tmp_path, HEADER + "35,23,100188,1,1,0,0\n"))
    assert rows == (Precedent("35", "23", "100188", 1),)
    assert remarks == ("Line 2: 100188 is not on the list of waste; at most its subchapter can say something",)


def test_rows_of_the_same_sectors_and_code_count_as_one(tmp_path: Path) -> None:
    rows, remarks = precedents_of(links(tmp_path, HEADER + "35,23,,1,,,\n35,20,,1,,,\nD35,23.5,,3,,,\n"))
    assert rows == (Precedent("35", "23", "", 4), Precedent("35", "20", "", 1))
    assert remarks == ("Line 4 repeats sectors and code of an earlier line: counted as one row",)


def test_columns_are_found_by_name_in_any_order_with_semicolons_and_without_counts(tmp_path: Path) -> None:
    path = links(tmp_path, "EWC_code;receiver_nace2_division; donor_nace2_division\n100102;23;35\n")
    assert precedents_of(path) == ((Precedent("35", "23", "100102", 1),), ())


@pytest.mark.parametrize("missing", ["donor_nace2_division", "receiver_nace2_division", "ewc_code"])
def test_a_file_without_a_column_that_is_needed_is_refused_by_the_columns_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], missing: str
) -> None:
    path = links(tmp_path, HEADER.replace(missing, "something_else") + "35,23,,1,1,0,0\n")
    assert quality.main([str(path)]) == 1
    assert f"has no column {missing};" in capsys.readouterr().err


def test_a_file_that_is_not_there_or_holds_no_row_is_said_to_be_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert quality.main([str(tmp_path / "nothing.csv")]) == 1
    assert "cannot be read" in capsys.readouterr().err
    assert quality.main([str(links(tmp_path, HEADER))]) == 1
    assert "holds no row that can be measured" in capsys.readouterr().err


def test_what_the_sample_knows_already_is_said_and_also_shown_held_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = precedents()[0]
    text = HEADER + f"{known.donor},{known.receiver},{known.ewc},1,1,0,0\n95,91,200136,1,1,0,0\n"
    assert quality.main([str(links(tmp_path, text))]) == 0
    shown = capsys.readouterr().out
    assert "1 of them stand in the shipped sample with the same sectors and code" in shown
    assert "rows of division pairs absent from the sample: 1 rows" in shown
    assert "all rows, each with its division pair out of the sample: 2 rows" in shown


def test_the_last_line_is_for_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = links(tmp_path, HEADER + "35,23,100102,6,3,3,0\n16,31,030105,1,1,0,0\n")
    assert quality.main([str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith('{"pairs": 2, "hit1": ')

"""The measure itself, on a file of four phrases; and our own phrases, so that a change does not spoil them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from services.matching.words.quality import main, measure

OWN = Path(__file__).parent / "own_phrases.csv"


def phrase(text: str, **asked: str) -> dict[str, str]:
    return {"text": text, "lang": "fi", **asked}


def test_each_figure_counts_the_phrases_that_ask_for_it() -> None:
    figures, missed = measure(
        [
            phrase("puru 10 m3/vko", kind="material", ewc="03 01 05|170201", quantity="10", unit="cbm", period="week"),
            phrase("sahanpurua 10 m3/vko", kind="energy", ewc="200201", quantity="10", unit="m3", period="year"),
            phrase("varastotilaa 300 m2", kind="premises", ewc="", quantity="300", unit="m2", period="year"),
            phrase("puru tai kuori", kind="", ewc="030101"),
        ]
    )  # fmt: skip
    assert figures == {"phrases": 4, "ewc_top1": 0.3333, "ewc_top3": 0.6667, "kind": 0.6667, "amount": 0.6667}
    assert len(missed) == 2


def test_the_last_line_is_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "phrases.csv"
    file.write_text("text,lang,direction,kind,ewc,quantity,unit,period\nhaketta,,have,material,030105,,,\n", "utf-8")
    assert main([str(file)]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {
        "phrases": 1, "ewc_top1": 1.0, "ewc_top3": 1.0, "kind": 1.0, "amount": None,
    }  # fmt: skip


def test_our_own_phrases_are_understood() -> None:
    with OWN.open(encoding="utf-8", newline="") as file:
        figures, missed = measure(list(csv.DictReader(file)))
    assert missed == []
    assert figures["phrases"] == 94

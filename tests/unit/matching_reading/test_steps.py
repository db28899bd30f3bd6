"""How many steps a reading takes: it happens inside the transaction that records a card, so none may grow with the
square of the text."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest

from services.matching.domain.meaning import Unsaid
from services.matching.reading.reader import read
from services.matching.words.tokens import normal

LETTERS = 4_000
EMPTY = Unsaid(amount=True, temperature=True)


def steps(text: str) -> int:
    """Instructions of the interpreter while the text is read; a pattern's search is one."""
    taken = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal taken
        frame.f_trace_opcodes = True
        taken += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        read("material", "want", "Sahanpuru", text, None, EMPTY)
    finally:
        sys.settrace(before)
    return taken


@pytest.mark.parametrize("piece", ["1 t ", "1 t/v ", "kesällä ", "a"])
def test_twice_the_text_is_at_most_about_twice_the_steps(piece: str) -> None:
    read("material", "want", "Sahanpuru", f"{piece} kerran vuodessa", None, EMPTY)
    half, whole = ((piece * length)[:length] for length in (LETTERS // 2, LETTERS))
    assert steps(whole) < 2.5 * steps(half)


def test_a_run_of_blanks_is_one() -> None:
    assert normal("1" + " " * LETTERS + "t\n \n x") == "1 t\nx"

"""A short soak, as ``make soak`` has it: dice, load, everything that can go wrong, and the count as its last line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.driver import Platform
from tests.soak import soak

SEED, DURATION_S = 7, 25.0

pytestmark = pytest.mark.faults


def test_a_short_soak_ends_with_nothing_lost_doubled_or_diverged(
    platform: Platform, failpoints: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = soak(platform, failpoints, SEED, DURATION_S)
    printed = capsys.readouterr().out
    last = json.loads(printed.splitlines()[-1])
    counted = {name: last.pop(name) for name in ("kills", "accepted")}
    assert last == {"lost": 0, "doubled": 0, "diverged": 0, "dead_lettered_healthy": 0}, printed[-3000:]
    assert (tally.clean, counted["kills"] > 0, counted["accepted"] > 0) == (True, True, True)

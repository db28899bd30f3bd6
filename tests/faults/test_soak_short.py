"""A short soak, as ``make soak`` runs it: dice, load, everything that can go wrong, and the count as its last line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SEED, DURATION_S = 7, 25

pytestmark = pytest.mark.faults


def test_a_short_soak_ends_with_nothing_lost_doubled_or_diverged() -> None:
    environment = {**os.environ, "SEED": str(SEED), "DURATION": str(DURATION_S)}
    soak = subprocess.Popen(
        [sys.executable, "-m", "tests.soak"], cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        printed, _ = soak.communicate(timeout=400)
    finally:
        if soak.poll() is None:
            soak.send_signal(signal.SIGINT)  # it stops its platform on the way out
            soak.wait(120)
    last = json.loads(printed.splitlines()[-1])
    counted = {name: last.pop(name) for name in ("kills", "accepted")}
    assert last == {"lost": 0, "doubled": 0, "diverged": 0, "dead_lettered_healthy": 0}, printed[-3000:]
    assert (soak.returncode, counted["kills"] > 0, counted["accepted"] > 0) == (0, True, True)

"""The platform under load while things go wrong, counted at the end: ``make soak`` (SEED, DURATION in seconds).

The last line is JSON; everything after ``accepted`` must be 0. The same SEED rolls the same dice; what they hit
depends on the machine.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.driver import Platform, running_platform
from tests.faults.tally import Tally
from tests.faults.trial import Trial, environment


def soak(platform: Platform, failpoints: Path, seed: int, duration_s: float) -> Tally:
    """Load and chaos for so long, then rest, then count; the last line printed is the count."""
    trial = Trial(platform, failpoints, seed)
    try:
        tally = _tried(trial, seed, duration_s)
    finally:
        trial.close()
    print(f"what was done: {dict(trial.chaos.done)}", *tally.remarks, tally.line(), sep="\n")
    return tally


def _tried(trial: Trial, seed: int, duration_s: float) -> Tally:
    rest = random.Random(seed)
    trial.load.start()
    deadline = time.monotonic() + duration_s
    while time.monotonic() < deadline:
        trial.chaos.anything()
        done, pairs = trial.chaos.done, len(trial.load.accepted.pairs)
        print(f"{pairs:6} pairs, {trial.chaos.kills} kills, last {list(done)[-1:]}", flush=True)
        time.sleep(rest.uniform(0.2, 2.0))
    return trial.count()


def main() -> int:
    seed, duration_s = int(os.environ.get("SEED", "1")), float(os.environ.get("DURATION", "300"))
    with tempfile.TemporaryDirectory(prefix="sivuvirta-soak-") as folder:
        failpoints = Path(folder) / "failpoints"
        with running_platform(Path(folder) / "stack", extra_env=environment(failpoints)) as platform:
            tally = soak(platform, failpoints, seed, duration_s)
    return 0 if tally.clean else 1


if __name__ == "__main__":
    sys.exit(main())

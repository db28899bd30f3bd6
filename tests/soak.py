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
from tests.faults.chaos import Chaos
from tests.faults.load import Load
from tests.faults.receiver import Receiver
from tests.faults.tally import Tally, count, settle

EVENTS = ["match.found.v1", "interest.registered.v1"]
ENVIRONMENT = {
    "SIVUVIRTA_RETRY_TIERS_MS": "200,500,1000,2000",
    "SIVUVIRTA_WEBHOOK_RETRY_SCALE": "0.01",
    "SIVUVIRTA_WEBHOOK_TIMEOUT": "1.5",
    "SIVUVIRTA_RATE_LIMIT": "1000000",
}


def soak(platform: Platform, failpoints: Path, seed: int, duration_s: float, *, outages: bool = True) -> Tally:
    """Load and chaos for so long, then rest, then count."""
    giver = platform.agency("Antajaseutu", "Joensuu")
    taker = platform.agency("Ottajaseutu", "Kontiolahti")
    receiver = Receiver(seed)
    path_of, agency_of = {}, {}
    for agency, path, trouble in ((giver, "steady", 0.0), (taker, "moody", 0.3)):
        receiver.misbehave(path, trouble)
        subscription = agency.api.subscribe(receiver.url(path), EVENTS)
        receiver.expect(path, subscription["secret"])
        path_of[subscription["id"]], agency_of[subscription["id"]] = path, agency.id
    load, chaos = Load(giver, taker, seed), Chaos(platform.stack, failpoints, seed)
    rest = random.Random(seed)
    load.start()
    deadline = time.monotonic() + duration_s
    while time.monotonic() < deadline:
        chaos.anything(outages=outages)
        print(f"{len(load.accepted.pairs):6} pairs, {chaos.kills} kills, last {list(chaos.done)[-1:]}", flush=True)
        time.sleep(rest.uniform(0.2, 2.0))
    accepted = load.stop()
    for leftover in failpoints.iterdir():
        leftover.unlink()
    settle(platform.stack, path_of)
    tally = count(platform.stack, accepted, receiver, path_of, agency_of, chaos.kills)
    receiver.close()
    print(f"what was done: {dict(chaos.done)}")
    for remark in tally.remarks:
        print(remark)
    return tally


def main() -> int:
    seed, duration_s = int(os.environ.get("SEED", "1")), float(os.environ.get("DURATION", "300"))
    with tempfile.TemporaryDirectory(prefix="sivuvirta-soak-") as folder:
        failpoints = Path(folder) / "failpoints"
        failpoints.mkdir()
        environment = {**ENVIRONMENT, "SIVUVIRTA_FAILPOINTS_DIR": str(failpoints)}
        with running_platform(Path(folder) / "stack", extra_env=environment) as platform:
            tally = soak(platform, failpoints, seed, duration_s)
    print(tally.line())
    return 0 if tally.clean else 1


if __name__ == "__main__":
    sys.exit(main())

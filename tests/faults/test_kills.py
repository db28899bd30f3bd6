"""Every process dies under load, at every named failpoint and anywhere, by SIGKILL and by SIGTERM.

Each test strikes, then proves that a card recorded now still becomes a webhook; the last test of a group counts
everything that was accepted since the beginning.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from pymongo import MongoClient

from tests.driver import Platform, wait_until
from tests.faults.chaos import PLACES, PROGRAMS
from tests.faults.trial import STEADY, Trial

pytestmark = pytest.mark.faults

JOB, RETRY = "job.after_step", "consumer.after_retry_publish"
REEMISSION_BATCH = 200
# Those that stop together: each test costs a restart's time.
TOGETHER = (
    ("identity", "organisations"),
    ("resources", "audits"),
    ("matching", "matching-index"),
    ("synergies", "notifications"),
    ("gateway",),
)
assert sorted(program for programs in TOGETHER for program in programs) == sorted(PROGRAMS)


@pytest.fixture(scope="module")
def trial(platform: Platform, failpoints: Path) -> Iterator[Trial]:
    made = Trial(platform, failpoints, seed=11, pause_s=0.5, trouble=0.05)
    made.load.start(threads=2)
    yield made
    made.close()


@pytest.mark.parametrize("name", sorted(set(PLACES) - {JOB, RETRY}))
def test_every_process_that_passes_a_failpoint_dies_there(trial: Trial, name: str) -> None:
    for place in PLACES[name]:
        trial.chaos.arm(name, place)
    trial.stir()
    assert [place for place in PLACES[name] if not trial.chaos.struck(name, place)] == []
    trial.probe()


def test_the_index_process_dies_after_it_put_a_message_away(trial: Trial) -> None:
    trial.chaos.arm(RETRY, "matching-index")
    trial.chaos.poison_queues()
    assert trial.chaos.struck(RETRY, "matching-index")
    trial.probe()


def test_a_process_dies_after_it_put_an_event_off_that_came_too_early(trial: Trial) -> None:
    """notifications has lost a listing, as after a restore; interest in it waits until the listing is told again."""
    pair = trial.load.pair(changes=False)
    forget_listing(trial, pair.have_id)
    trial.chaos.arm(RETRY, "notifications")
    interest = trial.load.interest(pair)
    assert trial.chaos.struck(RETRY, "notifications")
    trial.platform.operator.post("/v1/jobs", {"kind": "listings.reemit"})
    wait_until(lambda: trial.receiver.count(STEADY, interest) == 1, 60, "the webhook of the interest")


def test_a_job_dies_after_a_step_and_goes_on_from_there(trial: Trial) -> None:
    wait_until(lambda: len(trial.load.accepted.listings) > REEMISSION_BATCH, 60, "more listings than one step handles")
    trial.chaos.arm(JOB, "resources")
    job = trial.platform.operator.post("/v1/jobs", {"kind": "listings.reemit"})
    assert trial.chaos.struck(JOB, "resources")
    address = f"/v1/jobs/{job['id']}"
    wait_until(lambda: trial.platform.operator.get(address)["state"] == "done", 60, "the end of the job")
    ended = trial.platform.operator.get(address)
    assert (ended["error"], ended["done"] > REEMISSION_BATCH) == (None, True)


@pytest.mark.parametrize("programs", TOGETHER, ids=" and ".join)
def test_programs_are_killed(trial: Trial, programs: tuple[str, ...]) -> None:
    before = {program: running(trial, program) for program in programs}
    for program in programs:
        trial.chaos.kill(program)
    wait_for_successors(trial, before)
    trial.probe()


@pytest.mark.parametrize("programs", TOGETHER, ids=" and ".join)
def test_programs_told_to_stop_end_in_good_order(trial: Trial, programs: tuple[str, ...]) -> None:
    trial.stack.wait_ready(60, programs)
    before = {program: running(trial, program) for program in programs}
    for program in programs:
        trial.chaos.terminate(program)
    wait_for_successors(trial, before)
    ends = {program: last_end(trial, program) for program in programs}
    assert ends == dict.fromkeys(programs, "exit status 0; expected")
    trial.probe()


def test_all_that_was_accepted_is_there_once(trial: Trial) -> None:
    tally = trial.count()
    assert (tally.clean, tally.remarks, trial.receiver.forged) == (True, [], 0)


def running(trial: Trial, program: str) -> int:
    """The number of its process, once it runs."""
    wait_until(lambda: trial.stack.pid(program) != 0, 60, f"{program} to run")
    return trial.stack.pid(program)


def wait_for_successors(trial: Trial, before: dict[str, int]) -> None:
    for program, pid in before.items():
        wait_until(partial(succeeded, trial, program, pid), 60, f"{program} to run again")


def succeeded(trial: Trial, program: str, pid: int) -> bool:
    """Whether another process runs in the place of this one."""
    return trial.stack.pid(program) not in (0, pid)


def last_end(trial: Trial, program: str) -> str:
    """What the supervisor wrote of the program's latest end."""
    lines = (trial.stack.logs / "supervisor.log").read_text().splitlines()
    ends = [line for line in lines if f"exited: {program} (" in line]
    return ends[-1].split("(", 1)[1].removesuffix(")")


def forget_listing(trial: Trial, listing_id: str) -> None:
    """Take the listing, once it has come, out of what notifications knows."""
    client: MongoClient[dict[str, object]] = MongoClient(trial.stack.mongo_uri)
    listings = client[f"sivuvirta_{trial.stack.cell}_notifications"]["listings"]
    try:
        wait_until(lambda: listings.delete_one({"_id": listing_id}).deleted_count == 1, 60, "notifications to know it")
    finally:
        client.close()

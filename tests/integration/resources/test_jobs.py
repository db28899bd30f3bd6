"""Emitting every state again, as a job that can be stopped and that survives a crash."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.resources import use_cases
from services.resources.service import PROCESS, REEMISSION
from shared.jobs.job import Job, JobKind, JobRepository, JobRunner, Step
from shared.tenancy import ServiceScope
from tests.integration.resources.desk import Desk
from tests.integration.running import caller

[KIND] = [kind for kind in PROCESS.jobs if kind.name == REEMISSION]


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def desk(runtime_for: Any, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(use_cases, "REEMISSION_BATCH", 2)
    return Desk.open(runtime_for("resources"))


def jobs(desk: Desk) -> JobRepository:
    return desk.runtime.repository(JobRepository, ServiceScope("test"))


def queued(desk: Desk) -> Job:
    return jobs(desk).queue(REEMISSION, "acc-12-x", "12", {}, desk.runtime.clock.now())


def run(desk: Desk, step: Callable[..., Step] = KIND.step) -> None:
    runtime = desk.runtime
    kinds = (JobKind(KIND.name, step),)
    JobRunner(runtime.database, runtime.unit_of_work, runtime.clock, kinds, "holder").run_one()


def five_listings(desk: Desk) -> list[str]:
    """In every state, and told of already."""
    who = caller()
    ids = [desk.record(who, visibility="nation")["id"] for _ in range(4)]
    ids.append(desk.record(who, available_to="2026-03-01", visibility="nation")["id"])
    desk.withdraw(who, ids[0], 1)
    desk.runtime.unit_of_work.run(
        lambda tx: use_cases.expire_passed(tx, use_cases.today(tx.clock.now(), tx.clock.now().tzinfo))
    )
    desk.forget_what_was_told()
    return ids


def test_every_present_state_goes_out_once_at_its_present_sequence(desk: Desk) -> None:
    ids = five_listings(desk)
    job = queued(desk)
    run(desk)
    ended = jobs(desk).get(job.id)
    assert (ended.state, ended.done, ended.total) == ("done", 5, 5)
    assert desk.told(ids[0]) == [("listing.unshared.v1", 2), ("listing.withdrawn.v1", 2)]
    assert desk.told(ids[1]) == [("listing.revised.v1", 1), ("listing.shared.v1", 1)]
    assert desk.told(ids[4]) == [("listing.expired.v1", 2), ("listing.unshared.v1", 2)]
    assert sorted(desk.subjects()) == sorted(ids * 2)


def test_a_whole_number_of_batches_ends_as_well(desk: Desk) -> None:
    who = caller()
    ids = [desk.record(who)["id"] for _ in range(4)]
    desk.forget_what_was_told()
    job = queued(desk)
    run(desk)
    assert (jobs(desk).get(job.id).state, jobs(desk).get(job.id).done) == ("done", 4)
    assert set(desk.subjects()) == set(ids)


def test_a_waiting_job_is_cancelled_at_once_and_never_begins(desk: Desk) -> None:
    five_listings(desk)
    job = jobs(desk).cancel(queued(desk).id, desk.runtime.clock.now())
    run(desk)
    assert (job.state, desk.told()) == ("cancelled", [])


def test_a_running_job_is_cancelled_at_its_next_step(desk: Desk) -> None:
    ids = five_listings(desk)
    job = queued(desk)

    def step(tx: Any, parameters: Any, cursor: str | None) -> Step:
        if cursor is None:
            tx.after_commit(lambda: jobs(desk).cancel(job.id, desk.runtime.clock.now()))
        return KIND.step(tx, parameters, cursor)

    run(desk, step)
    ended = jobs(desk).get(job.id)
    assert (ended.state, ended.done) == ("cancelled", 4)
    assert set(desk.subjects()) == set(sorted(ids)[:4])


def test_a_job_whose_process_dies_goes_on_where_it_was_and_repeats_nothing(desk: Desk) -> None:
    ids = five_listings(desk)
    job = queued(desk)

    def dying(tx: Any, parameters: Any, cursor: str | None) -> Step:
        done = KIND.step(tx, parameters, cursor)
        if cursor is not None:
            raise Killed
        return done

    with pytest.raises(Killed):
        run(desk, dying)
    after_death = jobs(desk).get(job.id)
    run(desk)
    assert (after_death.state, after_death.done) == ("running", 2)
    assert (jobs(desk).get(job.id).state, jobs(desk).get(job.id).done) == ("done", 5)
    assert sorted(desk.subjects()) == sorted(ids * 2)

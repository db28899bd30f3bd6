"""Units of work, scoped repositories, leases, migrations, schedules and jobs on a real database."""

from __future__ import annotations

import dataclasses
import socket
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.errors import PyMongoError

from deploy.local.stack import Stack
from shared.clock import FixedClock
from shared.contracts.events.organisations import SITE_REGISTERED
from shared.errors import Forbidden, InvalidInput, PreconditionFailed
from shared.jobs.job import JobKind, JobRepository, JobRunner, Step
from shared.jobs.schedule import Schedule, ScheduleRunner
from shared.persistence.indexes import Index, ensure_indexes
from shared.persistence.lease import Leases
from shared.persistence.migrations import Migration, migrate
from shared.persistence.mongo import is_away
from shared.persistence.repository import Page, Repository, UnscopedAccess
from shared.persistence.unit_of_work import Transaction
from shared.runtime import Runtime, ServiceProcess
from shared.tenancy import Caller, Role, ServiceScope
from tests.integration.kernel.test_outbox_to_inbox import site

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
OWN = Caller("acc-1", "agy-1", frozenset({Role.FACILITATOR}), "12")
OTHER = Caller("acc-2", "agy-2", frozenset({Role.FACILITATOR}), "12")
DUTY = ServiceScope("test")


class Notes(Repository):
    collection = "notes"

    def add(self, *documents: dict[str, Any]) -> None:
        self._insert(*documents)

    def find(self, note_id: str) -> dict[str, Any] | None:
        return self._find_by_id(note_id)

    def ids(self) -> list[str]:
        return [d["_id"] for d in self._find({}, limit=100, sort=[("_id", 1)])]

    def page(self, limit: int, cursor: str | None) -> Page[dict[str, Any]]:
        return self._page({}, limit=limit, cursor=cursor, sort=[("rank", -1), ("_id", 1)])

    def replace(self, document: dict[str, Any], expected: int) -> None:
        self._replace_version(document, expected)

    def project(self, *documents: dict[str, Any]) -> None:
        self._upsert_newer(documents)

    def remove_all(self) -> int:
        return self._delete({})


@pytest.fixture
def runtime(runtime_for: Callable[..., Runtime]) -> Runtime:
    made = runtime_for("organisations")
    made.prepare(ServiceProcess("organisations", (), indexes=(Index("notes", (("agency_id", 1),)),)))
    return made


def note(number: int, agency: str = "agy-1", **more: Any) -> dict[str, Any]:
    return {"_id": f"note-{number}", "agency_id": agency, "sequence": 1, "rank": number % 3, **more}


def test_an_unscoped_repository_cannot_be_made(runtime: Runtime) -> None:
    with pytest.raises(UnscopedAccess):
        Notes(runtime.database, None)  # type: ignore[arg-type]


def test_a_caller_reaches_what_bears_its_agency_and_nothing_else(runtime: Runtime) -> None:
    runtime.repository(Notes, DUTY).add(note(1), note(2, "agy-2"))
    assert runtime.repository(Notes, OWN).ids() == ["note-1"]
    assert runtime.repository(Notes, OTHER).remove_all() == 1
    assert runtime.repository(Notes, DUTY).ids() == ["note-1"]
    with pytest.raises(UnscopedAccess):
        runtime.repository(Notes, OTHER).add(note(3, "agy-1"))


def test_a_record_of_others_is_not_found_by_its_id_and_who_has_no_agency_learns_nothing(runtime: Runtime) -> None:
    runtime.repository(Notes, DUTY).add(note(1))
    assert runtime.repository(Notes, OWN).find("note-1") == note(1)
    assert runtime.repository(Notes, DUTY).find("note-1") == note(1)
    assert runtime.repository(Notes, OTHER).find("note-1") is None
    operator = runtime.repository(Notes, Caller("acc-3", None, frozenset({Role.OPERATOR}), ""))
    for note_id in ("note-1", "note-2"):
        with pytest.raises(Forbidden):
            operator.find(note_id)


def test_a_record_is_found_by_its_id_over_a_connection_that_was_lost_meanwhile(runtime: Runtime) -> None:
    runtime.repository(Notes, DUTY).add(note(1))
    for server in runtime.client._topology._servers.values():
        for connection in server.pool.conns:
            connection.conn.get_conn.shutdown(socket.SHUT_RDWR)
    assert runtime.repository(Notes, OWN).find("note-1") == note(1)


def test_pages_follow_one_another_without_gap_or_repetition(runtime: Runtime) -> None:
    runtime.repository(Notes, DUTY).add(*(note(number) for number in range(10)))
    notes, seen, cursor = runtime.repository(Notes, OWN), [], None
    for _ in range(10):
        page = notes.page(3, cursor)
        seen += [(d["rank"], d["_id"]) for d in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == sorted(((n % 3, f"note-{n}") for n in range(10)), key=lambda pair: (-pair[0], pair[1]))
    with pytest.raises(InvalidInput):
        notes.page(3, "garbage")


def test_a_version_is_replaced_only_by_whoever_read_it(runtime: Runtime) -> None:
    notes = runtime.repository(Notes, OWN)
    notes.add(note(1))
    notes.replace({**note(1), "sequence": 2}, 1)
    with pytest.raises(PreconditionFailed):
        notes.replace({**note(1), "sequence": 2}, 1)


def test_a_projection_keeps_the_highest_sequence_in_whatever_order(runtime: Runtime) -> None:
    notes = runtime.repository(Notes, DUTY)
    for sequence in (2, 3, 1):
        notes.project(note(1, text="$not an expression", version=sequence) | {"sequence": sequence})
    stored = runtime.database["notes"].find_one({"_id": "note-1"})
    assert stored is not None
    assert (stored["sequence"], stored["version"], stored["text"]) == (3, 3, "$not an expression")


def test_a_change_and_its_event_come_together_or_not_at_all(runtime: Runtime) -> None:
    after: list[str] = []

    def work(tx: Transaction) -> None:
        tx.repository(Notes, OWN).add(note(1))
        tx.emit(SITE_REGISTERED, subject="s", sequence=1, data=site(1))
        tx.after_commit(lambda: after.append("done"))
        if not after and runtime.database["notes"].count_documents({}) == 0 and fail:
            raise ZeroDivisionError

    fail = True
    with pytest.raises(ZeroDivisionError):
        runtime.unit_of_work.run(work)
    assert (runtime.repository(Notes, OWN).ids(), runtime.relay.pending(), after) == ([], 0, [])
    fail = False
    runtime.unit_of_work.run(work)
    assert (runtime.repository(Notes, OWN).ids(), runtime.relay.pending(), after) == (["note-1"], 1, ["done"])


def test_a_write_conflict_repeats_the_work_and_acts_once(runtime: Runtime) -> None:
    runtime.repository(Notes, DUTY).add(note(1, count=0))
    acted: list[int] = []

    def add_one(tx: Transaction) -> None:
        tx.repository(Notes, DUTY)._update({"_id": "note-1"}, {"$inc": {"count": 1}})
        tx.after_commit(lambda: acted.append(1))

    threads = [threading.Thread(target=runtime.unit_of_work.run, args=(add_one,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stored = runtime.database["notes"].find_one({"_id": "note-1"})
    assert (stored and stored["count"], len(acted)) == (8, 8)


def test_what_may_be_done_again_is_tried_with_pauses_and_not_without_end(runtime: Runtime) -> None:
    tries = 0

    def work(_tx: Transaction) -> None:
        nonlocal tries
        tries += 1
        raise PyMongoError("cut off", error_labels=["TransientTransactionError"])

    with pytest.raises(PyMongoError, match="cut off"):
        runtime.unit_of_work.run(work, seconds_max=2.0)
    assert 1 < tries < 100


def test_a_transaction_waits_for_a_database_that_is_away_and_does_not_spin(
    runtime: Runtime, infrastructure: Stack
) -> None:
    tries = 0

    def work(tx: Transaction) -> None:
        nonlocal tries
        tries += 1
        tx.repository(Notes, DUTY).add(note(1))

    infrastructure.kill_database()
    try:
        with pytest.raises(PyMongoError) as refused:
            runtime.unit_of_work.run(work, seconds_max=1.0)
    finally:
        infrastructure.start_database()
    assert is_away(refused.value)
    assert tries < 10  # the connection that broke, and then none
    runtime.unit_of_work.run(work)
    assert runtime.repository(Notes, DUTY).ids() == ["note-1"]


def test_a_lease_has_one_holder_and_its_fence_grows(runtime: Runtime) -> None:
    clock, life = FixedClock(NOW), timedelta(seconds=10)
    leases = Leases(runtime.database, clock)
    first = leases.acquire("duty", "a", life)
    assert first is not None
    assert leases.acquire("duty", "b", life) is None
    clock.advance(timedelta(seconds=11))
    second = leases.acquire("duty", "b", life)
    assert second is not None
    assert second.fence > first.fence
    assert not leases.renew(first, life)
    assert leases.renew(second, life)


def test_a_migration_that_was_cut_off_is_run_again_and_later_ones_wait_for_it(runtime: Runtime) -> None:
    runtime.repository(Notes, DUTY).add(*(note(number) for number in range(4)))
    done: list[str] = []

    def mark(database: Any, keep_alive: Callable[[], None]) -> None:
        for document in list(database["notes"].find({"marked": {"$exists": False}})):
            if len(done) == 2 and "cut" not in done:
                done.append("cut")
                raise KeyboardInterrupt
            database["notes"].update_one({"_id": document["_id"]}, {"$set": {"marked": True}})
            done.append(document["_id"])
            keep_alive()

    migrations = (Migration(1, "mark", mark), Migration(2, "after", lambda _d, _k: done.append("after")))
    with pytest.raises(KeyboardInterrupt):
        migrate(runtime.database, migrations, "a", runtime.clock)
    assert migrate(runtime.database, migrations, "b", runtime.clock) == 2
    assert migrate(runtime.database, migrations, "c", runtime.clock) == 0
    assert done == ["note-0", "note-1", "cut", "note-2", "note-3", "after"]


def test_migrations_out_of_order_are_refused(runtime: Runtime) -> None:
    nothing: Callable[[Any, Any], None] = lambda _database, _keep_alive: None  # noqa: E731
    with pytest.raises(ValueError, match="in order"):
        migrate(runtime.database, (Migration(2, "b", nothing), Migration(1, "a", nothing)), "a", runtime.clock)


def test_indexes_are_made_once(runtime: Runtime) -> None:
    index = Index("notes", (("rank", -1), ("_id", 1)), unique=True)
    ensure_indexes(runtime.database, (index,))
    ensure_indexes(runtime.database, (index,))
    assert "rank_-1__id_1" in runtime.database["notes"].index_information()


def test_a_schedule_runs_when_due_by_one_process_and_again_after_a_crash(runtime: Runtime) -> None:
    clock, ran = FixedClock(NOW), []
    schedule = Schedule("nightly", timedelta(hours=1), lambda _runtime: ran.append(clock.now()))
    one = ScheduleRunner(runtime.database, clock, (schedule,), "one", runtime)
    other = ScheduleRunner(runtime.database, clock, (schedule,), "other", runtime)
    assert (one.run_if_due(schedule), other.run_if_due(schedule)) == (True, False)
    clock.advance(timedelta(hours=1))
    # One claims it and dies before it is done: nobody runs it until the claim is over, then somebody does.
    assert one._claim("nightly", clock.now()) is not None
    assert other.run_if_due(schedule) is False
    clock.advance(timedelta(minutes=6))
    assert other.run_if_due(schedule) is True
    assert len(ran) == 2


def counting(total: int) -> JobKind:
    def step(tx: Transaction, parameters: Mapping[str, Any], cursor: str | None) -> Step:
        number = int(cursor or 0)
        tx.repository(Notes, DUTY).add(note(number))
        return Step(None if number + 1 == total else str(number + 1), 1, total)

    return JobKind("count", step)


def runner(runtime: Runtime, kind: JobKind, holder: str = "one") -> JobRunner:
    return JobRunner(runtime.database, runtime.unit_of_work, runtime.clock, (kind,), holder)


def test_a_job_shows_its_progress_and_ends(runtime: Runtime) -> None:
    jobs = runtime.repository(JobRepository, DUTY)
    job = jobs.queue("count", "acc-1", "12", {}, runtime.clock.now())
    assert runner(runtime, counting(3)).run_one() is True
    ended = jobs.get(job.id)
    assert (ended.state, ended.done, ended.total) == ("done", 3, 3)
    assert runner(runtime, counting(3)).run_one() is False


def test_a_job_whose_step_fails_for_good_says_so_without_the_inner_message(runtime: Runtime) -> None:
    def step(tx: Transaction, parameters: Mapping[str, Any], cursor: str | None) -> Step:
        raise ValueError("secret inner message")

    jobs = runtime.repository(JobRepository, DUTY)
    job = jobs.queue("bad", "acc-1", "12", {}, runtime.clock.now())
    runner(runtime, JobKind("bad", step)).run_one()
    ended = jobs.get(job.id)
    assert ended.state == "failed"
    assert "secret" not in (ended.error or "")


def test_whoever_lost_the_lease_of_a_job_commits_no_step(runtime: Runtime) -> None:
    kind = counting(3)
    jobs = runtime.repository(JobRepository, DUTY)
    job = jobs.queue("count", "acc-1", "12", {}, runtime.clock.now())
    claimed = jobs.claim(["count"], "one", runtime.clock.now())
    assert claimed is not None
    later = runtime.clock.now() + timedelta(minutes=5)
    assert jobs.claim(["count"], "other", later) is not None
    late, fence = claimed

    def step(tx: Transaction) -> None:
        done = kind.step(tx, {}, None)
        tx.repository(JobRepository, DUTY).advance(dataclasses.replace(late), fence, done, tx.clock.now())

    with pytest.raises(Exception, match=job.id):
        runtime.unit_of_work.run(step)
    assert runtime.repository(Notes, DUTY).ids() == []

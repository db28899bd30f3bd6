"""Job: long work in small steps, each step one transaction with the job's own progress, so that a crash resumes.

A job has an owner, a state, progress, a cancel wish and a lease with a fencing token; whoever lost the lease cannot
commit a step. It runs with the service's scope, after the command that queued it has checked the owner's right.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo.database import Database
from pymongo.errors import PyMongoError

from shared.clock import Clock
from shared.errors import NotFound
from shared.failpoints import failpoint
from shared.ids import new_id
from shared.observability import metrics
from shared.observability.logs import get_logger
from shared.persistence.indexes import Index
from shared.persistence.mongo import Document, is_away
from shared.persistence.repository import Repository
from shared.persistence.unit_of_work import Transaction, UnitOfWork
from shared.tenancy import ServiceScope

log = get_logger(__name__)

JOB_INDEXES = (Index("jobs", (("state", 1), ("_id", 1))),)
_LEASE_LIFE = timedelta(seconds=30)
_POLL_S = 2.0


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did: where to go on (None: finished), how many it handled, and the total where known."""

    cursor: str | None
    handled: int
    total: int | None = None


@dataclass(frozen=True, slots=True)
class JobKind:
    """``step(tx, parameters, cursor)`` does a bounded piece of work inside the transaction."""

    name: str
    step: Callable[[Transaction, Mapping[str, Any], str | None], Step]


@dataclass(frozen=True, slots=True)
class Job:
    id: str
    kind: str
    owner: str
    state: str
    parameters: Mapping[str, Any]
    cursor: str | None
    done: int
    total: int | None
    error: str | None
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class LostLease(Exception):
    """Another process took the job over; this one stops without a trace."""


class JobRepository(Repository):
    collection = "jobs"

    def queue(self, kind: str, owner: str, region: str, parameters: Mapping[str, Any], now: datetime) -> Job:
        document: Document = {
            "_id": new_id("job", region), "kind": kind, "owner": owner, "state": "queued",
            "parameters": dict(parameters), "cursor": None, "done": 0, "total": None, "error": None,
            "cancel": False, "fence": 0, "until": now, "queued_at": now, "started_at": None, "finished_at": None,
        }  # fmt: skip
        self._insert(document)
        return _job(document)

    def get(self, job_id: str) -> Job:
        document = self._find_by_id(job_id)
        if document is None:
            raise NotFound("job", job_id)
        return _job(document)

    def cancel(self, job_id: str, now: datetime) -> Job:
        """Ask for the end: at once when queued, at the next step when running, nothing when ended."""
        self._update({"_id": job_id, "state": "running"}, {"$set": {"cancel": True}})
        self._update({"_id": job_id, "state": "queued"}, {"$set": {"state": "cancelled", "finished_at": now}})
        return self.get(job_id)

    def claim(self, kinds: Sequence[str], holder: str, now: datetime) -> tuple[Job, int] | None:
        """The oldest job that waits or whose holder is gone, now leased to us, with its fence."""
        free = {"$or": [{"until": {"$lte": now}}, {"holder": holder}]}
        document = self._claim(
            {"kind": {"$in": list(kinds)}, "state": {"$in": ["queued", "running"]}, **free},
            [{"$set": {"state": "running", "holder": holder, "until": now + _LEASE_LIFE,
                       "fence": {"$add": ["$fence", 1]}, "started_at": {"$ifNull": ["$started_at", now]}}}],
            sort=[("_id", 1)],
        )  # fmt: skip
        return None if document is None else (_job(document), document["fence"])

    def advance(self, job: Job, fence: int, step: Step, now: datetime) -> Job:
        """Record a step in the step's own transaction; raises LostLease when the fence has moved on."""
        change: dict[str, Any] = {"cursor": step.cursor, "done": job.done + step.handled, "until": now + _LEASE_LIFE}
        if step.total is not None:
            change["total"] = step.total
        if step.cursor is None:
            change |= {"state": "done", "finished_at": now}
        document = self._claim({"_id": job.id, "fence": fence, "state": "running"}, {"$set": change})
        if document is None:
            raise LostLease(job.id)
        if document["cancel"] and step.cursor is not None:
            ended = {"$set": {"state": "cancelled", "finished_at": now}}
            document = self._claim({"_id": job.id, "fence": fence}, ended) or document
        return _job(document)

    def fail(self, job: Job, fence: int, error: str, now: datetime) -> None:
        self._update({"_id": job.id, "fence": fence}, {"$set": {"state": "failed", "error": error, "finished_at": now}})


class JobRunner:
    """The thread that runs a service's jobs, one at a time."""

    def __init__(
        self,
        database: Database[Document],
        unit_of_work: UnitOfWork,
        clock: Clock,
        kinds: Sequence[JobKind],
        holder: str,
    ) -> None:
        self._database = database
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._kinds = {kind.name: kind for kind in kinds}
        self._holder = holder
        self._woken = threading.Event()
        self._stopping = False

    def start(self) -> None:
        threading.Thread(target=self.run, name="jobs", daemon=True).start()

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        self._stopping = True
        self.wake()

    def run(self) -> None:
        while not self._stopping:
            self._woken.clear()
            try:
                while not self._stopping and self.run_one():
                    pass
            except PyMongoError as error:
                if is_away(error):
                    log.warning("database_away", error=type(error).__name__)
                else:
                    log.exception("job_failed")
            self._woken.wait(_POLL_S)

    def run_one(self) -> bool:
        """Claim a job and run it until it ends, is cancelled, or this process stops; whether there was one."""
        repository = JobRepository(self._database, ServiceScope("jobs"))
        claimed = repository.claim(list(self._kinds), self._holder, self._clock.now())
        if claimed is None:
            return False
        job, fence = claimed
        try:
            while job.state == "running" and not self._stopping:
                job = self._unit_of_work.run(lambda tx, job=job: self._step(tx, job, fence))  # type: ignore[misc]
                metrics.counter("sivuvirta_job_steps_total").labels(job.kind).inc()
                failpoint("job.after_step")
        except LostLease:
            pass
        except Exception as error:
            if isinstance(error, PyMongoError) and is_away(error):
                raise
            log.exception("job_failed", job_id=job.id, kind=job.kind)
            repository.fail(job, fence, "An unexpected error ended the job; the log has it.", self._clock.now())
        return True

    def _step(self, tx: Transaction, job: Job, fence: int) -> Job:
        step = self._kinds[job.kind].step(tx, job.parameters, job.cursor)
        return tx.repository(JobRepository, ServiceScope("jobs")).advance(job, fence, step, self._clock.now())


def _job(document: Document) -> Job:
    return Job(
        id=document["_id"], kind=document["kind"], owner=document["owner"], state=document["state"],
        parameters=document["parameters"], cursor=document["cursor"], done=document["done"], total=document["total"],
        error=document["error"], queued_at=document["queued_at"], started_at=document["started_at"],
        finished_at=document["finished_at"],
    )  # fmt: skip

"""Schedule: a duty that comes again, remembered in the database, done by one process at a time.

The next time is set when a run has ended, so that a crash means one more run and never a lost one; a duty must
therefore be safe to repeat.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, PyMongoError

from shared.clock import Clock
from shared.observability.logs import get_logger
from shared.persistence.mongo import Document, is_away

log = get_logger(__name__)

_LEASE_LIFE = timedelta(minutes=5)
_POLL_S = 1.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """``run(runtime)`` is called every ``every``, and once soon after the first start ever. (The runtime of
    ``shared.runtime``, which knows this module: hence no type.)"""

    name: str
    every: timedelta
    run: Callable[[Any], None]


class ScheduleRunner:
    def __init__(
        self,
        database: Database[Document],
        clock: Clock,
        schedules: Sequence[Schedule],
        holder: str,
        runtime: object,
    ) -> None:
        self._collection = database["schedules"]
        self._clock = clock
        self._schedules = schedules
        self._holder = holder
        self._runtime = runtime
        self._stopping = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self.run, name="schedules", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        while not self._stopping.wait(_POLL_S):
            for schedule in self._schedules:
                try:
                    self.run_if_due(schedule)
                except PyMongoError as error:
                    if is_away(error):
                        log.warning("database_away", error=type(error).__name__)
                    else:
                        log.exception("schedule_failed", schedule=schedule.name)

    def run_if_due(self, schedule: Schedule) -> bool:
        """Whether it was due here and now, and run."""
        fence = self._claim(schedule.name, self._clock.now())
        if fence is None:
            return False
        try:
            schedule.run(self._runtime)
        except PyMongoError:
            raise
        except Exception:
            log.exception("schedule_failed", schedule=schedule.name)
        now = self._clock.now()
        self._collection.update_one(
            {"_id": schedule.name, "fence": fence}, {"$set": {"next_at": now + schedule.every, "until": now}}
        )
        return True

    def _claim(self, name: str, now: datetime) -> int | None:
        due = {"_id": name, "next_at": {"$lte": now}, "$or": [{"until": {"$lte": now}}, {"holder": self._holder}]}
        change = {"$set": {"until": now + _LEASE_LIFE, "holder": self._holder}, "$inc": {"fence": 1}}
        if self._collection.find_one({"_id": name}, ["_id"]) is None:
            try:
                self._collection.insert_one({"_id": name, "next_at": now, "until": now, "fence": 0})
            except DuplicateKeyError:
                pass  # another process wrote it first
        claimed = self._collection.find_one_and_update(due, change, return_document=True)
        return None if claimed is None else int(claimed["fence"])

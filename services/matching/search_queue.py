"""Which listings are to be searched, and the one thread that does it. Asking twice costs one search.

The order to search also stands in the database, so what is lost here with the process is found at its next start.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

from pymongo.errors import BulkWriteError, PyMongoError

from services.matching.search import LISTINGS_IN_A_SEARCH, Asked
from shared.observability import metrics
from shared.observability.health import Health
from shared.observability.logs import get_logger
from shared.persistence.mongo import is_away

log = get_logger(__name__)

_DUPLICATE_KEY = 11_000
_PAUSE_S = 0.5
_REPEATS_MAX = 10


class SearchQueue:
    """``ask`` from any thread; ``run`` in one."""

    def __init__(self, search: Callable[[Mapping[str, Asked]], None], health: Health, ping: Callable[[], None]) -> None:
        self._search = search
        self._health = health
        self._ping = ping
        self._asked: dict[str, Asked] = {}
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._under_way = False

    @property
    def length(self) -> int:
        """Listings that wait for their search, and one more while a search is under way."""
        with self._changed:
            return len(self._asked) + self._under_way

    def ask(self, asked: Mapping[str, Asked]) -> None:
        """Search these, by id."""
        with self._changed:
            self._asked.update(asked)
            self._changed.notify()

    def stop(self) -> None:
        """End after the search under way and those that wait."""
        with self._changed:
            self._stopping.set()
            self._changed.notify()

    def run(self) -> None:
        self._health.set("search", True)
        while batch := self._take():
            with metrics.histogram("sivuvirta_matching_search_seconds").time():
                self._search_until_done(batch)
            metrics.gauge("sivuvirta_matching_to_search").set(self.length)

    def _take(self) -> dict[str, Asked]:
        """The next listings to search; empty at the end."""
        with self._changed:
            self._under_way = False
            self._changed.wait_for(lambda: bool(self._asked) or self._stopping.is_set())
            chosen = list(self._asked)[:LISTINGS_IN_A_SEARCH]
            self._under_way = bool(chosen)
            return {identifier: self._asked.pop(identifier) for identifier in chosen}

    def _search_until_done(self, batch: Mapping[str, Asked]) -> None:
        """A database that is away is waited for; a listing that cannot be searched costs the others nothing."""
        repeats = 0
        while True:
            try:
                self._search(batch)
                self._health.set("search", True)
                return
            except PyMongoError as error:
                batch = {identifier: replace(one, new=None) for identifier, one in batch.items()}
                if is_away(error):
                    if not self._database_returns():
                        return
                    continue
                repeats += 1
                if _settled_by_another(error) and repeats <= _REPEATS_MAX:
                    continue
                failure: Exception = error
            except Exception as error:
                failure = error
            if len(batch) > 1:
                for identifier, one in batch.items():
                    self._search_until_done({identifier: replace(one, new=None)})
                return
            metrics.counter("sivuvirta_matching_search_failures_total").inc()
            log.error("search_failed", listing=next(iter(batch)), exc_info=failure)
            return

    def _database_returns(self) -> bool:
        """Wait for it; False when the process ends first (the database remembers what is to be searched)."""
        self._health.set("search", False)
        while not self._stopping.wait(_PAUSE_S):
            try:
                self._ping()
                return True
            except PyMongoError:
                continue
        return False


def _settled_by_another(error: PyMongoError) -> bool:
    """Whether another version of a match stood than the one it was settled from: read again and repeat."""
    return isinstance(error, BulkWriteError) and any(
        write.get("code") == _DUPLICATE_KEY for write in (error.details or {}).get("writeErrors", ())
    )

"""Accepted work, remembered: pairs of a have and a want that must become a match, with revisions, withdrawals and
interest in between. A request is repeated with its Idempotency-Key until there is a definite answer."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from shared.reference.waste import ewc_entries
from tests.driver import Agency

_STRIDE = 251
_UNDER_WAY_MAX = 100


@dataclass(slots=True)
class Pair:
    """A have and a want that fit each other; ``withdrawn`` once one of them was taken back."""

    name: str
    have_id: str
    want_id: str
    withdrawn: bool = False


@dataclass(slots=True)
class Accepted:
    """What the platform said yes to."""

    listings: dict[str, tuple[str, int]] = field(default_factory=dict)  # id → (state, sequence)
    names: dict[str, str] = field(default_factory=dict)  # name → id
    pairs: list[Pair] = field(default_factory=list)
    interests: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    requests: int = 0


class Load:
    """Some threads that record cards at a bounded rate until told to stop; they may be started again. They wait while
    more pairs are under way than a busy machine has soon done: ``is_heard`` tells whether a pair's match was. The names
    of cards carry the seed, so that loads of several seeds on one platform are told apart."""

    def __init__(
        self,
        giver: Agency,
        taker: Agency,
        seed: int,
        is_heard: Callable[[Pair], bool],
        pairs_max: int = 2_000,
        pause_s: float = 0.02,
    ) -> None:
        self._giver = giver
        self._taker = taker
        self._label = f"Sivuvirta {seed}"
        self._random = random.Random(seed)
        self._codes = [entry.code for entry in ewc_entries().values() if not entry.hazardous]
        self._numbers = count()
        self._pairs_max = pairs_max
        self._pause_s = pause_s
        self._is_heard = is_heard
        self._under_way: list[Pair] = []
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self.accepted = Accepted()
        self.errors: list[BaseException] = []

    def start(self, threads: int = 3) -> None:
        self._stopping.clear()
        for _ in range(threads):
            thread = threading.Thread(target=self._run, daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> Accepted:
        """What was accepted; raises what went wrong on the way."""
        self.cancel()
        for thread in self._threads:
            thread.join(120)
        self._threads.clear()
        if self.errors:
            raise self.errors[0]
        return self.accepted

    def cancel(self) -> None:
        """Record nothing more; nobody waits for what is under way."""
        self._stopping.set()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set() and len(self.accepted.pairs) < self._pairs_max:
                if self._may_go_on():
                    pair = self.pair()
                    with self._lock:
                        self._under_way.append(pair)
                time.sleep(self._pause_s)
        except BaseException as error:
            self.errors.append(error)

    def _may_go_on(self) -> bool:
        with self._lock:
            self._under_way = [pair for pair in self._under_way if not (pair.withdrawn or self._is_heard(pair))]
            return len(self._under_way) < _UNDER_WAY_MAX

    def pair(self, *, changes: bool = True) -> Pair:
        """Record a want and a have for it, and sometimes something more."""
        with self._lock:
            number, dice = next(self._numbers), self._random.random()
        name = f"{self._label} {number:05}"
        fields = {
            # Neighbours in the list resemble each other and would match as well.
            "ewc_code": self._codes[number * _STRIDE % len(self._codes)],
            "visibility": "nation" if dice < 0.7 else "nation_anonymous",
            "quantity": {"amount": 100 + number % 50, "unit": "t", "period": "year"},
        }
        sides = [(self._taker, "want"), (self._giver, "have")]
        if dice < 0.5:
            sides.reverse()
        ids = {direction: self._record(agency, direction, name, fields) for agency, direction in sides}
        pair = Pair(name, ids["have"], ids["want"])
        with self._lock:
            self.accepted.pairs.append(pair)
        if not changes:
            return pair
        if dice < 0.15:
            self._change(self._giver, "PATCH", pair.have_id, {"description": "Tarkennettu."})
        elif dice < 0.25:
            pair.withdrawn = True
            self._change(self._taker, "DELETE", pair.want_id, None)
        elif dice < 0.4:
            self.interest(pair)
        elif dice < 0.5:
            self.site(name)
        return pair

    def interest(self, pair: Pair) -> str:
        """Put the taker's client on the have; the interest's id."""
        body = {"organisation_id": self._taker.organisation_id, "strength": "can_use"}
        interest = self._taker.api.post(f"/v1/listings/{pair.have_id}/interests", body)
        with self._lock:
            self.accepted.interests.add(interest["id"])
            self.accepted.requests += 1
        return str(interest["id"])

    def site(self, name: str) -> None:
        """Record one more site of the giver's client."""
        site = self._giver.api.site(self._giver.organisation_id, "Joensuu", name)
        with self._lock:
            self.accepted.sites.add(site["id"])
            self.accepted.requests += 1

    def _record(self, agency: Agency, direction: str, name: str, fields: dict[str, Any]) -> str:
        listing = agency.api.listing(agency.site_id, direction, name, **fields)
        with self._lock:
            self.accepted.requests += 1
            self.accepted.listings[listing["id"]] = ("active", listing["sequence"])
            self.accepted.names[f"{direction} {name}"] = listing["id"]
        return str(listing["id"])

    def _change(self, agency: Agency, method: str, listing_id: str, body: dict[str, Any] | None) -> None:
        key = f"{method}-{listing_id}-{self._random.getrandbits(64):x}"
        answer = agency.api.ask(method, f"/v1/listings/{listing_id}", body, If_Match='"1"', Idempotency_Key=key)
        with self._lock:
            self.accepted.requests += 1
            self.accepted.listings[listing_id] = (answer["state"], answer["sequence"])

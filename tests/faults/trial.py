"""One trial of a running platform: two agencies, their subscribers, load and chaos between them, and the count."""

from __future__ import annotations

from pathlib import Path

from tests.driver import Platform, wait_until
from tests.faults.chaos import Chaos
from tests.faults.load import Load, Pair
from tests.faults.receiver import Receiver
from tests.faults.tally import Tally, count, settle, watched

EVENTS = ["match.found.v1", "interest.registered.v1"]
ENVIRONMENT = {
    "SIVUVIRTA_RETRY_TIERS_MS": "200,500,1000,2000",
    "SIVUVIRTA_WEBHOOK_RETRY_SCALE": "0.01",
    "SIVUVIRTA_WEBHOOK_TIMEOUT": "1.5",
    "SIVUVIRTA_RATE_LIMIT": "1000000",
}
STEADY, MOODY = "steady", "moody"


def environment(failpoints: Path) -> dict[str, str]:
    """Of a platform that is to be tried: short waits, and failpoints that can be armed."""
    failpoints.mkdir(parents=True, exist_ok=True)
    return {**ENVIRONMENT, "SIVUVIRTA_FAILPOINTS_DIR": str(failpoints)}


class Trial:
    """``load.start()``, do harm with ``chaos``, then ``count()``; again if one likes. Each count is of everything."""

    def __init__(
        self, platform: Platform, failpoints: Path, seed: int, *, pause_s: float = 0.02, trouble: float = 0.3
    ) -> None:
        """``trouble``: how likely the moody subscriber's first two answers to a webhook are bad ones."""
        self.platform = platform
        self.stack = platform.stack
        self._failpoints = failpoints
        self.giver = platform.agency("Antajaseutu", "Joensuu")
        self.taker = platform.agency("Ottajaseutu", "Kontiolahti")
        self.receiver = Receiver(seed)
        self._path_of: dict[str, str] = {}
        self._agency_of: dict[str, str] = {}
        self.receiver.misbehave(MOODY, trouble)
        for agency, path in ((self.giver, STEADY), (self.taker, MOODY)):
            subscription = agency.api.subscribe(self.receiver.url(path), EVENTS)
            self.receiver.expect(path, subscription["secret"])
            self._path_of[subscription["id"]], self._agency_of[subscription["id"]] = path, agency.id
        self.load = Load(self.giver, self.taker, seed, self._is_heard, pause_s=pause_s)
        self.chaos = Chaos(platform.stack, failpoints, seed)

    def stir(self) -> None:
        """Record something of every kind, so that every service has something to do."""
        pair = self.load.pair(changes=False)
        self.load.interest(pair)
        self.load.site(pair.name)

    def probe(self, timeout_s: float = 60.0) -> None:
        """Record a have and a want now: the subscriber hears of their match, whatever just happened."""
        pair = self.load.pair(changes=False)
        try:
            wait_until(lambda: self._is_heard(pair), timeout_s, f"a webhook of {pair.name}")
        except AssertionError as error:
            with watched(self.stack, list(self._path_of)) as under_way:
                facts = f"under way: {under_way()}; not ready: {self.stack.not_ready()}"
            raise AssertionError(f"{error}; {facts}") from None

    def _is_heard(self, pair: Pair) -> bool:
        return self.receiver.count(STEADY, pair.have_id) > 0

    def count(self) -> Tally:
        """Stop the load, disarm what was not struck, let everything come to rest, and count."""
        accepted = self.load.stop()
        for leftover in self._failpoints.iterdir():
            leftover.unlink()
        settle(self.stack, self._path_of)
        return count(self.stack, accepted, self.receiver, self._path_of, self._agency_of, self.chaos.kills)

    def close(self) -> None:
        self.load.cancel()
        self.receiver.close()

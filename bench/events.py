"""Accepted card → match → webhook received: ``make bench-events`` (``QUICK=1`` under 45 s).

``p50_ratio``: the median way of one event at a time over the median of the bare parts (bench/floor.py), taken in turn.
``steady_per_s``: the highest rate held (30 s; quick: 4 s) with a backlog that does not grow and p99 below one second;
``p99_ms`` is the one at that rate.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

from bench.floor import Floor
from shared.reference.waste import ewc_entries
from tests.driver import Agency, Platform, running_platform

P99_MAX_S = 1.0
SENDERS = 24


class Arrivals:
    """When the webhook of each have came; the receiver does nothing else."""

    def __init__(self) -> None:
        self.at: dict[str, float] = {}
        self.latest = threading.Condition()

    def note(self, body: bytes) -> None:
        now = time.perf_counter()
        data = json.loads(body).get("data", {})
        with self.latest:
            self.at.setdefault(str(data.get("have_id", "")), now)
            self.latest.notify_all()

    def wait_for(self, have_id: str, timeout_s: float) -> float:
        with self.latest:
            if not self.latest.wait_for(lambda: have_id in self.at, timeout_s):
                raise TimeoutError(f"no webhook for {have_id} in {timeout_s:g} s")
            return self.at[have_id]


@contextmanager
def receiving(arrivals: Arrivals) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            arrivals.note(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/hook"
    finally:
        server.shutdown()


class Cards:
    """Haves that each fit exactly one of the wants that stand: one waste code a chapter."""

    def __init__(self, giver: Agency, taker: Agency) -> None:
        self._giver = giver
        self._numbers = count()
        by_chapter = {entry.chapter_code: entry.code for entry in ewc_entries().values() if not entry.hazardous}
        self._codes = list(by_chapter.values())
        for code in self._codes:
            taker.api.listing(taker.site_id, "want", f"Tarve {code}", ewc_code=code, visibility="nation")

    def post(self) -> tuple[str, float]:
        """(id, the moment before the request) of a have that was accepted."""
        number = next(self._numbers)
        code = self._codes[number % len(self._codes)]
        began = time.perf_counter()
        have = self._giver.api.listing(
            self._giver.site_id, "have", f"Sivuvirta {number}", ewc_code=code, visibility="nation"
        )
        return have["id"], began


def one_at_a_time(cards: Cards, arrivals: Arrivals, floor: Floor, rounds: int) -> tuple[float, float]:
    """Median seconds of ours and of the floor, taken in turn."""
    ours, bare = [], []
    for _ in range(rounds):
        identifier, began = cards.post()
        ours.append(arrivals.wait_for(identifier, 20) - began)
        bare.append(floor.once())
    return statistics.median(ours), statistics.median(bare)


def hold(cards: Cards, arrivals: Arrivals, rate: float, seconds: float) -> tuple[bool, float]:
    """Whether the rate was held, and the p99 in seconds of its events."""
    posted: list[tuple[str, float]] = []
    began = time.perf_counter()
    total = int(rate * seconds)

    def send(number: int) -> None:
        due = began + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        identifier, _ = cards.post()
        posted.append((identifier, due))

    with ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(send, range(total)))
    elapsed = time.perf_counter() - began
    backlog = sum(identifier not in arrivals.at for identifier, _ in posted)
    try:
        latencies = sorted(arrivals.wait_for(identifier, 30) - due for identifier, due in posted)
    except TimeoutError:
        return False, float("inf")
    p99 = latencies[int(len(latencies) * 0.99)]
    held = elapsed < seconds * 1.05 + 0.2 and backlog <= max(5, rate * 0.5) and p99 < P99_MAX_S
    print(f"{rate:8.1f}/s  {'held' if held else 'not held':8}  p99 {p99 * 1000:7.0f} ms  backlog {backlog}", flush=True)
    return held, p99


def steady(cards: Cards, arrivals: Arrivals, quick: bool) -> tuple[float, float]:
    """(highest held rate, its p99): doubling in short holds, then long holds downwards from the best."""
    rate, best, p99 = 8.0, 0.0, float("inf")
    while True:
        held, seen = hold(cards, arrivals, rate, 3.0)
        if not held:
            break
        best, p99 = rate, seen
        rate *= 1.5
    if quick:
        return best, p99
    for share in (1.2, 1.0, 0.85, 0.7, 0.55, 0.4):
        held, p99 = hold(cards, arrivals, max(1.0, best * share), 30.0)
        if held:
            return best * share, p99
    return 0.0, p99


def measure(platform: Platform, quick: bool) -> None:
    giver = platform.agency("Antajaseutu", "Joensuu")
    taker = platform.agency("Ottajaseutu", "Kontiolahti")
    arrivals = Arrivals()
    with receiving(arrivals) as url:
        taker.api.subscribe(url, ["match.found.v1"])
        cards = Cards(giver, taker)
        body = json.dumps({"data": {"have_id": "floor"}, "filling": "x" * 900}).encode()
        floor = Floor(platform.stack.amqp_uri, platform.stack.mongo_uri, url, body)
        one_at_a_time(cards, arrivals, floor, 5)
        ours, bare = one_at_a_time(cards, arrivals, floor, 25 if quick else 150)
        print(f"one at a time: p50 {ours * 1000:.1f} ms, bare parts {bare * 1000:.1f} ms, ratio {ours / bare:.2f}")
        rate, p99 = steady(cards, arrivals, quick)
        floor.close()
    result = {"p50_ratio": round(ours / bare, 2), "p99_ms": round(p99 * 1000), "steady_per_s": round(rate, 1)}
    print(json.dumps({"bench": "events", **result}))


def main() -> int:
    quick = os.environ.get("QUICK") == "1"
    with tempfile.TemporaryDirectory(prefix="sivuvirta-bench-") as folder:
        environment = {"SIVUVIRTA_RATE_LIMIT": "10000000", "SIVUVIRTA_LOG_LEVEL": "WARNING"}
        with running_platform(Path(folder), extra_env=environment) as platform:
            measure(platform, quick)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

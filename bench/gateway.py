"""Reads and creations through the gateway beside a bare echo: ``make bench-gateway`` (``QUICK=1`` under 45 s).

Reads: random ids out of 10,000 listings, authenticated, read from the database, no response cache. The echo carries
the same payload over the same broker in the same run. The two take short turns, since a shared machine is faster in one
second than in the next: a ratio is the median over the rounds of ours over the echo's beside it, the minimum over 1, 8
and 32 in flight. Creations come after all reads, for they leave work behind. Any error makes a ratio null.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.cpu import Meter
from bench.echo import EchoClient
from bench.http_load import Load, drive, request_bytes
from services.resources import domain
from services.resources.repository import ListingRepository, SiteRepository
from shared import config
from shared.persistence.unit_of_work import Transaction
from shared.runtime import Runtime
from shared.tenancy import ServiceScope
from tests.driver import Agency, Platform, running_platform, wait_until

LISTINGS = 10_000
IN_FLIGHT = (1, 8, 32)
BENCH = ServiceScope("bench")


@dataclass(frozen=True, slots=True)
class Turn:
    """Echoes a second, and what came of the same time at the gateway."""

    bare: float
    ours: Load


def seed(platform: Platform, agency: Agency) -> list[str]:
    """10,000 listings straight into the database of resources, without their events: what is measured is reading."""
    runtime = Runtime(config.load(platform.stack.environment("resources")), "resources")
    wait_until(lambda: runtime.repository(SiteRepository, BENCH).find(agency.site_id), 20, "the site is projected")
    site = runtime.repository(SiteRepository, BENCH).find(agency.site_id)
    assert site is not None
    ids: list[str] = []
    for start in range(0, LISTINGS, 500):
        drafts = [
            {
                "direction": "have", "kind": "material", "name": f"Sahanpuru {number}",
                "description": "Kuivaa purua, ei epäpuhtauksia.", "ewc_code": "030105", "visibility": "nation",
                "quantity": {"amount": 100.0 + number % 900, "unit": "t", "period": "year"},
            }
            for number in range(start, start + 500)
        ]  # fmt: skip
        listings = [domain.new_listing(draft, site, runtime.clock.now()) for draft in drafts]

        def work(tx: Transaction, listings: list[domain.Listing] = listings) -> None:
            tx.repository(ListingRepository, BENCH).add(*listings)

        runtime.unit_of_work.run(work)
        ids += [listing.id for listing in listings]
    runtime.client.close()
    return ids


def creation(agency: Agency, number: int) -> bytes:
    body = {
        "site_id": agency.site_id, "direction": "have", "kind": "material", "name": f"Kutterinlastu {number}",
        "description": "Kuivaa lastua, ei epäpuhtauksia.", "ewc_code": "030105", "visibility": "own",
        "quantity": {"amount": 100 + number % 900, "unit": "t", "period": "year"},
    }  # fmt: skip
    return json.dumps(body).encode()


def main() -> int:
    quick = os.environ.get("QUICK") == "1"
    seconds, rounds = (0.4, 4) if quick else (2.0, 10)
    with tempfile.TemporaryDirectory(prefix="sivuvirta-bench-") as folder:
        environment = {"SIVUVIRTA_RATE_LIMIT": "10000000", "SIVUVIRTA_LOG_LEVEL": "WARNING"}
        with running_platform(Path(folder), extra_env=environment) as platform:
            return measure(platform, seconds, rounds)


def measure(platform: Platform, seconds: float, rounds: int) -> int:
    agency = platform.agency("Mittausseutu", "Joensuu")
    ids = seed(platform, agency)
    headers = {"Host": "127.0.0.1", "Authorization": agency.api.authorization}
    payload = agency.api.send("GET", f"/v1/listings/{ids[0]}").data
    address = ("127.0.0.1", platform.stack.ports.gateway)
    chooser = random.Random(1)
    uri = platform.stack.amqp_uri
    echo_server = subprocess.Popen([sys.executable, "-m", "bench.echo"], env={**os.environ, "AMQP_URI": uri})
    echo = EchoClient(uri, payload)

    def read() -> bytes:
        return request_bytes("GET", f"/v1/listings/{chooser.choice(ids)}", headers)

    def create() -> bytes:
        key = {"Idempotency-Key": uuid.UUID(int=chooser.getrandbits(128)).hex}
        return request_bytes("POST", "/v1/listings", headers | key, creation(agency, chooser.randrange(10**6)))

    results: dict[str, dict[int, list[Turn]]] = {}
    meters = {name: Meter(platform.stack) for name in ("read", "create")}
    try:
        wait_until(lambda: _warm(echo), 20, "the echo answers")
        for name, request, times in (("read", read, rounds), ("create", create, rounds // 2)):
            drive(address, request, 8, 1.0)
            results[name] = {in_flight: [] for in_flight in IN_FLIGHT}
            for _ in range(times):
                for in_flight, turns in results[name].items():
                    bare = echo.rate(in_flight, seconds)
                    with meters[name].running():
                        turns.append(Turn(bare, drive(address, request, in_flight, seconds)))
    finally:
        echo.close()
        echo_server.terminate()
        echo_server.wait(10)
    tell_where_the_time_went(results, meters)
    return report(results)


def tell_where_the_time_went(
    results: Mapping[str, Mapping[int, Sequence[Turn]]], meters: Mapping[str, Meter]
) -> None:
    """Processor time of one request by part, over all turns; what others work meanwhile is in it."""
    for name, turns_by_flight in results.items():
        answered = sum(turn.ours.answered for turns in turns_by_flight.values() for turn in turns)
        shares = ((part, 1000 * seconds / max(1, answered)) for part, seconds in meters[name].taken.most_common())
        print(f"ms of processor time a {name}:", ", ".join(f"{part} {ms:.2f}" for part, ms in shares if ms >= 0.05))


def report(results: Mapping[str, Mapping[int, Sequence[Turn]]]) -> int:
    least: dict[str, float | None] = {}
    print(f"{'':>8} {'in flight':>9} {'echo/s':>8} {'ours/s':>8} {'ratio':>6}  p50/p99 ms")
    for name, turns_by_flight in results.items():
        ratios, errors = [], 0
        for in_flight, turns in turns_by_flight.items():
            for turn in turns:
                errors += turn.ours.errors
                if turn.ours.errors:
                    print(f"  {name} error: {turn.ours.last_error}", file=sys.stderr)
            bare, ours = statistics.median(t.bare for t in turns), statistics.median(t.ours.rate for t in turns)
            ratios.append(statistics.median(turn.ours.rate / turn.bare for turn in turns))
            latencies = sorted(value for turn in turns for value in turn.ours.latencies_s) or [0.0]
            p50, p99 = (latencies[int(len(latencies) * q)] * 1000 for q in (0.5, 0.99))
            print(f"{name:>8} {in_flight:9} {bare:8.0f} {ours:8.0f} {ratios[-1]:6.3f}  {p50:.1f} / {p99:.1f}")
        least[f"{name}_ratio"] = None if errors else round(min(ratios), 3)
    print(json.dumps({"bench": "gateway", **least}))
    return 0


def _warm(echo: EchoClient) -> bool:
    try:
        return echo.rate(1, 0.1) > 0
    except TimeoutError:
        return False


if __name__ == "__main__":
    raise SystemExit(main())

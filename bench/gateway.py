"""Reads and creations through the gateway beside a bare echo: ``make bench-gateway`` (``QUICK=1`` under 45 s).

Reads: random ids out of 10,000 listings, authenticated, read from the database, no response cache. The echo carries
the same payload over the same broker in the same run, round by round; a ratio is ours over the echo's, the minimum
over 1, 8 and 32 in flight. Any error makes a ratio null.
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
from pathlib import Path
from typing import Any

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
    seconds, rounds = (1.6, 1) if quick else (6.0, 3)
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

    results: dict[str, dict[int, list[Any]]] = {name: {n: [] for n in IN_FLIGHT} for name in ("echo", "read", "create")}
    try:
        wait_until(lambda: _warm(echo), 20, "the echo answers")
        drive(address, read, 8, 1.0)
        drive(address, create, 8, 1.0)
        for _ in range(rounds):
            for in_flight in IN_FLIGHT:
                results["echo"][in_flight].append(echo.rate(in_flight, seconds))
                results["read"][in_flight].append(drive(address, read, in_flight, seconds))
                results["create"][in_flight].append(drive(address, create, in_flight, seconds))
    finally:
        echo.close()
        echo_server.terminate()
        echo_server.wait(10)
    return report(results)


def report(results: dict[str, dict[int, list[Any]]]) -> int:
    ratios: dict[str, list[float]] = {"read": [], "create": []}
    errors = {"read": 0, "create": 0}
    print(f"{'in flight':>9} {'echo/s':>8} {'read/s':>8} {'ratio':>6} {'create/s':>9} {'ratio':>6}  read p50/p99 ms")
    for in_flight in IN_FLIGHT:
        floor = statistics.median(results["echo"][in_flight])
        row = {}
        for name in ("read", "create"):
            loads: list[Load] = results[name][in_flight]
            errors[name] += sum(load.errors for load in loads)
            for load in loads:
                if load.errors:
                    print(f"  {name} error: {load.last_error}", file=sys.stderr)
            row[name] = statistics.median(load.rate for load in loads)
            ratios[name].append(row[name] / floor)
        latencies = sorted(value for load in results["read"][in_flight] for value in load.latencies_s)
        p50, p99 = (latencies[int(len(latencies) * q)] * 1000 for q in (0.5, 0.99))
        print(
            f"{in_flight:9} {floor:8.0f} {row['read']:8.0f} {row['read'] / floor:6.3f} {row['create']:9.0f} "
            f"{row['create'] / floor:6.3f}  {p50:.1f} / {p99:.1f}"
        )
    final = {f"{name}_ratio": None if errors[name] else round(min(ratios[name]), 3) for name in ratios}
    print(json.dumps({"bench": "gateway", **final}))
    return 0


def _warm(echo: EchoClient) -> bool:
    try:
        return echo.rate(1, 0.1) > 0
    except TimeoutError:
        return False


if __name__ == "__main__":
    raise SystemExit(main())

"""``make demo``: everything comes, and a second run doubles nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

from demo.cards import read
from deploy.local.processes import PROJECT
from tests.driver import Api, Platform

pytestmark = pytest.mark.e2e

WORKSHOP = read()


def demonstrate(platform: Platform) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SIVUVIRTA_LOCAL": str(platform.stack.folder)}
    environment.pop("GATEWAY_URL", None)
    command = [sys.executable, "-m", "demo"]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=240)


def state_of(platform: Platform) -> dict[str, int]:
    """How many of each thing the two agencies have, as they see it themselves."""
    kept = json.loads((platform.stack.folder / "demo" / "keys.json").read_text())
    keys = [key for name, key in kept["keys"].items() if name.startswith("agy-")]
    counts: dict[str, int] = {}
    for api in (Api(platform.stack.gateway_url, key) for key in keys):
        for what in ("organisations", "listings?own=true", "surveys", "interests", "matches", "subscriptions"):
            counts[what] = counts.get(what, 0) + len(list(api.pages(f"/v1/{what}")))
        for subscription in api.pages("/v1/subscriptions"):
            deliveries = list(api.pages(f"/v1/subscriptions/{subscription['id']}/deliveries"))
            counts["deliveries"] = counts.get("deliveries", 0) + len(deliveries)
    counts["agencies"] = len(list(platform.operator.pages("/v1/agencies")))
    counts["accounts"] = len(list(platform.operator.pages("/v1/service-accounts")))
    return counts


def test_the_workshop_goes_in_and_comes_out_as_matches_and_a_second_run_doubles_nothing(platform: Platform) -> None:
    first = demonstrate(platform)
    assert (first.returncode, first.stderr) == (0, "")
    after_first = state_of(platform)
    second = demonstrate(platform)
    assert (second.returncode, second.stderr) == (0, "")

    assert state_of(platform) == after_first
    assert after_first["listings?own=true"] == len(WORKSHOP.cards) + 1
    assert "Everything stood already" in second.stdout
    assert "Sama jätekoodi 03 01 05." in first.stdout
    webhooks = [re.findall(r"(\d+) webhooks delivered, (\d+) verified", run.stdout) for run in (first, second)]
    assert webhooks[0] == webhooks[1]
    assert [delivered == verified != "0" for delivered, verified in webhooks[0]] == [True, True]


def test_without_the_keys_of_the_first_run_nothing_is_doubled_either(platform: Platform) -> None:
    before = state_of(platform)
    (platform.stack.folder / "demo" / "keys.json").unlink()
    again = demonstrate(platform)
    assert (again.returncode, again.stderr) == (0, "")
    assert state_of(platform) == before


def test_the_first_five_minutes_of_the_readme_run_as_they_stand(platform: Platform) -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    first_minutes = readme.partition("## First five minutes")[2].partition("\n## ")[0]
    commands = "".join(re.findall(r"```bash\n(.*?)```", first_minutes, re.DOTALL))
    # The match comes a moment later: the reader takes that long to paste the next block.
    asking = "get $KEY listings/$HAVE/matches\n"
    until_found = f"until {asking.strip()} | grep $WANT > /dev/null; do :; done\n{asking}"
    script = commands.replace("http://127.0.0.1:8000", platform.stack.gateway_url).replace(asking, until_found)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=PROJECT,
        env={**os.environ, "SIVUVIRTA_LOCAL": str(platform.stack.folder)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, asking in commands) == (0, True), done.stderr
    for shown in ('"band":"good"', '"strength":"can_use"', "is not a known EWC code", '"sequence":2', '"parts":'):
        assert shown in done.stdout

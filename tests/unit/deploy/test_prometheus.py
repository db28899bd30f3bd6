"""The Prometheus configuration scrapes exactly what the local stack offers."""

from __future__ import annotations

import shutil
import subprocess

import yaml

from deploy.local.ports import Ports
from deploy.local.processes import PROGRAMS, PROJECT

PATH = PROJECT / "deploy" / "prometheus" / "prometheus.yml"
CONFIGURATION = yaml.safe_load(PATH.read_text())
JOBS = {job["job_name"]: job["static_configs"] for job in CONFIGURATION["scrape_configs"]}


def test_every_program_is_scraped_at_its_operator_port() -> None:
    scraped = {target["labels"]["process"]: target["targets"] for target in JOBS["sivuvirta"]}

    assert scraped == {
        program.name: [f"127.0.0.1:{Ports().operator_base + offset}"] for offset, program in enumerate(PROGRAMS)
    }


def test_the_broker_is_scraped_at_its_metrics_port() -> None:
    assert JOBS["rabbitmq"] == [{"targets": [f"127.0.0.1:{Ports().broker_metrics}"]}]


def test_promtool_accepts_the_configuration() -> None:
    # `make test` installs promtool where it may; elsewhere the tests above and this look must do.
    promtool = shutil.which("promtool")
    if promtool is None:
        assert set(CONFIGURATION) <= {"global", "scrape_configs", "rule_files"}
        return
    done = subprocess.run([promtool, "check", "config", str(PATH)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr

"""System packages from apt, installed without leaving a service running that was not running before.

Debian starts a server when its package is installed, unless ``/usr/sbin/policy-rc.d`` refuses. While
installing, a refusing one is put there and removed again; one that stands there already is left alone, and
obeyed if it refuses.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.local.errors import StackError

POLICY = Path("/usr/sbin/policy-rc.d")
REFUSED = 101
UNITS = {"rabbitmq-server": ("rabbitmq-server.service", "epmd.socket"), "prometheus": ("prometheus.service",)}


def may_install() -> bool:
    """Whether apt is here and this user is root or may use sudo without being asked."""
    return shutil.which("apt-get") is not None and _as_root() is not None


def install(packages: Sequence[str], why: str, by_hand: str) -> None:
    """Install the packages, or raise StackError with ``why`` they are needed and what to do ``by_hand``."""
    names = " ".join(packages)
    prefix = _as_root()
    if shutil.which("apt-get") is None or prefix is None:
        reason = "apt-get is not here" if prefix is not None else "this needs root, or sudo without a password"
        raise StackError(f"{why}\n{reason}. {by_hand}")
    print(f"Installing {names} …", flush=True)
    with _no_service_starts(prefix), tempfile.TemporaryFile("w+") as log:
        environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
        for arguments in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", *packages]):
            command = [*prefix, *environment, "apt-get", *arguments]
            code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False).returncode
            # A stale or unreachable list does not matter as long as the packages themselves can be had.
            if code != 0 and arguments[0] == "install":
                log.seek(0)
                end = "\n".join(log.read().splitlines()[-6:])
                raise StackError(f"{why}\n`apt-get install {names}` failed:\n{end}\n{by_hand}")
    _keep_off_after_reboot(packages, prefix)


def _as_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
        if asked.returncode == 0:
            return ["sudo", "-n"]
    return None


@contextmanager
def _no_service_starts(prefix: list[str]) -> Iterator[None]:
    if POLICY.exists():
        answer = subprocess.run([str(POLICY), "rabbitmq-server", "start"], capture_output=True, check=False).returncode
        if answer != REFUSED:
            raise StackError(
                f"{POLICY} lets packages start services, and it is not ours to change. Install the package "
                "by hand (and stop its service), or set AMQP_URI to a broker that runs."
            )
        yield
        return
    with tempfile.NamedTemporaryFile("w", suffix=".policy") as draft:
        draft.write(f"#!/bin/sh\nexit {REFUSED}\n")
        draft.flush()
        subprocess.run([*prefix, "install", "-m", "0755", draft.name, str(POLICY)], check=True)
    try:
        yield
    finally:
        subprocess.run([*prefix, "rm", "-f", str(POLICY)], check=True)


def _keep_off_after_reboot(packages: Sequence[str], prefix: list[str]) -> None:
    # Only units that came with what was just installed; without systemd there is nothing to disable.
    if Path("/run/systemd/system").is_dir():
        for unit in (unit for package in packages for unit in UNITS.get(package, ())):
            subprocess.run([*prefix, "systemctl", "disable", unit], capture_output=True, check=False)

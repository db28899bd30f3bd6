"""Makes ``.venv`` from the lock, when the lock has changed since. Runs before anything is installed.

    python3 -m deploy.local.venv runtime|dev

Standard library only, and readable by an old Python, so that it can say that it is too old.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed-lock.json"
OLDEST = (3, 11)
NEWER_NAMES = ("python3.13", "python3.12", "python3.11")


class Refused(Exception):
    """What is wrong and the way out."""


def main(arguments):  # type: (list[str]) -> int
    try:
        _use_new_enough_python(arguments)
        with open(PROJECT / ".venv.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            ensure(arguments[0])
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def ensure(lock):  # type: (str) -> None
    """Install the lock ``runtime`` or ``dev`` (which holds the other) unless it is installed already."""
    wanted = {name: _digest(name) for name in (("runtime", "dev") if lock == "dev" else ("runtime",))}
    try:
        installed = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        installed = {}
    if PYTHON.exists() and all(installed.get(name) == digest for name, digest in wanted.items()):
        return
    if not _works(PYTHON):
        _create()
    print("Installing requirements/%s.txt into .venv …" % lock, flush=True)
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
    ]
    done = subprocess.run([*command, "-r", str(PROJECT / "requirements" / ("%s.txt" % lock))], check=False)
    if done.returncode != 0:
        raise Refused(
            "pip could not install requirements/%s.txt (its words are above). Is the package index "
            "reachable? Then try again; nothing is half done." % lock
        )
    STAMP.write_text(json.dumps(wanted))


def _create():  # type: () -> None
    try:
        import ensurepip  # noqa: F401  Debian leaves it out of python3 and puts it into python3-venv.
    except ImportError:
        _install_venv_package()
    shutil.rmtree(VENV, ignore_errors=True)
    print("Making .venv with Python %d.%d …" % sys.version_info[:2], flush=True)
    done = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False, stdout=subprocess.DEVNULL)
    if done.returncode != 0:
        raise Refused("Python could not make a virtual environment at %s (its words are above)." % VENV)


def _install_venv_package():  # type: () -> None
    package = "python%d.%d-venv" % sys.version_info[:2]
    prefix = None
    if os.geteuid() == 0:
        prefix = []
    elif shutil.which("sudo") and subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL) == 0:
        prefix = ["sudo", "-n"]
    if prefix is not None and shutil.which("apt-get"):
        print("Installing %s …" % package, flush=True)
        subprocess.call([*prefix, "apt-get", "update", "-q"], stdout=subprocess.DEVNULL)
        command = [*prefix, "apt-get", "install", "-y", "-q", "--no-install-recommends", package]
        if subprocess.call(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) == 0:
            return
    raise Refused("Python's venv module is not installed. Install it: apt-get install %s" % package)


def _use_new_enough_python(arguments):  # type: (list[str]) -> None
    if sys.version_info >= OLDEST:
        return
    for name in NEWER_NAMES:
        newer = shutil.which(name)
        if newer:
            os.chdir(str(PROJECT))
            os.execv(newer, [newer, "-m", "deploy.local.venv", *arguments])
    raise Refused(
        "Python %d.%d is too old: Sivuvirta needs 3.11 or newer (Debian 12 and Ubuntu 24.04 have it). "
        "Install python3.11 and python3.11-venv, or name one: make up PYTHON=/path/to/python3.11" % sys.version_info[:2]
    )


def _works(python):  # type: (Path) -> bool
    try:
        code = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
        return subprocess.run([str(python), "-c", code], stderr=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def _digest(lock):  # type: (str) -> str
    return hashlib.sha256((PROJECT / "requirements" / ("%s.txt" % lock)).read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

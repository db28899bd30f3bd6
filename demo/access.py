"""Where the platform is, whose keys open it, and what an earlier run left written down.

``GATEWAY_URL`` and ``OPERATOR_KEY`` name a platform run by others. Without them it is the local stack of ``make up``,
and the operator's key comes from ``services.identity.bootstrap`` run in the environment of identity.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from demo.gateway import Gateway, GatewayError
from deploy.local.errors import StackError
from deploy.local.keys import write_private
from deploy.local.processes import PROJECT, launched
from deploy.local.stack import Stack


class NoAccess(Exception):
    """The platform cannot be reached or opened; the message says what to do."""


class Memory:
    """API keys and webhook secrets, which the platform shows once, in a file only its owner reads.

    A file about another platform is forgotten, and what was received from it as well.
    """

    def __init__(self, folder: Path, gateway_url: str) -> None:
        self.received = folder / "received.jsonl"
        self._path = folder / "keys.json"
        kept = json.loads(self._path.read_text()) if self._path.exists() else {}
        if kept.get("gateway_url") != gateway_url:
            kept = {"keys": {}, "secrets": {}, "receipts_whole": True}
            self.received.unlink(missing_ok=True)
        self._keys: dict[str, str] = kept["keys"]
        self._secrets: dict[str, str] = kept["secrets"]
        self.receipts_whole: bool = kept["receipts_whole"]
        """Whether the receiver wrote down everything since the subscriptions were made."""
        self._gateway_url = gateway_url

    def key(self, name: str) -> str | None:
        return self._keys.get(name)

    def secret(self, subscription_id: str) -> str | None:
        return self._secrets.get(subscription_id)

    def keep_key(self, name: str, key: str) -> None:
        self._keys[name] = key
        self._write()

    def keep_secret(self, subscription_id: str, secret: str) -> None:
        self._secrets[subscription_id] = secret
        self._write()

    def receipts_lost(self) -> None:
        """An earlier run's secrets are gone, and what it received with them."""
        self.receipts_whole = False
        self._write()

    def _write(self) -> None:
        kept = {
            "gateway_url": self._gateway_url,
            "keys": self._keys,
            "secrets": self._secrets,
            "receipts_whole": self.receipts_whole,
        }
        write_private(self._path, json.dumps(kept, indent=1))


@dataclass(frozen=True, slots=True)
class Access:
    """The platform opened as operator."""

    gateway_url: str
    operator: Gateway
    memory: Memory

    def as_account(self, name: str) -> Gateway | None:
        """The gateway with the key kept under the name; None when there is none that still opens it."""
        key = self.memory.key(name)
        return _opened(self.gateway_url, key) if key else None


def open_platform(folder: Path | None = None, environ: Mapping[str, str] = os.environ) -> Access:
    """Raises NoAccess. ``folder`` is where the demonstration writes, by default ``demo`` beside the local data."""
    local = Path(environ.get("SIVUVIRTA_LOCAL") or PROJECT / ".local")
    stack = None if environ.get("GATEWAY_URL") else _running_stack(local)
    url = stack.gateway_url if stack else environ["GATEWAY_URL"].rstrip("/")
    memory = Memory(folder or local / "demo", url)
    known = environ.get("OPERATOR_KEY") or memory.key("operator")
    operator = _opened(url, known) if known else None
    if operator is None:
        if stack is None:
            raise NoAccess(f"OPERATOR_KEY does not open {url}; give the key of an operator.")
        key = _bootstrapped(stack)
        memory.keep_key("operator", key)
        operator = Gateway(url, key)
    return Access(url, operator, memory)


def _running_stack(local: Path) -> Stack:
    try:
        stack = Stack.open(local)
    except StackError as error:
        raise NoAccess(str(error)) from None
    if not stack.alive:
        raise NoAccess("The platform does not run; start it in another terminal: make up.")
    return stack


def _opened(url: str, key: str) -> Gateway | None:
    gateway = Gateway(url, key)
    try:
        gateway.get("/v1/agencies", limit="1")
    except GatewayError as error:
        if error.status == 401:
            return None
        raise NoAccess(str(error)) from None
    return gateway


def _bootstrapped(stack: Stack) -> str:
    command = (sys.executable, "-m", "services.identity.bootstrap", "--new-key")
    done = subprocess.run(
        launched(stack.launch_file("identity"), command), cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise NoAccess(f"The first operator could not be made:\n{done.stderr.strip()[-800:]}")
    return str(json.loads(done.stdout.splitlines()[-1])["api_key"])

"""Secrets of one stack, made once and kept in ``secrets.json`` (mode 0600) beside its data."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class Secrets:
    """Everything random: values never change while the file stands; a name gets its when first asked."""

    path: Path

    def signing_seed(self, signer: str) -> str:
        """Base64 of the signer's raw 32-byte Ed25519 seed."""
        return self._value(f"signing/{signer}", _base64_key)

    def public_key(self, signer: str) -> str:
        """Base64 of the raw public key that belongs to the signer's seed."""
        seed = base64.b64decode(self.signing_seed(signer))
        return base64.b64encode(Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()).decode()

    def public_keys(self, cell: str, signers: Iterable[str]) -> dict[str, str]:
        """Signer name ``<cell>/<service>`` to base64 public key."""
        return {f"{cell}/{signer}": self.public_key(signer) for signer in signers}

    def key(self, name: str) -> str:
        """Base64 of a random 32-byte key."""
        return self._value(f"key/{name}", _base64_key)

    def password(self, user: str) -> str:
        """A broker user's password, safe inside a URI."""
        return self._value(f"password/{user}", lambda: secrets.token_urlsafe(24))

    def peer_cells(self) -> list[str]:
        """Cells for whose brokers an account was made here."""
        prefix = "password/peer-"
        return sorted(name.removeprefix(prefix) for name in self._known() if name.startswith(prefix))

    def _known(self) -> dict[str, str]:
        known: dict[str, str] = json.loads(self.path.read_text()) if self.path.exists() else {}
        return known

    def _value(self, name: str, make: Callable[[], str]) -> str:
        known = self._known()
        if name not in known:
            known[name] = make()
            write_private(self.path, json.dumps(known, indent=1, sort_keys=True))
        return known[name]


def write_private(path: Path, text: str) -> None:
    """Replace the file in one step, readable by its owner only from the first byte."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def _base64_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()

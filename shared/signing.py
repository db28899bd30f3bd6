"""Ed25519 signatures: each service signs with its own key and knows everybody's public keys.

A signer is named ``<cell>/<service>``. Nothing else in the platform handles keys.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class UnknownSigner(Exception):
    """No public key is known under that name."""


class BadSignature(Exception):
    """The signature does not belong to these bytes and this signer."""


class Signer:
    def __init__(self, name: str, seed_base64: str) -> None:
        self.name = name
        self.private_key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed_base64))

    def sign(self, body: bytes) -> str:
        """Base64 signature of the bytes."""
        return base64.b64encode(self.private_key.sign(body)).decode()

    @property
    def public_key_base64(self) -> str:
        return base64.b64encode(self.private_key.public_key().public_bytes_raw()).decode()


class Keyring:
    """The public keys this process trusts."""

    def __init__(self, keys_base64: Mapping[str, str]) -> None:
        self._keys = {
            name: Ed25519PublicKey.from_public_bytes(base64.b64decode(raw)) for name, raw in keys_base64.items()
        }

    def public_key(self, signer: str) -> Ed25519PublicKey:
        try:
            return self._keys[signer]
        except KeyError:
            raise UnknownSigner(signer) from None

    def verify(self, signer: str, body: bytes, signature_base64: str) -> None:
        """Raises UnknownSigner or BadSignature; returns nothing when all is well."""
        try:
            self.public_key(signer).verify(base64.b64decode(signature_base64, validate=True), body)
        except (InvalidSignature, ValueError):
            raise BadSignature(signer) from None


def generate_keys(names: list[str]) -> tuple[dict[str, str], str]:
    """Fresh seeds by signer name, and the JSON of their public keys, for a local stack or a test."""
    seeds = {name: base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode() for name in names}
    public = {name: Signer(name, seed).public_key_base64 for name, seed in seeds.items()}
    return seeds, json.dumps(public)

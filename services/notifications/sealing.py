"""Webhook secrets at rest: AES-256-GCM under the platform's key, bound to the subscription they belong to."""

from __future__ import annotations

import base64
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.notifications.domain.signing import SECRET_BYTES, secret_text

_NONCE_BYTES = 12


class Sealer:
    """Seals and opens. Raises ValueError for a missing or wrong key (SIVUVIRTA_SECRETS_KEY: base64 of 32 bytes)."""

    def __init__(self, key_base64: str) -> None:
        key = base64.b64decode(key_base64)
        if len(key) != 32:
            raise ValueError("SIVUVIRTA_SECRETS_KEY must be the base64 of 32 random bytes")
        self._cipher = AESGCM(key)

    def new_secret(self, subscription_id: str) -> tuple[str, bytes]:
        """A fresh secret in the form its owner gets once, and sealed."""
        secret = secret_text(os.urandom(SECRET_BYTES))
        return secret, self.seal(secret, subscription_id)

    def seal(self, secret: str, subscription_id: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), subscription_id.encode())

    def open(self, sealed: bytes, subscription_id: str) -> str:
        """The secret; cryptography's InvalidTag when key or subscription are not those it was sealed for."""
        return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], subscription_id.encode()).decode()

"""Standard Webhooks 1.0.0: secrets and the three headers that let a receiver trust a POST."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence

SECRET_PREFIX = "whsec_"
SECRET_BYTES = 32


def secret_text(raw: bytes) -> str:
    """The form in which a secret is shown and handed to a receiver's library."""
    return SECRET_PREFIX + base64.b64encode(raw).decode()


def headers(webhook_id: str, timestamp_s: int, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """``webhook-id``, ``webhook-timestamp`` (Unix seconds of this attempt) and a v1 signature per secret."""
    signed = b".".join((webhook_id.encode(), str(timestamp_s).encode(), body))
    signatures = [
        base64.b64encode(hmac.digest(base64.b64decode(secret.removeprefix(SECRET_PREFIX)), signed, "sha256")).decode()
        for secret in secrets
    ]
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }

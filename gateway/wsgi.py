"""The composition root of a gateway worker; gunicorn imports it after the fork, so that connections are its own."""

from __future__ import annotations

import sys

from gateway.app import create_app
from gateway.auth import Authenticator
from gateway.front import PortSplit
from gateway.health import operator_app
from gateway.revocations import RevocationListener
from shared import config
from shared.garbage import spare_what_is_loaded
from shared.messaging.rpc_client import RpcClient
from shared.observability import logs
from shared.observability.health import Health
from shared.signing import Keyring

# Requests compute for less than a millisecond between two waits. Threads that ask for their turn every 5 ms, Python's
# default, would mostly wake each other.
sys.setswitchinterval(0.05)

_settings = config.load()
logs.configure("gateway", _settings.log_level)
rpc = RpcClient(_settings.amqp_uri, "gateway", _settings.rpc_deadline_s)
_authenticator = Authenticator(rpc)
revocations = RevocationListener(
    _settings.amqp_uri, _settings.cell, Keyring(_settings.public_keys), _authenticator
)
revocations.start()
_health = Health()
app = PortSplit(
    create_app(rpc, _settings, authenticator=_authenticator, health_state=_health),
    operator_app(_health),
    _settings.gateway_port,
)
spare_what_is_loaded()


def close() -> None:
    """The worker ends: its requests are answered."""
    revocations.stop()
    rpc.close()

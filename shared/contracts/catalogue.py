"""Importing this module fills the registry with every contract of the platform."""

from __future__ import annotations

from shared.contracts import subscriptions
from shared.contracts.events import (
    audits,
    identity,
    matching,
    notifications,
    organisations,
    resources,
    synergies,
)
from shared.contracts.registry import REGISTRY
from shared.contracts.rpc import audits as audits_calls
from shared.contracts.rpc import identity as identity_calls
from shared.contracts.rpc import matching as matching_calls
from shared.contracts.rpc import notifications as notifications_calls
from shared.contracts.rpc import organisations as organisations_calls
from shared.contracts.rpc import resources as resources_calls
from shared.contracts.rpc import synergies as synergies_calls

EVENT_MODULES = (identity, organisations, resources, matching, synergies, audits, notifications)
CALL_MODULES = (
    identity_calls,
    organisations_calls,
    resources_calls,
    matching_calls,
    synergies_calls,
    audits_calls,
    notifications_calls,
)

__all__ = ["CALL_MODULES", "EVENT_MODULES", "REGISTRY", "subscriptions"]

"""Every route of ``/v1``, one module per resource; ``RESOURCES`` is the order of the documentation."""

from __future__ import annotations

from gateway.routes import (
    agencies,
    jobs,
    listings,
    matches,
    organisations,
    service_accounts,
    subscriptions,
    suggestions,
    surveys,
)
from gateway.routes.resource import Resource

RESOURCES: tuple[Resource, ...] = (
    agencies.RESOURCE,
    service_accounts.RESOURCE,
    organisations.RESOURCE,
    listings.RESOURCE,
    matches.RESOURCE,
    suggestions.RESOURCE,
    surveys.RESOURCE,
    subscriptions.RESOURCE,
    jobs.RESOURCE,
)
ENDPOINTS = tuple(endpoint for resource in RESOURCES for endpoint in resource.endpoints)

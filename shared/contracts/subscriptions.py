"""Who consumes what: every durable queue of the platform, by its constant name."""

from __future__ import annotations

from shared.contracts.events import audits, matching, notifications, organisations, resources, synergies
from shared.contracts.registry import REGISTRY, Subscription

_LISTING_STATES = (
    resources.LISTING_REGISTERED,
    resources.LISTING_REVISED,
    resources.LISTING_WITHDRAWN,
    resources.LISTING_EXPIRED,
)

RESOURCES_SITES = REGISTRY.subscription(Subscription("resources.sites", "resources", (organisations.SITE_REGISTERED,)))
RESOURCES_ORGANISATIONS = REGISTRY.subscription(
    Subscription(
        "resources.organisations", "resources",
        (organisations.ORGANISATION_REGISTERED, organisations.ORGANISATION_REVISED), max_batch=100,
    )
)  # fmt: skip
RESOURCES_SURPLUSES = REGISTRY.subscription(
    Subscription("resources.surpluses", "resources", (audits.SURPLUS_FOUND,), max_batch=50)
)
MATCHING_LISTINGS = REGISTRY.subscription(
    Subscription("matching.listings", "matching", _LISTING_STATES, single_active=True)
)
MATCHING_PEER_LISTINGS = REGISTRY.subscription(
    Subscription(
        "matching.peer-listings", "matching", (resources.LISTING_SHARED, resources.LISTING_UNSHARED),
        from_peers=True, single_active=True,
    )
)  # fmt: skip
MATCHING_PEER_MATCHES = REGISTRY.subscription(
    Subscription(
        "matching.peer-matches", "matching", (matching.MATCH_SHARED, matching.MATCH_UNSHARED),
        from_peers=True, single_active=True,
    )
)  # fmt: skip
SYNERGIES_LISTINGS = REGISTRY.subscription(
    Subscription("synergies.listings", "synergies", _LISTING_STATES, gather_s=0.05)
)
NOTIFICATIONS_EVENTS = REGISTRY.subscription(
    Subscription(
        "notifications.events",
        "notifications",
        (
            *_LISTING_STATES,
            matching.MATCH_FOUND,
            matching.MATCH_CHANGED,
            matching.MATCH_WITHDRAWN,
            synergies.INTEREST_REGISTERED,
            notifications.SUBSCRIPTION_DISABLED,
        ),
        # Each event may make a delivery per subscription of an agency: 100 keep a transaction near 1,000 documents.
        max_batch=100,
    )
)
NOTIFICATIONS_PEER_MATCHES = REGISTRY.subscription(
    Subscription(
        "notifications.peer-matches", "notifications", (matching.MATCH_SHARED, matching.MATCH_UNSHARED),
        from_peers=True,
    )
)  # fmt: skip

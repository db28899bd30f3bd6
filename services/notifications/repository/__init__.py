"""The collections of notifications, one module per group, and their indexes."""

from __future__ import annotations

from services.notifications.repository import deliveries, projections, subscriptions
from services.notifications.repository.deliveries import Claim, DeliveryRepository
from services.notifications.repository.projections import ListingRepository, PeerMatchRepository
from services.notifications.repository.subscriptions import AgencyRepository, SubscriptionRepository

INDEXES = (*subscriptions.INDEXES, *deliveries.INDEXES, *projections.INDEXES)

__all__ = [
    "INDEXES",
    "AgencyRepository",
    "Claim",
    "DeliveryRepository",
    "ListingRepository",
    "PeerMatchRepository",
    "SubscriptionRepository",
]

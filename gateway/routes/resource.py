"""A group of routes that the documentation shows together."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.endpoints import Endpoint


@dataclass(frozen=True, slots=True)
class Resource:
    """``tag`` in the documentation, what it is for, and its routes."""

    tag: str
    description: str
    endpoints: tuple[Endpoint, ...]

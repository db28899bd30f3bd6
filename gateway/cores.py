"""How the gateway's workers share the cores of their machine (docs/adr/0014)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection


def workers(cores: int) -> int:
    """One for every two cores: services, broker and database need as much processor time as the gateway."""
    return max(1, cores // 2)


def freest(cores: Collection[int], taken: Collection[int]) -> int:
    """The core that is named least often among ``taken``, of several the first."""
    bound = Counter(taken)
    return min(sorted(cores), key=lambda core: bound[core])

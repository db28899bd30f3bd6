"""What is believed of another cell: only what it says of the regions whose home it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from shared.contracts.envelope import Event
from shared.errors import Forbidden
from shared.ids import region_of

SpeaksFor = Callable[[str, str], bool]
"""Whether a cell (by its name) is the home of a region: ``Settings.speaks_for``."""


def check_home(event: Event, ids: Iterable[str], speaks_for: SpeaksFor) -> None:
    """Raises Forbidden when the event's cell is not the home of everything it speaks of.

    Signatures say who speaks; without this rule a known peer could speak for a third cell, or for us.
    """
    for identifier in ids:
        region = region_of(identifier) or ""
        if not speaks_for(event.cell, region):
            raise Forbidden(f"Cell {event.cell} speaks of {identifier}, which is not homed there.")

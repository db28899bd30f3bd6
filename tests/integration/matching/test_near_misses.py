"""What almost fits, from the index over its socket, as far as the caller sees both sides."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from services.matching import use_cases
from services.matching.domain.weights import KIND_RULES
from services.matching.index_process import IndexProcess
from services.matching.index_socket import IndexSocket, ask, nearest
from services.matching.repository import ListingRepository, MatchRepository
from services.matching.search import DUTY
from services.matching.use_cases import NearMisses
from shared.contracts.subscriptions import MATCHING_LISTINGS
from shared.errors import Forbidden, NotFound, Unavailable
from shared.tenancy import Caller, Role
from tests.integration.matching.conftest import listing_event
from tests.unit.matching.listings import AGENCIES, event_data, identifier

WANT, OWN, SHARED, FITTING = (identifier(number) for number in (1, 10, 11, 12))
MINE, OTHER, OUTSIDER = AGENCIES[:3]


@pytest.fixture
def process(running: IndexProcess) -> IndexProcess:
    """A want of the first agency and hazardous haves: one for itself alone, one for the nation; and one that fits."""
    data = (
        event_data(1, "want", agency_id=MINE, visibility="region"),
        event_data(10, "have", agency_id=MINE, visibility="agency", hazardous=True),
        event_data(11, "have", agency_id=OTHER, hazardous=True, at=(62.7, 29.76)),
        event_data(12, "have", agency_id=OTHER),
    )
    hear(running, *data)
    return running


def hear(process: IndexProcess, *data: dict[str, Any]) -> None:
    """As if these listings had come from the broker."""
    handler = process.handlers[MATCHING_LISTINGS]
    process.runtime.inbox.handle(MATCHING_LISTINGS.queue, [listing_event(one) for one in data], handler)


def near_misses(
    process: IndexProcess, agency: str, listing_id: str = WANT, limit: int = 10, role: Role = Role.FACILITATOR
) -> NearMisses:
    caller = Caller("acc-12-1", agency, frozenset({role}), agency[4:6])
    return use_cases.near_misses(
        caller,
        process.runtime.repository(ListingRepository, caller),
        process.runtime.repository(MatchRepository, DUTY),
        partial(nearest, process.runtime.settings.matching_socket),
        {"listing_id": listing_id, "limit": limit},
    )


def test_the_wants_agency_is_told_what_almost_fits_and_why_not(
    process: IndexProcess, eventually: Callable[..., None]
) -> None:
    eventually(lambda: len(near_misses(process, MINE).items) == 2)
    found = near_misses(process, MINE)
    assert [miss.have_id for miss in found.items] == [OWN, SHARED]
    assert {one.name for miss in found.items for one in miss.barriers} == {"hazard"}
    assert [miss.have_id for miss in near_misses(process, MINE, limit=1).items] == [OWN]


def test_another_agency_is_told_of_what_it_sees_only(process: IndexProcess, eventually: Callable[..., None]) -> None:
    eventually(lambda: [miss.have_id for miss in near_misses(process, OTHER).items] == [SHARED])
    assert [miss.want_id for miss in near_misses(process, OTHER, SHARED).items] == [WANT]
    for out_of_sight in (OWN, identifier(99)):
        with pytest.raises(NotFound):
            near_misses(process, OTHER, out_of_sight)


def test_a_want_of_another_region_is_out_of_sight(process: IndexProcess) -> None:
    with pytest.raises(NotFound):
        near_misses(process, OUTSIDER)


def test_what_matches_for_want_of_anything_better_is_no_near_miss(
    process: IndexProcess, eventually: Callable[..., None]
) -> None:
    """Three hours away, which is enough for two that have nothing else."""
    far = {"name": "Kauranakanaa", "ewc_code": None, "at": (64.75, 29.76), "agency_id": MINE}
    hear(process, event_data(20, "have", **far), event_data(21, "want", **{**far, "at": (62.6, 29.76)}))
    matches = process.runtime.repository(MatchRepository, DUTY)
    eventually(lambda: matches.best_of(identifier(21), 10))
    (only,) = matches.best_of(identifier(21), 10)
    assert only.score < KIND_RULES["material"].threshold
    assert identifier(20) not in {miss.have_id for miss in near_misses(process, MINE, identifier(21)).items}


def test_they_are_for_facilitators(process: IndexProcess) -> None:
    with pytest.raises(Forbidden):
        near_misses(process, MINE, role=Role.INTEGRATION)


def test_what_ends_while_it_is_asked_for_has_none(process: IndexProcess, eventually: Callable[..., None]) -> None:
    path = process.runtime.settings.matching_socket
    eventually(lambda: ask(path, {"op": "stats"})["count"] == 4)
    assert nearest(path, identifier(99)) == []


def test_without_the_index_it_is_said_that_it_is_away(tmp_path: Path) -> None:
    path = str(tmp_path / "index.sock")
    with pytest.raises(Unavailable):
        nearest(path, WANT)
    broken = IndexSocket(path, lambda request: {"near_misses": request["nothing of the kind"]})
    broken.start()
    with pytest.raises(Unavailable):
        nearest(path, WANT)
    broken.stop()

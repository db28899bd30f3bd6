"""Finding matches: apply what was recorded to the index, search it, and write what became of each pair.

Safe against a crash at any line. A listing counts as searched only in the last transaction of its search, so what was
cut off is searched again; a match changes, and is told of, in one transaction that holds only if the version it was
settled from still stands, so nothing is told twice. New matches are written before withdrawals: what may rise when a
listing goes is found from its withdrawn pairs, which must still be open when a search is repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from services.matching.domain.listing import ListingProjection
from services.matching.domain.match import Match, Pair, PeerMatch, Settled, Terms, settle
from services.matching.domain.rule import Change, match_id
from services.matching.domain.weights import K
from services.matching.index import Index, Snapshot
from services.matching.knowledge.support import support_sentence
from services.matching.prospects.foresight import foresee
from services.matching.repository import ListingRepository, MatchRepository, PeerMatchRepository, Recorded
from shared.contracts.events.matching import (
    MATCH_CHANGED,
    MATCH_FOUND,
    MATCH_SHARED,
    MATCH_UNSHARED,
    MATCH_WITHDRAWN,
)
from shared.failpoints import failpoint
from shared.ids import region_of
from shared.observability import metrics, tracing
from shared.persistence.unit_of_work import Transaction
from shared.runtime import Runtime
from shared.tenancy import ServiceScope

DUTY = ServiceScope("matching")
PAIRS_IN_A_TRANSACTION = 250
LISTINGS_IN_A_SEARCH = 200

IsHome = Callable[[str], bool]
Sides = tuple[str, str]  # have id, want id
_EVENTS = {Change.FOUND: MATCH_FOUND, Change.CHANGED: MATCH_CHANGED, Change.WITHDRAWN: MATCH_WITHDRAWN}
_TOLD = ("id", "have_id", "want_id", "kind", "score", "band", "distance_km", "factors", "viewer_agencies")
"""What events tell of a match; who may see it asks for the rest."""
_WRITING_ORDER = (Change.FOUND, Change.CHANGED, Change.KEPT, Change.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Asked:
    """Why and how a listing is to be searched: the traceparent that asked, and the listing as it stands where it is new
    (nothing more need be read, and no match of it can stand)."""

    trace: str = ""
    new: Recorded | None = None


@dataclass(frozen=True, slots=True)
class _Done:
    """A pair and what became of it."""

    pair: Pair
    settled: Settled

    @property
    def fell(self) -> bool:
        """Whether the two now stand lower in each other's list, or no longer at all."""
        before = self.pair.before
        if before is None or not before.open:
            return False
        return self.settled.change is Change.WITHDRAWN or self.settled.match.score < before.score


class Search:
    """The only writer of index and matches. ``run`` may be repeated with the same listings at any time."""

    def __init__(self, runtime: Runtime, index: Index) -> None:
        self._runtime = runtime
        self._index = index
        self._is_home = runtime.settings.is_home

    def run(self, asked: Mapping[str, Asked]) -> None:
        """Search these, by id, at most LISTINGS_IN_A_SEARCH. Repeated after a failure, none is new any more."""
        new = {identifier: one.new for identifier, one in asked.items() if one.new is not None}
        stood = [identifier for identifier in asked if identifier not in new]
        recorded = {**new, **self._listings(stood)}
        led = self._index.led_by(stood)
        snapshot = self._index.apply([known.listing for known in recorded.values()])
        metrics.gauge("sivuvirta_matching_listings").set(snapshot.count)
        failpoint("index.before_search")
        active = _active(recorded)
        ranked = _ranked_pairs(snapshot, active.values())
        settled = self._settle(snapshot, list(asked), stood, active, ranked)
        settled += self._risen(snapshot, set(asked), settled, led - self._index.led_by(stood))
        failpoint("index.after_search")
        self._write(settled, list(recorded.values()), {identifier: one.trace for identifier, one in asked.items()})

    # Settling

    def _settle(
        self,
        snapshot: Snapshot,
        searched: Sequence[str],
        stood: Sequence[str],
        active: dict[str, ListingProjection],
        ranked: set[Sides],
    ) -> list[_Done]:
        """Every pair with a searched side: those found now, those that stood, and those that peers tell of."""
        before = {(m.have_id, m.want_id): m for m in self._matches().with_side(stood)} if stood else {}
        peers = self._told_by_peers(snapshot, searched)
        return self._settle_pairs({*ranked, *before, *peers}, active, ranked, before, peers)

    def _settle_pairs(
        self,
        pairs: set[Sides],
        active: dict[str, ListingProjection],
        ranked: set[Sides],
        before: Mapping[Sides, Match],
        peers: Mapping[Sides, PeerMatch],
    ) -> list[_Done]:
        unknown = {side for pair in pairs for side in pair} - active.keys()
        known = {**active, **_active(self._listings(unknown))}
        terms = Terms(self._runtime.clock.now(), self._is_home, foresee, support_sentence)
        done = []
        for have_id, want_id in sorted(pairs):
            sides = (have_id, want_id)
            have, want = known.get(have_id), known.get(want_id)
            pair = Pair(have_id, want_id, have, want, before.get(sides), peers.get(sides), sides in ranked)
            if (settled := settle(pair, terms)) is not None:
                done.append(_Done(pair, settled))
        return done

    def _risen(
        self, snapshot: Snapshot, searched: set[str], settled: Sequence[_Done], led: set[str]
    ) -> list[_Done]:
        """Pairs that rise among the first K, or to the first place, because a searched listing left or fell in the list
        of its counterpart. ``led``: the listings of whose lists one was the first, as a match or not, and is not any
        more."""
        fallen = {side for done in settled if done.fell for side in (done.pair.have_id, done.pair.want_id)}
        others = (fallen | led) - searched
        if not others:
            return []
        active = _active(self._listings(others))
        handled = {(done.pair.have_id, done.pair.want_id) for done in settled}
        ranked = set()
        for listing in active.values():
            for hit in snapshot.candidates(listing, K):
                if hit.home or listing.home:
                    ranked.add((listing.id, hit.id) if listing.direction == "have" else (hit.id, listing.id))
        ranked -= handled
        if not ranked:
            return []
        counterparts = _active(self._listings({side for pair in ranked for side in pair} - active.keys()))
        active |= counterparts
        ids = [match_id(active[h], active[w]) for h, w in ranked if h in active and w in active]
        before = {(m.have_id, m.want_id): m for m in self._matches().of_ids(ids)}
        fresh = {pair for pair in ranked if pair not in before or not before[pair].open}
        peers = self._told_by_peers(snapshot, sorted(others))
        return self._settle_pairs(fresh, active, fresh, before, peers)

    # Writing

    def _write(self, settled: Sequence[_Done], searched: Sequence[Recorded], traces: Mapping[str, str]) -> None:
        changed = [done for done in settled if done.settled.match != done.pair.before]
        changed.sort(key=lambda done: _WRITING_ORDER.index(done.settled.change))
        chunks = [
            changed[at : at + PAIRS_IN_A_TRANSACTION] for at in range(0, len(changed), PAIRS_IN_A_TRANSACTION)
        ] or [[]]
        for number, chunk in enumerate(chunks, start=1):
            marks = searched if number == len(chunks) else ()
            write = partial(_write_chunk, chunk=chunk, searched=marks, traces=traces, is_home=self._is_home)
            self._runtime.unit_of_work.run(write)
        for done in changed:
            metrics.counter("sivuvirta_matches_settled_total").labels(
                done.settled.match.kind, done.settled.change.value
            ).inc()

    # Reading

    def _listings(self, ids: Iterable[str]) -> dict[str, Recorded]:
        wanted = list(ids)
        return self._runtime.repository(ListingRepository, DUTY).of_ids(wanted) if wanted else {}

    def _matches(self) -> MatchRepository:
        return self._runtime.repository(MatchRepository, DUTY)

    def _told_by_peers(self, snapshot: Snapshot, listing_ids: Sequence[str]) -> dict[Sides, PeerMatch]:
        """What peers say of matches with these; without a foreign have at hand their word changes nothing."""
        if snapshot.foreign == 0:
            return {}
        told = self._runtime.repository(PeerMatchRepository, DUTY).with_side(listing_ids)
        return {(match.have_id, match.want_id): match for match in told}


def _active(recorded: Mapping[str, Recorded]) -> dict[str, ListingProjection]:
    return {i: known.listing for i, known in recorded.items() if isinstance(known.listing, ListingProjection)}


def _ranked_pairs(snapshot: Snapshot, listings: Iterable[ListingProjection]) -> set[Sides]:
    """Every pair of these listings that is among the first K of either side."""
    return {
        (listing.id, hit.id) if listing.direction == "have" else (hit.id, listing.id)
        for listing in listings
        for hit in snapshot.matching(listing)
    }


def _write_chunk(
    tx: Transaction, chunk: Sequence[_Done], searched: Sequence[Recorded], traces: Mapping[str, str], is_home: IsHome
) -> None:
    changes = [(d.settled.match, d.pair.before.sequence if d.pair.before else 0) for d in chunk]
    tx.repository(MatchRepository, DUTY).put(changes)
    for done in chunk:
        if is_home(region_of(done.settled.match.id) or ""):
            with tracing.Span(traces.get(done.pair.have_id) or traces.get(done.pair.want_id)):
                _tell(tx, done)
    tx.repository(ListingRepository, DUTY).mark_searched(searched)


def _tell(tx: Transaction, done: _Done) -> None:
    """The events of a change: in the cell, and to the want's cell when that is another."""
    change, match = done.settled.change, done.settled.match
    if change not in _EVENTS:
        return
    gone = change is Change.WITHDRAWN
    data = {name: getattr(match, name) for name in _TOLD} | {"reason": done.settled.reason}
    agency = done.pair.have.agency_id if done.pair.have else None
    tx.emit(_EVENTS[change], subject=match.id, sequence=match.sequence, data=data, agency=agency or None)
    if match.told_peers:
        # Without the agency: the have may be shared without identity.
        shared = MATCH_UNSHARED if gone else MATCH_SHARED
        tx.emit(shared, subject=match.id, sequence=match.sequence, data=data)

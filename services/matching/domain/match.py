"""A match as it stands, and how a pair is settled: found, changed, kept or withdrawn.

The have's home cell decides and tells. In another cell the same pair is provisional until the home confirms it; from
then on the home's word stands, whatever was computed here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from services.matching.domain.listing import ListingProjection, may_meet
from services.matching.domain.missing import Question, Trust, aged
from services.matching.domain.prospect import Benefit, Foresee, LawPoint
from services.matching.domain.reasons import Sentence
from services.matching.domain.rule import (
    Change,
    Standing,
    match_id,
    possible_score,
    transition,
    withdrawal_reason,
)
from services.matching.domain.score import Factor, Score
from services.matching.domain.weights import KIND_RULES
from shared.ids import region_of
from shared.visibility import Viewer, visible_fields

OPEN, WITHDRAWN = "open", "withdrawn"


@dataclass(frozen=True, slots=True)
class Match:
    """A match of this cell's database.

    ``score`` in micro-points. ``told_peers``: the want is homed in another cell, which is told of it.
    ``organisation_keys``: ``<agency>|<organisation>`` for each viewer that may know the organisation of a side, so that
    searching by organisation tells nobody more than looking does. The last six are what is foreseen beside the score
    (``domain.prospect``); matches of the first versions have none until they are settled again.
    """

    id: str
    sequence: int
    state: str
    have_id: str
    want_id: str
    kind: str
    score: int
    band: str
    gates: tuple[str, ...]
    distance_km: float | None
    factors: tuple[Factor, ...]
    provisional: bool
    told_peers: bool
    viewer_agencies: tuple[str, ...]
    organisation_keys: tuple[str, ...]
    found_at: datetime
    changed_at: datetime
    benefit: Benefit | None = None
    law: tuple[LawPoint, ...] = ()
    score_low: int | None = None
    score_high: int | None = None
    ask: tuple[Question, ...] = ()
    stated_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.state == OPEN


@dataclass(frozen=True, slots=True)
class PeerMatch:
    """What the have's home cell last said of a match; numbers are absent once it is withdrawn."""

    id: str
    sequence: int
    have_id: str
    want_id: str
    kind: str
    open: bool
    score: int = 0
    band: str = ""
    distance_km: float | None = None
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """All that is known of one pair; a side is None when it is gone or was never heard of. ``ranked``: its score is
    enough for its place in the lists of both, as the index has them."""

    have_id: str
    want_id: str
    have: ListingProjection | None
    want: ListingProjection | None
    before: Match | None
    peer: PeerMatch | None
    ranked: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a pair; ``match`` is to be stored unless it equals what stood."""

    change: Change
    match: Match
    reason: str = ""


Precedent = Callable[[ListingProjection, ListingProjection], Sentence | None]
"""What is known of the have's sector giving to the want's, in words; None where nothing is."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What settling needs beside the pair: the moment, which regions are of this cell, what foresees a match, and what
    explains it from the owners' sectors and weighs nothing."""

    now: datetime
    is_home: Callable[[str], bool]
    foresee: Foresee
    precedent: Precedent


def as_told(match: Match, now: datetime) -> Match:
    """The match as it is to be told at a moment: what was stated long ago is less sure."""
    if match.score_low is None or match.score_high is None:
        return match
    known = aged(Trust(match.score_low, match.score_high, match.ask, match.stated_at), now)
    return replace(match, score_low=known.score_low, score_high=known.score_high, ask=known.ask)


def settle(pair: Pair, terms: Terms) -> Settled | None:
    """What becomes of the pair; None when it is no match and was none."""
    have, want, before = pair.have, pair.want, pair.before
    standing = Standing(before.open, before.score, before.band, before.gates) if before else None
    if have is None or want is None:
        return _withdrawn(pair, terms.now) if before is not None and before.open else None
    if pair.peer is not None and not have.home:
        return _as_the_home_says(pair, have, want, pair.peer, terms)
    found = possible_score(have, want)
    change, band = transition(standing, found, ranked=pair.ranked, sure=KIND_RULES[have.kind].sure)
    if change is Change.NONE or found is None:
        return _withdrawn(pair, terms.now) if change is Change.WITHDRAWN else None
    if known := terms.precedent(have, want):
        found = replace(found, factors=(*found.factors, Factor("precedent", 0, 0.0, known)))
    fresh = _fresh(have, want, found, band, terms)
    return Settled(change, _following(before, fresh, change, terms.now))


def _as_the_home_says(
    pair: Pair,
    have: ListingProjection,
    want: ListingProjection,
    peer: PeerMatch,
    terms: Terms,
) -> Settled | None:
    before = pair.before
    if not (peer.open and may_meet(have, want)):
        return _withdrawn(pair, terms.now) if before is not None and before.open else None
    told = Score(peer.score, peer.distance_km or 0.0, peer.factors, ())
    fresh = replace(_fresh(have, want, told, peer.band, terms), provisional=False, distance_km=peer.distance_km)
    change = Change.KEPT if before is not None and before.open else Change.FOUND
    return Settled(change, _following(before, fresh, change, terms.now))


def _fresh(
    have: ListingProjection,
    want: ListingProjection,
    found: Score,
    band: str,
    terms: Terms,
) -> Match:
    viewers = _viewers(have, want, terms.is_home)
    foreseen = terms.foresee(have, want, found.micro_points)
    return Match(
        id=match_id(have, want),
        sequence=1,
        state=OPEN,
        have_id=have.id,
        want_id=want.id,
        kind=have.kind,
        score=found.micro_points,
        band=band,
        gates=found.gates,
        distance_km=found.distance_km,
        factors=found.factors,
        provisional=not have.home,
        told_peers=have.home and not want.home,
        viewer_agencies=tuple(sorted({viewer.agency_id for viewer in viewers if viewer.agency_id})),
        organisation_keys=_organisation_keys(viewers, have, want),
        found_at=terms.now,
        changed_at=terms.now,
        benefit=foreseen.benefit,
        law=foreseen.law,
        score_low=foreseen.trust.score_low,
        score_high=foreseen.trust.score_high,
        ask=foreseen.trust.ask,
        stated_at=foreseen.trust.stated_at,
    )


def _following(before: Match | None, fresh: Match, change: Change, now: datetime) -> Match:
    """The new match as the next version of what stood; what stood itself when nothing differs."""
    if before is None:
        return fresh
    found_at = now if change is Change.FOUND else before.found_at
    same = replace(fresh, sequence=before.sequence, found_at=found_at, changed_at=before.changed_at)
    if same == before:
        return before
    changed_at = before.changed_at if change is Change.KEPT else now
    return replace(same, sequence=before.sequence + 1, changed_at=changed_at)


def _withdrawn(pair: Pair, now: datetime) -> Settled:
    assert pair.before is not None
    gone = replace(pair.before, state=WITHDRAWN, sequence=pair.before.sequence + 1, changed_at=now)
    return Settled(Change.WITHDRAWN, gone, withdrawal_reason(pair.have, pair.want))


def _viewers(have: ListingProjection, want: ListingProjection, is_home: Callable[[str], bool]) -> list[Viewer]:
    """The agencies of the two sides as far as they are of this cell; since the two may meet, each may see both."""
    regions = {side.agency_id: region_of(side.agency_id) for side in (have, want) if side.agency_id}
    programmes = frozenset(side.programme for side in (have, want) if side.programme)
    return [Viewer(agency, region, programmes) for agency, region in regions.items() if region and is_home(region)]


def _organisation_keys(viewers: list[Viewer], have: ListingProjection, want: ListingProjection) -> tuple[str, ...]:
    keys = {
        f"{viewer.agency_id}|{side.organisation_id}"
        for viewer in viewers
        for side in (have, want)
        if side.organisation_id and "organisation_id" in visible_fields(viewer, side)
    }
    return tuple(sorted(keys))

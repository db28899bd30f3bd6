"""What matching is asked and told: reading matches, and recording what is heard of listings and of peers' matches.

Finding matches from what was recorded is ``search``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from services.matching.domain.coverage import MATCHES_MAX, Offer, Part, Uncounted, cover
from services.matching.domain.listing import Gone, Known, ListingProjection, project
from services.matching.domain.match import Match, PeerMatch, as_told
from services.matching.domain.near_miss import NearMiss, near_miss
from services.matching.domain.rule import match_id
from services.matching.index_rows import check_indexable
from services.matching.knowledge.implied import SectorNeeds, needs_of_sector
from services.matching.reading.reader import read
from services.matching.repository import (
    ListingRepository,
    MatchRepository,
    PeerMatchRepository,
    Recorded,
    factors_of,
)
from services.matching.words.suggester import suggest
from services.matching.words.suggestions import Suggestions
from shared.contracts.envelope import Event
from shared.contracts.events.matching import MATCH_UNSHARED
from shared.contracts.events.resources import LISTING_UNSHARED
from shared.errors import InvalidInput, NotFound
from shared.federation import SpeaksFor, check_home
from shared.ids import region_of
from shared.persistence.repository import Page
from shared.quantities import YearlyAmount
from shared.reference.nace import parse_nace
from shared.tenancy import Caller, Role

ToSearch = dict[str, Recorded | None]
"""What is to be searched, by id: as it stands where it is new, None where the database knows more of it."""


def get_match(matches: MatchRepository, identifier: str, now: datetime) -> Match:
    """As it is to be told now. Raises NotFound for a match that there is not, or of which the caller may not see both
    sides."""
    match = matches.get(identifier)
    if match is None:
        raise NotFound("match", identifier)
    return as_told(match, now)


def list_matches(matches: MatchRepository, request: Mapping[str, Any], now: datetime) -> Page[Match]:
    """One page, best first, each as it is to be told now."""
    page = matches.page(request)
    return Page([as_told(match, now) for match in page.items], page.next_cursor)


@dataclass(frozen=True, slots=True)
class ListingCoverage:
    """The coverage of a listing by the ``considered`` best of its matches; ``truncated``: there are more."""

    listing_id: str
    amount: YearlyAmount | None
    covered: float | None
    uncovered: float | None
    share: float | None
    matches: tuple[Part, ...]
    spare: int
    uncounted: tuple[Uncounted, ...]
    considered: int
    truncated: bool


def listing_coverage(
    matches: MatchRepository, listings: ListingRepository, everything: ListingRepository, listing_id: str
) -> ListingCoverage:
    """What the matches that the caller sees cover together. Who sees a match is told both amounts by its sentence, so
    these may be read from ``everything``. Raises NotFound for a listing that has ended, and for one that reaches the
    caller neither itself nor by a match.
    """
    best = matches.best_of(listing_id, MATCHES_MAX + 1)
    if not best and not listings.reaches(listing_id):
        raise NotFound("listing", listing_id)
    others = {match.id: match.want_id if match.have_id == listing_id else match.have_id for match in best[:MATCHES_MAX]}
    amounts = everything.yearly_amounts([listing_id, *others.values()])
    if listing_id not in amounts:
        raise NotFound("listing", listing_id)
    offers = [
        Offer(match.id, others[match.id], match.score, amounts[others[match.id]])
        for match in best[:MATCHES_MAX]
        if others[match.id] in amounts  # else the side has ended, and the match is about to
    ]
    found = cover(amounts[listing_id], offers)
    return ListingCoverage(
        listing_id, found.amount, found.covered, found.uncovered, found.share, found.parts, found.spare,
        found.uncounted, len(offers), len(best) > MATCHES_MAX,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class NearMisses:
    """Nearest first."""

    listing_id: str
    items: tuple[NearMiss, ...]


def near_misses(
    caller: Caller,
    listings: ListingRepository,
    everything: MatchRepository,
    nearest: Callable[[str], Sequence[str]],
    request: Mapping[str, Any],
) -> NearMisses:
    """What almost fits a listing and what keeps it apart, as far as the caller sees both sides; ``nearest`` knows the
    ids, of which ``everything`` tells those that match after all by their place in the lists of both. Raises Forbidden
    for others than facilitators, NotFound for a listing that has ended or that the caller may not see, and
    Unavailable."""
    caller.require(Role.FACILITATOR)
    listing_id = request["listing_id"]
    own = _active(listings, [listing_id]).get(listing_id)
    if own is None:
        raise NotFound("listing", listing_id)
    ids = nearest(listing_id)
    others = _active(listings, ids)
    found = [others[other] for other in ids if other in others]
    pairs = [(own, other) if own.direction == "have" else (other, own) for other in found]
    matched = everything.open_among(match_id(*pair) for pair in pairs)
    missed = (near_miss(*pair) for pair in pairs if match_id(*pair) not in matched)
    return NearMisses(listing_id, tuple(islice(filter(None, missed), request["limit"])))


def _active(listings: ListingRepository, ids: Sequence[str]) -> dict[str, ListingProjection]:
    found = {identifier: recorded.listing for identifier, recorded in listings.of_ids(ids).items()}
    return {name: listing for name, listing in found.items() if isinstance(listing, ListingProjection)}


def sector_needs(caller: Caller, request: Mapping[str, Any]) -> SectorNeeds:
    """Hypotheses for facilitators. Raises Forbidden for others, and InvalidInput for a section, which is too wide."""
    caller.require(Role.FACILITATOR)
    division = parse_nace(request["nace_code"]).division
    if division is None:
        raise InvalidInput([{"field": "nace_code", "message": "Give at least the division, such as 16."}])
    return needs_of_sector(division, request["limit"])


def suggest_fields(request: Mapping[str, Any]) -> Suggestions:
    """What free text says of a card. Of nobody's data, so for every caller."""
    return suggest(request["text"], request.get("lang"))


def record_listings(listings: ListingRepository, events: Sequence[Event]) -> ToSearch:
    """Listings of this cell, whole states. Returns what to search."""
    return _record(listings, [_projected(event, home=True) for event in events])


def record_peer_listings(
    listings: ListingRepository, events: Sequence[Event], speaks_for: SpeaksFor
) -> ToSearch:
    """What peers share, and their tombstones. Returns what to search; Forbidden for a peer that speaks of what is
    homed elsewhere. A listing's id carries its home, for it never moves."""
    known: list[Known] = []
    for event in events:
        check_home(event, [event.data["id"]], speaks_for)
        if event.data["region_code"] != region_of(event.data["id"]):
            raise InvalidInput([{"field": "region_code", "message": "It is another one than the id's."}])
        if event.type is LISTING_UNSHARED:
            known.append(Gone(event.data["id"], event.sequence))
        else:
            known.append(_projected(event, home=False))
    return _record(listings, known)


def record_peer_matches(
    peer_matches: PeerMatchRepository,
    listings: ListingRepository,
    events: Sequence[Event],
    speaks_for: SpeaksFor,
) -> ToSearch:
    """What the homes of foreign haves say of matches. Returns the wants to search again; Forbidden for a peer that is
    not the have's home."""
    told = []
    for event in events:
        check_home(event, [event.data["id"], event.data["have_id"]], speaks_for)
        told.append(_told(event))
    peer_matches.record(told)
    wants = sorted({match.want_id for match in told})
    listings.ask_search(wants)
    return dict.fromkeys(wants)


def _projected(event: Event, *, home: bool) -> Known:
    """Raises InvalidInput for values that no index of ours can hold, so that a strange peer cannot stop the index."""
    try:
        known = project(event.data, sequence=event.sequence, home=home, read=read)
        if isinstance(known, ListingProjection):
            check_indexable(known)
    except (ValueError, KeyError, OverflowError) as error:
        message = f"Not a listing that can be indexed: {type(error).__name__} {error}"[:200]
        raise InvalidInput([{"field": "data", "message": message}]) from None
    return known


def _record(listings: ListingRepository, known: Sequence[Known]) -> ToSearch:
    new = listings.record(known)
    return {listing.id: new.get(listing.id) for listing in known}


def _told(event: Event) -> PeerMatch:
    data = event.data
    if event.type is MATCH_UNSHARED:
        return PeerMatch(data["id"], event.sequence, data["have_id"], data["want_id"], data["kind"], open=False)
    return PeerMatch(
        data["id"], event.sequence, data["have_id"], data["want_id"], data["kind"], True, data["score"],
        data["band"], data["distance_km"], factors_of(data["factors"]),
    )  # fmt: skip

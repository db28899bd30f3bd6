"""From events to notices: which agency may hear of an event, and what of it.

``match.*``: the agencies that may see both sides. ``interest.registered``: the listing's agency and the interested
organisation's. ``listing.*``: the owner. ``subscription.disabled``: the subscriber. A match that another cell
announces (its have is homed there) reaches the agency of the want homed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.notifications.domain.notice import Notice, own_side
from shared.contracts.dumping import dumper
from shared.contracts.envelope import Event
from shared.contracts.events import matching, notifications, resources, synergies
from shared.errors import RetryLater
from shared.federation import SpeaksFor, check_home
from shared.ids import region_of

SEEN_MAX = 20
LISTING_EVENTS = (
    resources.LISTING_REGISTERED,
    resources.LISTING_REVISED,
    resources.LISTING_WITHDRAWN,
    resources.LISTING_EXPIRED,
)
_LISTING_FIELDS = (
    "id", "state", "direction", "kind", "name", "ewc_code", "hazardous", "quantity", "region_code", "visibility",
    "organisation_id", "site_id", "municipality_code", "available_from", "available_to", "temperature_c",
)  # fmt: skip
_MATCH_FIELDS = ("id", "have_id", "want_id", "kind", "score", "band", "distance_km")
_WITHDRAWN_FIELDS = ("id", "have_id", "want_id", "kind", "reason")
_INTEREST_FIELDS = ("id", "listing_id", "organisation_id", "strength")


@dataclass(frozen=True, slots=True)
class KnownListing:
    """What notifications keeps of a listing of this cell. ``seen``: the latest sequences it was told of."""

    id: str
    sequence: int
    agency_id: str
    organisation_id: str
    region: str
    kind: str
    direction: str
    seen: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KnownMatch:
    """A match another cell announced; a withdrawn one stays known, so that a late announcement opens nothing."""

    id: str
    sequence: int
    open: bool


class Reading:
    """Turns one batch of events into notices, and remembers what changed in the projections.

    ``listings`` and ``matches`` are what stood before the batch; ``is_home`` says whether a region is homed here,
    ``speaks_for`` whether another cell is a region's home.
    """

    def __init__(
        self,
        listings: Mapping[str, KnownListing],
        matches: Mapping[str, KnownMatch],
        is_home: Callable[[str], bool],
        speaks_for: SpeaksFor,
    ) -> None:
        self._listings = dict(listings)
        self._matches = dict(matches)
        self._is_home = is_home
        self._speaks_for = speaks_for
        self.changed_listings: dict[str, KnownListing] = {}
        self.changed_matches: dict[str, KnownMatch] = {}

    def notices(self, events: Sequence[Event]) -> list[Notice]:
        """Raises RetryLater where a listing homed here is not known yet, Forbidden for a match that its teller's cell
        is not the home of."""
        of_listings = [event for event in events if event.type in LISTING_EVENTS]
        others = [event for event in events if event.type not in LISTING_EVENTS]
        found = [notice for event in of_listings for notice in self._of_listing(event)]
        for event in others:
            found.extend(self._of_other(event))
        return found

    def _of_other(self, event: Event) -> Iterable[Notice]:
        if event.type in (matching.MATCH_FOUND, matching.MATCH_CHANGED):
            return self._of_match(event, event.type.name, _match_data(event), event.data["viewer_agencies"])
        if event.type is matching.MATCH_WITHDRAWN:
            return self._of_match(
                event, event.type.name, _pick(event, _WITHDRAWN_FIELDS), event.data["viewer_agencies"]
            )
        if event.type in (matching.MATCH_SHARED, matching.MATCH_UNSHARED):
            return self._of_peer_match(event)
        if event.type is synergies.INTEREST_REGISTERED:
            return self._of_interest(event)
        if event.type is notifications.SUBSCRIPTION_DISABLED:
            data = _pick(event, ("subscription_id", "reason"))
            return [_notice(event, event.type.name, event.data["agency_id"], data)]
        raise ValueError(f"{event.type.name} has no reading")

    def _of_listing(self, event: Event) -> list[Notice]:
        """A sequence heard before is a re-emission for projections, which is no news."""
        data = event.data
        known = self._listings.get(data["id"])
        seen = known.seen if known is not None else ()
        if event.sequence in seen:
            return []
        self._learn(event, known, tuple(sorted((*seen, event.sequence))[-SEEN_MAX:]))
        return [
            _notice(
                event,
                event.type.name,
                data["agency_id"],
                {**_pick(event, _LISTING_FIELDS), "sequence": event.sequence},
                kind=data["kind"],
                sides=frozenset({data["direction"]}),
                organisation_ids=frozenset({data["organisation_id"]}),
            )
        ]

    def _learn(self, event: Event, known: KnownListing | None, seen: tuple[int, ...]) -> None:
        data = event.data
        if known is not None and known.sequence > event.sequence:
            learnt = replace(known, seen=seen)
        else:
            learnt = KnownListing(
                id=data["id"],
                sequence=event.sequence,
                agency_id=data["agency_id"],
                organisation_id=data["organisation_id"],
                region=data["region_code"],
                kind=data["kind"],
                direction=data["direction"],
                seen=seen,
            )
        self._listings[learnt.id] = self.changed_listings[learnt.id] = learnt

    def _of_match(self, event: Event, name: str, data: Mapping[str, Any], agencies: Iterable[str]) -> list[Notice]:
        have, want = self._known(event.data["have_id"]), self._known(event.data["want_id"])
        found = []
        for agency_id in sorted(set(agencies)):
            side, sides = own_side(agency_id, have.agency_id if have else None, want.agency_id if want else None)
            own = frozenset(x.organisation_id for x in (have, want) if x is not None and x.agency_id == agency_id)
            found.append(
                _notice(
                    event, name, agency_id, {**data, "side": side},
                    kind=event.data["kind"], sides=sides, score=event.data.get("score"), organisation_ids=own,
                )
            )  # fmt: skip
        return found

    def _of_peer_match(self, event: Event) -> list[Notice]:
        """The have's home says "shared" at every change; what is new about it is known here."""
        want_id, match_id = event.data["want_id"], event.data["id"]
        check_home(event, [match_id, event.data["have_id"]], self._speaks_for)
        if not self._is_home(region_of(want_id) or ""):
            return []
        known = self._matches.get(match_id)
        if known is not None and known.sequence >= event.sequence:
            return []
        want = self._known(want_id)
        assert want is not None  # homed here: known, or RetryLater was raised
        shared = event.type is matching.MATCH_SHARED
        was_open = known is not None and known.open
        self._matches[match_id] = self.changed_matches[match_id] = KnownMatch(match_id, event.sequence, shared)
        if not shared:
            if not was_open:
                return []
            name, data = matching.MATCH_WITHDRAWN.name, _pick(event, _WITHDRAWN_FIELDS)
        else:
            name = (matching.MATCH_CHANGED if was_open else matching.MATCH_FOUND).name
            data = _match_data(event)
        return self._of_match(event, name, data, [want.agency_id])

    def _of_interest(self, event: Event) -> list[Notice]:
        """The owner sees who is interested (who puts its name on a card shows itself); never the other way round."""
        listing = self._known(event.data["listing_id"])
        owner, interested = event.data["listing_agency_id"], event.data["agency_id"]
        found = []
        for agency_id in sorted({owner, interested}):
            role = "both" if owner == interested else "owner" if agency_id == owner else "interested"
            organisations = {event.data["organisation_id"]}
            if listing is not None and listing.agency_id == agency_id:
                organisations.add(listing.organisation_id)
            found.append(
                _notice(
                    event, event.type.name, agency_id, {**_pick(event, _INTEREST_FIELDS), "role": role},
                    kind=listing.kind if listing else None,
                    sides=frozenset({listing.direction}) if listing else None,
                    organisation_ids=frozenset(organisations),
                )
            )  # fmt: skip
        return found

    def _known(self, listing_id: str) -> KnownListing | None:
        """The listing, or None for one homed elsewhere; events overtake each other, so one of ours may yet come."""
        listing = self._listings.get(listing_id)
        if listing is None and self._is_home(region_of(listing_id) or ""):
            raise RetryLater(f"listing {listing_id} is not known yet")
        return listing


def listing_ids(events: Iterable[Event]) -> set[str]:
    """The listings one must know to read the events."""
    names = {"have_id", "want_id", "listing_id"}
    found = {event.data[name] for event in events for name in names if name in event.data}
    return found | {event.data["id"] for event in events if event.type in LISTING_EVENTS}


def peer_match_ids(events: Iterable[Event]) -> set[str]:
    return {
        event.data["id"] for event in events if event.type in (matching.MATCH_SHARED, matching.MATCH_UNSHARED)
    }


def _match_data(event: Event) -> dict[str, Any]:
    dumped = dumper(event.type.schema)(event.data)
    factors = [{name: f[name] for name in ("name", "micro_points", "sentence")} for f in dumped["factors"]]
    return {**{name: dumped[name] for name in _MATCH_FIELDS}, "factors": factors}


def _pick(event: Event, names: Sequence[str]) -> dict[str, Any]:
    dumped = dumper(event.type.schema)(event.data)
    return {name: dumped[name] for name in names}


def _notice(event: Event, name: str, agency_id: str, data: Mapping[str, Any], **about: Any) -> Notice:
    return Notice(name, event.id, event.source, event.time, agency_id, data, **about)

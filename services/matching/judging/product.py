"""The one place where the measuring meets the model that the product ships: a card as a listing, a pair as a verdict.

When the model reads more of a card, it is handed over here and nowhere else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from services.matching.domain.listing import ListingProjection, may_meet, project
from services.matching.domain.rule import least_score, order
from services.matching.domain.sides import numbers
from services.matching.domain.weighing import is_possible, pair_points, points_but_for_gates
from services.matching.domain.weights import GATE, KIND_RULES
from services.matching.judging.cards import Card, CardFile
from services.matching.judging.measures import SHOWN, Ranking
from services.matching.reading.reader import read
from shared.ids import derived_id
from shared.reference.nace import division_of
from shared.visibility import Visibility


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the product thinks of a pair: micro-points (None: a gate keeps the two apart), those that it would have if
    closed gates only made their factors worth nothing, and whether it shows it."""

    micro_points: int | None
    but_for_gates: int
    qualifies: bool


Listings = Mapping[str, ListingProjection]
"""By the id of the card."""
Verdicts = Mapping[tuple[str, str], Verdict]
"""By the cards of have and want, of those of one kind."""


def listing_of(card: Card) -> ListingProjection:
    """The card as a listing that the nation sees, each of another party of one agency.

    A want takes hazardous only with a permit that is stated: law, not wish.
    """
    region = card.municipality.region_code
    own = {name: derived_id(name, region, card.id) for name in ("lst", "org", "pty")}
    made = project(
        {
            "id": own["lst"],
            "state": "active",
            "direction": card.direction,
            "kind": card.kind,
            "name": card.text,
            "description": ", ".join(part for part in (card.quality_note, card.unread_amount) if part),
            "ewc_code": card.ewc_code,
            "hazardous": card.hazardous if card.direction == "have" else bool(card.has_permit),
            "quantity": {"period": card.period} if card.yearly else None,
            "yearly_amount": asdict(card.yearly) if card.yearly else None,
            "available_from": card.available_from,
            "available_to": card.available_to,
            "temperature_c": card.temperature_c,
            "region_code": region,
            "visibility": Visibility.NATION,
            "programme": None,
            "agency_id": derived_id("agy", region, "judging"),
            "organisation_id": own["org"],
            "party_id": own["pty"],
            "sector": division_of(card.sector_nace2),
            "point": {"lat": card.municipality.point.lat, "lon": card.municipality.point.lon},
        },
        sequence=1,
        home=True,
        read=read,
    )
    assert isinstance(made, ListingProjection)
    return made


def listings_of(file: CardFile, direction: str) -> Listings:
    """The cards of a direction as listings."""
    return {card.id: listing_of(card) for card in file.of_direction(direction)}


def verdicts(haves: Listings, wants: Listings) -> Verdicts:
    """Of every have with every want of its kind; each listing is put into numbers once, as the index does it."""
    offered, wanted = ({key: numbers(side) for key, side in sides.items()} for sides in (haves, wants))
    found: dict[tuple[str, str], Verdict] = {}
    possible: dict[tuple[str, str], int] = {}
    for have, want in ((have, want) for want in wants for have in haves if haves[have].kind == wants[want].kind):
        sides = offered[have], wanted[want], KIND_RULES[haves[have].kind]
        points = pair_points(*sides)
        gated = points == GATE
        found[have, want] = Verdict(
            None if gated else points, points_but_for_gates(*sides) if gated else points, qualifies=False
        )
        if is_possible(*sides, points) and may_meet(haves[have], wants[want]):
            possible[have, want] = points
    firsts = _firsts(possible, haves, wants)
    for pair, points in possible.items():
        if points >= least_score(haves[pair[0]].kind, firsts[pair]):
            found[pair] = replace(found[pair], qualifies=True)
    return found


def _firsts(possible: Mapping[tuple[str, str], int], haves: Listings, wants: Listings) -> Counter[tuple[str, str]]:
    """Of how many of its sides each pair is the first in the list."""
    best: dict[str, tuple[tuple[int, str], tuple[str, str]]] = {}
    for pair, points in possible.items():
        have, want = haves[pair[0]].id, wants[pair[1]].id
        for own, other in ((have, want), (want, have)):
            place = order(points, other), pair
            best[own] = min(best.get(own, place), place)
    return Counter(pair for _, pair in best.values())


def rankings(found: Verdicts, haves: Listings, wants: Listings) -> tuple[Ranking, ...]:
    """Of each want the haves of its kind: matches first, then near misses, in the order in which the product tells
    them."""

    def place(have: str, want: str) -> tuple[bool, int, str]:
        verdict = found[have, want]
        return not verdict.qualifies, *order(verdict.but_for_gates, haves[have].id)

    def ranking(want: str) -> Ranking:
        ranked = sorted((have for have in haves if (have, want) in found), key=lambda have: place(have, want))
        return Ranking(want, tuple(ranked), tuple(have for have in ranked if found[have, want].qualifies)[:SHOWN])

    return tuple(ranking(want) for want in wants)

"""What must hold of any model, whatever its weights: on the judged cards, changed in one respect and scored as shipped.

The same properties on made-up listings stand in ``tests/unit/matching/test_score.py``; here they run through the texts,
codes and limits that people write, and through the border that turns a card into a listing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.listing import ListingProjection, project
from services.matching.domain.score import score
from services.matching.domain.sides import numbers
from services.matching.domain.weighing import pair_points
from services.matching.domain.weights import GATE, KIND_RULES
from services.matching.judging.cards import Card, read_cards
from services.matching.judging.product import listing_of
from services.matching.knowledge.support import support_sentence
from services.matching.reading.reader import read
from shared.geo import great_circle_km
from shared.reference.places import municipalities
from shared.visibility import IDENTITY_FIELDS, PRIVATE_FIELDS, Visibility, shared_fields
from tests.unit.matching.listings import event_data, have, want

FILE = Path(__file__).parents[2] / "data" / "matching" / "cards.csv"
SECRETS: dict[str, Any] = {
    "programme": "cp-9", "notes": "poikkeuksellisen kiireinen", "current_route": "kaatopaikalle",
    "current_cost_eur_per_year": 90_000.0, "agency_id": "agy-11-" + "9" * 32, "organisation_id": "org-11-" + "9" * 32,
    "party_id": "pty-11-" + "9" * 32, "site_id": "sit-11-" + "9" * 32, "municipality_code": "091",
    "point": {"lat": 60.17, "lon": 24.94},
    "sector": "35",
}  # fmt: skip

Pair = tuple[Card, Card]


@lru_cache(maxsize=1)
def same_kind_pairs() -> tuple[Pair, ...]:
    file = read_cards(FILE)
    return tuple(
        (offer, wish)
        for offer in file.of_direction("have")
        for wish in file.of_direction("want")
        if offer.kind == wish.kind
    )


def pairs(fits: Callable[[Card, Card], object] = lambda offer, wish: True) -> st.SearchStrategy[Pair]:
    """Pairs of one kind that fit; half of them brought to one town, so that distance does not decide them all."""
    chosen = st.deferred(lambda: st.sampled_from([pair for pair in same_kind_pairs() if fits(*pair)]))
    return st.builds(_in_one_town, chosen, st.booleans())


def _in_one_town(pair: Pair, brought: bool) -> Pair:
    offer, wish = pair
    return (replace(offer, municipality=wish.municipality) if brought else offer), wish


of_energy = pairs(lambda offer, wish: offer.kind == "energy")
places = st.sampled_from(sorted(municipalities().values(), key=lambda municipality: municipality.code))
factors = st.floats(1, 1_000)
days = st.integers(0, 800).map(lambda number: timedelta(days=number))


def points(offer: Card, wish: Card) -> int:
    """GATE where one keeps the two apart."""
    return pair_points(numbers(listing_of(offer)), numbers(listing_of(wish)), KIND_RULES[offer.kind])


@given(pairs(), places, places)
def test_nearer_never_scores_less(pair: Pair, one: Any, other: Any) -> None:
    offer, wish = pair
    near, far = sorted((one, other), key=lambda place: great_circle_km(place.point, wish.municipality.point))
    assert points(replace(offer, municipality=near), wish) >= points(replace(offer, municipality=far), wish)


@given(pairs())
def test_the_same_town_is_the_best_place(pair: Pair) -> None:
    offer, wish = pair
    assert points(replace(offer, municipality=wish.municipality), wish) >= points(offer, wish)


@given(pairs(lambda offer, wish: offer.yearly), factors)
def test_more_on_offer_never_scores_less(pair: Pair, factor: float) -> None:
    offer, wish = pair
    assert offer.yearly is not None
    more = replace(offer, yearly=replace(offer.yearly, amount=offer.yearly.amount * factor))
    assert points(more, wish) >= points(offer, wish)


@given(pairs(lambda offer, wish: wish.yearly), factors)
def test_a_smaller_need_never_scores_less(pair: Pair, factor: float) -> None:
    offer, wish = pair
    assert wish.yearly is not None
    less = replace(wish, yearly=replace(wish.yearly, amount=wish.yearly.amount / factor))
    assert points(offer, less) >= points(offer, wish)


@given(pairs(), days, days, st.booleans(), st.booleans())
def test_a_longer_window_never_scores_less(
    pair: Pair, earlier: timedelta, later: timedelta, of_the_want: bool, unbounded: bool
) -> None:
    def longer(card: Card) -> Card:
        start, end = card.available_from, card.available_to
        return replace(
            card,
            available_from=None if unbounded else start and start - earlier,
            available_to=None if unbounded else end and end + later,
        )

    offer, wish = pair
    after = points(offer, longer(wish)) if of_the_want else points(longer(offer), wish)
    assert after >= points(offer, wish)


@given(of_energy, st.floats(-20, 250), st.floats(0, 200))
def test_warmer_heat_never_scores_less(pair: Pair, temperature_c: float, warmer: float) -> None:
    offer, wish = pair
    hot = replace(offer, temperature_c=temperature_c + warmer)
    assert points(hot, wish) >= points(replace(offer, temperature_c=temperature_c), wish)


@given(of_energy, st.floats(-20, 250), st.floats(0, 200))
def test_a_need_for_less_heat_never_scores_less(pair: Pair, temperature_c: float, colder: float) -> None:
    offer, wish = pair
    mild = replace(wish, temperature_c=temperature_c - colder)
    assert points(offer, mild) >= points(offer, replace(wish, temperature_c=temperature_c))


@given(pairs(lambda offer, wish: wish.ewc_code and not wish.hazardous))
def test_the_very_code_that_is_wanted_never_scores_less(pair: Pair) -> None:
    """At one place: a code also tells how far such a thing is carried."""
    offer, wish = pair
    near = replace(offer, municipality=wish.municipality)
    assert points(replace(near, ewc_code=wish.ewc_code), wish) >= points(near, wish)


@given(pairs(), st.sampled_from([False, None]))
def test_hazardous_never_passes_without_a_stated_permit(pair: Pair, permit: bool | None) -> None:
    offer, wish = pair
    assert points(replace(offer, hazardous=True), replace(wish, has_permit=permit)) == GATE


@given(pairs())
def test_a_permit_never_scores_less(pair: Pair) -> None:
    offer, wish = pair
    assert points(offer, replace(wish, has_permit=True)) >= points(offer, replace(wish, has_permit=False))


@given(st.sampled_from(list(Visibility)), st.data())
def test_what_is_not_shared_changes_nothing_for_the_other_side(level: Visibility, data: st.DataObject) -> None:
    """Numbers and sentences alike, whoever holds the secret and however many fields change."""
    hidden = sorted((IDENTITY_FIELDS | PRIVATE_FIELDS) - shared_fields(level))
    changed = {name: SECRETS[name] for name in data.draw(st.lists(st.sampled_from(hidden), unique=True))}
    direction = data.draw(st.sampled_from(["have", "want"]))
    sides = [_projected(direction, visibility=level, **changes) for changes in ({}, changed)]
    both = [(side, want(sector="35")) if direction == "have" else (have(sector="16"), side) for side in sides]
    plain, secret = ((score(*pair), support_sentence(*pair)) for pair in both)
    assert secret == plain


def _projected(direction: str, **changes: Any) -> ListingProjection:
    made = project({**event_data(7, direction), **changes}, sequence=1, home=True, read=read)
    assert isinstance(made, ListingProjection)
    return made

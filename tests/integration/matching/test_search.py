"""From what is heard of listings to what is told of matches, on a real database; across crashes and in any order."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from services.matching.domain.weights import K
from shared.contracts.events.matching import MATCH_CHANGED, MATCH_FOUND, MATCH_UNSHARED, MATCH_WITHDRAWN
from shared.contracts.events.resources import LISTING_SHARED
from shared.ids import derived_id
from shared.messaging.inbox import Verdict
from tests.integration.matching.conftest import Cell, listing_event, shared_event
from tests.unit.matching.listings import AGENCIES, LIEKSA, event_data, identifier


def have(number: int = 1, **changes: Any) -> dict[str, Any]:
    return event_data(number, "have", **changes)


def want(number: int = 2, **changes: Any) -> dict[str, Any]:
    return event_data(number, "want", **{"agency_id": AGENCIES[1], **changes})


PAIR = (identifier(1), identifier(2))


@pytest.mark.parametrize("together", [True, False])
def test_a_have_and_a_want_that_fit_are_told_once(cell: Cell, together: bool) -> None:
    events = [listing_event(want()), listing_event(have())]
    for batch in [events] if together else [[event] for event in events]:
        cell.hear(batch)
    [found] = cell.told()
    assert (found.type, found.sequence, found.agency) == (MATCH_FOUND, 1, AGENCIES[0])
    assert (found.data["have_id"], found.data["want_id"]) == PAIR
    assert found.data["viewer_agencies"] == [AGENCIES[0], AGENCIES[1]]
    assert found.data["score"] == sum(factor["micro_points"] for factor in found.data["factors"])
    assert cell.runtime.database["listings"].count_documents({"to_search": True}) == 0


def test_cards_in_words_that_nobody_knows_meet_by_their_product_codes(cell: Cell) -> None:
    coded: dict[str, Any] = {"ewc_code": None, "amount": 100.0}
    cell.hear([listing_event(have(name="Xylkvist", product_code="16.10.39", **coded))])
    cell.hear([listing_event(want(2, name="Brompel", **coded)), listing_event(want(3, name="Krunu", **coded))])
    assert cell.told() == []
    cell.hear([listing_event(want(2, name="Brompel", product_code="16.10.31", **coded), 2)])
    [found] = cell.told()
    assert found.data["want_id"] == identifier(2)
    assert "16.10.3" in found.data["factors"][0]["sentence"]["fi"]


def test_an_event_that_comes_again_or_a_state_sent_again_tells_nothing_more(cell: Cell) -> None:
    first = listing_event(have())
    cell.hear([listing_event(want()), first])
    cell.hear([first])
    cell.hear([listing_event(have()), listing_event(want())])
    assert [event.type for event in cell.told()] == [MATCH_FOUND]


def test_a_withdrawn_listing_takes_its_matches_along(cell: Cell) -> None:
    cell.hear([listing_event(have()), listing_event(want())])
    cell.hear([listing_event(have(state="withdrawn"), 2)])
    cell.hear([listing_event(have(), 1)])
    [withdrawn] = cell.told(MATCH_WITHDRAWN)
    assert (withdrawn.data["reason"], withdrawn.sequence) == ("have_gone", 2)
    assert withdrawn.data["viewer_agencies"] == [AGENCIES[0], AGENCIES[1]]
    assert cell.matches() == {}
    kept = cell.runtime.database["listings"].find_one({"_id": identifier(1)}, {"_id": 0, "searched_sequence": 0})
    assert kept == {"sequence": 2, "gone": True}


def test_a_revision_can_change_a_match_end_it_and_bring_it_back(cell: Cell) -> None:
    cell.hear([listing_event(have()), listing_event(want())])
    cell.hear([listing_event(want(at=LIEKSA, ewc_code=None), 2)])
    cell.hear([listing_event(want(hazardous=False, ewc_code="100101", name="Pohjatuhka"), 3)])
    cell.hear([listing_event(want(), 4)])
    assert [event.type for event in cell.told()] == [MATCH_FOUND, MATCH_CHANGED, MATCH_WITHDRAWN, MATCH_FOUND]
    assert [event.sequence for event in cell.told()] == [1, 2, 3, 4]


def test_a_process_that_died_before_searching_searches_at_its_next_start(cell: Cell) -> None:
    cell.hear([listing_event(have()), listing_event(want())], search=False)
    assert cell.told() == []
    cell.restart()
    cell.search()
    assert [event.type for event in cell.told()] == [MATCH_FOUND]
    cell.restart()
    cell.search()
    assert len(cell.told()) == 1


def crowd(size: int) -> list[Any]:
    """As many haves as wants, alike in everything: lower ids stand first in every list."""
    haves = [listing_event(have(number)) for number in range(1, size + 1)]
    wants = [listing_event(want(1_000 + number)) for number in range(1, size + 1)]
    return [*haves, *wants]


def test_only_the_first_of_either_side_match_and_the_next_rises_when_one_goes(cell: Cell) -> None:
    beyond = 3
    cell.hear(crowd(K + beyond))
    assert len(cell.matches()) == (K + beyond) ** 2 - beyond**2
    cell.hear([listing_event(want(1_001, state="withdrawn"), 2)])
    rising = {(identifier(K + n), identifier(1_000 + K + 1)) for n in range(1, beyond + 1)}
    last_found = {(e.data["have_id"], e.data["want_id"]) for e in cell.told(MATCH_FOUND)[-beyond:]}
    assert last_found == rising
    assert rising <= cell.matches().keys()
    assert len(cell.told(MATCH_WITHDRAWN)) == K + beyond


def test_two_that_have_nothing_better_any_more_are_found(cell: Cell) -> None:
    """The nearer have stands before the farther one in the want's list, though it has a better want of its own."""
    far = {"name": "Puru", "ewc_code": None}
    better = want(3, name="Puru", ewc_code=None, at=(64.7, 29.76), agency_id=AGENCIES[0], visibility="agency")
    nearer = have(4, **far, at=(64.7, 29.76), agency_id=AGENCIES[0])
    cell.hear([listing_event(want(2, ewc_code=None, agency_id=AGENCIES[1])), listing_event(better)])
    cell.hear([listing_event(nearer)])
    cell.hear([listing_event(have(5, **far, at=(64.72, 29.76), agency_id=AGENCIES[1]))])
    assert cell.matches().keys() == {(identifier(4), identifier(3))}
    cell.hear([listing_event({**nearer, "state": "withdrawn"}, 2)])
    assert cell.matches().keys() == {(identifier(5), identifier(2))}


def test_being_pushed_down_by_a_better_one_tells_nothing_of_the_one_pushed(cell: Cell) -> None:
    beyond = 2
    cell.hear(crowd(K + beyond))
    before = cell.matches()
    cell.hear([listing_event(have(5_000, amount=10.0)), listing_event(want(6_000, amount=10.0))])
    assert cell.told(MATCH_WITHDRAWN, MATCH_CHANGED) == []
    assert before.keys() <= cell.matches().keys()


@pytest.mark.parametrize("seed", range(4))
def test_any_order_with_duplicates_and_deaths_ends_in_the_same_matches(cell: Cell, seed: int) -> None:
    chance = random.Random(seed)
    history = []
    for number in range(1, 13):
        make = have if number % 2 else want
        for sequence in range(1, chance.randint(1, 3) + 1):
            changes = {
                "at": (chance.uniform(62, 63), chance.uniform(29, 30)),
                "ewc_code": chance.choice(["030105", "030101", "100101", None]),
                "state": chance.choice(["active", "active", "active", "withdrawn"]),
                "visibility": chance.choice(["nation", "region", "agency", "nation_anonymous"]),
            }
            history.append(listing_event(make(number, **changes), sequence))
    latest = {event.subject: event for event in history}
    heard = [*history, *history]
    chance.shuffle(heard)
    while heard:
        size = chance.randint(1, 8)
        batch, heard = heard[:size], heard[size:]
        cell.hear(batch, search=chance.random() < 0.7)
        if chance.random() < 0.2:
            cell.restart()
    cell.search()
    disturbed = cell.matches()
    balance = Counter[str]()
    for event in cell.told(MATCH_FOUND, MATCH_WITHDRAWN):
        balance[event.subject] += 1 if event.type is MATCH_FOUND else -1
    assert {identifier for identifier, open_now in balance.items() if open_now} == {m.id for m in disturbed.values()}
    assert set(balance.values()) <= {0, 1}

    for collection in ("listings", "matches", "outbox", "inbox"):
        cell.runtime.database[collection].delete_many({})
    cell.restart()
    cell.hear(list(latest.values()))
    assert {pair: match.score for pair, match in cell.matches().items()} == {
        pair: match.score for pair, match in disturbed.items()
    }


@pytest.mark.parametrize("region", ["12", "19", "21"], ids=["ours", "a third cell's", "nobody's"])
def test_a_peer_that_speaks_for_another_home_is_not_believed(cell: Cell, region: str) -> None:
    stranger = have(region_code=region)
    [outcome] = cell.hear([shared_event(stranger, cell="01")])
    assert outcome.verdict is Verdict.DEAD
    assert outcome.reason == f"forbidden: Cell 01 speaks of {stranger['id']}, which is not homed there."
    assert cell.runtime.database["listings"].count_documents({}) == 0


def test_a_peer_that_names_its_own_region_beside_a_foreign_id_is_not_believed(cell: Cell) -> None:
    cell.hear([listing_event(have())])
    disguised = {**have(), "region_code": "01", "name": "Vaihdettu"}
    odd = {**have(), "id": identifier(1, "01"), "region_code": "12"}
    outcomes = cell.hear([shared_event(disguised, 9, cell="01"), shared_event(odd, 9, cell="01")])
    assert [outcome.verdict for outcome in outcomes] == [Verdict.DEAD, Verdict.DEAD]
    assert [row["name"] for row in cell.runtime.database["listings"].find()] == ["Sahanpuru"]


@pytest.mark.parametrize("region", ["12", "19", "21"], ids=["ours", "a third cell's", "nobody's"])
def test_a_peers_match_of_another_homes_have_is_not_believed(cell: Cell, region: str) -> None:
    data = {"id": derived_id("mat", region, "x"), "have_id": identifier(1, region), "want_id": identifier(2)}
    gone = {**data, "kind": "material", "reason": "have_gone"}
    [outcome] = cell.hear([listing_event(gone, cell="01", event_type=MATCH_UNSHARED)])
    assert outcome.verdict is Verdict.DEAD
    assert cell.runtime.database["peer_matches"].count_documents({}) == 0


@pytest.mark.parametrize(
    "strange",
    [
        {"kind": "magic"},
        {"direction": "give"},
        {"ewc_code": "sawdust"},
        {"temperature_c": 1e300},
        {"region_code": "99"},
        {"visibility": "all"},
        {"id": "lst-1"},
        {"point": {"lat": 95.0, "lon": 0.0}},
        {"yearly_amount": {"amount": 1.0, "unit": "ell", "dimension": "length"}},
        {"basis": "rumour"},
        {"available_from": None, "yearly_amount": {"amount": -5.0, "unit": "t", "dimension": "mass"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_listing_that_cannot_be_indexed_goes_to_the_dead_letters_and_costs_the_others_nothing(
    cell: Cell, strange: dict[str, Any]
) -> None:
    peers = {"region_code": "01", "agency_id": AGENCIES[3]}
    odd = listing_event({**event_data(7, "have", **peers), **strange}, cell="01", event_type=LISTING_SHARED)
    good = listing_event(event_data(8, "have", **peers), cell="01", event_type=LISTING_SHARED)
    assert [outcome.verdict for outcome in cell.hear([odd, good])] == [Verdict.DEAD, Verdict.HANDLED]
    cell.restart()
    assert cell.process.index.snapshot.count == 1

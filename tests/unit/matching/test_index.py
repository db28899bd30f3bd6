"""The index against the rules it speeds up, and what readers may rely on."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.domain.listing import Gone, Known, ListingProjection
from services.matching.domain.rule import least_score, order, possible_score
from services.matching.domain.weights import KIND_RULES, LEAST_BY_FIRSTS, K
from services.matching.index import CHUNK, Hit, Index, compile_scans, listing_checksum
from services.matching.index_kernel import remove_older
from services.matching.index_rows import NotIndexable
from services.matching.judging.cards import read_cards
from services.matching.judging.product import listing_of
from tests.unit.matching.listings import AGENCIES, have, identifier, listing, listings, want


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    compile_scans()


many = st.integers(2, 40).flatmap(lambda n: st.tuples(*(listings(number) for number in range(1, n + 1))))


Lists = dict[str, list[Hit]]


def lists_of(known: Sequence[ListingProjection]) -> Lists:
    """What might match each of them by the rules, over all pairs, best first."""
    lists: Lists = {side.id: [] for side in known}
    for offered, wanted in product(known, known):
        score = possible_score(offered, wanted)
        if score is not None:
            lists[offered.id].append(Hit(wanted.id, score.micro_points, wanted.home))
            lists[wanted.id].append(Hit(offered.id, score.micro_points, offered.home))
    return {own: sorted(hits, key=lambda hit: order(hit.micro_points, hit.id)) for own, hits in lists.items()}


def candidates(side: ListingProjection, lists: Lists) -> list[Hit]:
    """Those of its list whose score is enough for the place of the pair in both lists."""
    own = lists[side.id]
    return [
        hit
        for hit in own
        if hit.micro_points >= least_score(side.kind, (hit == own[0]) + (lists[hit.id][0].id == side.id))
    ]


@given(many)
@settings(deadline=None)
def test_candidates_are_those_of_all_pairs(known: tuple[ListingProjection, ...]) -> None:
    snapshot, lists = Index().apply(known), lists_of(known)
    for side in known:
        assert snapshot.candidates(side, len(known)) == candidates(side, lists)


@pytest.mark.parametrize("seed", range(3))
def test_matches_are_the_pairs_that_stand_among_the_first_of_either_side(seed: int) -> None:
    """Crowded on both sides, so that both ranks decide."""
    chance = random.Random(seed)
    known = [
        listing(
            number,
            "have" if number % 3 else "want",
            amount=chance.uniform(1, 50),
            at=(chance.uniform(62, 63.5), chance.uniform(29, 31)),
            ewc_code=chance.choice(["030105", "030101"]),
            agency_id=chance.choice(AGENCIES[:2]),
            home=(home := chance.random() < 0.7),
            region_code="12" if home else "01",
        )
        for number in range(1, 161)
    ]
    snapshot = Index().apply(known)
    lists = lists_of(known)
    places = {(own, hit.id): place for own, hits in lists.items() for place, hit in enumerate(hits)}
    for side in known:
        expected = {
            hit.id
            for hit in candidates(side, lists)
            if min(places[side.id, hit.id], places[hit.id, side.id]) < K and (side.home or hit.home)
        }
        assert {hit.id for hit in snapshot.matching(side)} == expected
    assert max(map(len, lists.values())) > K


@given(st.data())
@settings(deadline=None)
def test_any_order_with_duplicates_gives_the_same_index(data: st.DataObject) -> None:
    versions: list[Known] = []
    for number in range(1, data.draw(st.integers(1, 6)) + 1):
        for sequence in range(1, data.draw(st.integers(1, 3)) + 1):
            gone = data.draw(st.booleans())
            made = replace(data.draw(listings(number)), id=identifier(number), sequence=sequence)
            versions.append(Gone(identifier(number), sequence) if gone else made)
    in_order, shuffled = Index(), Index()
    in_order.apply(versions)
    again = data.draw(st.permutations([*versions, *versions]))
    for known in again:
        shuffled.apply([known])
    a, b = in_order.snapshot, shuffled.snapshot
    assert (b.count, b.checksum) == (a.count, a.checksum)
    for side in versions:
        if isinstance(side, ListingProjection):
            assert b.candidates(side, 50) == a.candidates(side, 50)


def test_less_is_asked_of_those_that_have_nothing_better_and_more_where_both_have() -> None:
    """The same pair of middling score, alone, then beside a better have, then beside a better want as well."""
    rule = KIND_RULES["material"]
    middling, wish = have(1, name="Puru", ewc_code=None, at=(64.7, 29.76)), want(2, ewc_code=None)
    score = possible_score(middling, wish)
    assert score is not None and rule.least <= score.micro_points < rule.threshold + LEAST_BY_FIRSTS[1]

    def found(*beside: ListingProjection) -> bool:
        snapshot = Index().apply([middling, wish, *beside])
        seen = {wish.id in {hit.id for hit in snapshot.matching(middling)}}
        seen.add(middling.id in {hit.id for hit in snapshot.matching(wish)})
        assert len(seen) == 1  # from either side
        return seen.pop()

    assert found()
    assert not found(have(3))
    assert not found(have(3), want(4, at=(64.7, 29.76)))


def test_a_reader_keeps_the_snapshot_it_took() -> None:
    index = Index()
    before = index.apply([have(), want()])
    seen = before.candidates(have(), 5)
    index.apply([want(sequence=2, hazardous=True, name="Muu"), want(3), Gone(have().id, 2)])
    assert before.candidates(have(), 5) == seen
    assert (before.count, index.snapshot.count) == (2, 2)


def test_a_late_event_resurrects_nothing() -> None:
    index = Index()
    index.apply([Gone(have().id, 2)])
    assert index.apply([have(sequence=1)]).count == 0


def test_a_freed_row_is_used_again() -> None:
    index = Index()
    index.apply([have(number) for number in range(1, CHUNK + 1)])
    index.apply([Gone(have(5).id, 2)])
    snapshot = index.apply([have(CHUNK + 1)])
    assert snapshot.blocks["material", "have"].length == CHUNK
    assert snapshot.count == CHUNK


def test_the_index_grows_over_its_chunks() -> None:
    index = Index()
    for start in range(1, 3 * CHUNK, 1_000):
        index.apply([have(number) for number in range(start, start + 1_000)])
    block = index.snapshot.blocks["material", "have"]
    assert (block.length, len(block.chunks)) == (4_000, 4)
    assert len(index.snapshot.candidates(want(9_999), 5_000)) == 4_000


def test_the_checksum_is_the_sum_over_what_is_held() -> None:
    index = Index()
    index.apply([have(), want()])
    index.apply([have(sequence=3)])
    expected = listing_checksum(have().id, 3) + listing_checksum(want().id, 1)
    assert index.snapshot.checksum == expected % 2**64


def test_foreign_listings_are_counted_as_they_come_and_go() -> None:
    index = Index()
    index.apply([have(), want(home=False, region_code="01"), want(3, home=False, region_code="01")])
    assert index.snapshot.foreign == 2
    index.apply([want(home=False, region_code="01", sequence=2), Gone(want(3, region_code="01").id, 2)])
    assert (index.snapshot.foreign, index.snapshot.count) == (1, 2)


def test_an_id_of_another_form_is_refused_before_anything_changes() -> None:
    index = Index()
    with pytest.raises(NotIndexable):
        index.apply([have(), replace(want(), id="lst-1")])
    assert index.snapshot.count == 0


def test_only_the_scans_of_older_versions_are_removed(tmp_path: Path) -> None:
    for name in ("scans-new", "scans-old", "scans-beside", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "scan.nbc").touch()
    an_hour_ago = (tmp_path / "scans-new").stat().st_mtime - 3_601
    for name in ("scans-old", "other"):
        os.utime(tmp_path / name, (an_hour_ago, an_hour_ago))
    for _ in range(2):
        remove_older(tmp_path / "scans-new")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "scans-beside", "scans-new"]


def test_what_people_write_is_found_by_the_index_as_by_the_rules() -> None:
    """Every kind of mask, limit and word that a card's text brings, in a row of the index."""
    file = read_cards(Path(__file__).parents[2] / "data" / "matching" / "b" / "cards.csv")
    known = [listing_of(card) for card in file.cards.values()]
    snapshot, lists = Index().apply(known), lists_of(known)
    for side in known:
        assert snapshot.candidates(side, len(known)) == candidates(side, lists)

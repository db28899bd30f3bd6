"""What the demonstration calls wrong."""

from __future__ import annotations

from dataclasses import replace

from demo.cards import read
from demo.findings import Findings, Found, Posts, prospect_of, wrong_pairs, wrong_webhooks
from demo.screen import table

WORKSHOP = read()
RIGHT = tuple(Found(pair.have, pair.want, 700_000, "good", ()) for pair in WORKSHOP.pairs if pair.fits)
HEARD = Posts(
    agency="P",
    pending=0,
    delivered=frozenset({"del-1", "del-2"}),
    verified=frozenset({"del-1", "del-2"}),
    repeated=0,
    refused=0,
    matches_told=frozenset({"mat-1"}),
)


def test_the_pairs_as_they_must_be_are_right() -> None:
    assert wrong_pairs(WORKSHOP, RIGHT) == []


def test_a_match_that_is_missing_is_named_with_its_reason() -> None:
    missing = RIGHT[0]
    [problem] = wrong_pairs(WORKSHOP, RIGHT[1:])
    assert problem.startswith(f"No match: {missing.have} {WORKSHOP.name_of(missing.have)}")


def test_a_match_that_must_not_be_is_named_with_its_reason() -> None:
    apart = next(pair for pair in WORKSHOP.pairs if not pair.fits)
    [problem] = wrong_pairs(WORKSHOP, (*RIGHT, Found(apart.have, apart.want, 700_000, "good", ())))
    assert problem.startswith("A match that must not be") and apart.why in problem


def test_other_matches_are_nobodys_fault() -> None:
    assert wrong_pairs(WORKSHOP, (*RIGHT, Found("2", "7", 700_000, "good", ()))) == []


def test_webhooks_that_all_came_once_are_right() -> None:
    assert wrong_webhooks(HEARD, {"mat-1"}, receipts_whole=True) == []


def test_a_webhook_that_waits_repeats_or_does_not_verify_is_wrong() -> None:
    for posts in (replace(HEARD, pending=1), replace(HEARD, repeated=1), replace(HEARD, refused=1)):
        assert len(wrong_webhooks(posts, {"mat-1"}, receipts_whole=True)) == 1


def test_a_delivery_that_never_came_and_a_match_nobody_told_are_wrong() -> None:
    never_came = replace(HEARD, verified=frozenset({"del-1"}))
    assert wrong_webhooks(never_came, {"mat-1"}, receipts_whole=True) == [
        "Agency P: 1 deliveries are in the log but never came"
    ]
    assert wrong_webhooks(HEARD, {"mat-1", "mat-2"}, receipts_whole=True) == ["Agency P: 1 matches without a webhook"]


def test_without_the_receipts_of_earlier_runs_the_log_has_to_do() -> None:
    assert wrong_webhooks(replace(HEARD, verified=frozenset()), {"mat-2"}, receipts_whole=False) == []


def test_the_table_tells_what_a_match_is_worth_and_what_to_ask() -> None:
    told = {
        "benefit": {"eur": {"low": -120.0, "high": 12_500.0}, "replaced_t": None, "co2e_t": None, "once": False},
        "law": [{"sentence": {"fi": "Sivutuote."}}, {"sentence": {"fi": "Muuta."}}],
        "ask": [{"sentence": {"fi": "Paljonko?"}}],
    }
    prospect = prospect_of(told)
    assert prospect == ("Arvio vuodessa: -120...12 500 €.", "Sivutuote.", "Paljonko?")
    shown = table(WORKSHOP, Findings((replace(RIGHT[0], prospect=prospect),), (), ()))
    assert "Arvio vuodessa: -120...12 500 €. Sivutuote. Paljonko?" in shown


def test_a_match_of_which_nothing_is_foreseen_shows_its_reasons_alone() -> None:
    assert prospect_of({"benefit": None, "law": [], "ask": []}) == ()

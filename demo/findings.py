"""What came of the cards, and what is wrong with it: matches as they must be, webhooks verified, secrets kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from demo.cards import Workshop
from demo.gateway import GatewayError
from demo.receiver import Receipt, Receiver
from demo.recording import Recorded

FOUND = "match.found.v1"
WITHHELD_OF_ANONYMOUS = (
    "agency_id", "organisation_id", "party_id", "site_id", "municipality_code", "point", "sector", "notes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """An open match between two of our cards, best first."""

    have: str
    want: str
    score: int
    band: str
    reasons: tuple[str, ...]
    prospect: tuple[str, ...] = ()
    """What it is worth a year, its waste status, and what to ask first."""


@dataclass(frozen=True, slots=True)
class Posts:
    """One agency's webhooks, over all runs: what the platform says it delivered and what the receiver verified."""

    agency: str
    pending: int
    delivered: frozenset[str]
    verified: frozenset[str]
    repeated: int
    refused: int
    matches_told: frozenset[str]


@dataclass(frozen=True, slots=True)
class Findings:
    matches: tuple[Found, ...]
    posts: tuple[Posts, ...]
    problems: tuple[str, ...]

    @property
    def settled(self) -> bool:
        return not self.problems


def look(workshop: Workshop, recorded: Recorded, receiver: Receiver, *, receipts_whole: bool) -> Findings:
    """The state of things now; matches with listings that are not ours are left out.

    ``receipts_whole``: the receiver wrote down everything since the first run.
    """
    cards = {listing_id: card for card, listing_id in recorded.listing_ids.items()}
    seen = {
        key: [match for match in gateway.pages("/v1/matches") if {match["have_id"], match["want_id"]} <= cards.keys()]
        for key, gateway in recorded.gateways.items()
    }
    matches = _matches(cards, seen)
    receipts = receiver.receipts()
    posts = tuple(_posts(key, recorded, receipts) for key in recorded.gateways)
    problems = wrong_pairs(workshop, matches)
    for one in posts:
        visible = {match["id"] for match in seen[one.agency]}
        problems += wrong_webhooks(one, visible, receipts_whole=receipts_whole)
    problems += _shown_too_much(workshop, recorded)
    return Findings(matches, posts, tuple(problems))


def _matches(cards: dict[str, str], seen: dict[str, list[dict[str, Any]]]) -> tuple[Found, ...]:
    """Both agencies may see a match: it counts once."""
    by_id = {match["id"]: match for matches in seen.values() for match in matches}
    return tuple(
        Found(
            cards[match["have_id"]],
            cards[match["want_id"]],
            match["score"],
            match["band"],
            tuple(factor["sentence"]["fi"] for factor in match["factors"]),
            prospect_of(match),
        )
        for match in sorted(by_id.values(), key=lambda match: (-match["score"], match["id"]))
    )


def prospect_of(match: dict[str, Any]) -> tuple[str, ...]:
    """What the match is worth, its waste status and the first question, in Finnish, as far as it tells."""
    worth = match.get("benefit") or {}
    ranges = (("eur", "€"), ("replaced_t", "t neitseellistä"), ("co2e_t", "t CO2e"))
    known = [f"{_number(of['low'])}...{_number(of['high'])} {unit}" for name, unit in ranges if (of := worth.get(name))]
    often = "kerran" if worth.get("once") else "vuodessa"
    return (
        *([f"Arvio {often}: {', '.join(known)}."] if known else []),
        *(point["sentence"]["fi"] for point in match.get("law", ())[:1]),
        *(question["sentence"]["fi"] for question in match.get("ask", ())[:1]),
    )


def _number(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ")


def _posts(key: str, recorded: Recorded, receipts: list[Receipt]) -> Posts:
    address = f"/v1/subscriptions/{recorded.subscriptions[key]['id']}/deliveries"
    log = list(recorded.gateways[key].pages(address))
    known = {one["webhook_id"] for one in log}
    own = [receipt for receipt in receipts if receipt.path == f"/{key}"]
    verified = [receipt for receipt in own if receipt.verified and receipt.webhook_id in known]
    times = Counter(receipt.webhook_id for receipt in verified)
    return Posts(
        agency=key,
        pending=sum(one["state"] == "pending" for one in log),
        delivered=frozenset(one["webhook_id"] for one in log if one["state"] == "delivered"),
        verified=frozenset(times),
        repeated=sum(count - 1 for count in times.values()),
        refused=sum(not receipt.verified for receipt in own),
        matches_told=frozenset(receipt.subject for receipt in verified if receipt.type == FOUND),
    )


def wrong_pairs(workshop: Workshop, matches: tuple[Found, ...]) -> list[str]:
    """Pairs of ``pairs.csv`` that came out otherwise."""
    found = {(match.have, match.want) for match in matches}
    return [
        f"{'No match' if pair.fits else 'A match that must not be'}: {pair.have} {workshop.name_of(pair.have)} → "
        f"{pair.want} {workshop.name_of(pair.want)} ({pair.why})"
        for pair in workshop.pairs
        if pair.fits != ((pair.have, pair.want) in found)
    ]


def wrong_webhooks(posts: Posts, matches: set[str], *, receipts_whole: bool) -> list[str]:
    """What is wrong with an agency's webhooks; ``matches`` are the ids of the matches it may see."""
    problems = []
    if posts.pending:
        problems.append(f"Agency {posts.agency}: {posts.pending} webhooks are still to be delivered")
    if posts.repeated or posts.refused:
        problems.append(f"Agency {posts.agency}: {posts.repeated} webhooks came twice, {posts.refused} did not verify")
    if receipts_whole and (unheard := posts.delivered - posts.verified):
        problems.append(f"Agency {posts.agency}: {len(unheard)} deliveries are in the log but never came")
    if receipts_whole and (untold := matches - posts.matches_told):
        problems.append(f"Agency {posts.agency}: {len(untold)} matches without a webhook")
    return problems


def _shown_too_much(workshop: Workshop, recorded: Recorded) -> list[str]:
    """What another agency sees of cards that are not for it, and of the one without a name."""
    problems = []
    for card in workshop.cards.values():
        owner = workshop.organisation_of(card.number).agency
        for key, gateway in recorded.gateways.items():
            if key == owner or card.visibility not in ("own", "agency", "nation_anonymous"):
                continue
            try:
                seen = gateway.get(f"/v1/listings/{recorded.listing_ids[card.number]}")
            except GatewayError as error:
                if error.status != 404 or card.visibility == "nation_anonymous":
                    problems.append(f"Agency {key} and card {card.number}: {error}")
                continue
            shown = [name for name in WITHHELD_OF_ANONYMOUS if name in seen]
            if shown or card.visibility != "nation_anonymous":
                problems.append(f"Agency {key} sees {', '.join(shown) or 'all'} of card {card.number}")
    return problems

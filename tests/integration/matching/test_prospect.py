"""What is foreseen of a match, kept in the database and told over the wire."""

from __future__ import annotations

from datetime import UTC, datetime

from services.matching.domain.match import Match, Pair, Terms, settle
from services.matching.prospects.foresight import foresee
from services.matching.repository import MatchRepository
from services.matching.search import DUTY
from shared.contracts.rpc import matching as calls
from tests.integration.running import RunningServices, caller
from tests.unit.matching.listings import AGENCIES, have, want

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def settled(number: int, **changes: object) -> Match:
    offered = have(number, name="Betonimurske", ewc_code="170101", amount=500.0, revised_at=NOW, **changes)
    wanted = want(number + 1, name="Betonimursketta kenttärakenteisiin", ewc_code="170101", revised_at=NOW)
    pair = Pair(offered.id, wanted.id, offered, wanted, None, None, ranked=True)
    found = settle(pair, Terms(NOW, lambda region: region == "12", foresee, lambda *_: None))
    assert found is not None
    return found.match


def test_a_match_tells_its_worth_the_law_and_what_to_ask(services: RunningServices) -> None:
    services.start("matching")
    runtime = services.runtime("matching")
    match, old = settled(1), settled(3)
    runtime.unit_of_work.run(lambda tx: tx.repository(MatchRepository, DUTY).put([(match, 0), (old, 0)]))
    stored = runtime.repository(MatchRepository, DUTY).of_ids([match.id])
    assert stored == [match]

    told = services.ask(calls.GET_MATCH, {"id": match.id}, caller(agency_id=AGENCIES[0]))
    assert told["benefit"]["group"] == "concrete"
    assert told["benefit"]["eur"]["low"] < told["benefit"]["eur"]["high"]
    assert told["benefit"]["amount_basis"] == "assumed"
    assert [point["code"] for point in told["law"]][:2] == ["status:end_of_waste", "operation:R5"]
    assert told["score_low"] <= told["score"] <= told["score_high"]
    assert ("want", "amount") in [(question["side"], question["field"]) for question in told["ask"]]

    runtime.database["matches"].update_one(
        {"_id": old.id},
        {"$unset": dict.fromkeys(("benefit", "law", "score_low", "score_high", "ask", "stated_at"), "")},
    )
    page = services.ask(calls.LIST_MATCHES, {}, caller(agency_id=AGENCIES[1]))
    told = {item["id"]: item for item in page["items"]}
    assert told[match.id]["benefit"] is not None
    assert (told[old.id]["benefit"], told[old.id]["law"], told[old.id]["score_low"]) == (None, [], None)

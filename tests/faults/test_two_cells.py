"""Two cells of one nation, each with its own broker, database and services, and cables between them that can be cut."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from amqp.exceptions import AccessRefused
from pymongo import MongoClient

from deploy.dlq import held
from deploy.local.stack import Stack
from deploy.verify import verify
from services.matching.index_socket import ask
from shared import config
from shared.messaging.connection import connect
from tests.driver import Agency, Platform, Refused, wait_until
from tests.faults.cable import Cable
from tests.faults.receiver import Receiver
from tests.faults.tally import settle
from tests.faults.trial import ENVIRONMENT

pytestmark = pytest.mark.faults

TOLD_TO_THE_NATION = {"listing.shared.v1", "listing.unshared.v1", "match.shared.v1", "match.unshared.v1"}
IDENTITY = {"agency_id", "organisation_id", "party_id", "site_id", "municipality_code", "point", "sector"}
SECRET = "SALAISUUS"


@dataclass(frozen=True, slots=True)
class Cell:
    """With one agency, whose subscriber hears of matches under ``path``; ``cable`` leads to the other's broker."""

    stack: Stack
    platform: Platform
    agency: Agency
    receiver: Receiver
    path: str
    subscription: str
    cable: Cable

    def listing(self, direction: str, name: str, **fields: Any) -> dict[str, Any]:
        given = {"kind": "expertise", "visibility": "nation", **fields}
        site_id = given.pop("site_id", self.agency.site_id)
        return self.agency.api.listing(site_id, direction, name, **given)

    def heard(self, text: str, event: str = "match.found.v1") -> int:
        """How many webhooks of the event tell of the text."""
        accepted = self.receiver.accepted(self.path)
        bodies = [next(iter(self.receiver.received[self.path][one].bodies)) for one in accepted]
        return sum(json.loads(body)["type"] == event and text.encode() in body for body in bodies)

    def events(self, subject: str) -> list[str]:
        """What its matching has ever told of the subject: names, sorted."""
        with self.database("matching") as database:
            rows = database["outbox"].find()
            return sorted(row["routing_key"] for row in rows if json.loads(row["body"])["subject"] == subject)

    def known(self, listing_id: str) -> dict[str, Any] | None:
        """What its matching knows of the listing, without the marks of its search."""
        with self.database("matching") as database:
            found: dict[str, Any] | None = database["listings"].find_one(
                {"_id": listing_id}, {"_id": 0, "searched_sequence": 0, "to_search": 0}
            )
            return found

    def candidates(self, listing_id: str) -> list[str] | None:
        """What its index would match with the listing now; nothing of one that has not reached it yet."""
        socket = self.stack.environment()["SIVUVIRTA_MATCHING_SOCKET"]
        found = ask(socket, {"op": "candidates", "id": listing_id}).get("candidates")
        return None if found is None else [one["id"] for one in found]

    @contextmanager
    def database(self, service: str) -> Iterator[Any]:
        client: MongoClient[dict[str, Any]] = MongoClient(self.stack.mongo_uri)
        try:
            yield client[f"sivuvirta_{self.stack.cell}_{service}"]
        finally:
            client.close()


Cells = tuple[Cell, Cell]


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cells]:
    """North Karelia with North Savo, and Lapland with South Savo; everything else is homed nowhere."""
    folder = tmp_path_factory.mktemp("cells")
    homes = (("12", ("12", "11"), "Joensuu"), ("19", ("19", "10"), "Rovaniemi"))
    stacks = [Stack(folder / name, cell=name, regions=regions, extra_env=ENVIRONMENT) for name, regions, _ in homes]
    cables: list[Cable] = []
    receiver = Receiver()
    try:
        _for_both(stacks, Stack.start_broker)
        for here, there in (stacks, stacks[::-1]):
            cables.append(Cable(there.ports.broker))
            here.connect_peer(there, through=cables[-1].port)
        _for_both(stacks, partial(Stack.start, timeout=240))
        for stack in stacks:
            wait_until(partial(_linked, stack), 60, f"the link of cell {stack.cell}")
        yield (
            _inhabited(stacks[0], *homes[0], receiver, cables[0]),
            _inhabited(stacks[1], *homes[1], receiver, cables[1]),
        )
    finally:
        for cable in cables:
            cable.close()
        _for_both(stacks, Stack.abandon)
        receiver.close()


def match_as_shown(cell: Cell, match_id: str, **expected: Any) -> dict[str, Any]:
    """The match as the cell shows it, once it has heard what is expected (webhook and index hear apart)."""
    shown: dict[str, Any] = {}

    def heard() -> bool:
        answer = cell.agency.api.send("GET", f"/v1/matches/{match_id}")
        shown.clear()
        shown.update(json.loads(answer.data))
        return answer.status == 200 and all(shown[name] == value for name, value in expected.items())

    wait_until(heard, 30, f"{expected} of {match_id}")
    return shown


def test_a_have_here_and_a_want_there_make_one_match_told_once_by_the_haves_home(cells: Cells) -> None:
    home, other = cells
    have, want = record_apart(home, other, "Höyrykattilan säätö")
    match_id = the_match(home, other, have, want)
    assert home.events(match_id) == ["match.found.v1", "match.shared.v1"]
    assert other.events(match_id) == []
    shown = [match_as_shown(cell, match_id, provisional=False) for cell in cells]
    assert [(match["have_id"], match["want_id"], match["provisional"]) for match in shown] == [
        (have["id"], want["id"], False)
    ] * 2
    assert shown[0]["score"] == shown[1]["score"]


def test_a_cell_that_listens_to_everything_hears_nothing_that_is_withheld(cells: Cells) -> None:
    home, other = cells
    with listening(home, other) as heard:
        owner = home.platform.agency(f"{SECRET} kehitys", "Lieksa", programmes=("ohjelma-1",))
        organisation = owner.api.organisation(f"{SECRET} Omistaja Oy", notes=SECRET)
        address = {"name": f"{SECRET} tehdas", "municipality": "Lieksa", "street_address": f"{SECRET}katu 1"}
        site = owner.api.post(f"/v1/organisations/{organisation['id']}/sites", address)
        private = {"notes": SECRET, "current_route": SECRET, "current_cost_eur_per_year": 987_654.25}

        def record(visibility: str, name: str, **fields: Any) -> dict[str, Any]:
            given = {"kind": "expertise", "visibility": visibility, **private, **fields}
            return owner.api.listing(site["id"], "have", name, **given)

        withheld = [record(level, SECRET, description=SECRET) for level in ("own", "agency", "region")]
        withheld.append(record("programme", SECRET, description=SECRET, programme="ohjelma-1"))
        anonymous = record("nation_anonymous", "Kaivinkoneen kuljettaja")
        wanted = other.listing("want", "Kaivinkoneen kuljettaja")
        await_webhook(other, anonymous["id"])
        last = home.listing("have", "Viimeinen kortti", **private)
        messages = heard(until=last["id"])

    events = [json.loads(body) for body in messages]
    assert {event["type"].removeprefix("fi.sivuvirta.") for event in events} <= TOLD_TO_THE_NATION
    everything = b"\n".join(messages).decode()
    hidden = [SECRET, SECRET.lower(), "987654", "Lieksa", owner.id, organisation["id"], site["id"]]
    hidden += [organisation["party_id"], *(listing["id"] for listing in withheld)]
    assert [text for text in hidden if text in everything] == []
    of_anonymous = [event for event in events if event["subject"] == anonymous["id"]]
    assert [(event["type"], event.get("agency"), IDENTITY & event["data"].keys()) for event in of_anonymous] == [
        ("fi.sivuvirta.listing.shared.v1", None, set())
    ] * len(of_anonymous)
    assert len(of_anonymous) >= 2  # one by the peer's account, one through the link
    assert any(event["data"].get("want_id") == wanted["id"] for event in events)


def test_narrowing_takes_a_listing_out_of_the_peers_database_and_index(cells: Cells) -> None:
    home, other = cells
    have, want = record_apart(home, other, "Hitsaajan koulutus")
    match_id = the_match(home, other, have, want)
    # A cell's own index hears of its listings apart from its webhooks, which the other cell's match may set off.
    wait_until(lambda: other.candidates(want["id"]) == [have["id"]], 30, "a candidate in the peer's index")
    home.agency.api.ask("PATCH", f"/v1/listings/{have['id']}", {"visibility": "agency"}, If_Match='"1"')
    for cell in cells:
        await_webhook(cell, match_id, "match.withdrawn.v1")
    wait_until(lambda: other.known(have["id"]) == {"sequence": 2, "gone": True}, 30, "the peer's forgetting")
    wait_until(lambda: other.candidates(want["id"]) == [], 30, "an index without it")
    for cell in cells:
        match_as_shown(cell, match_id, state="withdrawn")
    told = ["match.found.v1", "match.shared.v1", "match.unshared.v1", "match.withdrawn.v1"]
    assert (home.events(match_id), other.events(match_id)) == (told, [])


def test_cells_that_are_cut_off_go_on_working_and_catch_up(cells: Cells) -> None:
    home, other = cells
    for cell in cells:
        cell.cable.cut()
    apart = [record_apart(home, other, "Metsänhoidon suunnittelu"), record_apart(other, home, "Robotin ohjelmointi")]
    for cell, name in ((home, "Vientineuvonta"), (other, "Matkailuneuvonta")):
        place, region = ("Kuopio", "11") if cell is home else ("Mikkeli", "10")
        neighbour = cell.platform.agency(f"Naapuri {name}", place, region)
        have = neighbour.api.listing(neighbour.site_id, "have", name, kind="expertise", visibility="nation")
        cell.listing("want", name)
        await_webhook(cell, have["id"])
    assert [(home.known(have["id"]), other.known(have["id"])).count(None) for have, _ in apart] == [1, 1]
    assert [cell.heard(have["id"]) for have, _ in apart for cell in cells] == [0, 0, 0, 0]

    for cell in cells:
        cell.cable.mend()
    for (have, want), (teller, hearer) in zip(apart, (cells, cells[::-1]), strict=True):
        match_id = the_match(teller, hearer, have, want)
        assert (teller.events(match_id), hearer.events(match_id)) == (["match.found.v1", "match.shared.v1"], [])


def test_what_is_homed_elsewhere_is_answered_with_its_address(cells: Cells) -> None:
    for here, there in (cells, cells[::-1]):
        foreign = there.listing("have", "Omassa kodissaan")["id"]
        interest = {"organisation_id": here.agency.organisation_id}
        region = there.stack.cell
        for api, method, path, body in (
            (here.agency.api, "GET", f"/v1/listings/{foreign}", None),
            (here.agency.api, "POST", f"/v1/listings/{foreign}/interests", interest),
            (here.platform.operator, "POST", "/v1/agencies", {"name": "Vieras", "region_code": region}),
        ):
            with pytest.raises(Refused) as refused:
                api.ask(method, path, body)
            told = (refused.value.status, refused.value.body["region"], refused.value.body["home"])
            assert told == (421, region, there.stack.gateway_url)


def test_in_the_end_both_agree_and_nothing_was_lost_or_doubled(cells: Cells) -> None:
    for cell in cells:
        settle(cell.stack, {cell.subscription: cell.path})
    for here, there in (cells, cells[::-1]):
        assert shared_by(here) == known_from(here, there)
    for cell in cells:
        findings, waiting = verify(config.load(cell.stack.environment("notifications")), 30.0)
        assert [example for finding in findings for example in finding.examples] == []
        assert waiting == {}
        with held(cell.stack.amqp_uri) as dead:
            assert [(letter.queue, letter.event_type, letter.reason) for letter in dead.letters] == []
        received = cell.receiver.received[cell.path].values()
        told = [json.loads(body) for one in received for body in one.bodies]
        times = Counter((event["type"], event["data"]["id"]) for event in told)
        assert [key for key, number in times.items() if number > 1] == []
        assert [one for one in received if not one.accepted] == []


# What the tests above ask and do


def record_apart(home: Cell, other: Cell, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A have in one cell, a want for it in the other."""
    return home.listing("have", name), other.listing("want", name)


def await_webhook(cell: Cell, text: str, event: str = "match.found.v1") -> None:
    wait_until(lambda: cell.heard(text, event) > 0, 60, f"a webhook {event} of {text} in cell {cell.stack.cell}")


def the_match(home: Cell, other: Cell, have: dict[str, Any], want: dict[str, Any]) -> str:
    """The one match of the two, once the agencies on both sides have heard of it exactly once."""
    for cell in (home, other):
        await_webhook(cell, have["id"])
    [match] = home.agency.api.get(f"/v1/listings/{have['id']}/matches")["items"]
    assert match["want_id"] == want["id"]
    assert [cell.heard(match["id"]) for cell in (home, other)] == [1, 1]
    return str(match["id"])


@contextmanager
def listening(home: Cell, other: Cell) -> Iterator[Callable[..., list[bytes]]]:
    """The other cell listens with ``#``: with its account at the home's broker, and to all that its own receives.

    Yields a function that gives the raw messages (bodies and headers) of both, once both have heard of ``until``.
    """
    as_peer = connect(home.stack.broker.uri(f"peer-{other.stack.cell}"), "listener")
    at_home = connect(other.stack.amqp_uri, "listener")
    ears = []
    for connection, queue, exchange in (
        (as_peer, f"federation: national.events -> sivuvirta-{other.stack.cell}: ear", "national.events"),
        (at_home, "ear", "peers.events"),
    ):
        channel = connection.channel()
        channel.queue_declare(queue, durable=False, exclusive=True, auto_delete=True)
        channel.queue_bind(queue, exchange, "#")
        ears.append((channel, queue))
    with pytest.raises(AccessRefused):
        as_peer.channel().queue_bind(ears[0][1], "resources.events", "#")
    heard: dict[str, list[bytes]] = {queue: [] for _, queue in ears}

    def drained(until: str) -> bool:
        for channel, queue in ears:
            while (message := channel.basic_get(queue, no_ack=True)) is not None:
                headers = json.dumps(message.properties.get("application_headers"), default=str)
                assert SECRET not in headers
                body = message.body
                heard[queue].append(body if isinstance(body, bytes) else str(body).encode())
        return all(any(until.encode() in body for body in bodies) for bodies in heard.values())

    def messages(until: str) -> list[bytes]:
        wait_until(lambda: drained(until), 60, f"both to hear of {until}")
        return [body for bodies in heard.values() for body in bodies]

    try:
        yield messages
    finally:
        as_peer.release()
        at_home.release()


def shared_by(cell: Cell) -> dict[str, int]:
    """Its active listings for the nation, with their sequences."""
    levels = {"$in": ["nation", "nation_anonymous"]}
    with cell.database("resources") as database:
        rows = list(database["listings"].find({"state": "active", "visibility": levels}, ["sequence"]))
    return {row["_id"]: row["sequence"] for row in rows}


def known_from(home: Cell, other: Cell) -> dict[str, int]:
    """What the other cell's matching holds of the home's listings."""
    own = "|".join(home.stack.regions)
    with other.database("matching") as database:
        query = {"_id": {"$regex": f"^lst-({own})-"}, "gone": {"$exists": False}}
        rows = list(database["listings"].find(query, ["sequence"]))
    return {row["_id"]: row["sequence"] for row in rows}


def _inhabited(
    stack: Stack, name: str, _regions: tuple[str, ...], municipality: str, receiver: Receiver, cable: Cable
) -> Cell:
    platform = Platform(stack)
    agency = platform.agency(f"Seutu {name}", municipality, name)
    path = f"cell-{name}"
    subscription = agency.api.subscribe(receiver.url(path), ["match.found.v1", "match.withdrawn.v1"])
    receiver.expect(path, subscription["secret"])
    return Cell(stack, platform, agency, receiver, path, subscription["id"], cable)


def _linked(stack: Stack) -> bool:
    return "running" in stack.broker.control("eval", "rabbit_federation_status:status().")


def _for_both(stacks: list[Stack], action: Callable[[Stack], object]) -> None:
    """At the same time; raises what either raised, after both have ended."""
    with ThreadPoolExecutor(len(stacks)) as pool:
        done = [pool.submit(action, stack) for stack in stacks]
    for one in done:
        one.result()

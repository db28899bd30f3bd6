"""Who may do what: every route of the gateway by every kind of caller, on the real platform.

A row says for its request what each caller gets. A route without a row fails; so does a list that shows somebody
a record of another agency.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from gateway.reference import LISTS
from gateway.routes import ENDPOINTS
from tests.driver import Agency, Api, Platform, wait_until

pytestmark = pytest.mark.e2e

CALLERS = ("owner", "other", "integration", "operator", "nobody", "revoked")
MATCH_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Asking:
    """One request, ready to be sent by anybody."""

    path: str
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class World:
    """Two agencies of one region; the first owns everything that is asked for."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.owner = platform.agency("Matriisi", "Lieksa")
        self.other = platform.agency("Toinen", "Kitee")
        self.callers: dict[str, Api] = {
            "owner": self.owner.api,
            "other": self.other.api,
            "integration": platform.api(self.owner.id, ["integration"]),
            "operator": platform.operator,
            "nobody": Api(platform.stack.gateway_url, ""),
            "revoked": _revoked(platform, self.owner),
        }
        self.callers["nobody"].authorization = ""
        self.taker = self.owner.api.organisation("Esimerkki Ottaja Oy")["id"]
        taking_site = self.owner.api.site(self.taker, "Lieksa")["id"]
        self.listing = self.own_listing()
        self.shared = self.own_listing(visibility="region", name="Jaettu puru")
        self.want = self.own_listing(direction="want", name="Puru kelpaa", site_id=taking_site)
        self.survey = self.owner.api.post("/v1/surveys", self.survey_draft())["id"]
        self.subscription = self.own_subscription()
        self.job = platform.operator.post("/v1/jobs", {"kind": "listings.reemit"})["id"]
        self.match = self._first_match()

    def own_listing(self, **fields: Any) -> str:
        given = {"direction": "have", "name": "Sahanpuru", "visibility": "agency", "ewc_code": "030105", **fields}
        quantity = {"amount": 100, "unit": "t", "period": "year"}
        return str(self.owner.api.post("/v1/listings", self.listing_draft(**given, quantity=quantity))["id"])

    def own_subscription(self) -> str:
        return str(self.owner.api.subscribe("http://127.0.0.1:65535/hook", ["match.found.v1"])["id"])

    def own_account(self) -> str:
        draft = {"name": "avaimet", "roles": ["integration"]}
        return str(self.owner.api.post("/v1/service-accounts", draft)["id"])

    def own_key(self) -> str:
        account = self.own_account()
        key = self.owner.api.post(f"/v1/service-accounts/{account}/api-keys", {})
        return f"/v1/service-accounts/{account}/api-keys/{key['id']}"

    def listing_draft(self, **fields: Any) -> dict[str, Any]:
        return {"kind": "material", "site_id": self.owner.site_id, "direction": "have", "name": "Hake", **fields}

    def survey_draft(self) -> dict[str, Any]:
        return {"organisation_id": self.owner.organisation_id, "site_id": self.owner.site_id, "year": 2025}

    def version(self, path: str, api: Api | None = None) -> dict[str, str]:
        """The header of a change to the present version."""
        return {"If_Match": (api or self.owner.api).send("GET", path).headers["ETag"]}

    def _first_match(self) -> str:
        def found() -> list[dict[str, Any]]:
            return list(self.owner.api.get(f"/v1/listings/{self.want}/matches")["items"])

        wait_until(found, MATCH_TIMEOUT_S, "a match")
        return str(found()[0]["id"])


def _revoked(platform: Platform, owner: Agency) -> Api:
    """A key that worked, was revoked, and must not work any more: at once, not after the cache's 30 s."""
    account = owner.api.post("/v1/service-accounts", {"name": "väistyvä", "roles": ["facilitator"]})["id"]
    issued = owner.api.post(f"/v1/service-accounts/{account}/api-keys", {})
    api = Api(platform.stack.gateway_url, issued["api_key"])
    for _ in range(8):  # both workers remember it
        api.get("/v1/listings")
    owner.api.ask("DELETE", f"/v1/service-accounts/{account}/api-keys/{issued['id']}")
    wait_until(lambda: all(api.send("GET", "/v1/listings").status != 200 for _ in range(8)), 5, "a key's revocation")
    return api


@dataclass(frozen=True, slots=True)
class Row:
    """``expected`` in the order of CALLERS; the request is made anew for each caller."""

    route: str
    asking: Callable[[World], Asking]
    expected: tuple[int, int, int, int, int, int]


def _row(route: str, asking: Callable[[World], Asking], owner: int, other: int, integration: int, operator: int) -> Row:
    return Row(route, asking, (owner, other, integration, operator, 401, 401))


def _at(path: str) -> Callable[[World], Asking]:
    """``{listing}``, ``{owner.id}``, … are taken from the world."""
    return lambda world: Asking(path.format(**vars(world)))


def _changed(path: Callable[[World], str], body: Mapping[str, Any] | None = None) -> Callable[[World], Asking]:
    def asking(world: World) -> Asking:
        address = path(world)
        return Asking(address, body, world.version(address))

    return asking


ROWS = (
    _row("agencies_get", _at("/v1/agencies"), 200, 200, 200, 200),
    _row("agencies_post", lambda _: Asking("/v1/agencies", {"name": "Uusi", "region_code": "12"}), 403, 403, 403, 201),
    _row("agencies_id_get", _at("/v1/agencies/{owner.id}"), 200, 404, 200, 200),
    _row(
        "agencies_id_patch",
        _changed(lambda w: f"/v1/agencies/{w.owner.id}", {"name": "Matriisi"}), 403, 403, 403, 200,
    ),
    _row("service_accounts_get", _at("/v1/service-accounts"), 200, 200, 403, 200),
    _row(
        "service_accounts_post",
        lambda w: Asking("/v1/service-accounts", {"name": "a", "roles": ["integration"], "agency_id": w.owner.id}),
        201, 404, 403, 201,
    ),
    _row(
        "service_accounts_account_id_api_keys_get",
        lambda w: Asking(f"/v1/service-accounts/{w.own_account()}/api-keys"), 200, 404, 403, 200,
    ),
    _row(
        "service_accounts_account_id_api_keys_post",
        lambda w: Asking(f"/v1/service-accounts/{w.own_account()}/api-keys", {}), 201, 404, 403, 201,
    ),
    _row(
        "service_accounts_account_id_api_keys_key_id_delete",
        lambda w: Asking(w.own_key()), 204, 404, 403, 204,
    ),
    _row("organisations_get", _at("/v1/organisations"), 200, 200, 200, 403),
    _row(
        "organisations_post", lambda _: Asking("/v1/organisations", {"name": "Esimerkkipaja Oy"}), 201, 201, 201, 403
    ),
    _row("organisations_id_get", _at("/v1/organisations/{owner.organisation_id}"), 200, 404, 200, 403),
    _row(
        "organisations_id_patch",
        _changed(lambda w: f"/v1/organisations/{w.owner.organisation_id}", {"notes": "x"}), 200, 404, 200, 403,
    ),
    _row(
        "organisations_id_overview_get",
        _at("/v1/organisations/{owner.organisation_id}/overview"), 200, 404, 200, 403,
    ),
    _row(
        "organisations_organisation_id_sites_get",
        _at("/v1/organisations/{owner.organisation_id}/sites"), 200, 404, 200, 403,
    ),
    _row(
        "organisations_organisation_id_sites_post",
        lambda w: Asking(f"/v1/organisations/{w.owner.organisation_id}/sites", {"name": "s", "municipality": "Lieksa"}),
        201, 404, 201, 403,
    ),
    _row("sites_id_get", _at("/v1/sites/{owner.site_id}"), 200, 404, 200, 403),
    _row("listings_get", _at("/v1/listings"), 200, 200, 200, 200),
    _row("listings_post", lambda w: Asking("/v1/listings", w.listing_draft()), 201, 422, 201, 403),
    _row("listings_id_get", _at("/v1/listings/{listing}"), 200, 404, 200, 404),
    _row("listings_id_get", _at("/v1/listings/{shared}"), 200, 200, 200, 404),
    _row("listings_id_patch", _changed(lambda w: f"/v1/listings/{w.listing}", {"notes": "x"}), 200, 404, 200, 404),
    _row("listings_id_patch", _changed(lambda w: f"/v1/listings/{w.shared}", {"notes": "x"}), 200, 403, 200, 404),
    _row("listings_id_delete", _changed(lambda w: f"/v1/listings/{w.own_listing()}"), 200, 404, 200, 404),
    _row("listings_listing_id_interests_get", _at("/v1/listings/{listing}/interests"), 200, 200, 200, 403),
    _row(
        "listings_listing_id_interests_post",
        lambda w: Asking(f"/v1/listings/{w.shared}/interests", {"organisation_id": w.taker}), 201, 422, 201, 403,
    ),
    _row(
        "listings_listing_id_interests_post",
        lambda w: Asking(f"/v1/listings/{w.shared}/interests", {"organisation_id": w.other.organisation_id}),
        422, 201, 422, 403,
    ),
    _row("listings_listing_id_matches_get", _at("/v1/listings/{want}/matches"), 200, 200, 200, 403),
    _row("listings_listing_id_coverage_get", _at("/v1/listings/{want}/coverage"), 200, 404, 200, 403),
    _row("listings_listing_id_coverage_get", _at("/v1/listings/{shared}/coverage"), 200, 200, 200, 403),
    _row("listings_listing_id_near_misses_get", _at("/v1/listings/{want}/near-misses"), 200, 404, 403, 403),
    _row("listings_listing_id_near_misses_get", _at("/v1/listings/{shared}/near-misses"), 200, 200, 403, 403),
    _row("interests_get", _at("/v1/interests"), 200, 200, 200, 403),
    _row("matches_get", _at("/v1/matches"), 200, 200, 200, 403),
    _row("matches_id_get", _at("/v1/matches/{match}"), 200, 404, 200, 403),
    _row("implied_needs_get", _at("/v1/implied-needs?nace_code=16.10"), 200, 200, 403, 403),
    _row("suggest_get", _at("/v1/suggest?text=sahanpurua%2040%20m3/vko"), 200, 200, 200, 200),
    _row("surveys_get", _at("/v1/surveys"), 200, 200, 200, 403),
    _row("surveys_post", lambda w: Asking("/v1/surveys", w.survey_draft()), 201, 422, 201, 403),
    _row("surveys_id_get", _at("/v1/surveys/{survey}"), 200, 404, 200, 403),
    _row("subscriptions_get", _at("/v1/subscriptions"), 200, 200, 200, 403),
    _row(
        "subscriptions_post",
        lambda _: Asking("/v1/subscriptions", {"url": "http://127.0.0.1:65535/hook", "events": ["match.found.v1"]}),
        201, 201, 201, 403,
    ),
    _row("subscriptions_id_get", _at("/v1/subscriptions/{subscription}"), 200, 404, 200, 403),
    _row(
        "subscriptions_id_patch",
        _changed(lambda w: f"/v1/subscriptions/{w.subscription}", {"description": "x"}), 200, 404, 200, 403,
    ),
    _row(
        "subscriptions_id_delete",
        _changed(lambda w: f"/v1/subscriptions/{w.own_subscription()}"), 204, 404, 204, 403,
    ),
    _row(
        "subscriptions_id_rotate_secret_post",
        lambda w: Asking(f"/v1/subscriptions/{w.subscription}/rotate-secret", {}), 200, 404, 200, 403,
    ),
    _row(
        "subscriptions_id_test_events_post",
        lambda w: Asking(f"/v1/subscriptions/{w.subscription}/test-events", {}), 202, 404, 202, 403,
    ),
    _row(
        "subscriptions_subscription_id_deliveries_get",
        _at("/v1/subscriptions/{subscription}/deliveries"), 200, 404, 200, 403,
    ),
    _row("jobs_post", lambda _: Asking("/v1/jobs", {"kind": "listings.reemit"}), 403, 403, 403, 202),
    _row("jobs_id_get", _at("/v1/jobs/{job}"), 403, 403, 403, 200),
    _row("jobs_id_delete", _at("/v1/jobs/{job}"), 403, 403, 403, 200),
    *(Row(f"reference_{of.name}", _at(f"/v1/reference/{of.name}"), (200,) * 6) for of in LISTS),
    Row("healthz", _at("/healthz"), (200,) * 6),
    Row("readyz", _at("/readyz"), (200,) * 6),
    Row("metrics", _at("/metrics"), (404,) * 6),
)  # fmt: skip
METHODS = {endpoint.name: endpoint.method for endpoint in ENDPOINTS}


@pytest.fixture(scope="module")
def world(platform: Platform) -> World:
    return World(platform)


def test_every_route_has_a_row() -> None:
    assert {endpoint.name for endpoint in ENDPOINTS} - {row.route for row in ROWS} == set()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.route)
def test_each_caller_gets_what_it_may(world: World, row: Row) -> None:
    assert answers(world, row) == dict(zip(CALLERS, row.expected, strict=True))


@pytest.mark.parametrize("path", ["organisations", "matches", "interests", "surveys", "subscriptions"])
def test_a_list_shows_nothing_of_another_agency(world: World, path: str) -> None:
    own = {item["id"] for item in world.owner.api.pages(f"/v1/{path}")}
    of_other = {item["id"] for item in world.other.api.pages(f"/v1/{path}")}
    assert own != set()
    shown_by_their_nature = {"interests"}  # who puts its name on a card shows itself to the card's owner
    assert path in shown_by_their_nature or own & of_other == set()


def test_a_coverage_counts_no_match_that_the_caller_does_not_see(world: World) -> None:
    own = world.owner.api.get(f"/v1/listings/{world.want}/coverage")
    assert (own["covered"], own["share"], len(own["matches"])) == (100, 1, 1)
    of_other = world.other.api.get(f"/v1/listings/{world.shared}/coverage")
    assert (of_other["amount"]["amount"], of_other["covered"], of_other["considered"]) == (100, 0, 0)


def test_a_near_miss_names_what_is_in_the_way_to_whoever_sees_both_sides(world: World) -> None:
    hazardous = world.own_listing(hazardous=True)

    def told() -> dict[str, list[str]]:
        items = world.owner.api.get(f"/v1/listings/{world.want}/near-misses?limit=50")["items"]
        return {miss["have_id"]: [one["name"] for one in miss["barriers"]] for miss in items}

    wait_until(lambda: hazardous in told(), MATCH_TIMEOUT_S, "a near miss")
    assert told()[hazardous] == ["hazard"]
    assert world.listing not in told()  # it matches
    of_other = world.other.api.get(f"/v1/listings/{world.shared}/near-misses")["items"]
    assert hazardous not in {miss["have_id"] for miss in of_other}


def test_a_list_of_listings_shows_the_shared_one_without_what_is_for_the_owner(world: World) -> None:
    seen = {item["id"]: item for item in world.other.api.pages("/v1/listings")}
    assert world.listing not in seen
    assert {"notes", "current_route", "current_cost_eur_per_year"} & seen[world.shared].keys() == set()


def answers(world: World, row: Row) -> dict[str, int]:
    statuses = {}
    for caller in CALLERS:
        asking = row.asking(world)
        headers = {**asking.headers, "Authorization": world.callers[caller].authorization}
        sent = world.callers[caller].send(METHODS.get(row.route, "GET"), asking.path, asking.body, **headers)
        statuses[caller] = sent.status
    return statuses

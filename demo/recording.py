"""Makes on the platform what the data files say and is not there yet.

A later run finds everything by what it is, not by what an earlier run remembered: agencies and accounts by name,
organisations by name, sites by name, surveys by site and year, subscriptions by description, interests by card and
organisation, and listings by the mark in their private notes. So a second run doubles nothing, however late it comes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from demo.access import Access
from demo.cards import Agency, Card, Workshop
from demo.gateway import Gateway, GatewayError
from demo.receiver import Receiver

ACCOUNT = "Esittely (make demo)"
ROLES = ["facilitator", "integration"]
SUBSCRIPTION = "Esittelyn vastaanotin (make demo)"
EVENTS = ["match.found.v1", "match.changed.v1", "match.withdrawn.v1", "interest.registered.v1"]

Show = Callable[[str, int, int], None]
"""Of what, how many are there, how many there will be."""


class Recorded:
    """The platform's ids by the keys of the data files, and each agency's way in."""

    def __init__(self) -> None:
        self.agency_ids: dict[str, str] = {}
        self.gateways: dict[str, Gateway] = {}
        self.organisation_ids: dict[str, str] = {}
        self.site_ids: dict[str, str] = {}
        self.listing_ids: dict[str, str] = {}
        self.interest_ids: dict[tuple[str, str], str] = {}
        self.subscriptions: dict[str, dict[str, Any]] = {}
        self.made = 0
        """How many things this run recorded; none of them stood before."""


class Recorder:
    def __init__(self, workshop: Workshop, access: Access, show: Show) -> None:
        self._workshop = workshop
        self._access = access
        self._show = show
        self.recorded = Recorded()

    def agencies(self) -> None:
        """Each agency with a service account and a key that works."""
        operator, recorded = self._access.operator, self.recorded
        standing = {agency["name"]: agency["id"] for agency in operator.pages("/v1/agencies")}
        for at, agency in enumerate(self._workshop.agencies.values(), 1):
            agency_id = standing.get(agency.name) or self._make(
                operator, "/v1/agencies", {"name": agency.name, "region_code": agency.region_code}
            )
            recorded.agency_ids[agency.key] = agency_id
            recorded.gateways[agency.key] = self._way_in(agency, agency_id)
            self._show("agencies", at, len(self._workshop.agencies))

    def subscriptions(self, receiver: Receiver) -> None:
        """Each agency's subscription, pointing at the receiver, which learns its secret."""
        for at, (key, gateway) in enumerate(self.recorded.gateways.items(), 1):
            path = f"/{key}"
            standing = next((s for s in gateway.pages("/v1/subscriptions") if s["description"] == SUBSCRIPTION), None)
            if standing is None:
                draft = {"url": receiver.url(path), "events": EVENTS, "description": SUBSCRIPTION}
                standing = gateway.post("/v1/subscriptions", draft)
                self.recorded.made += 1
                self._access.memory.keep_secret(standing["id"], standing["secret"])
            address = f"/v1/subscriptions/{standing['id']}"
            secret = self._access.memory.secret(standing["id"])
            if secret is None:
                self._access.memory.receipts_lost()
                standing = gateway.post(f"{address}/rotate-secret")
                secret = str(standing["secret"])
                self._access.memory.keep_secret(standing["id"], secret)
            receiver.learn(path, secret)
            if standing["url"] != receiver.url(path) or not standing["enabled"]:
                patch = {"url": receiver.url(path), "enabled": True}
                standing = gateway.patch(address, patch, standing["sequence"])
            self.recorded.subscriptions[key] = standing
            self._show("subscriptions", at, len(self.recorded.gateways))

    def organisations(self) -> None:
        """Clients of each agency, found by name; a number that is a client already names that client."""
        recorded = self.recorded
        standing = {
            (key, one["name"]): one["id"]
            for key, gateway in recorded.gateways.items()
            for one in gateway.pages("/v1/organisations")
        }
        for at, one in enumerate(self._workshop.organisations.values(), 1):
            known = standing.get((one.agency, one.name))
            recorded.organisation_ids[one.key] = known or self._client(recorded.gateways[one.agency], one.draft())
            self._show("organisations", at, len(self._workshop.organisations))

    def sites(self) -> None:
        recorded = self.recorded
        standing = {
            (key, site["name"]): site["id"]
            for key, organisation_id in recorded.organisation_ids.items()
            for site in self._of(key).pages(f"/v1/organisations/{organisation_id}/sites")
        }
        for at, site in enumerate(self._workshop.sites.values(), 1):
            address = f"/v1/organisations/{recorded.organisation_ids[site.organisation]}/sites"
            known = standing.get((site.organisation, site.name))
            recorded.site_ids[site.key] = known or self._make(self._of(site.organisation), address, site.draft())
            self._show("sites", at, len(self._workshop.sites))

    def survey(self) -> None:
        """The light survey; its surplus has a listing's id at once and is a listing a moment later."""
        survey, recorded = self._workshop.survey, self.recorded
        site = self._workshop.sites[survey.site]
        gateway, organisation_id = self._of(site.organisation), recorded.organisation_ids[site.organisation]
        site_id = recorded.site_ids[survey.site]
        standing = [
            one
            for one in gateway.pages("/v1/surveys", organisation_id=organisation_id)
            if (one["site_id"], one["year"]) == (site_id, survey.year)
        ]
        if standing:
            stands = standing[0]
        else:
            stands = gateway.post("/v1/surveys", survey.draft(organisation_id, site_id))
            recorded.made += 1
        recorded.listing_ids[survey.card] = stands["surpluses"][0]["listing_id"]
        self._show("surveys", 1, 1)

    def cards(self) -> None:
        """Listings that are still active are found by their mark; what has expired is offered again."""
        recorded = self.recorded
        standing = {
            listing.get("notes", "").partition("\n")[0]: listing["id"]
            for gateway in recorded.gateways.values()
            for listing in gateway.pages("/v1/listings", own="true")
        }
        today = datetime.now(UTC).date()
        for at, card in enumerate(self._workshop.cards.values(), 1):
            recorded.listing_ids[card.number] = standing.get(card.mark) or self._card(card, today)
            self._show("cards", at, len(self._workshop.cards))

    def interests(self) -> None:
        """Names on cards, each written by the agency of the organisation."""
        recorded = self.recorded
        standing = {
            (one["listing_id"], one["organisation_id"]): one["id"]
            for gateway in recorded.gateways.values()
            for one in gateway.pages("/v1/interests")
        }
        for at, interest in enumerate(self._workshop.interests, 1):
            pair = recorded.listing_ids[interest.card], recorded.organisation_ids[interest.organisation]
            draft = {"organisation_id": pair[1], "strength": interest.strength, "note": interest.note}
            recorded.interest_ids[interest.card, interest.organisation] = standing.get(pair) or self._make(
                self._of(interest.organisation), f"/v1/listings/{pair[0]}/interests", draft
            )
            self._show("interests", at, len(self._workshop.interests))

    def _way_in(self, agency: Agency, agency_id: str) -> Gateway:
        """The agency's gateway: the key of an earlier run while it works, else a fresh one of the same account."""
        known = self._access.as_account(agency_id)
        if known is not None:
            return known
        operator = self._access.operator
        standing = [
            account["id"]
            for account in operator.pages("/v1/service-accounts")
            if account["agency_id"] == agency_id and account["name"] == ACCOUNT
        ]
        draft = {"name": ACCOUNT, "roles": ROLES, "agency_id": agency_id}
        account_id = standing[0] if standing else self._make(operator, "/v1/service-accounts", draft)
        key = operator.post(f"/v1/service-accounts/{account_id}/api-keys")["api_key"]
        self._access.memory.keep_key(agency_id, key)
        return Gateway(self._access.gateway_url, key)

    def _client(self, gateway: Gateway, draft: dict[str, Any]) -> str:
        try:
            return self._make(gateway, "/v1/organisations", draft)
        except GatewayError as error:
            if error.status == 409 and "organisation_id" in error.problem:
                return str(error.problem["organisation_id"])
            raise

    def _card(self, card: Card, today: date) -> str:
        gateway = self._of(self._workshop.sites[card.site].organisation)
        return self._make(gateway, "/v1/listings", card.draft(self.recorded.site_ids[card.site], today))

    def _of(self, organisation: str) -> Gateway:
        """The way in of the agency whose client the organisation is."""
        return self.recorded.gateways[self._workshop.organisations[organisation].agency]

    def _make(self, gateway: Gateway, address: str, draft: dict[str, Any]) -> str:
        made = gateway.post(address, draft)
        self.recorded.made += 1
        return str(made["id"])

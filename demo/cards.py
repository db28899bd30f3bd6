"""The data files as values. What they mean stands in ``demo/data/README.md``."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).with_name("data")
RESOURCE_TEXTS = ("name", "description", "visibility", "current_route")


@dataclass(frozen=True, slots=True)
class Agency:
    key: str
    name: str
    region_code: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """A client of one agency; ``register_number`` is a Y-tunnus or empty."""

    key: str
    agency: str
    name: str
    kind: str
    register_number: str
    nace_code: str

    def draft(self) -> dict[str, Any]:
        number = {"register": "FI", "number": self.register_number} if self.register_number else None
        return {"name": self.name, "kind": self.kind, "register_number": number, "nace_code": self.nace_code}


@dataclass(frozen=True, slots=True)
class Site:
    key: str
    organisation: str
    name: str
    municipality: str
    street_address: str
    lat: float
    lon: float

    def draft(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "municipality": self.municipality,
            "street_address": self.street_address,
            "point": {"lat": self.lat, "lon": self.lon},
        }


@dataclass(frozen=True, slots=True)
class Card:
    """A listing on paper. ``row`` is the line of the file; an empty field was left empty on the card."""

    number: str
    site: str
    direction: str
    kind: str
    name: str
    visibility: str
    row: Mapping[str, str]

    @property
    def mark(self) -> str:
        """What its listing's private notes say, so that a later run finds it."""
        return f"Esittelykortti {self.number}"

    def draft(self, site_id: str, today: date) -> dict[str, Any]:
        """The listing's draft; dates are counted from ``today``."""
        row = self.row
        draft: dict[str, Any] = {
            "direction": self.direction,
            "kind": self.kind,
            "site_id": site_id,
            "notes": self.mark,
            **{name: row[name] for name in RESOURCE_TEXTS},
        }
        if row["ewc_code"]:
            draft["ewc_code"] = row["ewc_code"]
        if row["amount"]:
            draft["quantity"] = {"amount": float(row["amount"]), "unit": row["unit"], "period": row["period"]}
        for name in ("temperature_c", "current_cost_eur_per_year"):
            if row[name]:
                draft[name] = float(row[name])
        first = today + timedelta(days=int(row["from_in_days"] or 0))
        if row["from_in_days"]:
            draft["available_from"] = first.isoformat()
        if row["for_days"]:
            draft["available_to"] = (first + timedelta(days=int(row["for_days"]))).isoformat()
        return draft


@dataclass(frozen=True, slots=True)
class Interest:
    card: str
    organisation: str
    strength: str
    note: str


@dataclass(frozen=True, slots=True)
class Pair:
    """What must come of two cards; ``fits`` or not, and why in words."""

    have: str
    want: str
    fits: bool
    why: str


@dataclass(frozen=True, slots=True)
class Survey:
    """A light survey with one surplus, which becomes the listing known here as card ``card``."""

    card: str
    site: str
    year: int
    surplus_name: str
    surplus_visibility: str
    whole: Mapping[str, Any]

    def draft(self, organisation_id: str, site_id: str) -> dict[str, Any]:
        draft = {name: self.whole[name] for name in ("year", "heated_area_m2", "carriers", "notes")}
        return {
            **draft,
            "organisation_id": organisation_id,
            "site_id": site_id,
            "surpluses": [self.whole["surplus"]],
        }


@dataclass(frozen=True, slots=True)
class Workshop:
    """Everything of the data folder, by key."""

    agencies: Mapping[str, Agency]
    organisations: Mapping[str, Organisation]
    sites: Mapping[str, Site]
    cards: Mapping[str, Card]
    interests: tuple[Interest, ...]
    pairs: tuple[Pair, ...]
    survey: Survey

    def organisation_of(self, card: str) -> Organisation:
        site = self.survey.site if card == self.survey.card else self.cards[card].site
        return self.organisations[self.sites[site].organisation]

    def name_of(self, card: str) -> str:
        return self.survey.surplus_name if card == self.survey.card else self.cards[card].name

    def visibility_of(self, card: str) -> str:
        return self.survey.surplus_visibility if card == self.survey.card else self.cards[card].visibility


def read(folder: Path = FOLDER) -> Workshop:
    """The workshop as it stands in the folder; a wrong file raises KeyError or ValueError."""
    organisations = [Organisation(**row) for row in _rows(folder / "organisations.csv")]
    sites = [
        Site(**{**row, "lat": float(row["lat"]), "lon": float(row["lon"])})  # type: ignore[arg-type]
        for row in _rows(folder / "sites.csv")
    ]
    cards = [
        Card(row["card"], row["site"], row["direction"], row["kind"], row["name"], row["visibility"], row)
        for row in _rows(folder / "cards.csv")
    ]
    return Workshop(
        agencies={row["key"]: Agency(**row) for row in _rows(folder / "agencies.csv")},
        organisations={one.key: one for one in organisations},
        sites={one.key: one for one in sites},
        cards={one.number: one for one in cards},
        interests=tuple(Interest(**row) for row in _rows(folder / "interests.csv")),
        pairs=tuple(
            Pair(row["have"], row["want"], _fits(row["outcome"]), row["why"]) for row in _rows(folder / "pairs.csv")
        ),
        survey=_survey(yaml.safe_load((folder / "survey.yaml").read_text(encoding="utf-8"))),
    )


def _survey(whole: Mapping[str, Any]) -> Survey:
    surplus = whole["surplus"]
    return Survey(whole["card"], whole["site"], whole["year"], surplus["name"], surplus["visibility"], whole)


def _fits(outcome: str) -> bool:
    if outcome not in ("match", "no match"):
        raise ValueError(f"pairs.csv: the outcome is {outcome!r}; it is match or no match")
    return outcome == "match"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))

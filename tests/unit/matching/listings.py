"""Listings for the tests of matching: one builder with plain defaults, and strategies that make pairs likely."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from services.matching.domain.listing import ListingProjection, project
from services.matching.reading.reader import read
from shared.visibility import Visibility

AGENCIES = tuple(f"agy-{region}-{number:032x}" for region, number in (("12", 1), ("12", 2), ("11", 3), ("01", 4)))
JOENSUU, LIEKSA = (62.60, 29.76), (63.32, 30.02)
HOME_REGIONS = frozenset({"11", "12"})


def identifier(number: int, region: str = "12") -> str:
    return f"lst-{region}-{number:032x}"


def event_data(number: int, direction: str, **changes: Any) -> dict[str, Any]:
    """The loaded data of a listing event: by default a ton of sawdust in Joensuu, shown to the nation."""
    lat, lon = changes.pop("at", JOENSUU)
    amount = changes.pop("amount", None)
    region = changes.get("region_code", "12")
    return {
        "id": identifier(number, region), "state": "active", "direction": direction, "kind": "material",
        "name": "Sahanpuru", "description": "", "ewc_code": "030105", "hazardous": False, "quantity": None,
        "yearly_amount": None if amount is None else {"amount": amount, "unit": "t", "dimension": "mass"},
        "available_from": None, "available_to": None, "temperature_c": None, "region_code": region,
        "visibility": "nation", "programme": None, "agency_id": AGENCIES[0],
        "organisation_id": f"org-12-{number:032x}", "party_id": f"pty-12-{number:032x}",
        "point": {"lat": lat, "lon": lon}, **changes,
    }  # fmt: skip


def listing(number: int, direction: str, *, home: bool = True, sequence: int = 1, **changes: Any) -> ListingProjection:
    made = project(event_data(number, direction, **changes), sequence=sequence, home=home, read=read)
    assert isinstance(made, ListingProjection)
    return made


def have(number: int = 1, /, **changes: Any) -> ListingProjection:
    return listing(number, "have", **changes)


def want(number: int = 2, /, **changes: Any) -> ListingProjection:
    return listing(number, "want", **{"agency_id": AGENCIES[1], **changes})


dates = st.none() | st.dates(date(2026, 1, 1), date(2027, 6, 1))
amounts = st.none() | st.floats(0.1, 1_000)
places = st.tuples(st.floats(62.0, 64.0), st.floats(28.0, 31.0))


@st.composite
def listings(draw: st.DrawFn, number: int, direction: str | None = None) -> ListingProjection:
    """Any listing, with a home in this cell or, shared as peers share, in another."""
    home = draw(st.booleans())
    region = draw(st.sampled_from(["11", "12"] if home else ["01", "02"]))
    levels = list(Visibility) if home else [Visibility.NATION, Visibility.NATION_ANONYMOUS]
    changes: dict[str, Any] = {
        "kind": draw(st.sampled_from(["material", "material", "energy", "service"])),
        "name": draw(st.sampled_from(["Sahanpuru", "sahanpurua kuivana", "Tuhka", "hake ja puru", "Huolto", ""])),
        "description": draw(
            st.sampled_from(["", "kosteus 55 %", "kosteus alle 20 %, ei maalattua", "maalattua"])
        ),
        "ewc_code": draw(st.sampled_from([None, "030105", "030101", "030307", "100101"])),
        "product_code": draw(st.sampled_from([None, None, "16.10.39", "16.10.3", "16.10", "16.1", "20.15.10"])),
        "hazardous": draw(st.booleans()),
        "amount": draw(amounts),
        "available_from": draw(dates),
        "available_to": draw(dates),
        "temperature_c": draw(st.none() | st.floats(0, 120)),
        "region_code": region,
        "visibility": draw(st.sampled_from(levels)).value,
        "programme": draw(st.sampled_from([None, "cp-1", "cp-2"])),
        "agency_id": draw(st.sampled_from(AGENCIES)),
        "party_id": f"pty-12-{draw(st.integers(1, 6)):032x}",
        "at": draw(places),
    }
    if not home:
        changes = as_peers_share(changes)
    chosen = direction or draw(st.sampled_from(["have", "want"]))
    return listing(number, chosen, home=home, **changes)


def as_peers_share(changes: dict[str, Any]) -> dict[str, Any]:
    """Without what a listing shared without identity leaves out."""
    if changes["visibility"] != Visibility.NATION_ANONYMOUS.value:
        return {**changes, "programme": None}
    return {**changes, "programme": None, "agency_id": None, "party_id": None, "organisation_id": None, "point": None}

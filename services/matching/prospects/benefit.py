"""What a pair is worth in a year: EUR, tonnes and CO2e as ranges, by the table ``data/benefits.csv``.

    net per unit = disposal avoided + value of what is replaced - processing - transport
    a year       = net per unit x amount that passes, the smaller of what is had and what is wanted

Prices are honest ranges of public lists and of trade practice, not offers; the low end may be below zero: then it does
not pay at the worst. Nothing is counted for what cannot be measured (a better name, a shorter wait).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from services.matching.domain.listing import ListingProjection
from services.matching.domain.prospect import ASSUMED, STATED, UNKNOWN, Benefit
from services.matching.domain.ranges import Range
from services.matching.domain.reasons import Sentence
from services.matching.domain.transport import USUAL_REACH, carrier_of, pipe_cost, road_co2e, road_cost
from services.matching.domain.weights import HAZARDOUS_REACH, VAGUE_PLACE_KM
from services.matching.prospects.tables import Worth, is_material, worth_of_concepts
from services.matching.reading.tables import reaches
from services.matching.words.concepts import numbered

ACCURACY: Mapping[str, float] = MappingProxyType({"measured": 0.1, "stated": 0.25, "predicted": 0.5})
"""How far an amount may be off to either side, by what its owner says it rests on."""
ASSUMED_PART = 0.1
"""Where one side states its amount only: at least this part of it passes, at most all of it."""
_DIGITS = 3
_ROAD = Sentence(", kuljetus maanteitse vähennetty", ", vägtransporten avdragen", ", road transport taken off")
_PIPE = Sentence(
    ", putken vuosikustannus vähennetty summasta", ", ledningens årskostnad avdragen från summan",
    ", the yearly cost of a pipe taken off the sum",
)  # fmt: skip
_ONCE = Sentence(" Kertaerä, ei joka vuosi.", " Engångsparti, inte varje år.", " A single lot, not every year.")
_NOTHING = Sentence("", "", "")
_AMOUNTS = MappingProxyType(
    {
        STATED: Sentence("molempien ilmoittama", "angiven av båda", "stated by both"),
        ASSUMED: Sentence(
            "arvio: vain toinen on ilmoittanut määränsä", "antagen: bara den ena har angett sin mängd",
            "assumed: only one side states its own",
        ),
        UNKNOWN: Sentence("ei tiedossa", "inte känd", "not known"),
    }
)  # fmt: skip


def benefit_of(
    have: ListingProjection, want: ListingProjection, concept: str | None, distance_km: float
) -> Benefit | None:
    """The year's benefit of the two; None where the thing is not known."""
    rows = worth_of_concepts().get(concept or "", ())
    if not rows:
        return None
    row = _row_for(rows, have, want)
    taken, basis = _taken(row, have, want)
    km = _kilometres(have, want, distance_km)
    material = is_material(have, concept)
    reach = _reach(have, concept) if row.unit == "t" and material else None
    per_unit, co2 = row.margin, row.co2
    if reach:
        per_unit -= _between(road_cost(reach, km.low), road_cost(reach, km.high))
        co2 = co2 - _between(road_co2e(km.low), road_co2e(km.high)) if co2 else None
    pipe = None if material else carrier_of(have.kind, concept)
    eur = per_unit * taken if taken else None
    if eur and pipe:
        eur = eur - _between(pipe_cost(pipe, km.low), pipe_cost(pipe, km.high)) if km.low == km.high else None
    return Benefit(
        group=row.group,
        unit=row.unit,
        amount=_rounded(taken),
        amount_basis=basis,
        once=have.is_once,
        eur_per_unit=rounded(per_unit),
        eur=_rounded(eur),
        diverted_t=_rounded(row.diverted * taken) if material and taken and row.diverted else None,
        replaced_t=_rounded(row.replaced * taken) if material and taken and row.replaced else None,
        co2e_t=_rounded(co2 * taken) if taken and co2 else None,
        missing=_missing(row, have, want, basis) + (_unknown_places(have, want) if pipe else ()),
        sources=row.sources,
        basis=_basis(row, per_unit, basis, once=have.is_once, by_road=reach is not None, by_pipe=pipe is not None),
    )


def in_units(listing: ListingProjection, row: Worth) -> Range | None:
    """The listing's amount in the row's unit, by density or by mass of a piece; None where there is no way. What only
    its words say is as sure as a prediction."""
    if listing.known_amount is None:
        return None
    amount, unit, _ = listing.known_amount
    part = ACCURACY["predicted" if listing.amount is None else listing.basis]
    stated = Range(amount * (1 - part), amount * (1 + part))
    if unit == row.unit:
        return stated
    by = {"m3": row.density, "piece": row.piece_t}.get(unit) if row.unit == "t" else None
    return stated * by if by else None


def rounded(number: Range) -> Range:
    """To three digits: more would pretend."""
    return Range(float(f"{number.low:.{_DIGITS}g}"), float(f"{number.high:.{_DIGITS}g}"))


def _rounded(number: Range | None) -> Range | None:
    return rounded(number) if number else None


def _row_for(rows: tuple[Worth, ...], have: ListingProjection, want: ListingProjection) -> Worth:
    """The group's row in the have's unit, else in the want's, else its first."""
    for listing in (have, want):
        for row in rows:
            if in_units(listing, row):
                return row
    return rows[0]


def _taken(row: Worth, have: ListingProjection, want: ListingProjection) -> tuple[Range | None, str]:
    """What passes in a year, and how that is known."""
    offered, wanted = in_units(have, row), in_units(want, row)
    if offered and wanted:
        return Range(min(offered.low, wanted.low), min(offered.high, wanted.high)), STATED
    known = offered or wanted
    return (Range(known.low * ASSUMED_PART, known.high), ASSUMED) if known else (None, UNKNOWN)


def _missing(row: Worth, have: ListingProjection, want: ListingProjection, basis: str) -> tuple[str, ...]:
    if basis == STATED:
        return ()
    found = []
    for side, listing in (("have", have), ("want", want)):
        if listing.known_amount is None:
            found.append(f"{side}.amount")
        elif in_units(listing, row) is None:
            found.append(f"{side}.amount_in_{row.unit}")
    return tuple(found)


def _unknown_places(have: ListingProjection, want: ListingProjection) -> tuple[str, ...]:
    """Without both places there is no saying how long a pipe would be."""
    return tuple(f"{side}.place" for side, one in (("have", have), ("want", want)) if not one.exact_place)


def _kilometres(have: ListingProjection, want: ListingProjection, distance_km: float) -> Range:
    """Wider for each side whose place is not shared."""
    vague = VAGUE_PLACE_KM * ((not have.exact_place) + (not want.exact_place))
    return Range(max(0.0, distance_km - vague), distance_km + vague)


def _between(near: Range, far: Range) -> Range:
    return Range(near.low, far.high)


def _reach(have: ListingProjection, concept: str | None) -> str:
    if have.hazardous:
        return HAZARDOUS_REACH
    thing = numbered().get(concept or "")
    return reaches().get(thing.number, USUAL_REACH) if thing else USUAL_REACH


def _basis(row: Worth, per_unit: Range, amount_basis: str, *, once: bool, by_road: bool, by_pipe: bool) -> Sentence:
    unit, amount, net = row.unit, _AMOUNTS[amount_basis], _shown(per_unit)
    parts = _parts(row)
    way = _ROAD if by_road else _PIPE if by_pipe else _NOTHING
    often = _ONCE if once else _NOTHING
    return Sentence(
        f"{parts.fi}{way.fi}; netto {_comma(net)} €/{unit}. Määrä: {amount.fi}.{often.fi}",
        f"{parts.sv}{way.sv}; netto {_comma(net)} €/{unit}. Mängd: {amount.sv}.{often.sv}",
        f"{parts.en}{way.en}; net {net} EUR/{unit}. Amount: {amount.en}.{often.en}",
    )


@lru_cache(maxsize=256)
def _parts(row: Worth) -> Sentence:
    """The row's own figures in words."""
    d, v, p = (_shown(one) for one in (row.disposal, row.value, row.processing))
    name, unit = row.name, row.unit
    return Sentence(
        f"Taulukon rivi {name.fi}: vältetty käsittely {_comma(d)}, korvattu {_comma(v)}, oma käsittely {_comma(p)} "
        f"€/{unit}",
        f"Tabellens rad {name.sv}: undviken behandling {_comma(d)}, ersatt {_comma(v)}, egen behandling {_comma(p)} "
        f"€/{unit}",
        f"The table's row {name.en}: disposal avoided {d}, replaced {v}, own processing {p} EUR/{unit}",
    )


def _shown(one: Range) -> str:
    low, high = (f"{bound:g}" for bound in (rounded(one).low, rounded(one).high))
    return f"{low}...{high}" if low != high else low


def _comma(english: str) -> str:
    return english.replace("...", "\N{HORIZONTAL ELLIPSIS}").replace(".", ",").replace("\N{HORIZONTAL ELLIPSIS}", "...")

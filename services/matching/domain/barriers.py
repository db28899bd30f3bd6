"""What keeps two listings apart that speak of one thing, in one plain sentence per closed gate, in three languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from services.matching.domain import measure, reasons, roads
from services.matching.domain.listing import ListingProjection
from services.matching.domain.meaning import COOLS, WARMS
from services.matching.domain.reasons import Sentence, comma
from services.matching.domain.sides import Numbers
from services.matching.domain.weights import FULL, GATE, KIND_RULES, KindRule

Barriers = Mapping[str, Sentence]
"""A sentence by the name of the factor whose gate is closed; ``score`` where none is and the points do not reach."""

_HAZARD = Sentence(
    "Aine on vaarallista, eikä tarve ota vaarallista vastaan: kysy, onko lupa.",
    "Ämnet är farligt och behovet tar inte emot farligt: fråga om tillstånd finns.",
    "The material is hazardous and the want does not take hazardous: ask whether there is a permit.",
)
_ROAD = Sentence(
    "Kuljetus kulkee muualle kuin tavara on menossa.",
    "Transporten går någon annanstans än dit godset ska.",
    "The transport goes elsewhere than the goods.",
)
_OTHER_MONTHS = Sentence(
    "Yhteisiä kuukausia vuodessa ei ole.",
    "Det finns inga gemensamma månader om året.",
    "No month of the year is common.",
)
_QUALITY = Sentence(
    "Laatu on toinen kuin tarve sallii.",
    "Kvaliteten är en annan än behovet tillåter.",
    "The quality is not one that the want allows.",
)
_REFUSED = Sentence(
    "Toinen kieltää nimeltä sen, minkä toinen mainitsee.",
    "Den ena avböjer uttryckligen det som den andra nämner.",
    "One side refuses by name what the other mentions.",
)
_OTHER_VARIETY = Sentence(
    "Tarjolla on toista lajia kuin haetaan.",
    "Utbudet är av en annan sort än den som söks.",
    "On offer is another variety than is wanted.",
)
_BEYOND_LIMIT = Sentence(
    "Ilmoitettu mittaluku on toisen rajan ulkopuolella.",
    "Ett angivet mätvärde ligger utanför den andras gräns.",
    "A stated figure is beyond the limit of the other side.",
)

_BETTER_ONES = Sentence(
    "Mikään ei sulje paria pois, mutta tarjolla on parempia: toiselle tai molemmille.",
    "Inget utesluter paret, men det finns bättre: för den ena eller för båda.",
    "Nothing rules the pair out, but there are better ones: for one side or for both.",
)


def barriers(have: ListingProjection, want: ListingProjection, offered: Numbers, wanted: Numbers) -> Barriers:
    """The closed gates of two listings of one kind (``offered``, ``wanted``: their numbers)."""
    return MappingProxyType(dict(_closed(have, want, offered, wanted)))


def lower_points(micro_points: int, weights: KindRule) -> Sentence:
    """What is said of a pair that nothing rules out: it is too little, or too little beside what the sides have."""
    if micro_points >= weights.least:
        return _BETTER_ONES
    a, b = f"{micro_points / FULL:.3f}", f"{weights.least / FULL:.3f}"
    return Sentence(
        f"Mikään ei sulje paria pois, mutta pisteet {comma(a)} jäävät alle rajan {comma(b)}.",
        f"Inget utesluter paret, men poängen {comma(a)} ligger under gränsen {comma(b)}.",
        f"Nothing rules the pair out, but its score {a} is below the limit {b}.",
    )


def _closed(
    have: ListingProjection, want: ListingProjection, offered: Numbers, wanted: Numbers
) -> Iterator[tuple[str, Sentence]]:
    weights = KIND_RULES[have.kind]
    if not measure.hazard_passes(offered, wanted):
        yield "hazard", _HAZARD
    if weights.code > 0 and measure.weighed_code_points(offered, wanted) == GATE:
        yield "code", reasons.code(have, want)
    if measure.quality_points(offered, wanted) == GATE:
        yield "quality", _quality(offered, wanted)
    if not measure.meet_in_time(offered, wanted):
        yield "window", _window(measure.common_days(offered, wanted))
    far_hm = measure.good_and_far_hm(offered, wanted, weights)[1]
    if (apart_hm := roads.distance_hm(offered, wanted)) > far_hm:
        yield "distance", _distance(apart_hm / 10, far_hm / 10)
    if not roads.leads_there(offered, wanted):
        yield "road", _ROAD
    is_about_warmth = weights.temperature > 0 or bool(wanted.flags & (COOLS | WARMS))
    if is_about_warmth and measure.temperature_points(offered, wanted) == GATE:
        cools = bool(wanted.flags & COOLS)
        yield "temperature", _temperature(have.known_temperature_c, want.known_temperature_c, cools=cools)


def _quality(offered: Numbers, wanted: Numbers) -> Sentence:
    if measure.meets(offered.bears, wanted.refuses) or measure.meets(offered.refuses, wanted.needs):
        return _QUALITY
    if measure.bars(wanted, offered) or measure.bars(offered, wanted):
        return _REFUSED
    return _OTHER_VARIETY if measure.is_other_variety(offered, wanted) else _BEYOND_LIMIT


def _window(common_days: int) -> Sentence:
    """``common_days`` above 0: the dates meet and the seasons do not; else the days that lie between."""
    if common_days > 0:
        return _OTHER_MONTHS
    return Sentence(
        f"Ajat eivät kohtaa: väliin jää {-common_days} päivää.",
        f"Tiderna möts inte: {-common_days} dagar ligger emellan.",
        f"The windows do not meet: {-common_days} days lie between.",
    )


def _distance(apart_km: float, far_km: float) -> Sentence:
    return Sentence(
        f"Etäisyys linnuntietä noin {apart_km:.0f} km; raja on {far_km:.0f} km.",
        f"Avståndet fågelvägen är ungefär {apart_km:.0f} km; gränsen är {far_km:.0f} km.",
        f"About {apart_km:.0f} km apart as the crow flies; the limit is {far_km:.0f} km.",
    )


def _temperature(have_c: float | None, want_c: float | None, *, cools: bool) -> Sentence:
    """``have_c`` is known: without it no temperature keeps anything apart."""
    a = f"{have_c:g}"
    if want_c is None:
        if cools:
            return Sentence(
                f"{comma(a)} °C on liian lämmintä jäähdyttämään.",
                f"{comma(a)} °C är för varmt för att kyla.",
                f"{a} °C is too warm to cool with.",
            )
        return Sentence(
            f"{comma(a)} °C on liian viileää lämmittämään ilman lämpöpumppua.",
            f"{comma(a)} °C är för svalt för att värma utan värmepump.",
            f"{a} °C is too cool to heat with without a heat pump.",
        )
    b = f"{want_c:g}"
    if cools:
        return Sentence(
            f"Jäähdytykseen tarjolla {comma(a)} °C, tarve enintään {comma(b)} °C: liian lämmintä.",
            f"För kylning finns {comma(a)} °C, behovet är högst {comma(b)} °C: för varmt.",
            f"{a} °C is there to cool with, {b} °C at most is wanted: too warm.",
        )
    return Sentence(
        f"Lämpöä on {comma(a)} °C, tarve {comma(b)} °C: liian viileää ilman lämpöpumppua.",
        f"Värmen är {comma(a)} °C, behovet {comma(b)} °C: för svalt utan värmepump.",
        f"The heat is {a} °C, {b} °C is wanted: too cool without a heat pump.",
    )

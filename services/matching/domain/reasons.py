"""Why two listings fit, in one plain sentence per factor, in Finnish, Swedish and English, with the numbers in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from services.matching.domain.listing import ListingProjection
from services.matching.domain.meaning import POWER, Thing
from services.matching.domain.words import stem, words_of


@dataclass(frozen=True, slots=True)
class Sentence:
    fi: str
    sv: str
    en: str


HAZARDOUS = Sentence(
    "Aine on vaarallista, ja tarve ottaa vaarallista vastaan.",
    "Ämnet är farligt, och behovet tar emot farligt.",
    "The material is hazardous, and the want takes hazardous.",
)
_NO_CODE = Sentence(
    "Jätekoodi puuttuu ainakin toiselta.",
    "Avfallskoden saknas hos minst den ena.",
    "At least one side has no waste code.",
)
_NO_AMOUNTS = Sentence(
    "Määriä ei voi verrata: toinen puuttuu tai on eri suuretta.",
    "Mängderna går inte att jämföra: den ena saknas eller mäts på annat sätt.",
    "The amounts cannot be compared: one is missing or measures something else.",
)
_NO_TEMPERATURE = Sentence(
    "Lämpötila puuttuu ainakin toiselta.",
    "Temperaturen saknas hos minst den ena.",
    "At least one side states no temperature.",
)
_NO_WORDS = Sentence(
    "Nimissä ei ole yhteisiä sanoja.", "Namnen har inga gemensamma ord.", "The names have no word in common."
)
_NO_THING = Sentence(
    "Sanat eivät kerro, mistä on kyse; verrattu koodeja ja sanoja.",
    "Orden säger inte vad det gäller; koder och ord har jämförts.",
    "The words do not say what it is; codes and words were compared.",
)
_QUALITY_SHOWN = Sentence(
    "Laadusta ei ole ristiriitaa.", "Inget om kvaliteten talar emot.", "Nothing stated about quality speaks against it."
)
_QUALITY_SILENT = Sentence(
    "Tarve asettaa laadun ehtoja, joista tarjous ei kerro: kysy.",
    "Behovet ställer krav på kvalitet som utbudet inte nämner: fråga.",
    "The want sets a condition of quality on which the have is silent: ask.",
)
ONCE = Sentence(" Tarjolla vain kerran.", " Utbudet är en engångspost.", " The have is there once only.")
_UNITS = {
    "m3": Sentence("m³", "m³", "m³"),
    "m2": Sentence("m²", "m²", "m²"),
    "piece": Sentence("kpl", "st", "pieces"),
    "trip": Sentence("kuljetusta", "transporter", "trips"),
    "pallet": Sentence("lavapaikkaa", "pallplatser", "pallet places"),
}
_LONG_WINDOW = Sentence(
    "Ajat sopivat yhteen vähintään vuoden.",
    "Tiderna passar ihop minst ett år.",
    "The windows overlap for at least a year.",
)


def thing(have: ListingProjection, want: ListingProjection) -> Sentence:
    """What both speak of, or what the have speaks of and the want may use; and how near their product codes stand."""
    spoken, coded = _spoken(have, want), _products(have.product_code, want.product_code)
    if coded is None:
        return spoken
    return Sentence(f"{spoken.fi} {coded.fi}", f"{spoken.sv} {coded.sv}", f"{spoken.en} {coded.en}")


def _products(have: str | None, want: str | None) -> Sentence | None:
    """None where a side has no product code."""
    if not have or not want:
        return None
    alike = takewhile(lambda both: both[0] == both[1], zip(have, want, strict=False))
    common = "".join(letter for letter, _ in alike).rstrip(".")
    if len(common) < len("16.1"):
        return Sentence(
            f"Tuotekoodit {have} ja {want} ovat eri ryhmistä.",
            f"Produktkoderna {have} och {want} hör till olika grupper.",
            f"The product codes {have} and {want} are of different groups.",
        )
    return Sentence(
        f"Tuotekoodit {have} ja {want} ovat yhtä {common} asti.",
        f"Produktkoderna {have} och {want} är lika till {common}.",
        f"The product codes {have} and {want} agree down to {common}.",
    )


def _spoken(have: ListingProjection, want: ListingProjection) -> Sentence:
    offered, wanted = _about(have), _about(want)
    if common := [one for one in offered if one.fi in {other.fi for other in wanted}]:
        fi, sv, en = _named(common)
        return Sentence(f"Molemmat: {fi}.", f"Båda: {sv}.", f"Both speak of: {en}.")
    if offered and wanted:
        (fi, sv, en), (wfi, wsv, wen) = _named(offered), _named(wanted)
        return Sentence(
            f"Tarjolla {fi}, tarve {wfi}.", f"Utbud: {sv}; behov: {wsv}.", f"On offer: {en}; wanted: {wen}."
        )
    if offered:
        fi, sv, en = _named(offered)
        return Sentence(
            f"Tarjolla {fi}: verrattu tarpeen käyttöön.",
            f"Utbud: {sv}; jämfört med behovets användning.",
            f"On offer: {en}; compared with the use that is wanted.",
        )
    return _NO_THING


def _about(listing: ListingProjection) -> Sequence[Thing]:
    return (*listing.meaning.things, *listing.meaning.uses)


def quality(*, is_shown: bool) -> Sentence:
    return _QUALITY_SHOWN if is_shown else _QUALITY_SILENT


def code_relation(have: ListingProjection, want: ListingProjection) -> str:
    """same, subchapter, chapter, other; or unknown where a side has no code."""
    a, b = have.ewc_code, want.ewc_code
    if not a or not b:
        return "unknown"
    if a == b:
        return "same"
    return "subchapter" if a[:4] == b[:4] else "chapter" if a[:2] == b[:2] else "other"


def code(have: ListingProjection, want: ListingProjection) -> Sentence:
    relation = code_relation(have, want)
    if relation == "unknown":
        return _NO_CODE
    a, b = _printed(have.ewc_code or ""), _printed(want.ewc_code or "")
    if relation == "same":
        return Sentence(f"Sama jätekoodi {a}.", f"Samma avfallskod {a}.", f"The same waste code {a}.")
    if relation == "subchapter":
        return Sentence(
            f"Jätekoodit {a} ja {b} ovat samassa alaryhmässä {a[:5]}.",
            f"Avfallskoderna {a} och {b} hör till samma underkapitel {a[:5]}.",
            f"The waste codes {a} and {b} are of the same subchapter {a[:5]}.",
        )
    if relation == "other":
        return Sentence(
            f"Jätekoodit {a} ja {b} ovat eri pääryhmistä.",
            f"Avfallskoderna {a} och {b} hör till olika kapitel.",
            f"The waste codes {a} and {b} are of different chapters.",
        )
    return Sentence(
        f"Jätekoodit {a} ja {b} ovat samassa pääryhmässä {a[:2]}.",
        f"Avfallskoderna {a} och {b} hör till samma kapitel {a[:2]}.",
        f"The waste codes {a} and {b} are of the same chapter {a[:2]}.",
    )


def amount(have: ListingProjection, want: ListingProjection) -> Sentence:
    offered, wanted = have.known_amount, want.known_amount
    if offered is None or wanted is None or not wanted[0] or offered[2] != wanted[2]:
        return _NO_AMOUNTS
    share = min(1.0, offered[0] / wanted[0])
    percent = f"{int(share * 100)} %" if share >= 0.01 else "< 1 %"
    unit = _UNITS.get(offered[1], Sentence(offered[1], offered[1], offered[1]))
    # An amount accrues over a year or, for a single lot, comes within one; floor area and power do neither.
    fi, sv, en = ("", "", "") if offered[2] in ("area", POWER) else (" vuoden aikana", " under ett år", " over a year")
    once = ONCE if have.is_once and not want.is_once else Sentence("", "", "")
    a, b = _decimal(offered[0]), _decimal(wanted[0])
    return Sentence(
        f"Tarjolla {comma(a)} {unit.fi}, tarve {comma(b)} {unit.fi}{fi}: kattaa {percent}.{once.fi}",
        f"Utbud {comma(a)} {unit.sv}, behov {comma(b)} {unit.sv}{sv}: täcker {percent}.{once.sv}",
        f"{a} {unit.en} on offer, {b} {unit.en} wanted{en}: covers {percent}.{once.en}",
    )


def window(common_days: int, common_months: int) -> Sentence:
    """``common_months``: of the year, where a side speaks of seasons; 12 else."""
    if common_months < 12:
        return Sentence(
            f"Yhteisiä kuukausia vuodessa {common_months}.",
            f"Gemensamma månader om året: {common_months}.",
            f"Months of the year in common: {common_months}.",
        )
    if common_days >= 365:
        return _LONG_WINDOW
    return Sentence(
        f"Ajat sopivat yhteen {common_days} päivää.",
        f"Tiderna passar ihop {common_days} dagar.",
        f"The windows overlap for {common_days} days.",
    )


def distance(distance_km: float, *, exact: bool) -> Sentence:
    if exact:
        km = f"{distance_km:.1f}"
        return Sentence(
            f"Etäisyys linnuntietä {comma(km)} km.",
            f"Avståndet fågelvägen är {comma(km)} km.",
            f"{km} km apart as the crow flies.",
        )
    km = f"{distance_km:.0f}"
    return Sentence(
        f"Etäisyys linnuntietä noin {km} km; tarkkaa paikkaa ei ole jaettu.",
        f"Avståndet fågelvägen är ungefär {km} km; den exakta platsen är inte delad.",
        f"About {km} km apart as the crow flies; the exact place is not shared.",
    )


def temperature(have_c: float | None, want_c: float | None, *, cools: bool = False) -> Sentence:
    if have_c is None or want_c is None:
        return _NO_TEMPERATURE
    margin = round(have_c - want_c, 3)
    if cools:
        return Sentence(
            f"Jäähdytykseen tarjolla {comma(f'{have_c:g}')} °C, tarve enintään {comma(f'{want_c:g}')} °C.",
            f"För kylning finns {comma(f'{have_c:g}')} °C, behovet är högst {comma(f'{want_c:g}')} °C.",
            f"{have_c:g} °C is there to cool with, {want_c:g} °C at most is wanted.",
        )
    a, b, more = f"{have_c:g}", f"{want_c:g}", f"{abs(margin):g}"
    if margin <= 0:
        fi, sv, en = (
            (f" {comma(more)} astetta", f" {comma(more)} grader", f" by {more} degrees") if margin else ("", "", "")
        )
        return Sentence(
            f"Lämpöä on {comma(a)} °C, tarve {comma(b)} °C: lämpöpumppu nostaa lämpötilaa{fi}.",
            f"Värmen är {comma(a)} °C, behovet {comma(b)} °C: en värmepump höjer temperaturen{sv}.",
            f"The heat is {a} °C, {b} °C is wanted: a heat pump lifts it{en}.",
        )
    return Sentence(
        f"Lämpöä on {comma(a)} °C, tarve {comma(b)} °C: varaa {comma(more)} astetta.",
        f"Värmen är {comma(a)} °C, behovet {comma(b)} °C: marginal {comma(more)} grader.",
        f"The heat is {a} °C, {b} °C is wanted: {more} degrees to spare.",
    )


def words(have_name: str, want_name: str) -> Sentence:
    wanted = {stem(word) for word in words_of(want_name)}
    common = ", ".join(word for word in words_of(have_name) if stem(word) in wanted)
    if not common:
        return _NO_WORDS
    return Sentence(f"Nimissä yhteistä: {common}.", f"Gemensamt i namnen: {common}.", f"Common in the names: {common}.")


def _named(things: Sequence[Thing]) -> tuple[str, str, str]:
    return ", ".join(one.fi for one in things), ", ".join(one.sv for one in things), ", ".join(one.en for one in things)


def _printed(ewc: str) -> str:
    return f"{ewc[:2]} {ewc[2:4]} {ewc[4:]}"


def _decimal(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def comma(english: str) -> str:
    """An English number as Finnish and Swedish write it."""
    return english.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")

"""What the law asks of a pair, for a first talk: waste status, recovery operation, permits and papers.

It informs and never scores, and it is no advice on a case: the authority at the place decides. Sources: Directive
2008/98/EC (by-products article 5, end-of-waste article 6, exclusions article 2), Waste Act 646/2011 (sections 5 a,
5 b, 29, 94, 121), Environmental Protection Act 527/2014, the acts of ``data/laws.csv``, and the operation and legal
route of the knowledge base's rules for the have's waste code; where it states none, for the code its thing has as
waste.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from services.matching.domain.listing import ListingProjection
from services.matching.domain.prospect import LawPoint
from services.matching.domain.reasons import Sentence
from services.matching.domain.words import stem, words_of
from services.matching.knowledge.rules import DIRECT, Rule, rules, sources
from services.matching.prospects.tables import acts, is_material
from services.matching.words.codes import usual_code
from shared.reference.waste import find_ewc

OPERATIONS_AT_MOST = 2
_OUTSIDE = frozenset(("straw", "hay-silage", "logging-residue", "stumps", "roundwood-thinning"))
_REUSED = frozenset(
    ("pallets", "plastic-pallets", "ibc", "drums-plastic", "drums-metal", "bigbags", "machines-used", "clothes",
     "bulky-furniture", "it-equipment", "reuse-building-parts", "vehicle-parts", "gas-cylinders")
)  # fmt: skip
_ANIMAL = frozenset(("manure-slurry", "manure-dry", "slaughter-waste", "fish-waste", "animal-fat", "hides"))
_PRODUCTS = frozenset(("peat", "pellets-fuel", "fertiliser", "cement", "co2-oxygen"))
_BY_DOCUMENT = frozenset(("septic-sludge", "grease-trap", "grit-sand", "contaminated-soil"))
_CLEAN_SOIL = ("170504", "170506", "170508")
_DIRECTIVE, _WASTE_ACT, _PERMITS = "2008/98/EC", "646/2011", "527/2014"

_STATUS = {
    "none": Sentence(
        "Jätelainsäädäntö ei koske tätä: kyse ei ole aineesta.",
        "Avfallslagstiftningen gäller inte detta: det handlar inte om ett ämne.",
        "Waste law does not concern this: no material changes hands.",
    ),
    "water": Sentence(
        "Veden johtaminen toiselle on sovittava, ja se voi muuttaa kummankin ympäristö- tai vesilupaa.",
        "Att leda vatten till en annan kräver avtal och kan ändra bådas miljö- eller vattentillstånd.",
        "Leading water to another takes an agreement and may change the environmental or water permit of both.",
    ),
    "hazardous_waste": Sentence(
        "Vaarallista jätettä: sivutuotteeksi tai tuotteeksi se pääsee vain poikkeuksena.",
        "Farligt avfall: biprodukt eller produkt blir det bara undantagsvis.",
        "Hazardous waste: only exceptionally a by-product or a product.",
    ),
    "outside": Sentence(
        "Maa- ja metsätalouden luonnollinen aines jää jätelainsäädännön ulkopuolelle, kun se käytetään maa- tai "
        "metsätaloudessa tai energiaksi eikä siitä ole haittaa.",
        "Naturligt material från jord- och skogsbruk står utanför avfallslagstiftningen när det används i jord- eller "
        "skogsbruk eller till energi utan olägenhet.",
        "Natural material of farming and forestry is outside waste law when used in farming, forestry or for energy "
        "without harm.",
    ),
    "animal_by_product": Sentence(
        "Eläimestä saatu sivutuote: jätelainsäädäntö koskee vain, jos se menee polttoon, kaatopaikalle tai biokaasu- "
        "tai kompostointilaitokseen.",
        "Animalisk biprodukt: avfallslagstiftningen gäller bara om den går till förbränning, deponi, biogas- eller "
        "komposteringsanläggning.",
        "An animal by-product: waste law concerns it only if it goes to incineration, landfill, or a biogas or "
        "composting plant.",
    ),
    "not_waste": Sentence(
        "Tuote eikä jäte niin kauan kuin sitä ei ole poistettu käytöstä: uudelleenkäyttö samaan tarkoitukseen.",
        "En produkt och inte avfall så länge den inte kasserats: återanvändning till samma ändamål.",
        "A product and not waste as long as nobody discards it: reuse for the same purpose.",
    ),
    "end_of_waste": Sentence(
        "Jätettä, kunnes jätteeksi luokittelun päättymisen ehdot täyttyvät; sen jälkeen tuote.",
        "Avfall tills villkoren för att upphöra vara avfall uppfylls; därefter en produkt.",
        "Waste until the end-of-waste criteria are met; a product after that.",
    ),
    "by_product": Sentence(
        "Sivutuote, jos neljä ehtoa täyttyvät: käyttö on varmaa, suoraan ilman muuta kuin tavanomaista käsittelyä, "
        "aine syntyy osana tuotantoa ja käyttö on laillista. Muuten jätettä.",
        "Biprodukt om fyra villkor uppfylls: användningen är säker, sker direkt utan annat än normal bearbetning, "
        "ämnet uppstår i produktionen och användningen är laglig. Annars avfall.",
        "A by-product if four conditions hold: further use is certain, direct without other than normal processing, "
        "it arises in production, and the use is lawful. Otherwise waste.",
    ),
    "waste_or_by_product": Sentence(
        "Ratkaistava käytön mukaan: osa käytöistä on tunnettu sivutuotteena (neljä ehtoa), osa jätteenä.",
        "Avgörs efter användningen: för en del är det känt som biprodukt (fyra villkor), för en del som avfall.",
        "To be settled by the use: some uses are known as by-product (four conditions), others as waste.",
    ),
    "waste": Sentence(
        "Jätettä, jonka vastaanottaja hyödyntää.",
        "Avfall som mottagaren återvinner.",
        "Waste that the receiver recovers.",
    ),
    "open": Sentence(
        "Jätestatus on auki: kysykää valvojalta, onko kyse jätteestä vai sivutuotteesta.",
        "Avfallsstatusen är öppen: fråga tillsynsmyndigheten om det är avfall eller biprodukt.",
        "The status is open: ask the authority whether it is waste or a by-product.",
    ),
}
_STATUS_ACTS = {
    "none": (), "water": ("587/2011", _PERMITS), "outside": (f"{_DIRECTIVE} art. 2",),
    "animal_by_product": (f"{_DIRECTIVE} art. 2", "(EC) 1069/2009"),
    "not_waste": (f"{_DIRECTIVE} art. 3",), "hazardous_waste": (f"{_DIRECTIVE} art. 7", _WASTE_ACT),
    "end_of_waste": (f"{_DIRECTIVE} art. 6", f"{_WASTE_ACT} sec. 5 b"),
    "by_product": (f"{_DIRECTIVE} art. 5", f"{_WASTE_ACT} sec. 5 a"),
    "waste_or_by_product": (f"{_DIRECTIVE} art. 5", f"{_WASTE_ACT} sec. 5 a"),
    "waste": (f"{_DIRECTIVE} art. 3", _WASTE_ACT), "open": (f"{_DIRECTIVE} art. 5-6", _WASTE_ACT),
}  # fmt: skip
_HAZARDOUS_PERMIT = LawPoint(
    "permit:hazardous",
    Sentence(
        "Vastaanottajalla on oltava ympäristölupa juuri tälle vaaralliselle jätteelle; laimentaminen ja sekoittaminen "
        "on kielletty.",
        "Mottagaren ska ha miljötillstånd för just detta farliga avfall; utspädning och blandning är förbjudet.",
        "The receiver must have an environmental permit for this very hazardous waste; no diluting, no mixing.",
    ),
    (f"{_WASTE_ACT} sec. 17, 29", f"{_PERMITS} sec. 27"),
)
_PERMIT = LawPoint(
    "permit:receiver",
    Sentence(
        "Jätteenä se luovutetaan vain vastaanottajalle, jolla on siihen ympäristölupa, rekisteröinti tai muu oikeus.",
        "Som avfall överlåts det bara till en mottagare med miljötillstånd, registrering eller annan rätt.",
        "As waste it goes only to a receiver with an environmental permit, a registration or another right to it.",
    ),
    (f"{_WASTE_ACT} sec. 29", f"{_PERMITS} sec. 27, 32"),
)
_CARRIER = LawPoint(
    "carrier:registered",
    Sentence(
        "Jätteen ammattimaisen kuljettajan on oltava jätehuoltorekisterissä.",
        "Den som yrkesmässigt transporterar avfall ska finnas i avfallshanteringsregistret.",
        "Who carries waste by trade must be in the waste management register.",
    ),
    (f"{_WASTE_ACT} sec. 94",),
)
_DOCUMENT = LawPoint(
    "document:transfer",
    Sentence(
        "Jokaisesta siirrosta laaditaan siirtoasiakirja, joka viedään SIIRTO-rekisteriin.",
        "För varje transport upprättas ett transportdokument som förs in i SIIRTO-registret.",
        "Each transfer takes a transfer document, entered in the SIIRTO register.",
    ),
    (f"{_WASTE_ACT} sec. 121",),
)


def law_of(have: ListingProjection, want: ListingProjection, concept: str | None) -> tuple[LawPoint, ...]:
    """What to settle, the waste status first."""
    if not is_material(have, concept):
        return _without_material(have.kind, concept)
    code = have.ewc_code or usual_code(concept)
    entry = find_ewc(have.ewc_code) if have.ewc_code else None
    hazardous = have.hazardous or (entry is not None and entry.hazardous)
    fitting = rules_for(code, f"{want.name} {want.description}")
    status = _status(concept, fitting, hazardous=hazardous, stated=have.ewc_code is not None)
    return (
        LawPoint(f"status:{status}", _STATUS[status], _STATUS_ACTS[status]),
        *(_operation(rule) for rule in _first_of_each_operation(fitting)[:OPERATIONS_AT_MOST]),
        *_papers(status, concept, code),
        *_acts(concept, have.ewc_code),
    )


@lru_cache(maxsize=4_096)
def rules_for(code: str | None, wanted: str) -> tuple[Rule, ...]:
    """The rules of the stream, those first whose use shares words with what is wanted; where some do, only these."""
    found = _rules_of(code)
    stems = {stem(word) for word in words_of(wanted)}
    common = {rule.id: len(stems & _use_stems(rule)) for rule in found}
    best = [rule for rule in found if common[rule.id]]
    return tuple(sorted(best, key=lambda rule: -common[rule.id])) if best else found


@lru_cache(maxsize=1_024)
def _rules_of(code: str | None) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules() if code and rule.is_waste_code and code.startswith(rule.stream))


@lru_cache(maxsize=1_024)
def _use_stems(rule: Rule) -> frozenset[str]:
    use = rule.use
    return frozenset(stem(word) for text in (use.fi, use.sv, use.en) for word in words_of(text))


@lru_cache(maxsize=4_096)
def _acts(concept: str | None, code: str | None) -> tuple[LawPoint, ...]:
    return tuple(LawPoint(f"act:{act.code}", act.sentence, act.acts) for act in acts() if act.concerns(concept, code))


def _without_material(kind: str, concept: str | None) -> tuple[LawPoint, ...]:
    status = "water" if kind == "water" else "none"
    first = LawPoint(f"status:{status}", _STATUS[status], _STATUS_ACTS[status])
    return (first, _CARRIER) if concept == "waste-collection" else (first,)


def _status(concept: str | None, fitting: Iterable[Rule], *, hazardous: bool, stated: bool) -> str:
    """By hazard, then by what the thing is, then by the routes that are known; a stated waste code means that its
    owner treats it as waste today."""
    if hazardous:
        return "hazardous_waste"
    if not stated and concept in _PRODUCTS | _REUSED:
        return "not_waste"
    if concept in _OUTSIDE:
        return "outside"
    if concept in _ANIMAL:
        return "animal_by_product"
    routes = {rule.route for rule in fitting}
    if "end-of-waste" in routes:
        return "end_of_waste"
    if "by-product" in routes:
        return "waste_or_by_product" if "waste" in routes else "by_product"
    if concept in _REUSED:
        return "not_waste"
    return "waste" if routes else "open"


def _first_of_each_operation(fitting: Iterable[Rule]) -> list[Rule]:
    first: dict[str, Rule] = {}
    for rule in fitting:
        first.setdefault(rule.operation, rule)
    return list(first.values())


def _operation(rule: Rule) -> LawPoint:
    use, way = rule.use, rule.operation
    if way == DIRECT:
        sentence = Sentence(
            f"Tunnettu käyttö sellaisenaan: {use.fi}.", f"Känd användning som sådan: {use.sv}.",
            f"Known use as it is: {use.en}.",
        )  # fmt: skip
    else:
        sentence = Sentence(
            f"Tunnettu reitti, toimi {way}: {use.fi}.", f"Känd väg, förfarande {way}: {use.sv}.",
            f"Known route, operation {way}: {use.en}.",
        )  # fmt: skip
    return LawPoint(f"operation:{way}", sentence, (sources()[rule.source],))


def _papers(status: str, concept: str | None, code: str | None) -> tuple[LawPoint, ...]:
    if status == "hazardous_waste":
        return (_HAZARDOUS_PERMIT, _CARRIER, _DOCUMENT)
    if status in ("outside", "animal_by_product", "not_waste", "by_product"):
        return ()
    demolition = bool(code and code.startswith("17") and code not in _CLEAN_SOIL)
    return (_PERMIT, _CARRIER, _DOCUMENT) if demolition or concept in _BY_DOCUMENT else (_PERMIT, _CARRIER)

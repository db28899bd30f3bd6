"""What a card's words say once and for all: it gathers from several, fetches small lots, works at a distance, has a
heat pump, is there once only, is about cold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from services.matching.domain import meaning
from services.matching.reading.clauses import Clause
from services.matching.reading.degrees import COOLS, WITH_DEGREES, pumps_heat, warmth
from services.matching.reading.heard import WORKS
from services.matching.reading.tables import uses
from services.matching.words.concepts import LOGISTICS, Concepts, numbered

_FLAGS = (
    (meaning.GATHERS, re.compile(r"usei(?:lta|sta|ta)|useamma(?:lta|sta|n)|\bkaikilta|kaikista|från alla|av alla"
                                 r"|useiden|keräämme|kootaan|kerätään|samlar (?:in|från|upp)|insamla"
                                 r"|\busea(?:sta|lta)|monesta|moni(?:lta|en)|flera|många|several"
                                 r"|various sources|many sources")),
    (meaning.SMALL_LOTS, re.compile(r"pien(?:et|iä|etkin|iäkin|emmät|empiä) (?:erä|pala|määr)|pienerä|pienistäkin"
                                    r"|pienetkin|(?:alk\.|alkaen|vähintään|väh\.|yli) \d+ ?"
                                    r"(?:kg|l|t|tn|tonnin|litran|kpl)\b.{0,12}erä|alk\. ?\d|\d ?(?:kg|l|t|kpl) alkaen"
                                    r"|(?:också|även) (?:små|mindre|några)|mindre partier"
                                    r"|från (?:\d+ ?(?:kg|l|ton|t|st)\b|ett fat)|uppåt\b|om det är över|erän mukaan"
                                    r"|små (?:partier|mängder|poster)|small (?:lots|amounts)")),
    (meaning.REMOTE, re.compile(r"\betän|etätyö|\bpå distans|distansarbet|\bremote|verkossa|\bonline"
                                r"|voi(?:daan|t|tte)? lähettää|postitse|kan (?:skickas|sändas)|per post\b")),
    (meaning.HEAT_PUMP, re.compile(r"(?<!ei )lämpöpumppu (?:on|jo)|värmepump finns|with a heat pump|oma lämpöpumppu"
                                   r"|lämpöpumpu(?:lla|lle|ille|issa|n läh)|lämpöpumppulait|(?:med|till|för) värmepump"
                                   r"|värmepumps?(?:anläg|källa)")),
    (meaning.ONCE, re.compile(r"\bkertaerä|\bkertaluon|\byksi erä|\bengångs(?:parti|lager|post)|\bone-off|\bpoistoerä"
                              r"|\bsingle lot|\bett parti\b|\bvain kerran")),
    (meaning.COOLS, COOLS),
)  # fmt: skip
_DISTANT_WORK = ("translation", "bookkeeping", "payroll", "software", "cyber security", "it support", "data and ai",
                 "answering service", "graphic and product design", "printing", "large prints and stickers",
                 "digital and label printing", "binding and mailing", "debt collection and invoicing",
                 "data protection", "recruitment")  # fmt: skip
"""Services for which nobody needs to come: their results are sent."""
_COLD = "cooling-energy"
_TRADES = (LOGISTICS, *WORKS)
_KINDS_OF_FLAGS = {meaning.REMOTE: (*WORKS, "capacity"), meaning.COOLS: WITH_DEGREES}
"""Kinds of whose cards such words tell anything."""



def flags_of(kind: str, both: Sequence[Clause], whole: str, named: Concepts, *, wants: bool) -> int:
    """Bits of ``Meaning.flags``."""
    flags = sum(
        bit for bit, pattern in _FLAGS if kind in _KINDS_OF_FLAGS.get(bit, (kind,)) and pattern.search(whole)
    )
    if kind == "water":
        flags |= warmth(both)
    if kind == "energy" and wants and pumps_heat(whole):
        flags |= meaning.HEAT_PUMP
    if kind == "energy" and named == {numbered()[_COLD].number}:
        flags |= meaning.COOLS
    if kind == "service" and named and named <= _distant_work():
        flags |= meaning.REMOTE
    return flags | (meaning.TRADE if kind in _TRADES else 0)


@lru_cache(maxsize=1)
def _distant_work() -> Concepts:
    return frozenset(use.number for use in uses(False).all if use.name in _DISTANT_WORK)

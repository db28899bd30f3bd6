"""How far things of a kind are carried, by what they are and how they are packed (``data/reaches.csv``)."""

from __future__ import annotations

import re

from services.matching.domain.transport import USUAL_REACH
from services.matching.domain.weights import NEAR_AND_FAR_KM
from services.matching.reading.tables import reaches
from services.matching.words.concepts import MATERIAL, Concepts, kind_of, numbered

_BOTTLED = re.compile(r"kaasupullo|pullotettu|pullopatter|\bpaineistettu|komprimer|trycksatt|kompressoitu"
                      r"|nesteyt|förvätsk|flytande (?:gas|metan|biogas|kol)|(?:koldioxid|kolsyr)\w*\W+flytande"
                      r"|\b(?:cng|lng|lbg|cbg)\b|växelflak|flaskflak|gasflak|kaasukont|vaihtokontti|siirtokont"
                      r"|compressed gas|liquefied|bottled")  # fmt: skip
"""Gas that goes by road."""
_HAULED = re.compile(r"säiliöauto|tankbil|tankvagn|\bibc|\bkontei(?:ssa|hin)|\bkontissa|kanister|tynnyre|\bdunk"
                     r"|tynnyri(?:ssä|in)|\bfat\b|\d ?l\b|\d ?litra|\d ?liter|\d ?kg\b|\bsäk(?:issä|eissä|eittäin)"
                     r"|laatikoi|\blåd(?:a|or)|tank truck|jerrycan"
                     r"|kadunpesu|(?:katujen|teiden|tien) (?:pesu|kastel)|pölynsi|pölyn (?:sid|tor)|kasteluauto"
                     r"|pesuauto|gatu(?:tvätt|spol|renhåll)|(?:tvätt|spol)a gator|dammbind|vägdamm|spolbil"
                     r"|street washing")  # fmt: skip
"""Water that goes by road, as it is little, worth it, or spread from a lorry."""
_GASES = ("co2-oxygen", "hydrogen", "oxygen", "nitrogen-gas", "argon")
"""Gases that are materials."""


def reach_of(kind: str, named: Concepts, coded: Concepts, whole: str) -> tuple[int, int]:
    """How far what is named, else what the waste code may be, is carried: km that are good, km that are at all."""
    good, far = _reach(kind, named or coded)
    if _BOTTLED.search(whole) and _is_gas(kind, named):
        good, far = NEAR_AND_FAR_KM["valuable" if kind == MATERIAL else USUAL_REACH]
    if kind == "water" and _HAULED.search(whole):
        good, far = max(good, NEAR_AND_FAR_KM["heavy"][0]), max(far, NEAR_AND_FAR_KM["heavy"][1])
    return good, far


def _reach(kind: str, stated: Concepts) -> tuple[int, int]:
    names = (reaches().get(number, USUAL_REACH if _is_carried(kind, number) else "") for number in stated)
    classes = [name for name in names if name]
    return max((NEAR_AND_FAR_KM[name] for name in classes), default=(0, 0))


def _is_carried(kind: str, number: int) -> bool:
    """Whether it goes by road: a material, also where it is fuel on a card of energy, or whey on one of water."""
    return kind == MATERIAL or (kind in ("energy", "water") and kind_of(number) == MATERIAL)


def _is_gas(kind: str, named: Concepts) -> bool:
    return kind == "energy" or (kind == MATERIAL and any(numbered()[gas].number in named for gas in _GASES))

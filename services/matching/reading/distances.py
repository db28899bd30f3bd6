"""How far a listing says it reaches: "inom 60 km", "enintään 100 km säteellä", "i hela landet"."""

from __future__ import annotations

import re

from services.matching.domain.weights import WHOLE_COUNTRY_KM

_KM = re.compile(
    r"(?P<than>inom|alle|enintään|korkeintaan|max\.?|högst|maximalt|under|within|up to|at most|noin|n\.|ca|cirka)?\s*"
    r"(?<![\d.,])(?:\d{1,4}\s*-\s*)?(?P<most>1 [0-3]\d{2}|\d{1,4}(?:[.,]\d)?)"
    r"\s*(?P<unit>km|kilometri\w*|kilometer\w*|peninkulm\w*|mil\b)"
    r"(?P<radius>[:\s-]*(?:n\s+)?(?:säde|säteel|sätee|radie|radius|etäisyy|päästä|avstånd|sisäl|käyrä|matka))?"
)
_TEN_KM = ("mil", "peninkulm")
_BETWEEN = re.compile(r"(?:matkaa|päässä|bort|från oss|away|linjalle)")
_WHOLE_COUNTRY = re.compile(
    r"koko (?:maa|suome)|kaikkialta suome|mistä päin suomea|(?:i|från) hela (?:landet|finland)"
    r"|över hela (?:landet|finland)"
    r"|all over finland|nationwide|whole country|matka(?:lla)? ei (?:väliä|ratkaise|merkit)|etäisyydellä ei väliä"
    r"|avståndet spelar ingen roll|valtakunnalli|rikstäckande|(?:in|throughout|across) finland|kauempaakin"
)


_FEW = re.compile(r"\b(?:ett par|pari|parin|pari-kolme|a couple of) (?:kilomet|km)")
_SOME = re.compile(r"\b(?:några|muutama[nt]?|muutamia|a few) (?:kilomet|km)")
_FEW_KM, _SOME_KM = 2, 5
_NEXT_DOOR = re.compile(
    r"naapuri(?:lta|lle|tont|kiint|hall|laito)|naapurei(?:lta|lle)|naapurien k|viereis|vierestä|viereen"
    r"|sama(?:sta|lta) (?:kiint|taloyh|alueel|tontilta)|samalla (?:tontilla|alueella)|samassa (?:kiint|pihas|halli)"
    r"|saman liittymän|tontin rajal|aidan takaa|\bgrann(?:e|en|ar|tomt|fastigh)|intillig|bredvid"
    r"|samma (?:tomt|fastighet|område)|till tomtgräns|next door|neighbour"
)
_NEXT_DOOR_KM = 15
"""As far as the next door may be between places told by municipality: half of the municipalities' points have their
next one within 17 km."""
_PART_OF_COUNTRY = re.compile(
    r"\bhela (?:södra|norra|västra|östra|mellersta) finland"
    r"|\b(?:koko|ympäri|kaikkialla) (?:(?:etelä|pohjois|länsi|itä|keski)-?suom|pohjoi|etelä\b|lap(?:pi|in)\b)"
    r"|\bhela (?:norr|lappland)"
    r"|(?:throughout|across|all over) (?:southern|northern|western|eastern|central) finland"
)
_PART_KM = 250
"""How far a part of the country is, from one end to its other."""


def reach_km(text: str, *, next_door: bool = False) -> int:
    """Kilometres that a normalised text sets as the farthest, WHOLE_COUNTRY_KM for the whole country, 0 where it says
    nothing. ``next_door``: it is of what comes by pipe or wire, and may come from a neighbour. Of several the widest:
    "alle 40 km, yli 5 tonnia koko maasta". A distance to something is none."""
    if _WHOLE_COUNTRY.search(text):
        return WHOLE_COUNTRY_KM
    if _PART_OF_COUNTRY.search(text):
        return _PART_KM
    if not any(unit in text for unit in ("km", "kilom", "mil", "peninkulm")):
        return _NEXT_DOOR_KM if next_door and _NEXT_DOOR.search(text) else 0
    found = [
        float(match["most"].replace(",", ".").replace(" ", "")) * (10 if match["unit"].startswith(_TEN_KM) else 1)
        for match in _KM.finditer(text)
        if (match["than"] not in (None, "noin", "n.", "ca", "cirka") or match["radius"])
        and not _BETWEEN.search(text[max(0, match.start() - 25) : match.end() + 12])
    ]
    if not found:
        return _FEW_KM if _FEW.search(text) else _SOME_KM if _SOME.search(text) else 0
    return min(WHOLE_COUNTRY_KM, max(1, round(max(found))))

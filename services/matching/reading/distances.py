"""How far a listing says it reaches: "inom 60 km", "enintään 100 km säteellä", "i hela landet"."""

from __future__ import annotations

import re

WHOLE_COUNTRY_KM = 1_300
_KM = re.compile(
    r"(?P<than>inom|alle|enintään|korkeintaan|max\.?|högst|maximalt|under|within|up to|at most|noin|n\.|ca|cirka)?\s*"
    r"(?P<most>\d{1,3}(?:[.,]\d)?)\s*(?:km|kilometri\w*|kilometer\w*|peninkulma\w*|mil\b)"
    r"(?P<radius>[:\s-]*(?:n\s+)?(?:säde|säteel|sätee|radie|radius|etäisyy|päästä|avstånd|sisäl|käyrä|matka))?"
)
_BETWEEN = re.compile(r"(?:matkaa|päässä|bort|från oss|away|linjalle)")
_WHOLE_COUNTRY = re.compile(
    r"koko (?:maa|suome)|kaikkialta suome|mistä päin suomea|(?:i|från) hela (?:landet|finland)"
    r"|över hela (?:landet|finland)"
    r"|all over finland|nationwide|whole country|matka(?:lla)? ei (?:väliä|ratkaise|merkit)|etäisyydellä ei väliä"
    r"|avståndet spelar ingen roll|valtakunnalli|rikstäckande|(?:in|throughout|across) finland|kauempaakin"
)


def reach_km(text: str) -> int:
    """Kilometres that a normalised text sets as the farthest, WHOLE_COUNTRY_KM for the whole country, 0 where it says
    nothing. Of several the widest: "alle 40 km, yli 5 tonnia koko maasta". A distance to something is none."""
    if _WHOLE_COUNTRY.search(text):
        return WHOLE_COUNTRY_KM
    if "km" not in text and "kilom" not in text and "mil" not in text:
        return 0
    found = [
        float(match["most"].replace(",", "."))
        for match in _KM.finditer(text)
        if (match["than"] not in (None, "noin", "n.", "ca", "cirka") or match["radius"])
        and not _BETWEEN.search(text[max(0, match.start() - 25) : match.end() + 12])
    ]
    return max(1, round(max(found))) if found else 0

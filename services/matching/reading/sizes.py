"""Sizes and forces that people tell without their names: "pöytä 8 x 3 m", "12 x 6 x 4 m kappale", "rautaa 25 milliin
asti", "420 t kone", and the least lot that is fetched: "vähintään 200 l kerralla".

A machine, an oven, a table or a hall holds whatever is no larger, so a have's number is the most and a want's the
least; sides are compared from the longest to the shortest. A closing force must be of the mould's order. All of them
are limits whose silence says nothing (numbers below 0), since most cards do not tell them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from services.matching.domain.meaning import ENDLESS, LEAST_LOT, Limit
from services.matching.reading.clauses import Clause

SIDES = (-1, -2, -3)
"""The numbers of the longest side, the next one and the shortest."""
_THICKNESS, _FORCE, _WEIGHT = -4, -5, -10
_ENVELOPES = frozenset(("capacity", "premises", "service", "logistics"))
"""Kinds that hold a piece, or want a place for one."""
_NUMBER = r"\d{1,5}(?:[.,]\d{1,2})?"
_LENGTH_UNIT = r"mm|cm|m(?:etri\w*|eter)?(?![\w²³/])"
_COUNTED = r"kpl|st\b|tn?\b|ton|m[23²³]|k[wvg]|mw|[avhl]\b|[%€]|pcs|kerta|gånger|jalan|jalk|fot\b|lava|pall|tunti|päiv"
_BY = re.compile(
    rf"(?<![\w.,])(?P<a>{_NUMBER})\s?(?P<ua>{_LENGTH_UNIT})?\s?[x×*]\s?(?P<b>{_NUMBER})\s?(?P<ub>{_LENGTH_UNIT})?"
    rf"(?:\s?[x×*]\s?(?P<c>{_NUMBER})\s?(?P<uc>{_LENGTH_UNIT})?)?(?!\d|[.,]\d|\s?(?:{_COUNTED}))"
)
_MILLIMETRES = {"mm": 1, "cm": 10, "m": 1_000}
_BARE_MM = 100
"""From here on a number without a unit is of millimetres: "bord 800x500"."""
_LONG = re.compile(
    rf"(?:\b(?:uuni|ugn|pöytä|bord|sisämit|innermått|työalue|mätområde|alla[st]|kar\b|kammio|kamma?r|linja|linje"
    rf"|kärkiväli|dubbavst|työpituu|arbetslängd|kappale|kpl|osat|osien"
    r"|hall(?=[ i])|boksi|maalauskam|sprutbox|tunneli|perävaun|släpvagn|säiliö|runko|vene|båt"
    r"|detalj|stycke|bit(?:ar)?\b|palk|balk)\w*"
    r"|\b(?:max\.?|enintään|korkeintaan|högst|upp till|jopa|pituus|pituutta|pituudeltaan|längd(?:en)?))\s*"
    r"(?:pituus|on|tar|rymmer|ottaa|vetää|n\.|noin|ca|max\.?|enintään|korkeintaan|högst|upp till|jopa|till)?\s*"
    rf"(?P<before>{_NUMBER})\s?(?P<ub>{_LENGTH_UNIT})"
    rf"|(?<![\w.,x×])(?P<behind>{_NUMBER})\s?-?(?P<uh>{_LENGTH_UNIT})\s?-?"
    r"(?:\s?(?:asti|saakka)|\s?(?:mellan|kärkien)|\s?pitk|\s?lång|\s?long\b|\s?paks|\s?tjock|\s?halkais|\s?i diam"
    r"|\s?(?:\w+)?(?:kappale|palk|profiil|putk|detalj|balk|rör)\w*)"
)
_OTHER_SIDE = re.compile(r"korkeu|höjd|height|syvyy|syvyinen|djup|leve[yä]|levyi|bred|vapaa|\bovi|port|nostu|halkais"
                         r"|diam|matka|säde|tarkk|noggr|toler|paksu|tjock|kaista")  # fmt: skip
_NO_SIDE = re.compile(r"vapaa|\bovi|port|nostu|matka|säde|tarkk|noggr|toler|kaista|syvyy|djup")
_PALLET, _NEAR = re.compile(r"\blav(?:a|oj|at)|lavo(?:ja|ille)|pall(?:ar|et|plats)?\b"), 12
"""The size of a pallet is none of a piece."""
_MILLI = re.compile(
    r"(?<![\w.,x×])(?P<low>\d{1,3}(?:[.,]\d)?)(?:\s?-\s?(?P<high>\d{1,3}(?:[.,]\d)?))?\s?(?:mm|milli\w*)\b(?!\s?[x×])"
)
_THICKEST_MM = 250
_NO_THICKNESS = re.compile(r"tarkkuu|toleranss|noggrann|tolerans|accura|halkais|diameter|\bø|±|kerrospak"
                           r"|karkeu|reikä|hål\b")  # fmt: skip
_PRESSES = re.compile(r"ruisku|formsprut|sprutgjut|injection|puristin|prässi|\bpress|\wpress\b|särmä|kantpress|kantbock"
                      r"|sulkuvoima|puristusvoima"
                      r"|låskraft|slutkraft|clamp|arburg|\bengel\b|krauss|battenfeld|netstal|demag|ferromat|haitian"
                      r"|sumitomo|negri|muotti|\bform(?:ar|en)?\b")  # fmt: skip
_TONS = re.compile(
    r"(?P<least>vähintään|väh\.?|min\.?|minst|yli|över)?\s*"
    r"(?P<most>max\.?|enintään|korkeintaan|högst|alle|under|upp till)?\s*"
    r"(?<![\w.,x×])(?P<low>\d{2,4})(?:\s?-\s?(?P<high>\d{2,4}))?\s?(?:tn?|ton\w*)\b"
    r"(?P<behind>\s(?:vähintään|minst|asti|enintään))?"
    r"(?!\s?(?:/|kuus|kuuk|vuo|viik|päiv|vrk|kk|i (?:mån|veck|år)|om |per\b|nostu|kran|travers|silta|muovi|raaka))"
)
_NOT_A_FORCE = re.compile(r"nostur\w* ?$|kran ?$|travers ?$|paino ?$|vikt ?$")
_CARRIERS = frozenset(("capacity", "logistics", "service"))
_MASS_UNIT = r"kg|kilo\w*|tn?|ton\w*"
_A_RATE = r"(?!\s?(?:/|per\b|kuus|kuuk|vuo|viik|päiv|vrk|vko|kk|tunn|h\b|kerra|i (?:mån|veck|år|tim)|om (?:dag|år)))"
_CARRIED = re.compile(
    rf"(?:\b(?:max\.?|maks\.?|enintään|korkeintaan|högst|upp till|up to|alle|under)\s*(?P<before>{_NUMBER})\s?"
    rf"(?P<ub>{_MASS_UNIT})\b|(?<![\w.,x×])(?P<behind>{_NUMBER})\s?(?P<uh>{_MASS_UNIT})\s(?:asti|saakka)){_A_RATE}"
)
_LIFTS = re.compile(
    rf"\b(?:\w*trukki|\w*truck|\w*nosturi|\w*kran|\w*nostin|kurottaja|lyftvagn"
    r"|nostokyky|nostoteho|lyftkapacitet|lyfter|nostaa)"
    rf"\s+(?:\w+\s)?(?P<before>{_NUMBER})\s?(?P<ub>{_MASS_UNIT})\b{_A_RATE}"
    rf"|(?<![\w.,x×-])(?P<behind>{_NUMBER})\s?(?P<uh>{_MASS_UNIT})(?::n|in)? "
    r"(?:\w*trukki|\w*truck|\w*nosturi|\w*kran)\b"
)
"""What a truck or crane lifts, of which the number is the most."""
_WEIGHS = re.compile(
    rf"(?<![\w.,x×-])(?P<before>{_NUMBER})\s?-?(?P<ub>tonni(?:nen|sen|sta|set|sia)\b|tonnin\b|tons\b"
    rf"|(?:{_MASS_UNIT}) (?:painav|tung)\w*)"
    r"|\b(?:pain(?:aa|avat?|o|oltaan)|väger|vikt(?:en)?|weighs?|weight|(?:\w*vaaka|\w*vaa'an|\w*våg(?:en)?))\s*"
    rf"(?:on|n|noin|ca|max\.?|enintään)?\s*(?P<behind>{_NUMBER})\s?(?P<uh>{_MASS_UNIT})\b{_A_RATE}"
)
"""What a piece weighs, or what a balance takes that is to be looked after."""
_LOT = re.compile(
    r"(?:vähintään|väh\.?|min\.?|minst|kun|när|at least|yli|över)\s*(?P<amount>\d{1,6}(?:[.,]\d+)?)\s?"
    r"(?P<unit>kg|tn?|ton\w*|l|litra\w*|liter|m3|kuutio\w*|kubik|kpl|st|lava\w*|pall\w*)\b\s*"
    r"(?:kerralla|kerrallaan|koossa|kasassa|koolla|erissä|eristä|erä\w*|i partier|partier\w*|/\s?(?:nouto|kerta|erä)"
    r"|per (?:gång|hämtning|nouto|kerta)|åt gången|i taget|ihop|samlade?t?|har samlats|at a time|per pick)"
)
_LOT_UNITS = ((r"kg", "mass", 0.001), (r"tn?|ton\w*", "mass", 1.0), (r"l|litra\w*|liter", "volume", 0.001),
              (r"m3|kuutio\w*|kubik", "volume", 1.0), (r"kpl|st|lava\w*|pall\w*", "pieces", 1.0))  # fmt: skip
_THOUSANDTHS = 1_000
_KG_OF_A_TON = 1_000


def sizes_of(kind: str, said: Sequence[Clause], *, wants: bool) -> Iterator[Limit]:
    """Sides, thickness and closing force that a card of work, a room or transport tells; the largest of several."""
    if kind not in _ENVELOPES:
        return
    texts = [clause.text for clause in said if not clause.refuses]
    yield from _held(_sides(texts, kind, wants=wants), wants=wants)
    if kind in _CARRIERS and not any(_PRESSES.search(text) for text in texts):
        yield from _weight(texts, wants=wants)
    if kind == "capacity":
        yield from _thickness(texts, wants=wants)
        if any(_PRESSES.search(text) for text in texts):
            yield from _force(texts, wants=wants)


def least_lot(text: str) -> Limit | None:
    """The least that a want fetches at a time, in thousandths of t, m3 or pieces."""
    found = _LOT.search(text)
    if found is None:
        return None
    dimension, factor = next((d, by) for spelling, d, by in _LOT_UNITS if re.fullmatch(spelling, found["unit"]))
    return Limit(LEAST_LOT[dimension], round(_value(found["amount"]) * factor * _THOUSANDTHS), ENDLESS)


def without_lot(text: str) -> str:
    """The text without the least lot, which is no amount of a year."""
    return _LOT.sub(" ", text)


def _held(sides: Sequence[int], *, wants: bool) -> Iterator[Limit]:
    for what, side in zip(SIDES, sides, strict=False):
        yield Limit(what, side, ENDLESS if wants else side)


def _sides(texts: Iterable[str], kind: str, *, wants: bool) -> Sequence[int]:
    """Sides in thousandths of a millimetre, the longest first: of the piece or place with the longest."""
    found = [
        sides
        for text in texts
        for match in _BY.finditer(text)
        if not _PALLET.search(text[max(0, match.start() - _NEAR) : match.end() + _NEAR]) and (sides := _by(match))
    ]
    if not found and kind == "capacity":
        found = [[side] for text in texts for match in _LONG.finditer(text) if (side := _one(text, match, wants=wants))]
    return max(found, default=[])


def _by(match: re.Match[str]) -> list[int]:
    values = [_value(match[name]) for name in "abc" if match[name]]
    units = [match[f"u{name}"] for name in "abc" if match[name]]
    last = next((unit for unit in reversed(units) if unit), None)
    if last is None and max(values) < _BARE_MM and len(values) < len(SIDES):
        return []  # "2 x 20": so many of them
    usual = last or ("mm" if max(values) >= _BARE_MM else "m")
    sides = (value * _MILLIMETRES[_unit(unit or usual)] for value, unit in zip(values, units, strict=True))
    return sorted((round(side * _THOUSANDTHS) for side in sides), reverse=True)


def _one(text: str, match: re.Match[str], *, wants: bool) -> int:
    """Of a want any side: the longest is no less."""
    if (_NO_SIDE if wants else _OTHER_SIDE).search(text[max(0, match.start() - 20) : match.end() + 12]):
        return 0
    number, unit = (match["before"], match["ub"]) if match["before"] else (match["behind"], match["uh"])
    millimetres = _value(number) * _MILLIMETRES[_unit(unit)]
    return round(millimetres * _THOUSANDTHS) if millimetres >= _THICKEST_MM else 0


def _thickness(texts: Iterable[str], *, wants: bool) -> Iterator[Limit]:
    told = [
        (_value(match["low"]), _value(match["high"] or match["low"]))
        for text in texts
        if not _NO_THICKNESS.search(text) and not _BY.search(text)
        for match in _MILLI.finditer(text)
    ]
    if told and (most := max(high for _, high in told)) <= _THICKEST_MM:
        least = max(low for low, _ in told) if wants else 0
        yield Limit(_THICKNESS, round(least * _THOUSANDTHS), round(most * _THOUSANDTHS))


def _force(texts: Iterable[str], *, wants: bool) -> Iterator[Limit]:
    """In thousandths of a ton. A want that tells one number bare takes a machine up to three times as large."""
    for text in texts:
        for match in _TONS.finditer(text):
            if _NOT_A_FORCE.search(text[: match.start("low")]):
                continue
            low, high = (round(_value(match[name] or match["low"]) * _THOUSANDTHS) for name in ("low", "high"))
            behind = (match["behind"] or "").strip()
            if match["least"] or behind in ("vähintään", "minst"):
                high = ENDLESS
            elif match["most"] or behind:
                low = 0
            elif wants and low == high:
                high = 3 * low
            yield Limit(_FORCE, low, high)
            return


def _weight(texts: Iterable[str], *, wants: bool) -> Iterator[Limit]:
    """In thousandths of a kg: of a have the most that it lifts or carries, of a want its heaviest piece."""
    told = [
        _value(match["before"] or match["behind"])
        * (1 if (match["ub"] or match["uh"]).startswith("k") else _KG_OF_A_TON)
        for text in texts
        for pattern in ((_WEIGHS,) if wants else (_CARRIED, _LIFTS))
        for match in pattern.finditer(text)
    ]
    if told:
        heaviest = round(max(told) * _THOUSANDTHS)
        yield Limit(_WEIGHT, heaviest if wants else 0, ENDLESS if wants else heaviest)


def _unit(spelling: str) -> str:
    return spelling if spelling in ("mm", "cm") else "m"


def _value(text: str) -> float:
    return float(text.replace(",", "."))

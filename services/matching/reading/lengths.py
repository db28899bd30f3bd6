"""Thickness and size of a stuff told without their name: "pellin paloja 0,6 mm", "putkea 110–315 mm", "sepeliä 0–16";
and the length of beams, boards and pipes: "palkkeja 14 m".

What a bare number of millimetres measures is plain from the word next to it: of sheets the thickness, of pipes and bars
the diameter, of stone and chips the size of a piece. Of work ``sizes`` reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from services.matching.domain.meaning import ENDLESS, Limit
from services.matching.reading.clauses import Clause
from services.matching.reading.limits import LESS, MORE, measures

_LESS = rf"{LESS}|maks\.?|upp till|aina|up to"
_IS_LESS = re.compile(_LESS)
_MM = re.compile(
    rf"(?P<than>{_LESS}|{MORE})?\s*(?<![\dx×*,.:/])(?P<low>\d{{1,4}}(?:[.,]\d{{1,2}})?)"
    r"(?:\s*(?:-|/|\.\.\.|…)\s*(?P<high>\d{1,4}(?:[.,]\d{1,2})?))?\s*(?:mm\b|milli(?:n|ä|siä|set|metri\w*|meter)?\b)"
    r"(?!\s*[x×*]\s*\d)(?P<behind>\s*(?:asti|saakka|paksu|tjock|ja alle|ja yli))?"
)
_OTHER = re.compile(r"\d\s*[x×*]\s*$")
_NAMES = (
    ("diameter", re.compile(r"putk|\brör|\w{3,}rör|\bpipe|\btube|tanko|\btangon|\bstång|stänger|akseli|\baxel"
                            r"|axlar|sorv|svarv|pyörö|rundst|halkaisij|letku|slang|\bhose|pultti|ruuvi|tukki|stock(?:ar)?\b|lathe|turning"
                            r"|\bbar\b|\bbars\b")),
    ("piece size", re.compile(r"mursk|sepel|\bhake|\w{3,}hake|haketta|hakkeen|flis|rouhe|\bkivi|louhe|kross|makadam"
                              r"|sora|grus|hiek|sand|granul|rakeis|seulo|sikt|purua?\b|spån|chips|gravel|aggregate|crush")),
    ("thickness", re.compile(r"levy|pelti|peltiä|plåt|sheet|laser|särmä|kantpress|plasma|leik(?:kaus|ataan|kuu)|skär"
                             r"|lasi|glas|kalvo|folio|film|vaner|plywood|lauta|lankku|skiv|board|hits|svets|weld|rakenneteräs"
                             r"|eriste|isoler|nahka|läder|kumi|gummi|pahvi|kartong")),
)  # fmt: skip
"""What a card speaks of, and what of it millimetres tell."""
_UNIT, _GRAIN = "mm", "piece size"
_LONG = re.compile(
    r"pal(?:kki|kke|kin|kkia|kiksi)|parru|lank(?:ku|ut|kua)|lau(?:ta|toja|dat|daksi|dan)\b|laudo|hir[srt]"
    r"|tuk(?:ki|it|kia|kej)|ranka|rango|pylvä|pölk|tolp|putk|tan(?:ko|got|goks)|profi|pel(?:ti|lit|tej)|kisko"
    r"|lis(?:ta|toja|tat)\b|panee|pontti|kerto|liimapuu|sahata|puuta|puutav|kakkosn|soiro"
    r"|balk|bräd|plank|virke|stock|stolp|\brör|plåt|räls|skena|\blist|limträ|regel|reglar|beam|timber|\bpole"
)
"""What is told by its length."""
_METRES = re.compile(
    rf"(?P<than>{_LESS}|{MORE})?\s*(?<![\dx×*,.:/])(?P<low>\d{{1,2}}(?:[.,]\d{{1,2}})?)"
    r"(?:\s*-\s*(?P<high>\d{1,2}(?:[.,]\d{1,2})?))?\s?-?(?:m\b|metri(?:ä|siä|set|nen|n)?\b|meter(?:s|sbitar)?\b)"
    r"(?!\s*(?:[x×*/²³]|korke|leve|syvä|säte|pääs|välei|etäis|hög|bred|djup|från|kork))(?P<behind>\s*(?:asti|saakka))?"
)
_OTHER_SIDE = re.compile(r"korkeu|höjd|leve[yä]|levyi|bred|syvyy|djup|jänn|halli|\betäis|rulla|rulle|kela")
_BEHIND = 12
"""Letters by which a word behind the number counts as farther."""


def unnamed_lengths(said: Iterable[Clause], text: str, *, wants: bool) -> Iterator[Limit]:
    """Lengths of the clauses that no name stands with."""
    for clause in said:
        for match in _MM.finditer(clause.text):
            name = _name(clause.text, match.start()) or _name(text, text.find(match.group()))
            if name is None or clause.refuses or _OTHER.search(clause.text[: match.start()]) or _has_name(clause.text):
                continue
            if wants and name == _GRAIN and not match["than"]:  # who asks for a grading may well sieve
                continue
            yield _limit(name, match)
            break


def lengths_in_metres(said: Iterable[Clause], text: str, *, wants: bool) -> Iterator[Limit]:
    """The length of long pieces. What a want tells bare is the least, since a longer piece is cut."""
    if not _LONG.search(text):
        return
    for clause in said:
        match = None if clause.refuses or _has_name(clause.text, "") else _METRES.search(clause.text)
        if match is None or _OTHER_SIDE.search(clause.text) or _OTHER.search(clause.text[: match.start()]):
            continue
        told = [float((match[side] or match["low"]).replace(",", ".")) for side in ("low", "high")]
        low, high = (round(metres * _IN_METRES) for metres in told)
        than = match["than"] or ""
        is_most = bool(match["behind"]) or bool(_IS_LESS.fullmatch(than))
        if wants and is_most:
            continue
        yield Limit(_length(), -ENDLESS if is_most else low, ENDLESS if wants or (than and not is_most) else high)
        return


_IN_METRES = 1_000_000
"""Thousandths of a millimetre in a metre."""


def _length() -> int:
    return next(measure for measure in measures().all if measure.name == "length").in_unit("m")[0]


def _name(text: str, at: int) -> str | None:
    """What millimetres measure of the thing that is named nearest to them, before others the one before them."""
    near = [(at - found.start() if found.start() < at else _BEHIND + found.start() - at, name)
            for name, spelt in _NAMES for found in spelt.finditer(text)]  # fmt: skip
    return min(near)[1] if near else None


def _has_name(text: str, unit: str = _UNIT) -> bool:
    return any(measure.unit == unit and measure.pattern.search(text) for measure in measures().of(text))


def _limit(name: str, match: re.Match[str]) -> Limit:
    low, high = (float((match[side] or match["low"]).replace(",", ".")) for side in ("low", "high"))
    what, factor = _numbered(name)
    lowest, highest = round(low * factor), round(high * factor)
    than, behind = match["than"] or "", match["behind"] or ""
    is_most = bool(_IS_LESS.fullmatch(than)) or "asti" in behind or "saakka" in behind or "alle" in behind
    is_least = (bool(than) and not is_most) or "yli" in behind
    return Limit(what, -ENDLESS if is_most else lowest, ENDLESS if is_least else highest)


def _numbered(name: str) -> tuple[int, float]:
    """Number of the named quantity in millimetres, and what a value is multiplied by."""
    return next(measure for measure in measures().all if measure.name == name).in_unit(_UNIT)

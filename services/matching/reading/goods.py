"""What words of work, rooms and transport mean on a card of material: a lathe that is sold is a machine and no turning,
a van is a vehicle and no delivery (``data/goods.csv``). The longest of those that overlap counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from services.matching.reading.sieve import Sieve, Written
from services.matching.reading.tables import line_of, parents
from services.matching.words.concepts import MATERIAL, kinds, numbered
from services.matching.words.lexicon import Found
from services.matching.words.tokens import Token
from services.matching.words.vocabulary import Term, tables

EMPTIED = re.compile(r"\btyhj(?:ä|ät|iä|inä|ien|entyneit|entynee|ennett)|huuhdel|huuhdottu|\btömd|\btom(?:ma|t)\b"
                      r"|urdruck|sköljd|\bemptied|\bempty\b|\brinsed")  # fmt: skip
"""Of vessels and sacks: what was in them is gone, and they are the thing."""
_BROKEN = re.compile(r"\b(?:myös|vaikka|hieman|osin|on|ovat|vähän|kaikki|saa olla|mennyt|menneet|menee|meni|oleva\w*)"
                     r" rikki\b|\brikki (?:men\w+|oleva\w*)|^\s*rikki\s*$")  # fmt: skip
"""In two, and no sulphur."""
_FOR_GOODS = re.compile(
    r"\b[\w-]+n(?: (?:ja|tai|sekä) [\w-]+n)? (?:tekoon|teossa|tekemiseen|valmistu(?:kseen|ksessa)|valmistamiseen"
    r"|rakentamiseen|säilöntään|säilömiseen|säilytykseen|säilyttämiseen|kasvatukseen|kasvattamiseen|viljelyyn|suojau?kseen"
    r"|suojaamiseen|suojaksi|peittämiseen|peitteeksi|korjaukseen|korjaamiseen|kunnostukseen|kunnostamiseen|pakkaamiseen"
    r"|kuljettamiseen|lämmitykseen|lämmittämiseen|koristeluun|somistukseen|maalaukseen|täyttämiseen|varten|alle"
    r"|alustaksi|pohjaksi|pieleen|viereen|päälle|eteen|ympärille|nurkkaan|reunoille|seinille|seinään|tueksi|koristeeksi"
    r"|täytteeksi|pehmusteeksi|paikkaukseen|sisustukseen|kalustukseen|sidontaan|sitomiseen|ripustamiseen|kiinnitykseen"
    r"|keräykseen|keruuseen|lattialle|lattiaksi|katolle|pohjalle|kulmille|oveen)\b"
)
"""What is to be made, kept or covered with what is wanted: "laukkujen tekoon", "kurkkujen säilöntään"."""
_WORK_ON = re.compile(
    r"\b[\w-]+(?:n|jen|den|ten|ien) (?:huolto|korjaus|pesu|käämintä|vuokraus|asennus|suunnittelu|kuljetus)"
    r"(?:a|ä|ta|tä|palvelu\w*)?\b"
)
"""Work on a thing, and not the thing: "sähkömoottorien käämintää"."""
_KEEPER = re.compile(
    r"(?<!från )\b\w{3,}(?:gård(?:en|ar|arna|s|ens)?|bonde(?:n|s)?|bönder|uppföd(?:are|ning)\w*|odlare(?:n|ns)?"
    r"|farm(?:i|in|ille|illa|ari|arin|ari?lle|en|er)?|kasvattamo\w*|kasvattaj\w*|viljelij\w*"
    r"|laitos|yrittäjä|valmistaja|keittäjä|tillverkare(?:n|ns)?|fabrik(?:en|ens)?)\b"
    r"|\b(?:lampaat|lampaita|lampaiden|lampaille|lampaani)\b"
)
"""Who keeps, grows or makes something, and not the thing: a "broilergård" wants no broilers."""
_RICH_IN = re.compile(
    r"\b(?:protein|stärkelse|fett|socker|energi|kolhydrat|fiber|mull|närings|kväve|fosfor|kalium|kalk)rik(?:t|a)?\b"
    r"|\b(?:valkuais|proteiini|tärkkelys|rasva|sokeri|energia|kuitu|hiilihydraatti|alkoholi|humus|ravinne|kalium|kalkki)"
    r"pitoi\w+|\b(?:som|till|proteinrikt|energirikt|torrt|billigt|extra) foder\b"
    r"|\b\w{3,}pohjai(?:nen|sta|sia|set|sen)\b|\b\w{3,}baserad(?:e|t)?\b|\bterve(?:ttä|itä|et)\b"
)
"""What a thing is rich in, made of or good for, and not the thing: "stärkelserikt"; "tervettä" is no tar."""
HANDLES = re.compile(
    r"\b(?:tekee|tekevät|tekisi|rakentaa|rakentavat|rakennamme|ompelee|ompelevat|ompelemme|nikkaroi|nikkaroivat|kutoo"
    r"|kutovat|neuloo|neulovat|veistää|veistävät|sorvaa|sorvaavat|pakkaa|pakkaavat|kietoo|käärii|kypsyttää|säilyttää"
    r"|varastoi|kuljettaa|sekoittaa|lajittelee|sitoo|rimoittaa|pussittaa|päällystää|kiillottaa|kunnostaa|entisöi|verhoilee|ripustaa|koristelee|sisustaa|kalustaa|remontoi|kasvattaa"
    r"|viljelee|ruokkii|majoittaa|paistaa|leipoo|savustaa) (?:\w+st[aä] ){0,2}"
    r"(?:(?:\w+[aä] )?(?!\w+st[aä]\b)\w+[aä]|\w+[nt])\b"
    r"|\b\w+(?:a|ä|n) (?:tekevä|rakentava|ompeleva|järjestävä|kasvattava|viljelevä|pakkaava|kuljettava|kunnostava"
    r"|korjaava|vuokraava|kutova|neulova|valaja)(?:n|t|lle|lla)?\b"
    r"|\bgör (?:\w+ )?\w+(?= av\b)"
    r"|\b(?:bygger|snickrar|syr|väver|stickar|svarvar|tillverkar|packar|lagrar|förvarar|transporterar|renoverar"
    r"|restaurerar|inreder|slår in|lindar in|bakar|röker|river|jäser|blandar)"
    r"(?! (?:av|i|in|upp|ut|om|själv|med|på|till|för)\b) (?:\w+[at] )?\w+"
)
"""What somebody makes, packs, keeps or handles, which is what he speaks of only where nothing else is named: "tekee
pöytiä keloista", "syr väskor"; but "pieni saha tekee tuoretta purua"."""
_ASIDE = re.compile(
    r"\b(?:maali|maalit|maalipinta|lakka|lakkapinta|pinnoite|färgen|lacken|ytan) (?:\w+ )?"
    r"(?:saa|voi|får|kan|ei haittaa|lohke\w*|hilse\w*|irtoaa|irti|flagnar|släpper|kulunut)\b"
    r"|\bnaulat? (?:saa|voi|saavat|voivat|ei haittaa|eivät haittaa)\b|\bspik(?:arna)? (?:får|kan|gör inget)\b"
    r"|\b(?:pohjaventtiili|pohjahana|bottenventil)\w{0,3}\b"
    r"|\b(?:\w{3,}(?:tehdas|tehtaamme|verstas|kauppias|kauppiaalle|liike|liikkeelle|myymälä|puoti|kioski|rakentaja)"
    r"|haketta(?:mo|ja)\w*)\b"
)
"""Who speaks, and what is told of surfaces and parts: "hakettamo", "maali saa lohkeilla", "naulat saa jäädä"."""
_OF_A_REEL = re.compile(
    r"\b(?:kelan|kelojen|rullan|rullien|vyyhdin) (?:loput|loppuja|päät|päitä|jämät|jämiä|alut|alkuja|tähteet)\b"
)
"""What is left of a reel is what was on it: "vaijeria kelan loppuja"."""
NO_GOODS = (_BROKEN, _FOR_GOODS, _WORK_ON, _KEEPER, _RICH_IN, _OF_A_REEL, _ASIDE)
"""What names no thing of a card of flows."""
MAKES = re.compile(r"\b(?:tekee|valmistava|valmistaa|jalostaa|paahtaa|keittää|tislaa|framställer|producerar|kokar"
                   r"|bränner|brygger) (?!(?:siitä|niistä|av)\b)\w+")  # fmt: skip
"""Of a want: what somebody makes of it is not what he wants: "tislaamo tekee viinaa leivästä"."""
_OBJECT = re.compile(r"^(?P<bare>.*\b(?:ost|tarvi|etsi|hae|hanki|halua|kaipa)\w* .*[aeiouyäöå])n\s*$")
"""The case of what somebody needs or buys: "ostetaan sorvin"."""


_STUFF = re.compile(r"(?:rosteri|muovi|lasi|puu|pui|metalli|teräksi|pelti|nahkai|kumi|pahvi|betoni|alumiini|vaneri"
                    r"|posliini|messinki|kupari)(?:nen|sia|set|sta)$"
                    r"|ruostum\w+$|haponkest\w+$|rostfri\w*$|syrafast\w*$|^rst$|^hst$")  # fmt: skip
"""What a thing is made of, told before it."""
_MACHINES = ("machines-used", "used-vehicles", "used-work-machines", "machine-tools")
_DRIVEN_BY = ("fuel-mix", "fuel-waste", "biogas", "electricity")
PART = re.compile(r"^\s*\w+(?: \w+)?\s*(?:väh\.?|vähintään|min\.?|max\.?|enintään|korkeintaan|minst|högst"
                  r"|upp till|noin|yli|alle)\s*\d[\d.,]*\s*(?:mm|cm|m|tuum\w*|tum)\b")  # fmt: skip
"""Behind a machine a part of it: "jyrsin, pöytä väh. 800 mm"."""


def is_stuff_of(one: Found, hits: Sequence[Found], words: Sequence[Token]) -> bool:
    """Whether it only says of what the next thing is made: a tank of stainless steel is a tank, its plate is stainless.
    """
    if one.first != one.last or not _STUFF.search(words[one.first].text):
        return False
    own = _family(numbered()[one.term.concept].number)
    is_told_behind = words[one.first].text.endswith(("sia", "set"))
    return any(
        _family(numbered()[h.term.concept].number) != own
        for h in hits
        if h.first == one.last + 1 or (is_told_behind and h.last == one.first - 1)
    )


def without_fuel(things: frozenset[int]) -> frozenset[int]:
    """Of a machine or vehicle not what drives it: "pakettiauto, diesel"."""
    return things - _fuels() if things & machines() else things


@lru_cache(maxsize=1)
def machines() -> frozenset[int]:
    """Numbers of machines and vehicles."""
    tops = {numbered()[name].number for name in _MACHINES}
    return frozenset(tops | {child for child in parents(True) if tops & set(line_of(child))})


@lru_cache(maxsize=1)
def _fuels() -> frozenset[int]:
    return frozenset(numbered()[name].number for name in _DRIVEN_BY)


def _family(number: int) -> int:
    """The widest thing of which it is a kind."""
    return line_of(number)[-1]


def goods_in(text: str) -> list[tuple[str, int, int]]:
    """Concepts that are named as goods, each with the place of its words, in the order of the text."""
    bare = _OBJECT.sub(r"\g<bare>", text)
    found = [
        (concept, *match.span())
        for concept, pattern in _goods().of(text)
        for spelt in dict.fromkeys((text, bare))
        for match in pattern.finditer(spelt)
    ]
    kept: list[tuple[str, int, int]] = []
    for concept, start, end in sorted(found, key=lambda one: (one[1] - one[2], one[1])):
        if not any(start < b and a < end and (a, b) != (start, end) for _, a, b in kept):
            kept.append((concept, start, end))
    return sorted(kept, key=lambda one: one[1])


def with_goods(hits: Sequence[Found], text: str, words: Sequence[Token], language: str) -> list[Found]:
    """With what words of work, rooms and transport name as goods, in place of what they name else."""
    found, goods = list(hits), []
    for concept, start, end in goods_in(text):
        at = [place for place, word in enumerate(words) if word.start < end and start < word.end]
        there = [one for one in hits if at and one.first <= at[-1] and at[0] <= one.last]
        if at and not any(one.letters > end - start and kinds()[one.term.concept] == MATERIAL for one in there):
            found = [one for one in found if one.last < at[0] or at[-1] < one.first]
            term = Term(text[start:end], language, concept, MATERIAL, (), (), 1.0)
            goods.append(Found(term, at[0], at[-1], 1.0, end - start, oblique=False))
    found += goods
    return found


@lru_cache(maxsize=1)
def _goods() -> Sieve[tuple[str, Written]]:
    """Patterns of whole words in the cases of a subject: "sorvia", and not "sorvilla"."""
    rows = list(tables("services.matching.reading", "goods"))
    return Sieve((row["pattern"], (row["concept"], Written(row["pattern"]))) for row in rows)

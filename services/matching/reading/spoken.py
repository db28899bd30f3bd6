"""What one clause names: the things that are its subject, those it tells a circumstance with, and uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from services.matching.reading.goods import EMPTIED, HANDLES, MAKES, NO_GOODS, is_stuff_of, with_goods
from services.matching.reading.heard import ANY_KIND, CROSSING, FAMILY, HANDLED, heard_in
from services.matching.reading.neighbours import (
    AWAY,
    MADE_OF,
    REST_OF,
    is_along,
    is_foreign,
    is_owner_of,
    is_pieces_of,
    is_rest_of,
    is_sure,
)
from services.matching.reading.tables import crossings, kind_words
from services.matching.words.concepts import FLOWS, MATERIAL, NONE, Concepts, kinds, numbered
from services.matching.words.cues import guess_language
from services.matching.words.lexicon import Found, lexicon
from services.matching.words.tokens import tokens

Span = tuple[int, int]

_SURE_BEYOND = 0.8
"""Of a word that stands on cards of two kinds."""
_WHOLE, _HEAD_LETTERS = 0.89, 4
_JOINS = frozenset(("och", "eller", "o", "samt", "ja", "tai", "and", "or"))
_SEEKS = {
    "efter": frozenset(("letar", "leta", "letat", "söker", "söka", "spanar", "spana", "frågar", "jakt", "ute", "tittar",
                        "efterfrågar")),
    "för": frozenset(("betalar", "betala", "betalas", "betalt")),
}  # fmt: skip
"""What is wanted stands behind these words: "letar efter", "betalar för"."""
_WHERE = frozenset(("i", "på", "vid", "under", "kring", "runt", "längs", "bakom", "hos"))
"""What follows is where it is: Finnish has cases for that."""
_TO = frozenset(("till", "för", "for", "to", "into"))
_TAKES = frozenset(
    ("tar", "tager", "mottar", "vill", "köper", "söker", "behöver", "ottaa", "otamme", "ostaa", "ostamme", "tarvitsee")
)
"""Who takes something names it anew: in "foderköket för pälsdjur tar fiskrens" fish is not where it goes."""
_HELD_BEFORE = frozenset(("jäljiltä", "jälkeen", "ollut", "ollutta", "olleet", "varten"))
"""What is named before was in what is had, or is what that is for: "kontteja mehutiivisteen jäljiltä", "säkkejä haketta
varten"."""
_IS_DONE = re.compile(r"(?:[eaäoi]t|st|ll|nn|rr)(?:aan|ään)$")
"""The end of what is done: "puristetaan" is no press cake."""
_PLACES = re.compile(r"\b(?:etelä-|pohjois-|keski-)?(?:pohjan|uuden|uudel|ahvenan|pirkan)ma\w+|\buusimaa")
"""Regions whose names end like soil."""
_COUNTED = re.compile(
    r"\bkuusi(?= (?:kuutio|m3|m2|tonni|tn?\b|kilo|kg|metri|m\b|litra|l\b|kpl|kappale|lava|säkki|päivä|viikko|viikon"
    r"|kuukau|vuot|vuod|bari|bar\b|aste|tunti|kerta|henke|henki|kuorma|paikka|laatik|rulla|auto|rekka|kontti|paali|purkki|tynnyri))"
)
"""Six, which is a spruce elsewhere."""
_MEASURED = re.compile(r"\b(?:raskasmetall|tungmetall|heavy metal)\w*"
                       r"|\b\d[\d.,]* ?(?:kg|g|mg|%) (?:typpeä|fosforia|kaliumia|kväve|fosfor|kalium)\b")
"""What is measured in a thing and is not the thing."""
_COLOURED = re.compile(r"\b(?:en|samma|olika|valfri|vilken|någon|alla|ljus|mörk) färg(?:er)?\b|\bfärg spelar")
_TO_BE_RID_OF = re.compile(r"\b\w*(?:öljy|kaasu|hake|turve|pelletti)(?:stä|sta|a|ä|n)? (?:pois|eroon|historiaan)\b"
                           r"|\b(?:eroon|luopu\w+|irti|päästä|päästäisi\w*) \w*(?:öljy|kaasu|turve|pelletti|hake)\w*"
                           r"|\b\w*(?:öljy|kaasu|turve|pelletti|hake)\w* (?:eroon|luopu\w+|tilalle|sijaan)\b"
                           r"|\b(?:bort|slippa|slipper|byt\w* (?:bort|ut)|av med|från|sluta elda|i ?stället för)"
                           r"(?: (?:sin|den|vår|gamla))?"
                           r" (?:med )?(?:olj|gasol|gaspann|gasen|torvpann|pelletspann|flispann)\w*"
                           r"|\b(?:lämmitetään|lämmitämme|lämpiää|lämpenee) (?:\w+ ){0,2}(?:sähköllä|öljyllä|kaasulla)"
                           r"|\b(?:värms|värmer|eldas|eldar|värma) (?:\w+ ){0,3}med (?:direkt)?(?:el|olja|gasol|gas)\b"
                           r"|\b(?:sähköllä|öljyllä|kaasulla) (?:\w+ )?(?:lämmin|lämmitet|lämpi[mä])\w*"
                           r"|\bsähkölasku\w*|\belräkning\w*")  # fmt: skip
"""The fuel that is to be replaced: "lämpöä kuivuriin, öljy pois"."""
_OWN_MEANS = re.compile(r"\b(?:oma(?:lla|n)?|egen|vår(?:t|a)?) (?:lämpöpumpu?p?|värmepump|kattila|panna)\w*"
                        r"|\bvärmepump\w* (?:finns|har|är på|kommer|på plats|installer)\w*|\b(?:har|ha) värmepump\w*"
                        r"|\blämpöpump\w* (?:on|löytyy|tulee|tulossa|hankitaan|hankimme|valmiina|meillä|asennet)\w*")
"""What the taker has himself; of energy no use of what is wanted either."""
_BY_MEANS = re.compile(r"\b(?:ruoki(?:mme|taan)|syötämme|lämmitämme|lämmitetään|kuivitamme|kuivitetaan|lannoitamme"
                       r"|poltamme|katamme)\b")  # fmt: skip
"""Verbs of a want whose means is what it wants: "ruokimme mäskillä"."""
_REPLACED_BY = re.compile(r"\b(?:korvata|korvaisi\w*|korvaamme|korvataan|ostetulla)\b")
"""Of a want of energy: "korvaisi öljykattilan ostetulla höyryllä"."""
_REPLACED = re.compile(
    r"\b(?:byta|byter) (?!ut\b)(?:\w+ ){1,2}mot\b"
    r"|\b(?:byta ut|ersätt\w*|i ?stället för|korva(?:a(?!mis)|isi|ta\b)\w*|replac\w+|instead of)"
    r"(?: (?!med\b|mot\b|by\b|with\b)\w+(?<!ll[aä])\b){1,4}"
    r"|\b\w+ (?:polttav|käyttäv|valmistav|jalostav|tuottav)an?\b"
    r"|\b\w+n (?:tekijä|valmistaja|tuottaja|jalostaja|kasvattaja|viljelijä|maahantuoja"
    r"|värjääjä|keittäjä|panija|säilöjä)n?\b"
    r"|\b\w+n (?:kuivaukseen|kompostointiin|käsittelyyn|neutraloin|hygienisoin|sitomis|sidonta|imeyttämis|stabiloin"
    r"|jäähdytykseen|säilytykseen|pakkaukseen|pesuun|puhdistukseen|saostukseen|laimennukseen|kuljetukseen)\w*"
    r"|\b\w+n (?:\w+ )?korvaamise(?:en|ksi)\b"
    r"|\b(?:neutraliser\w*|hygieniser\w*|stabiliser\w*|rening|reningen) (?:av )?(?:\w+ ){0,1}\w+"
    r"|\b[\w-]+n (?:puristu(?:kseen|ksessa|sta varten)|valmistu(?:kseen|ksessa|sta varten)|tuotan(?:toon|nossa|nosta)"
    r"|(?:valmistukse|teo|keito|puhdistukse|tislaukse|savustukse|jauhatukse|fermentoinni|sahaukse|höyläykse|hionna"
    r"|kuorinna|sorvaukse|katkonna|purkamise|kaado|harvennukse|raivaukse|leikkuu|poraukse|koneistukse)sta)\b"
    r"|\b(?:muovit?|kääreet?|kalvot?|plasten|plaster|plast) (?:ehjä\w*|rikki|hela|oskadad\w*|på|pois|paikallaan)\b"
    r"|\b(?:odlar|uppföder|kasvatamme|viljelemme|valmistamme|tuotamme|ruokimme) \w+"
    r"|\b(?:vid|från|efter|under) (?:saltning|torkning|rökning|tillverkning|produktion|bryggning|bakning|hyvling"
    r"|sågning|slipning|barkning|svarvning|gallring|röjning|rivning|kapning|borrning)"
    r" av \w+"
    r"|\b[\w-]+n (?:erotuks|erottami|irrotuks|poistoon|poistami)\w*|\b(?:avskiljning|separering) av \w+"
    r"|\b(?:kuin|än|than)(?: \w+){1,2}"
    r"|\b(?:\w+ ){1,2}(?:tilalle|sijaan|sijasta|osakorvaa\w*|korvaaj\w*|korvaav\w*|korvikk\w*)"
)
"""What is to be replaced is not what is wanted, and what somebody burns or makes is not what he has."""
_UNDERGROUND = re.compile(r"\bkulvert(?:en|ar)?\b")
"""A pipe, which a word of blood would be heard in."""
_MADE_WITH = re.compile(r"\b(?:producera\w+|framställ\w+|elda\w+|uppvärm\w+|alstra\w+) (?:med|av|från) \w+"
                        r"|\b\w+ll[aä] (?:tuotet|lämmitet|tehd|tehty|valmistet)\w+")
"""Of energy, what it is made with: "fjärrvärme producerad med torv"."""
_BURNT = re.compile(r"\b(?:vi )?(?:eldar|bränner|förgasar|kör på) (?:med )?\w+|\b(?:poltamme|poltetaan|poltossa) \w+")
"""Of energy that is had, what it is made of: "vi eldar flis och har värme över"."""
_WORK_VERBS = (r"(?:rakentaa|rakennetaan|rakennamme|rakentaisi|remontoi(?:daan|mme|vat)?|kunnostaa|kunnostetaan"
               r"|kunnostamme|korjaa|korjataan|korjaamme|korjaavat|uusii|uusitaan|uusimme|maalaa|maalataan|maalaamme|puhdistaa"
               r"|puhdistetaan|puhdistamme|pesee|pestään|pesemme|eristää|eristetään|eristämme|päällystää|päällystetään|täyttää|täytetään"
               r"|tasoittaa|tasoitetaan|voitelee|voidellaan|liimaa|liimataan|suojaa|suojataan|paikkaa|paikataan"
               r"|huoltaa|huolletaan|pesevät|saumaa|saumataan|tiivistää|tiivistetään|kiinnittää|kiinnitetään|sulattaa)")
_WORKED_ON = re.compile(
    rf"\b{_WORK_VERBS}(?: (?!\w+(?:ll[aä]|st[aä])\b)[\w-]+){{1,2}}"
    r"|\b\w+ (?:maalataan|eristetään|päällystetään|pestään|puhdistetaan|täytetään|tasoitetaan|paikataan|uusitaan)\b"
    r"|\b(?:bygg(?:a|er)|renoverar?|restaurerar?|reparerar?|lagar?|målar?|rengör(?:a)?|tvättar?|isolerar?|limmar?|smörj(?:a|er)"
    r"|täcker?|lägger|avkalkar?|fyller|lackerar?|lackar?"
    r"|tätar?|fogar?|putsar?|behandlar?|oljar)(?: (?!med\b|av\b|i\b|på\b|till\b)\w+){1,2}"
)
"""What somebody builds, mends, paints or washes is not what he wants for it: "maalataan talon seinät"."""
_NO_THINGS = (_REPLACED, _PLACES, _COUNTED, _COLOURED, _TO_BE_RID_OF, _MEASURED, _OWN_MEANS, _UNDERGROUND)
_IN_CIRCUMSTANCE = re.compile(r"(?:ss[aä]|st[aä]|lle|ksi|iin|een)$")
"""Cases of where, whence and what for."""
_SHARE = re.compile(r"\s*(?:on )?(?:alle|enintään|korkeintaan|max\.?|maks\.?|under|högst|maximalt|below|at most|[<≤])"
                    r" ?(?:\d+(?:[.,]\d+)? ?(?:%|prosent|procent|promille|‰|mg/|g/|ppm)"
                    r"|raja|gräns|ohjearv|riktv)")  # fmt: skip
"""Behind a word: how little of it may be in the thing. What is strong ("natronlipeää, 30 %") is the thing."""
_IN_WHICH = re.compile(r"\b(?:joka|jotka|jossa|joissa|jonka|joiden|josta|joista|jolla|joilla|jolle|joille|johon|joihin"
                       r"|joita|där|vars|(?:i|på|med) vilk\w+"
                       r"|som (?:är|var|har|hade|kom|ska|blev|blivit|inte|vi|de|används?|användes)"
                       r"|in which|whose)\b")  # fmt: skip
"""What follows tells of the thing, and is not the thing."""
_POWER = re.compile(r"\d ?[km]w\b(?!h)")
"""Who tells kilowatts speaks of heat or electricity, and of no fuel."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Concepts of a clause: those that are its subject, and those in a case of circumstance; uses. ``taken``:
    things whose word a use is told with ("kiuaskiviä"). ``empty``: it says that something is emptied."""

    subjects: Concepts
    circumstances: Concepts
    uses: Concepts
    taken: Concepts
    empty: bool


@lru_cache(maxsize=16_384)
def spoken(text: str, kind: str, by_use: bool, beyond: int = CROSSING) -> Spoken:
    """What a clause names in words of its kind, or ``beyond``; ``by_use``: uses, too."""
    clause = _Clause(text, kind, by_use, beyond)
    subjects = set(clause.meant_of_kind())
    circumstances: set[int] = set()
    taken: set[int] = set()
    for one in clause.things():
        number = numbered()[one.term.concept].number
        if clause.tells_a_use(one):
            if one.quality >= _WHOLE and not one.oblique and one.letters >= len(clause.words[one.last].word):
                taken.add(number)
        elif not clause.names_another(one):
            (circumstances if clause.is_aside(one) else subjects).add(number)
    is_empty = clause.flows and EMPTIED.search(text) is not None
    purposes = frozenset(one.use.number for one in clause.heard)
    return Spoken(frozenset(subjects), frozenset(circumstances), purposes, frozenset(taken), is_empty)


class _Clause:
    """A clause with its words, the terms found in it, and the places of what is no thing."""

    def __init__(self, text: str, kind: str, by_use: bool, beyond: int) -> None:
        self.text, self.kind, self.beyond, self._by_use = text, kind, beyond, by_use
        self.flows = kind in FLOWS
        crosses = beyond in (CROSSING, HANDLED) and not (kind == "energy" and _POWER.search(text))
        self._crossing = crossings(kind) if crosses else NONE
        self.heard = heard_in(text, kind, beyond, self._crossing) if by_use else []
        if kind == "energy":
            old_means = (_REPLACED, _OWN_MEANS, _TO_BE_RID_OF)
            self._replaced = [found.span() for pattern in old_means for found in pattern.finditer(text)]
            self.heard = [one for one in self.heard if not _within((one.start, one.end), self._replaced)]
        self._telling = [
            found.span()
            for one in self.heard
            if not self._crossing or kind in one.use.kinds
            for found in one.use.pattern.finditer(text)
        ]
        self.words = tokens(text)
        hits = [one for one in lexicon().find(self.words, far=False) if is_sure(one, self.words)]
        self._language = guess_language(text, hits)
        self.hits = with_goods(hits, text, self.words, self._language) if kind == MATERIAL else hits
        self._meant = list(self._words_of_kind())
        no_things = (*_NO_THINGS, *NO_GOODS) if self.flows else _NO_THINGS
        if self.flows and beyond != HANDLED:
            no_things = (*no_things, HANDLES, MAKES) if by_use else (*no_things, HANDLES)
        no_things = (*no_things, _MADE_WITH) if kind == "energy" else no_things
        no_things = (*no_things, _BURNT) if kind == "energy" and not by_use else no_things
        self._no_things = [found.span() for pattern in no_things for found in pattern.finditer(text)]
        self._no_things += [span for _, span in self._meant]
        self._worked_on = [found.span() for found in _WORKED_ON.finditer(text)] if by_use and self.heard else []
        relative = _IN_WHICH.search(text) if self.flows else None
        self._told_of = relative.start() if relative else len(text)
        self._ends = [hit.last for hit in self.hits]
        self._ends += [at for at, word in enumerate(self.words) if _meets((word.start, word.end), self._telling)]

    def meant_of_kind(self) -> Iterator[int]:
        """Concepts that words mean on cards of this kind only."""
        return (concept for concept, (start, _) in self._meant if start < self._told_of)

    def things(self) -> Iterator[Found]:
        """Terms that may name a thing here."""
        for one in self.hits:
            is_done = one.quality < _WHOLE and _IS_DONE.search(self.words[one.last].text)
            is_thing = self._is_of_kind(one) and not is_done and not _meets(self._span(one)[1], self._no_things)
            if is_thing and not is_foreign(one, self.words, self._language) and not self._is_worked_on(one):
                yield one

    def _is_worked_on(self, one: Found) -> bool:
        """Whether a want of material tells what is done to it, and no use that it tells takes it."""
        if self.kind != MATERIAL or not self.heard or not _meets(self._span(one)[1], self._worked_on):
            return False
        number = numbered()[one.term.concept].number
        return not any(number in told.use.serving for told in self.heard)

    def tells_a_use(self, one: Found) -> bool:
        """Whether its word is one that a use is told with."""
        whole, (start, end) = self._span(one)
        number = numbered()[one.term.concept].number
        if self.kind in ("energy", "water") and any(
            whole[0] <= told.start and told.end <= whole[1] and whole != (told.start, told.end)
            and number in told.use.serving
            for told in self.heard
        ):
            return False
        return any(a < end and start < b and not self._is_more_than_use(one, (a, b)) for a, b in self._telling)

    def names_another(self, one: Found) -> bool:
        """Whether it only tells of another thing: its stuff, what it is made of, what was in it, whither it goes."""
        if self.kind == MATERIAL and (is_stuff_of(one, self.hits, self.words) or self._goes_away(one)):
            return True
        before = one.first - 2
        if before >= 0 and self.words[before + 1].text in MADE_OF and any(hit.last == before for hit in self.hits):
            is_of_another = not REST_OF.search(self.words[before].text)
        else:
            is_of_another = any(about(one, self.hits, self.words) for about in (is_rest_of, is_pieces_of))
        return is_of_another or (self.flows and self._is_held(one))

    def is_aside(self, one: Found) -> bool:
        """Whether it is told as a circumstance."""
        is_means = self._by_use and self.flows and self.words[one.last].text.endswith(("lla", "llä"))
        tells_means = _BY_MEANS.search(self.text) or (self.kind == "energy" and _REPLACED_BY.search(self.text))
        if one.oblique and not (is_means and tells_means):
            return True
        (start, end), _ = self._span(one)
        if start >= self._told_of or self._goes_away(one):
            return True
        if self.kind == MATERIAL and one.first > 0 and self.words[one.first - 1].text in _WHERE:
            return True
        return self.flows and (
            _SHARE.match(self.text, end) is not None
            or is_along(one, self.hits, self.words)
            or is_owner_of(one, self.hits, self.words)
        )

    def _words_of_kind(self) -> Iterator[tuple[int, Span]]:
        if self.beyond in (CROSSING, HANDLED) and self.flows:
            for concept, pattern, unless in kind_words(self.kind).of(self.text):
                found = pattern.search(self.text)
                is_told = found and not _IN_CIRCUMSTANCE.search(found.group())
                is_old = found and self.kind == "energy" and _within(found.span(), self._replaced)
                if found and is_told and not is_old and not (unless and unless.search(self.text)):
                    yield concept, found.span()

    def _span(self, one: Found) -> tuple[Span, Span]:
        """Where its words stand, and where the last of them does."""
        end, head = self.words[one.last].end, self.words[one.last].start
        return (self.words[one.first].start, end), (head, end)

    def _is_of_kind(self, one: Found) -> bool:
        if self.beyond == ANY_KIND:
            return True
        kind = kinds()[one.term.concept]
        if self.beyond == FAMILY:
            return (kind in FLOWS) is self.flows
        crosses = numbered()[one.term.concept].number in self._crossing and one.quality >= _SURE_BEYOND
        return kind == self.kind or crosses

    def _is_more_than_use(self, one: Found, use: Span) -> bool:
        """Whether it is a known compound of which the use is only the first part: "akustiikkalevy" is a board; or only
        the last: "lättklinker" is no clinker."""
        word, known = self.words[one.last], len(one.term.text.rpartition(" ")[2])
        if one.quality < _WHOLE or one.letters < len(word.word):
            return False
        before, behind = use[0] - word.start, word.start + known - use[1]
        return behind >= _HEAD_LETTERS or (
            self.kind == MATERIAL and before >= _HEAD_LETTERS - 1 and not one.oblique
        )

    def _goes_away(self, one: Found) -> bool:
        """Whether a preposition shortly before says that it is whence, whither or what for."""
        for at in range(max(0, one.first - 3), one.first):
            word = self.words[at].text
            is_made_of = at > 0 and word not in _TO and REST_OF.search(self.words[at - 1].text)
            is_sought = at > 0 and self.words[at - 1].text in _SEEKS.get(word, ())
            if word in AWAY and not is_made_of and not is_sought and not self._is_anew(at + 1, one.first):
                return True
        return False

    def _is_anew(self, first: int, last: int) -> bool:
        """Whether the words between a preposition and a thing end what it governs: "till bastun panel" is panel."""
        between = [word.text for word in self.words[first:last]]
        if any(word in _TAKES for word in between):
            return True
        return any(first <= at < last for at in self._ends) and not any(word in _JOINS for word in between)

    def _is_held(self, one: Found) -> bool:
        """Whether what follows says that it was in the thing, or is what that is for, with another one or alone."""
        after = [word.text for word in self.words[one.last + 1 : one.last + 4]]
        return bool(after) and (after[0] in _HELD_BEFORE or (after[0] in ("ja", "tai") and after[2:] == ["varten"]))


def _within(span: Span, others: Sequence[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


def _meets(span: Span, others: Sequence[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)

"""A text as clauses between commas, and which of them refuse or let pass what they name.

"Ei" may stand before what it refuses or behind it; "ilman" before; "käy" and "går bra" let pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.matching.reading.tables import little_words

_SENTENCE = re.compile(r"[.!?]\s+(?=\w)|\s-\s")
_ABOUT = re.compile(r"\bn\.\s*(?=[0-9])")
"""Before a number; without its dot it would be nitrogen."""
_ABBREVIATED = re.compile(r"\b(n|ca|c:a|esim|(?<!\d )(?<!\d)mm|max|min|väh|ent|alk|kl|osim|t\.ex|bl\.a|ph(?=\. eur)"
                          r"|(?<!\d )(?<!\d)st|kat|lk|nr|f\.n|diam|resp|el|ev|inkl|exkl|tot|ung)\.\s+")  # fmt: skip
_LIST_ENDS = re.compile(r"\b(tms|ym|yms|jne|osv|etc|mfl|m\.fl|dyl|o\.dyl|m\.m|sen sort)\.\s+")
"""Short for "and so on": what follows is no more of the list."""
_RATHER = re.compile(r"\b((?:ei|eikä|inte|ej|inga|ingen) (?:\w+ ){1,3})(?:vaan|utan)\b")
"""What follows is meant: "ei olkea vaan purua", "inte halm utan spån"."""
_IF_WET = re.compile(r"\b(?:när|om|då) (?:den|det|de) (?:blir|är) (?:våta?|vått|blöta?|blött|fuktiga?)\b"
                     r"|\b(?:kun|jos) (?:se |ne )?(?:kastu(?:u|vat)\b|on märk\w+|ovat märk\w+)")  # fmt: skip
"""What becomes of it then; it is not wet: "cementlik när den blir blöt"."""
_CLAUSE = re.compile(r"[,;:]\s+|\s*[()]\s*|\bmutta\b|\bmen\b|\bbut\b|\bjoten\b|\bkunhan\b")
_FREE_OF = r"(?<=st[aä] )vapaa|vapaa(?= \w+(?<!kuu)(?<!tai)(?<!alu)(?<!vuode)st[aä]\b)"
"""Free of something; alone it is at hand."""
_LACKING = r"ilman(?! (?:oltava|pitää|laatu|on oltava))"
"""Without; but "ilman oltava puhdas" is of air."""
_NOT = re.compile(r"\b(?:on (?:ihan )?eri (?:juttu|asia)|är en annan (?:sak|femma)"
                  r"|ei(?! enää jät| ole (?:täyn|täysi|töitä|työtä|käytössä|omaa|omia|itsellä)| kukaan)|eikä(?! kukaan)"
                  r"|eivät(?! täyty| riitä| ole (?:täyn|täysi|töitä|käytössä))|emme|älä"
                  rf"|{_LACKING}|paitsi"
                  r"|ingen(?! som| egen)|inga(?! egna)|inget(?! eget)"
                  r"|inte(?! full| fyll| används| i bruk)|ej|aldrig|nej(?= tack)|utan|utom"
                  r"|no|not|without|except"
                  rf"|free of|fritt? från|{_FREE_OF}|liian|för små|för tunna|too"
                  r"|(?:lajitel|seulo|erotel|poimi|siivo|karsi)\w+ pois|poistettu(?:na)?|poistettava(?=t?\b)"
                  r"|irrotettu(?:na)?|irti(?= ?$)|erotettuna|pois(?= ?$)(?<=[^s]t pois)"
                  r"|(?:(?:pitää|täytyy|tulee|on) (?:olla|saada)|oltava|otettava|kerättävä|poimittava) pois"
                  r"|bortsorter\w+|borttag\w+|frånskil\w+|avlägsna(?:d|de|t)"
                  r"|(?<!ei )(?<!eivät )(?<!inte )(?:pilaa|pilaavat|haittaavat|haittaa(?! ei)|jumittaa|tukkii|tukkivat"
                  r"|förstör|sabbar)"
                  r"|(?:metallit|muovit|kivet|lasit|raudat|naulat) (?:on )?erot(?:el|et)tu"
                  r"|avvisas|undanbedes|förbjud(?:en|et|na)|kiellett(?:y|yjä)|hylätään|removed)\b")  # fmt: skip
_TOO = re.compile(r"(?:liian|för|too) \w+ \w{3}")
"""Before what it tells of it refuses nothing: "liian tummaksi paahdettua kahvia" is coffee."""
_WITHOUT = re.compile(rf"\b(?:{_LACKING}|paitsi|utan|utom|without|except|free of|fritt? från"
                      rf"|{_FREE_OF})\b")
"""A "not" that speaks of what follows only."""
_ITS_OWN = re.compile(rf"{_WITHOUT.pattern}|\bpois\b|poistettu|irrotettu|\birti\b|erot(?:el|et)tu"
                      r"|\bbort|avlägsna|frånskil|removed")
"""A "not" that refuses nothing of the clause before."""
_INVERTED = re.compile(r"\b(?:får|kan|tar|vill|ska|behöver|köper|använder) (?:vi|man|jag)\s*$")
"""Swedish turns round what it begins with: "målat får vi inte elda"."""
_NOT_ASKED = (r"(?:ei|eivät) (?:ole )?(?:tarpeen|pakko|pakolli|vaadita|vaatimu|välttämät|edellyt|väliä)"
              r"|(?:krävs|fordras) (?:inte|ej)|inget krav|inte (?:nödvändig|obligator|ett krav)"
              r"|spelar (?:inge?n|ingen större) roll|ingen betydelse|ei merkit(?:ystä|se)|ei merkkaa")  # fmt: skip
"""Of what is not asked for."""
_NO_MATTER = re.compile(r"\b(?<!ei )(?<!eivät )(?<!eikä )(?:käy|käyvät|kelpaa|kelpaavat)\b(?! ei\b)"
                        r"|\w{4,}(?<!mas)(?<!tan)(?<!ursä)(?<!pur)(?<!kios)kin\b"
                        r"|\bmyös\b(?! (?:öisin|yöllä|viikonlop|talvi|talvel|pyhi|kesäl|kesäis))|ei tarvi"
                        r"|(?:ei|eivät) (?:haittaa|häiritse|estä)\b|haittaa ei|saa olla|sopii"
                        r"|\b(?:går (?:också |även |lika )?bra|duger|passar|fungerar|stör)\b(?! inte| ej)"
                        r"|stör inte|behövs (?:ej|inte)"
                        r"|behöver inte|får (?:vara|finnas|ha)|voi(?:vat)? olla|kan (?:få )?vara|gör inget"
                        r"|inget (?:hinder|problem)|inga problem|(?:ei|eivät) (?:ole )?ongelma|ei väliä"
                        r"|även (?!natt|helg|vinter|på)\w+"
                        r"|\bockså (?=(?:från |ur )?\w+$)|\bockså$|vilke[nt] \w*(?: \w+)? som helst"
                        rf"|mikä tahansa|{_NOT_ASKED}"
                        r"|\bis fine\b|\bare fine\b|not needed|no matter|\bokej?\b|\bok\b")  # fmt: skip
_NEVER = re.compile(r"stör inte|(?:ei|eivät) (?:haittaa|häiritse|estä)\b|haittaa ei|ei tarvi"
                    r"|behövs (?:ej|inte)|behöver inte|gör inget|inget (?:hinder|problem)|inga problem"
                    r"|(?:ei|eivät) (?:ole )?ongelma|ei väliä"
                    rf"|not needed|no matter|{_NOT_ASKED}")  # fmt: skip
"""A "not" that lets pass."""
_NO_VERB = re.compile(r"^\s*(?:(?:saa|saisi|kuulu) )?(?:(?:olla|esiintyä|finnas|förekomma|ingå|vara med|följa med)\b"
                      r"(?:\s+(?:\w{3,}(?:ssa|ssä|lla|llä)|seassa|mukana|(?:på|i|bland)\s+\w+)\b)*"
                      r"|(?:voi|voida|voisi|pysty|pystytä|saa|saada|kannata|haluta) \w{3,}(?:[aä]|maan|mään)\b"
                      r"|(?!riitä|pidä|vedä|löydä|hoida)\w{2,}(?:[aeiouyäö][td]a|[aeiouyäö][td]ä)\b)")  # fmt: skip
"""What may stand behind "not" and names nothing: where something must not be ("får inte finnas på linjen"), or what is
not done ("ei juoteta", "ei saa olla seassa")."""
_NOT_INTO = re.compile(r"^\s*(?:käy|mene|mahdu|sovi|kelpaa|tule|tuoda|kuulu|laiteta|oteta)"
                       r"(?: \w+){0,2} \w+(?:aan|ään|een|iin|oon|uun|yyn|öön|ssa|ssä)\s*$"
                       r"|^\s*\w{3,}(?:aan|ään|een|iin|oon|uun|yyn|öön)\s*$")
"""Behind a Finnish "not" what does not go into something stands before it: "turve ei käy kattilaan", "turvetta
ei kattilaan"."""
_GOES = re.compile(r"\b(?:går|duger|passar|funkar|fungerar|brinner)\s*$")
_INTO = re.compile(r"^\s*(?:i|på) \w+")
"""And behind a Swedish one: "torv går inte i pannan"."""
_OF_PERSONS = frozenset(("emme", "eivät"))
_ANY_VERB = re.compile(r"^\s*\w+(?: \w{3,}(?:maan|mään)\b)?")
"""Behind a Finnish "not" of a person stands its verb: "suolaista emme syötä"."""
_INITIALS = re.compile("[bcdfghjklmnpqrstvwxz]{3}")
"""PCB, PVC: a thing, though short."""
_DIGIT = re.compile("[0-9]")


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a text between commas. ``refuses``: it says "not"; ``tolerates``: what it names may pass.
    ``sentence``: which sentence it is of, from 0. ``opens``: a colon stands behind it."""

    text: str
    refuses: bool
    tolerates: bool
    sentence: int = 0
    opens: bool = False


def clauses(text: str) -> list[Clause]:
    """The clauses of a normalised text. "Haketta, kuorta, purua emme ota": what refuses from behind refuses the single
    words before it, too, but for the one that a text begins with."""
    found: list[Clause] = []
    for number, sentence in enumerate(_SENTENCE.split(_without_dots(_IF_WET.sub("", text)))):
        own: list[Clause] = []
        for part, opens in _parts(sentence):
            if part.strip():
                tolerates = bool(_NO_MATTER.search(part))
                refuses = any(not _TOO.match(part, one.start()) for one in _NOT.finditer(part))
                refuses = refuses and not (tolerates and _NEVER.search(part))
                own.append(Clause(part, refuses, tolerates and not refuses, number, opens))
        for at in range(len(own) - 1, 0, -1):
            before = own[at - 1]
            is_bare = not _says_a_thing(own[at].text)
            if (
                own[at].refuses
                and _refuses_behind(own[at].text)
                and (is_bare or (len(before.text.split()) == 1 and (number or at > 1)))
                and not _DIGIT.search(before.text)
            ):
                own[at - 1] = Clause(before.text, True, False, number)
        found += own
    return found


def _parts(sentence: str) -> Iterator[tuple[str, bool]]:
    """The parts between commas and the like, and whether a colon stands behind each."""
    start = 0
    for mark in _CLAUSE.finditer(sentence):
        yield sentence[start : mark.start()], mark.group().startswith(":")
        start = mark.end()
    yield sentence[start:], False


def _without_dots(text: str) -> str:
    text = _ABBREVIATED.sub(r"\1 ", _LIST_ENDS.sub(r"\1, ", _ABOUT.sub("noin ", text)))
    return _RATHER.sub(r"\1, ", text)


def split(clause: Clause) -> tuple[str, str]:
    """What the clause says and what it refuses. "Ei" may stand before what it refuses or behind it; "ilman" before."""
    if not clause.refuses:
        return clause.text, ""
    if found := _WITHOUT.search(clause.text):
        return clause.text[: found.start()], clause.text[found.end() :]
    found = _NOT.search(clause.text)
    if found is None:
        return "", clause.text
    before, after = clause.text[: found.start()], clause.text[found.end() :]
    is_behind = before.strip() and _is_behind(before, found.group(), after)
    return ("", before) if is_behind else (before, after)


def says_not(text: str) -> bool:
    """Whether a "not" is in the text."""
    return bool(_NOT.search(text))


def _refuses_behind(text: str) -> bool:
    found = _NOT.search(text)
    return not _ITS_OWN.search(text) and found is not None and (
        _is_behind(text[: found.start()], found.group(), text[found.end() :])
    )


def _is_behind(before: str, negation: str, after: str) -> bool:
    """Whether "not" stands behind what it refuses."""
    if not _says_a_thing(after) or _INVERTED.search(before):
        return True
    if _says_a_thing(before) and (_NOT_INTO.search(after) or (_GOES.search(before) and _INTO.search(after))):
        return True
    verb = _ANY_VERB if negation in _OF_PERSONS else _NO_VERB
    return _says_a_thing(before) and not _says_a_thing(verb.sub("", after))


def _says_a_thing(text: str) -> bool:
    return any(
        (len(word) > 3 or _INITIALS.fullmatch(word)) and word not in little_words() for word in re.findall(r"\w+", text)
    )

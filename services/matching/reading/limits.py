"""What a text says of quality: qualities that are stated, asked and refused, and measured quantities."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.matching.domain.meaning import LIMITS_MAX, MASK_BITS, QUALITY_WORDS, VARIETY_WORDS, Limit, Mask
from services.matching.reading.tables import little_words, measures, numbers_that_show, qualities, varieties

_SENTENCE = re.compile(r"[.!?]\s+(?=\w)|\s-\s")
_ABBREVIATED = re.compile(r"\b(n|ca|c:a|esim|mm|ym|tms|max|min|väh|ent|alk|kl|osim|t\.ex|bl\.a|st|kat|lk"
                          r"|nr|f\.n|resp)\.\s+")  # fmt: skip
_CLAUSE = re.compile(r"[,;:]\s+|\s*[()]\s*|\bmutta\b|\bmen\b|\bbut\b|\bjoten\b|\bkunhan\b")
_NOT = re.compile(r"\b(?:ei|eikä|eivät|emme|älä|ilman|paitsi|ingen|inga|inget|inte|ej|utan|utom|no|not|without|except"
                  r"|free of|fritt? från|vapaa|liian|för små|för tunna|too"
                  r"|(?:lajitel|seulo|erotel|poimi|siivo|karsi)\w+ pois|poistettu|bortsorter\w+|borttag\w+|frånskil\w+"
                  r"|removed)\b")  # fmt: skip
_WITHOUT = re.compile(r"\b(?:ilman|paitsi|utan|utom|without|except|free of|fritt? från|vapaa)\b")
"""A "not" that speaks of what follows only."""
_ITS_OWN = re.compile(rf"{_WITHOUT.pattern}|\bpois\b|poistettu|\bbort|avlägsna|frånskil|removed")
"""A "not" that refuses nothing of the clause before."""
_EITHER = re.compile(r"\b(?:tai|taikka|eller|or)\b|\w/\w")
"""Of alternatives none is asked."""
_INVERTED = re.compile(r"\b(?:får|kan|tar|vill|ska|behöver|köper|använder) (?:vi|man|jag)\s*$")
"""Swedish turns round what it begins with: "målat får vi inte elda"."""
_NO_MATTER = re.compile(r"\b(?<!ei )(?<!eivät )(?<!eikä )(?:käy|käyvät|kelpaa|kelpaavat)\b(?! ei\b)|\w{4,}kin\b"
                        r"|\bmyös\b|ei tarvi|ei haittaa|haittaa ei|saa olla|sopii"
                        r"|\b(?:går bra|duger|passar|fungerar|stör)\b(?! inte| ej)|stör inte|behövs (?:ej|inte)"
                        r"|behöver inte|får (?:vara|finnas|ha)|gör inget|inget hinder|även \w+"
                        r"|\bis fine\b|\bare fine\b|not needed|no matter|\bokej?\b|\bok\b")  # fmt: skip
_NEVER = re.compile(r"stör inte|ei haittaa|haittaa ei|ei tarvi|behövs (?:ej|inte)|behöver inte|gör inget|inget hinder"
                    r"|not needed|no matter")  # fmt: skip
"""A "not" that lets pass."""
_LESS = ("alle", "enintään", "korkeintaan", "max", "max.", "under", "högst", "maximalt", "below", "at most", "<", "≤")
_UNITS = {"promille": 0.1, "‰": 0.1, "g/kg": 1_000.0, "g/l": 1_000.0, "cm": 10.0, "ms/m": 0.01}
_ENDLESS = 10**12
POWER = 1
"""The number of power among measured quantities; its limits are of watts and more."""
_POWER = re.compile(r"(?P<than>vähintään|väh\.?|yli|min\.?|minst|över|at least|over)?\s*"
                    r"(?P<low>\d{1,5}(?:[ ,.]\d{1,3})?)\s*(?P<unit>kw|mw)\b(?!h)")  # fmt: skip
_INITIALS = re.compile("[bcdfghjklmnpqrstvwxz]{3}")
"""PCB, PVC: a thing, though short."""
_DIGIT = re.compile("[0-9]")


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a text between commas. ``refuses``: it says "not"; ``tolerates``: what it names may pass.
    ``sentence``: which sentence it is of, from 0."""

    text: str
    refuses: bool
    tolerates: bool
    sentence: int = 0


def clauses(text: str) -> list[Clause]:
    """The clauses of a normalised text. "Kuorta, maalattua puuta emme ota": what refuses from behind refuses the single
    words before it, too."""
    found: list[Clause] = []
    for number, sentence in enumerate(_SENTENCE.split(_ABBREVIATED.sub(r"\1 ", text))):
        own: list[Clause] = []
        for part in _CLAUSE.split(sentence):
            if part.strip():
                tolerates = bool(_NO_MATTER.search(part))
                refuses = bool(_NOT.search(part)) and not (tolerates and _NEVER.search(part))
                own.append(Clause(part, refuses, tolerates and not refuses, number))
        for at in range(len(own) - 1, 0, -1):
            before = own[at - 1]
            is_bare = not _says_a_thing(own[at].text)
            if (
                own[at].refuses
                and _refuses_behind(own[at].text)
                and (is_bare or len(before.text.split()) == 1)
                and not _DIGIT.search(before.text)
            ):
                own[at - 1] = Clause(before.text, True, False, number)
        found += own
    return found


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
    is_behind = not _says_a_thing(after) or bool(_INVERTED.search(before))
    return ("", before) if is_behind else (before, after)


def _refuses_behind(text: str) -> bool:
    found = _NOT.search(text)
    return not _ITS_OWN.search(text) and found is not None and (
        not _says_a_thing(text[found.end() :]) or bool(_INVERTED.search(text[: found.start()]))
    )


def _says_a_thing(text: str) -> bool:
    return any(
        (len(word) > 3 or _INITIALS.fullmatch(word)) and word not in little_words() for word in re.findall(r"\w+", text)
    )


def qualities_of(said: Iterable[Clause], *, wants: bool) -> tuple[Mask, Mask, Mask]:
    """Qualities that are stated, asked and refused."""
    bears = needs = refuses = 0
    for clause in said:
        if wants and clause.tolerates:
            continue
        says, bars = split(clause)
        for quality in qualities().of(clause.text):
            if quality.free and quality.free.search(clause.text):
                refuses |= quality.bit if wants else 0
            elif quality.pattern.search(bars):
                refuses |= quality.bit if wants and quality.refused else 0
            elif quality.pattern.search(says):
                if wants and not _EITHER.search(says):
                    needs |= quality.bit if quality.asked else 0
                    refuses |= quality.against
                elif not wants:
                    bears |= quality.bit
    return _mask(bears), _mask(needs), _mask(refuses)


def with_numbers(shown: Mask, limits: Iterable[Limit], *, wants: bool) -> Mask:
    """Qualities with what the numbers say of them: a have that tells a low moisture is dry, and a want that limits it
    asks for no other dryness."""
    bits = sum(word << at * MASK_BITS for at, word in enumerate(shown))
    for limit in limits:
        bit, most = numbers_that_show().get(limit.what, (0, 0))
        if wants:
            bits &= ~bit
        elif 0 <= limit.high <= most:
            bits |= bit
    return _mask(bits)


def _mask(bits: int) -> Mask:
    return tuple(bits >> word * MASK_BITS & (1 << MASK_BITS) - 1 for word in range(QUALITY_WORDS))


def varieties_of(said: Iterable[Clause]) -> tuple[int, ...]:
    """Bits of the varieties that are named and not refused."""
    found = [0] * VARIETY_WORDS
    for clause in said:
        if not clause.refuses:
            for word, bit, pattern in varieties().of(clause.text):
                if pattern.search(clause.text):
                    found[word] |= bit
    return tuple(found)


def limits_of(said: Iterable[Clause], *, powers: bool = False, wants: bool = False) -> tuple[Limit, ...]:
    """Measured values and limits, the first LIMITS_MAX. ``powers``: kW and MW too; of a want only as a limit, since
    what it needs is an amount."""
    found: dict[int, Limit] = {}
    for clause in said:
        if _DIGIT.search(clause.text):
            for limit in _limits(clause, powers=powers, wants=wants):
                found.setdefault(limit.what, limit)
    return tuple(found.values())[:LIMITS_MAX]


def _limits(clause: Clause, *, powers: bool, wants: bool) -> Iterator[Limit]:
    text = clause.text
    for what, pattern in measures().of(text):
        if match := pattern.search(text):
            side = "" if match["low"] else "_2"
            than, unit = match[f"than{side}"], match[f"unit{side}"]
            factor = 1_000 * _UNITS.get(unit or "", 1.0)
            low = round(_value(match[f"low{side}"]) * factor)
            high = round(_value(match[f"high{side}"]) * factor) if match[f"high{side}"] else low
            if than:  # "over 30 % not" is at most 30 %
                low, high = (-_ENDLESS, high) if (than in _LESS) is not clause.refuses else (low, _ENDLESS)
            yield Limit(what, low, high)
    if powers and (match := _POWER.search(text)) and (match["than"] or not wants):
        value = round(_value(match["low"]) * (1_000_000 if match["unit"] == "mw" else 1_000))
        low, high = (value, _ENDLESS) if match["than"] else (value, value)
        yield Limit(POWER, low, high)


def _value(text: str) -> float:
    return float(text.replace("\u00a0", "").replace(" ", "").replace(",", "."))

"""Whether a word is a form of another that has the same key (``stems``): keys are short, so both must begin alike."""

from __future__ import annotations

import re

from services.matching.words.stems import same_grade

_SHORT_WORD = 4
_VOWELS = "aeiouyäöå"
_FULL_VOWELS = ("a", "ä", "o", "u")
_GRADES = frozenset(("td", "tn", "tl", "tr", "ts", "dt", "nt", "lt", "rt", "st", "sd", "pv", "pm", "vp", "mp", "kg",
                     "gk", "kj", "jk", "kv", "vk", "hk", "kh", "sh", "hs", "ds", "hd", "dh", "sk", "nm", "ns",
                     "tj"))  # fmt: skip
"""Consonants that Finnish stems change into one another."""
_PARTICIPLE = re.compile(r"(?:ttu|tty)(?:ja|jä|a|ä|jen)?$|(?:tut|tyt|tun|tyn)$|(?:oi|öi)(?:tu|ty|du|dy)\w*$")
"""puristettuja is not a form of puriste."""
_TO_BE_DONE = re.compile(r"(?:tta|ttä)v\w*$")
"""rakeistettavaa is not a form of rakeistettu."""


def is_form(form: str, known: str, alike: int, lang: str) -> bool:
    """Whether two words with one key begin so alike that one is a form of the other."""
    if lang != "fi":
        if lang == "en" and known == f"{form}s":
            return True
        least = len(known) if len(known) <= _SHORT_WORD else len(known) - 1 - known.endswith("el")
        return len(form) >= len(known) - 1 and alike >= max(3, least)
    missing = 3 if len(known) > 8 or known.endswith(("as", "äs")) else 2
    if len(form) < len(known) - 1 or alike < max(2, len(known) - missing, len(known) / 2):
        return False
    if _TO_BE_DONE.search(form) and not _TO_BE_DONE.search(known):
        return False
    return same_grade(form, known, alike) and _same_vowel(form, known, alike) and (
        _PARTICIPLE.search(form) is None or _PARTICIPLE.search(known) is not None
    )


def _same_vowel(form: str, known: str, alike: int) -> bool:
    """Finnish u, y, o and ö stay at the end of a stem, a becomes o only before i or j: "talossa" is not of "tali"."""
    ours, theirs = known[alike : alike + 1], form[alike : alike + 1]
    if ours and theirs and ours not in _VOWELS:
        if theirs not in _VOWELS:  # "pellon" is of "pelto", not of "pelti"
            if ours + theirs not in _GRADES:
                return False
            alike += 1
            ours, theirs = known[alike : alike + 1], form[alike : alike + 1]
        else:  # "laatan" is of "laatta", and "laatu" is not, nor "karkea" of "karkki"
            ours = known[alike + 1 : alike + 2]
            if ours == "i" and theirs == "e" and form[alike + 1 : alike + 2] in _FULL_VOWELS:
                return False
        if ours == theirs:
            return True
    if not ours or not theirs or ours not in _VOWELS:
        return True
    if theirs not in _VOWELS:  # "lunta" is of "lumi", "lietteen" of "liete"
        return theirs == form[alike - 1] or (ours in "ie" and theirs == "t")
    if ours == "i" and theirs in "aä":
        return False
    if ours in "uyoö":
        return False
    return theirs not in "uyoö" or (ours in "aä" and theirs in "oö" and form[alike + 1 : alike + 2] in ("i", "j"))


def alike_letters(a: str, b: str) -> int:
    """With how many letters both begin alike."""
    length = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        length += 1
    return length

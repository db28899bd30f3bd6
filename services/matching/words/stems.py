"""Keys under which the forms of one word meet: "hake", "haketta" and "hakkeen"; "flaska" and "flaskor".

Not a dictionary form and not meant to be read. An ending is taken off, final vowels are dropped, and for Finnish the
grades of a consonant become one (lämpö : lämmön, jäte : jätteen, rengas : renkaat). A word has several keys, since
several endings may be taken off; the vocabulary decides which of them is a word. Grammar: any Finnish grammar on case
endings and consonant gradation (Iso suomen kielioppi §41–§64), Swedish noun declensions 1–5. Why not a ready
lemmatiser: docs/adr, "Own light stemming for field terms".
"""

from __future__ import annotations

import re
from functools import lru_cache

_VOWELS = "aeiouyäöå"
_CLITICS_FI = ("mme", "nsa", "nsä", "ni", "nne", "kin")
# An ending that tells where, whither, whence or as what: the word is a circumstance, not the thing itself.
_OBLIQUE_FI = ("ssa", "ssä", "sta", "stä", "lla", "llä", "lta", "ltä", "lle", "ksi", "seen", "siin", "na", "nä",
               "han", "hen", "hin", "hon", "hun", "hyn", "hän", "hön")  # fmt: skip
_PLAIN_FI = ("n", "t", "ta", "tä", "tta", "ttä", "den", "tten")
_GRADES_FI = {
    "mpp": "M", "mp": "M", "mm": "M", "ntt": "N", "nt": "N", "nn": "N", "nkk": "G", "nk": "G", "ng": "G",
    "ltt": "L", "lt": "L", "ll": "L", "rtt": "R", "rt": "R", "rr": "R", "ks": "s",
    "tt": "t", "d": "t", "t": "t", "pp": "p", "v": "p", "p": "p", "kk": "k",
}  # fmt: skip
_ENDINGS_FI = dict.fromkeys(_OBLIQUE_FI, True) | dict.fromkeys(_PLAIN_FI, False)
"""Ending → whether it is of a case of circumstance."""
_ENDINGS_SV = ("arna", "erna", "orna", "ens", "ets", "en", "et", "ar", "er", "or", "na", "n", "t", "s")
_ENDINGS_EN = ("ies", "es", "s")

_DOUBLED_FI = (("mpp", "mm"), ("ntt", "nn"), ("nkk", "ng"), ("ltt", "ll"), ("rtt", "rr"))
"""Grades of one key of which the first never turns into the second."""

_FOLD = str.maketrans("äåöéü", "aaoeu")


def fold(word: str) -> str:
    """Without the dots and rings that many keyboards and files lose."""
    return word.translate(_FOLD)


@lru_cache(maxsize=16_384)
def base_keys(word: str, lang: str) -> frozenset[str]:
    """The keys of a word given in its basic form, singular or plural."""
    if lang == "fi":
        return frozenset(_base_fi(word))
    return frozenset(_cut(word, ()) if lang == "sv" else _cut(word, _ENDINGS_EN[-1:]))


@lru_cache(maxsize=16_384)
def form_keys(word: str, lang: str) -> dict[str, bool]:
    """The keys of a word in any form → whether it then stands in a case of circumstance (Finnish only)."""
    if lang == "fi":
        return _forms_fi(word)
    return dict.fromkeys(_cut(word, _ENDINGS_SV if lang == "sv" else _ENDINGS_EN), False)


def same_grade(form: str, known: str, alike: int) -> bool:
    """Whether Finnish words that part behind ``alike`` letters may be of one word: "pultteja" is not of "pullo"."""
    one, other = (word[max(0, alike - 2) : alike + 3] for word in (form, known))
    return not any((a in one and b in other) or (b in one and a in other) for a, b in _DOUBLED_FI)


def _base_fi(word: str) -> set[str]:
    keys = {_key_fi(word)}
    if word.endswith("nen"):
        keys.add(word[:-3] + "s")
    elif word.endswith(("as", "äs")):  # rengas : renkaat
        keys.add(_key_fi(word[:-2]))
    elif word.endswith("in") and len(word) > 5:  # suodatin : suodattimet
        keys.add(_key_fi(word[:-2]) + "im")
    elif word.endswith("esi"):  # vesi : veden
        keys.add(word[:-2] + "t")
    elif word.endswith("hka"):  # nahka : nahat
        keys.add(word[:-2])
    elif re.search(f"[{_VOWELS}]t$", word):  # listed in the plural
        keys |= _base_fi(word[:-1])
    elif word.endswith(("ta", "tä")):  # listed in the partitive
        keys.add(_key_fi(word[:-2]))
    return keys


def _forms_fi(word: str) -> dict[str, bool]:
    keys = {_key_fi(word): False}
    bare = [word, *(word[: -len(end)] for end in _CLITICS_FI if word.endswith(end) and len(word) - len(end) > 3)]
    for form in bare:
        for length in range(1, min(4, len(form) - 2) + 1):
            ending = form[-length:]
            if ending in _ENDINGS_FI:
                oblique = _ENDINGS_FI[ending] or _is_illative(form, ending)
                for key in _stem_keys_fi(form[:-length]):
                    keys[key] = keys.get(key, True) and oblique
        for key in _stem_keys_fi(form):
            keys[key] = False
    return keys


def _is_illative(form: str, ending: str) -> bool:
    """varastoon, lavaan: a long vowel before n; but jätteen, renkaan may be genitives."""
    return ending == "n" and len(form) > 4 and form[-2] == form[-3] and form[-2] in "oöuyi"


def _stem_keys_fi(stem: str) -> set[str]:
    key = _key_fi(stem)
    keys = {key}
    bare = stem.rstrip(_VOWELS)
    if bare.endswith("im") and len(bare) > 4:
        keys.add(_key_fi(bare[:-2]) + "im")
    if stem.endswith("se"):
        keys.add(stem[:-1])
    return keys


def _key_fi(stem: str) -> str:
    bare = stem.rstrip(_VOWELS)
    if len(bare) > 2 and bare[-1] == "j" and bare[-2] in _VOWELS:  # lavoja, levyjä
        bare = bare[:-1].rstrip(_VOWELS)
    if len(bare) < 2:  # puu, maa, jää
        return stem[: len(bare) + 1]
    for length in (3, 2, 1):
        if grade := _GRADES_FI.get(bare[-length:]):
            return bare[:-length] + grade
    return bare


def _cut(word: str, endings: tuple[str, ...]) -> set[str]:
    stems = {word, *(word[: -len(end)] for end in endings if word.endswith(end) and len(word) - len(end) >= 2)}
    if endings is _ENDINGS_SV and word.endswith("let"):  # medlet : medel
        stems.add(word[:-3] + "el")
    return {_key_germanic(stem) for stem in stems}


def _key_germanic(stem: str) -> str:
    bare = stem.rstrip(_VOWELS)
    if len(bare) < 2:
        return stem
    return bare[:-1] if len(bare) > 3 and bare[-1] == bare[-2] else bare

"""Official English titles of waste codes and sectors by the words they share with a text.

A fall-back for what the vocabulary does not know: words are weighed by rarity (inverse document frequency) and a title
scores the part of its own and of the text's weight that both share. Titles are general, so confidence stays low.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from services.matching.words.stems import base_keys, form_keys
from services.matching.words.vocabulary import word_list
from shared.reference.nace import nace_codes
from shared.reference.waste import ewc_entries

SUREST = 0.5


class Titles:
    """An index of titles by code; immutable after its making."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        keys = {code: _keys(title) for code, title in titles.items()}
        self._codes: dict[str, list[str]] = defaultdict(list)
        for code, of_title in keys.items():
            for key in of_title:
                self._codes[key].append(code)
        self._rarity = {key: math.log(1 + len(keys) / len(codes)) for key, codes in self._codes.items()}
        self._length = {code: sum(self._rarity[key] for key in of_title) for code, of_title in keys.items()}

    def near(self, words: Sequence[str], limit: int) -> list[tuple[str, float]]:
        """(code, confidence up to SUREST), best first; codes that share nothing weighty are left out."""
        telling = [word for word in words if word not in word_list("empty_words")]
        asked = {key for word in telling for key in form_keys(word, "en")} & self._rarity.keys()
        whole = sum(self._rarity[key] for key in asked)
        shared: dict[str, float] = defaultdict(float)
        for key in asked:
            for code in self._codes[key]:
                shared[code] += self._rarity[key]
        scored = ((code, SUREST * 2 * part / (whole + self._length[code])) for code, part in shared.items())
        return sorted((s for s in scored if s[1] > 0.12), key=lambda s: (-s[1], s[0]))[:limit]


@lru_cache(maxsize=1)
def waste_titles() -> Titles:
    return Titles({code: entry.description_en for code, entry in ewc_entries().items()})


@lru_cache(maxsize=1)
def sector_titles() -> Titles:
    """Divisions only, by their own title and those of their classes."""
    titles: dict[str, str] = defaultdict(str)
    for entry in nace_codes().values():
        if entry.division:
            titles[entry.division] += f" {entry.title_en}"
    return Titles(titles)


def _keys(title: str) -> set[str]:
    words = [word for word in re.findall(r"[a-z]{3,}", title.lower()) if word not in word_list("empty_words")]
    return {key for word in words for key in base_keys(word, "en")}

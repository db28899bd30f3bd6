"""How long a suggestion takes in process: 1,000 different texts, each asked once, so that no cache answers for us.

Texts are our own phrases with numbers, unknown compounds and typing errors stirred in by a fixed seed. The last line is
one JSON object, times in milliseconds.
"""

from __future__ import annotations

import csv
import json
import random
import time
from pathlib import Path

from services.matching.words.suggester import suggest, warm

PHRASES = Path(__file__).parents[1] / "tests/unit/matching_words/own_phrases.csv"
CALLS = 1_000
LONGEST = 500


def main() -> None:
    began = time.perf_counter()
    warm()
    warming = time.perf_counter() - began
    spent = []
    for text in _texts():
        began = time.perf_counter()
        suggest(text)
        spent.append(1000 * (time.perf_counter() - began))
    spent.sort()
    figures = {
        "calls": len(spent), "p50_ms": spent[CALLS // 2], "p99_ms": spent[CALLS * 99 // 100], "max_ms": spent[-1],
        "warming_s": warming,
    }  # fmt: skip
    print(json.dumps({name: round(value, 3) for name, value in figures.items()}))


def _texts() -> list[str]:
    chance = random.Random(7)
    with PHRASES.open(encoding="utf-8", newline="") as file:
        phrases = [row["text"] for row in csv.DictReader(file)]
    texts = []
    for number in range(CALLS):
        words = " ".join(chance.sample(phrases, chance.choice((1, 1, 1, 2, 8)))).split()
        texts.append(" ".join(_stirred(word, chance) for word in [*words, str(number)])[:LONGEST])
    return texts


def _stirred(word: str, chance: random.Random) -> str:
    """One word in four is misspelled or made a compound that nobody knows."""
    if len(word) < 5 or chance.random() > 0.25:
        return word
    place = chance.randrange(1, len(word) - 1)
    letter = chance.choice("aeiklmnoprstu")
    changed, missing = word[:place] + letter + word[place + 1 :], word[:place] + word[place + 1 :]
    return chance.choice((changed, missing, f"kv{letter}{word}"))


if __name__ == "__main__":
    main()

"""Compounds whose last part tells only in what pieces a thing is, or that something is left of it: "lastulevynpaloja"
are particle board, "asfaltrester" asphalt."""

from __future__ import annotations

import re

_PIECE_OF = re.compile(
    r"(?:pal(?:a|aa|at|oja|ojen|anen|asia|ojakin)|pätk(?:ä|ää|ät|iä|ien)|jäänn(?:ös|östä|ökset|öksiä)|jäm(?:ä|ää|ät|iä)"
    r"|hu(?:kka|kkaa|kat|kkia)|jät(?:e|että|teet|teitä)|ylijäämä\w?|kuorm(?:a|aa|at|ia)|kas(?:a|aa|at|oja)|pino(?:t|ja|a)?"
    r"|nip(?:pu|pua|puja)|niput|rull(?:a|aa|at|ia|an)|paket(?:ti|tia|it|teja)|tähde|tähteet|tähteitä"
    r"|bit(?:ar|en)?|spill|rest(?:er|en)?|avfall|svinn|stump(?:ar)?|bunt(?:ar)?|knippen?|remsor|rull(?:e|ar)|paket|lass|hög(?:ar)?|skärv)$"
)
_SHORTEST = 5


def whole_of(word: str) -> tuple[str, ...]:
    """What such a compound may be pieces of, with and without the letters that join its parts; nothing of another."""
    found = _PIECE_OF.search(word)
    start = word[: found.start()] if found else ""
    if len(start) < _SHORTEST:
        return ()
    if start.endswith("e"):
        return start, f"{start[:-1]}a"
    return start, start.removesuffix("s").removesuffix("n")

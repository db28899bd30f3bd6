"""Shares that are told otherwise than in per cent: the grade of a gas ("typpi 5.0"), and "half"."""

from __future__ import annotations

import re

_GASES = (
    r"vety\w*|vetyä|happ\w*|ty(?:ppi|ppe)\w*|argon\w*|helium\w*|vätgas\w*|väte|syrgas\w*|kvävgas\w*|kväve"
    r"|hiilidioksid\w*|koldioxid\w*|co2|hydrogen|oxygen|nitrogen"
)
_NINES = re.compile(
    rf"(?P<before>\b(?:puhtau\w*|renhet\w*|purity|laatu\w*|kvalitet\w*|grade|luok\w*|klass|{_GASES})[\s:,]+"
    r"(?:vähintään |min\.? |minst |on )?(?:n ?)?)"
    r"(?P<nines>[2-7])[.,](?P<digit>\d)\b(?![.,]?\d|\s*(?:[%°/-]|(?:bar|mm|cm|m3?|tn?|kg|kk|km|kw|mw|g|l|pros\w*|proc\w*)\b))"
)
"""The grade of a gas: 4.6 is four nines and a six, 99.996 %."""
_HALF = re.compile(r"\b(?:puolet|hälften|half)\b(?! (?:päiv|vuo|år|dag|hint|pris))\s*")


def in_shares(text: str) -> str:
    """The normalised text with them in per cent."""
    return _NINES.sub(_in_nines, _HALF.sub("50 % ", text))


def _in_nines(match: re.Match[str]) -> str:
    rest = 10 ** (2 - int(match["nines"])) * (1 - int(match["digit"]) / 10)
    return f"{match['before']} puhtaus vähintään {100 - rest:g} %"

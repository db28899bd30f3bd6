"""Names of places, as terms whose concept is the code of a municipality: municipalities by both their names, and
regions and speakers' short names by the municipality they mean (``data/places.csv``)."""

from __future__ import annotations

from services.matching.words.vocabulary import Term, tables
from shared.reference.places import municipalities, parse_municipality

_STEMS = (("joki", "joe"), ("mäki", "mäe"), ("nen", "se"), ("nen", "si"), ("us", "ude"), ("us", "ute"), ("set", "si"),
          ("ainen", "aisi"))  # fmt: skip
"""Finnish stems that the light stemming does not reach."""


def place_terms() -> list[Term]:
    named = [(name.casefold(), lang, int(one.code)) for one in municipalities().values()
             for name, lang in ((one.name_fi, "fi"), (one.name_sv, "sv"))]  # fmt: skip
    named += [(name.removesuffix(end) + stem, "fi", code) for name, lang, code in named if lang == "fi"
              for end, stem in _STEMS if name.endswith(end)]  # fmt: skip
    for row in tables("services.matching.words", "places"):
        named.append((row["word"].replace("-", ""), row["lang"], int(parse_municipality(row["place"]).code)))
    return [Term(name, lang, str(code), "place", (), (), 1.0) for name, lang, code in named]

"""What the rules of ``knowledge`` say about things: which streams serve a use, or take the place of another thing.

A rule ("lime mud to liming of fields", replaces limestone) relates a stream of waste to a use. Its texts are read with
the vocabulary itself: the stream becomes the concepts of its code, narrowed to those its own words name; the use
becomes the uses and things its words name. What many streams serve says little of each and is left out. Reading 869
rules takes half a second, so what comes of it is kept in ``data/served.csv``; ``make tables`` writes it anew.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from services.matching.knowledge.rules import Rule, rules
from services.matching.reading.tables import parents, uses
from services.matching.words.codes import concepts_first_of
from services.matching.words.concepts import FLOWS, ids, kinds, numbered, things
from services.matching.words.lexicon import lexicon
from services.matching.words.tokens import normal, tokens
from services.matching.words.vocabulary import listed, tables

TABLE = Path(__file__).parent / "data" / "served.csv"
_NARROW = 9
"""Streams by which a use or a thing is served, up to which each of them is telling; kinds of one thing are one."""
_SURE = 0.8
_FLOW_STREAMS = {
    "energy/heat": ("waste-heat", "flue-gas-heat"), "energy/steam": ("steam",), "energy/biogas": ("biogas",),
    "energy/fuel-gas": ("process-gas",), "energy/cold": ("cooling-energy",), "energy/condensate": ("condensate",),
    "energy/electricity": ("electricity",), "water/cooling": ("cooling-water",), "water/process": ("process-water",),
    "water/treated": ("wastewater",), "water/rain": ("rain-mine-water",), "water/mine": ("rain-mine-water",),
    "water/seawater": ("sea-water",), "material/co2": ("co2-oxygen",), "material/oxygen": ("co2-oxygen",),
}  # fmt: skip
"""Streams of the rules that have no waste code; what they are called in the vocabulary."""


@lru_cache(maxsize=1)
def served() -> Mapping[int, frozenset[int]]:
    """Number of a use or thing → numbers of the streams that serve it, of flows: other kinds have hardly any rules.
    What many streams serve is left out."""
    of_use = {use.name: use.number for use in uses(True).all}
    return {
        of_use[row["use"]] if row["use"] else numbered()[row["thing"]].number: frozenset(
            numbered()[name].number for name in listed(row["streams"])
        )
        for row in tables("services.matching.reading", "served")
    }


def table() -> str:
    """The table as the rules and the vocabulary give it now."""
    names, of_use = ids(), {use.number: use.name for use in uses(True).all}
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(("use", "thing", "streams"))
    for goal, streams in sorted(served_by_rules().items()):
        thing = names[goal] if goal < len(things()) else ""
        rows.writerow((of_use.get(goal, ""), thing, "|".join(names[number] for number in sorted(streams))))
    return written.getvalue()


def served_by_rules() -> Mapping[int, frozenset[int]]:
    """``served``, read from the rules themselves."""
    found: dict[int, set[int]] = defaultdict(set)
    for rule in rules():
        if rule.confidence == "pilot":
            continue
        named, goals = _said(rule)
        streams = _streams(rule)
        streams = (streams & named) or streams
        for goal in goals - streams:
            found[goal] |= streams
    above = parents(True)
    return {
        goal: frozenset(streams)
        for goal, streams in found.items()
        if sum(above.get(stream) not in streams for stream in streams) <= _NARROW
    }


def _said(rule: Rule) -> tuple[set[int], set[int]]:
    """Things that the words name, and the uses and things that are served."""
    spoken = normal(rule.use.fi)
    goals = {use.number for use in uses(True).of(spoken) if use.pattern.search(spoken) and not use.general}
    named = _things(spoken)
    replaced = _things(normal(rule.substitutes))
    return named, goals | replaced | (named if replaced & named else set())


def _things(text: str) -> set[int]:
    return {
        numbered()[one.term.concept].number
        for one in lexicon().find(tokens(text), far=False)
        if one.quality > _SURE and kinds()[one.term.concept] in FLOWS
    }


def _streams(rule: Rule) -> set[int]:
    if not rule.is_waste_code:
        return {numbered()[name].number for name in _FLOW_STREAMS.get(rule.stream, ())}
    return set(concepts_first_of(rule.stream))


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")

"""What is known of a have's sector giving to a want's sector: published exchanges, and the rule that names the stream.

Pure. A rule says that a practice is known, not that it may be done at a place; see ``rules`` and ``precedents``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from services.matching.domain.listing import ListingProjection
from services.matching.domain.reasons import Sentence
from services.matching.knowledge.precedents import precedents
from services.matching.knowledge.ranking import code_fit, donor_fit
from services.matching.knowledge.rules import Rule, rules, sources, table
from services.matching.knowledge.weights import CONFIDENCE, DONOR_FIT, PLACE
from services.matching.words.codes import first_codes
from services.matching.words.concepts import numbered
from services.matching.words.vocabulary import listed

SHORT_CITATION = "Evans, Benedetti, Holgado 2017"


@dataclass(frozen=True, slots=True)
class SectorSupport:
    """``exchanges``: published ones from division ``donor`` to division ``receiver`` in the shipped sample, and
    ``of_chapter`` how many of them with waste of the have's ``chapter`` (two digits, empty without a code).
    ``rule``: the one that says most of the have's stream in the want's sector. Evidence, and no probability."""

    donor: str | None
    receiver: str
    exchanges: int
    chapter: str
    of_chapter: int
    rule: Rule | None


def sector_support(have: ListingProjection, want: ListingProjection) -> SectorSupport | None:
    """What is known of the pair; None where nothing is. A rule needs the want's sector only, an exchange both."""
    if want.sector is None:
        return None
    things = () if have.ewc_code else tuple(thing.number for thing in have.meaning.things)
    return _support(have.sector, have.ewc_code or "", things, want.sector)


def support_sentence(have: ListingProjection, want: ListingProjection) -> Sentence | None:
    """The same for people, with its sources."""
    found = sector_support(have, want)
    return None if found is None else _sentence(found)


def load_tables() -> None:
    """Read what is read once, before the first pair asks for it."""
    _exchanges(), _rules_to(), _streams_of_things(), sources()


@lru_cache(maxsize=16_384)
def _support(donor: str | None, ewc: str, things: tuple[int, ...], receiver: str) -> SectorSupport | None:
    exchanges, of_chapter = 0, 0
    for chapter, count in _exchanges().get((donor or "", receiver), ()):
        exchanges += count
        of_chapter += count if ewc and chapter == ewc[:2] else 0
    _, rule = max(rule_fits(donor, ewc, things, receiver), key=lambda one: one[0], default=(0.0, None))
    if not exchanges and rule is None:
        return None
    return SectorSupport(donor, receiver, exchanges, ewc[:2], of_chapter, rule)


def rule_fits(donor: str | None, ewc: str, things: tuple[int, ...], receiver: str) -> Iterator[tuple[float, Rule]]:
    """How well (0…1) each rule fits: its code's fit, the donor's, its confidence and the sector's place, multiplied. A
    stream that only words tell counts where the rule names the donor as well."""
    streams = frozenset().union(*(_streams_of_things().get(thing, frozenset()) for thing in things))
    for rule in _rules_to().get(receiver, ()):
        place = CONFIDENCE[rule.confidence] * PLACE ** rule.receivers.index(receiver)
        if ewc and ewc.startswith(rule.stream):
            known = DONOR_FIT["any"] if donor is None else donor_fit(rule, donor)
            yield code_fit(rule, ewc) * known * place, rule
        elif donor in rule.donors and any(stream.startswith(rule.stream) for stream in streams):
            yield place, rule


@lru_cache(maxsize=1)
def _exchanges() -> Mapping[tuple[str, str], tuple[tuple[str, int], ...]]:
    """Divisions → chapter (empty where no code was published) and exchanges of each row."""
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for row in precedents():
        found.setdefault(row.pair, []).append((row.ewc[:2], row.exchanges))
    return {pair: tuple(rows) for pair, rows in found.items()}


@lru_cache(maxsize=1)
def _rules_to() -> Mapping[str, tuple[Rule, ...]]:
    found: dict[str, list[Rule]] = {}
    for rule in rules():
        for receiver in rule.receivers:
            found.setdefault(receiver, []).append(rule)
    return {receiver: tuple(known) for receiver, known in found.items()}


@lru_cache(maxsize=1)
def _streams_of_things() -> Mapping[int, frozenset[str]]:
    """Number of a concept → the streams it may be: its terms' first waste codes, or a flow (``stream_concepts``)."""
    found: dict[int, set[str]] = {number: set(codes) for number, codes in first_codes().items()}
    for row in table("stream_concepts"):
        for concept in listed(row["concepts"]):
            found.setdefault(numbered()[concept].number, set()).add(row["stream"])
    return {number: frozenset(streams) for number, streams in found.items()}


@lru_cache(maxsize=16_384)
def _sentence(found: SectorSupport) -> Sentence:
    said = [_published(found)] if found.exchanges else []
    said += [_known_use(found.rule, found.receiver)] if found.rule else []
    return Sentence(*(" ".join(texts) for texts in zip(*((s.fi, s.sv, s.en) for s in said), strict=True)))


def _published(found: SectorSupport) -> Sentence:
    donor, receiver, count, chapter, of_chapter = (
        found.donor, found.receiver, found.exchanges, found.chapter, found.of_chapter,
    )  # fmt: skip
    fi, sv, en = (
        (
            f", joista pääryhmän {chapter} jätettä {of_chapter}",
            f", varav {of_chapter} med avfall i kapitel {chapter}",
            f", of which {of_chapter} with waste of chapter {chapter}",
        )
        if of_chapter
        else ("", "", "")
    )
    return Sentence(
        f"Julkaistuja vaihtoja toimialalta {donor} toimialalle {receiver}: {count}{fi} ({SHORT_CITATION}).",
        f"Publicerade utbyten från bransch {donor} till bransch {receiver}: {count}{sv} ({SHORT_CITATION}).",
        f"Published exchanges from sector {donor} to sector {receiver}: {count}{en} ({SHORT_CITATION}).",
    )


def _known_use(rule: Rule, receiver: str) -> Sentence:
    use, source = rule.use, sources()[rule.source]
    return Sentence(
        f"Tunnettu käyttö toimialalla {receiver}: {use.fi} (sääntö {rule.id}; lähde: {source}).",
        f"Känd användning i bransch {receiver}: {use.sv} (regel {rule.id}; källa: {source}).",
        f"Known use in sector {receiver}: {use.en} (rule {rule.id}; source: {source}).",
    )

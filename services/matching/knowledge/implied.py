"""What a sector probably wants, for organisations that never said: hypotheses, and nothing but hypotheses.

Pure, from the rules and the precedents. A hypothesis is shown to facilitators as a question to ask; it becomes a want
only when somebody records one. Nothing here is stored and no event comes of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.matching.domain.reasons import Sentence
from services.matching.knowledge.precedents import SOURCE_KEY, Precedent, precedents
from services.matching.knowledge.rules import Rule, rules, sources
from services.matching.knowledge.weights import CONFIDENCE, PLACE, PRECEDENT_LIFT, RULE_ALONE
from shared.reference.waste import find_ewc

LIMIT = 20
BASES = ("rule", "precedent", "rule and precedent")


@dataclass(frozen=True, slots=True)
class ImpliedNeed:
    """A hypothesis about what a division could take. ``stream`` is a waste code, a part of one, or a concept;
    ``ewc_code`` is set for a whole code; ``basis`` is one of `BASES`; ``plausibility`` orders, 0…100, and is no
    probability."""

    stream: str
    kind: str
    ewc_code: str | None
    hazardous: bool
    use: Sentence | None
    from_divisions: tuple[str, ...]
    operation: str | None
    route: str | None
    basis: str
    confidence: str | None
    plausibility: int
    reason: Sentence
    rule_id: str | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectorNeeds:
    nace_division: str
    items: tuple[ImpliedNeed, ...]


def needs_of_sector(division: str, limit: int) -> SectorNeeds:
    """What is answered to who asks for a sector, from the shipped rules and precedents."""
    return SectorNeeds(division, implied_needs(division, limit=limit))


def implied_needs(
    division: str, known: Sequence[Precedent] | None = None, *, limit: int = LIMIT
) -> tuple[ImpliedNeed, ...]:
    """Hypotheses for a NACE Rev. 2 division (two digits), most plausible first, each stream once."""
    received = [precedent for precedent in (precedents() if known is None else known) if precedent.receiver == division]
    best: dict[str, ImpliedNeed] = {}
    for need in (*_by_rule(division, received), *_by_precedent(division, received)):
        if need.stream not in best or need.plausibility > best[need.stream].plausibility:
            best[need.stream] = need
    return tuple(sorted(best.values(), key=lambda need: (-need.plausibility, need.stream))[:limit])


def _by_rule(division: str, received: Sequence[Precedent]) -> Iterable[ImpliedNeed]:
    for rule in rules():
        if division not in rule.receivers:
            continue
        exchanges = sum(precedent.exchanges for precedent in received if _supports(precedent, rule))
        plain = RULE_ALONE * PLACE ** rule.receivers.index(division) * CONFIDENCE[rule.confidence]
        yield ImpliedNeed(
            rule.stream, _kind(rule.stream), _code(rule.stream), _is_hazardous(rule.stream), rule.use, rule.donors,
            rule.operation, rule.route, BASES[2] if exchanges else BASES[0], rule.confidence,
            _plausibility(plain, exchanges), _rule_reason(division, rule, exchanges), rule.id,
            (sources()[rule.source], *([sources()[SOURCE_KEY]] if exchanges else [])),
        )  # fmt: skip


def _by_precedent(division: str, received: Sequence[Precedent]) -> Iterable[ImpliedNeed]:
    for precedent in received:
        code = find_ewc(precedent.ewc)
        if code is not None:
            yield ImpliedNeed(
                code.code, "material", code.code, code.hazardous, None, (precedent.donor,), None, None, BASES[1], None,
                _plausibility(0.0, precedent.exchanges), _precedent_reason(division, precedent, code.display), None,
                (sources()[SOURCE_KEY],),
            )  # fmt: skip


def _supports(precedent: Precedent, rule: Rule) -> bool:
    """A published exchange with the rule's code. One without a code supports nothing: what went there is not known."""
    return rule.is_waste_code and precedent.ewc.startswith(rule.stream)


def _plausibility(plain: float, exchanges: int) -> int:
    """A rule's weight, lifted towards 1 by each published exchange."""
    return round(100 * (1 - (1 - plain) * (1 - PRECEDENT_LIFT) ** exchanges))


def _rule_reason(division: str, rule: Rule, exchanges: int) -> Sentence:
    fi, sv, en = rule.use.fi, rule.use.sv, rule.use.en
    seen = _seen(exchanges) if exchanges else Sentence("", "", "")
    return Sentence(
        f"Oletus toimialasta {division}, kukaan ei ole pyytänyt tätä: {fi}.{seen.fi}",
        f"Antagande utifrån bransch {division}, ingen har bett om detta: {sv}.{seen.sv}",
        f"A hypothesis from sector {division}, nobody asked for it: {en}.{seen.en}",
    )


def _precedent_reason(division: str, precedent: Precedent, code: str) -> Sentence:
    seen, donor = _seen(precedent.exchanges), precedent.donor
    return Sentence(
        f"Oletus toimialasta {division}, kukaan ei ole pyytänyt tätä: koodi {code} toimialalta {donor}.{seen.fi}",
        f"Antagande utifrån bransch {division}, ingen har bett om detta: kod {code} från bransch {donor}.{seen.sv}",
        f"A hypothesis from sector {division}, nobody asked for it: code {code} from sector {donor}.{seen.en}",
    )


def _seen(exchanges: int) -> Sentence:
    """Said of the published sample: one exchange or several."""
    if exchanges == 1:
        return Sentence(
            " Samalla jätekoodilla on julkaistu yksi vaihto.", " Ett utbyte med samma avfallskod är publicerat.",
            " One exchange with the same waste code has been published.",
        )  # fmt: skip
    return Sentence(
        f" Samalla jätekoodilla on julkaistu {exchanges} vaihtoa.",
        f" {exchanges} utbyten med samma avfallskod är publicerade.",
        f" {exchanges} exchanges with the same waste code have been published.",
    )  # fmt: skip


def _kind(stream: str) -> str:
    return "material" if stream[0].isdigit() else stream.partition("/")[0]


def _code(stream: str) -> str | None:
    return stream if len(stream) == 6 and stream.isdigit() else None


def _is_hazardous(stream: str) -> bool:
    entry = find_ewc(stream)
    return entry is not None and entry.hazardous

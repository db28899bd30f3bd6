"""What is not known of a pair, how far the score could move once it is known, and so what to ask first.

Each open field is filled with the best and with the worst answer that may plausibly come, and the pair is weighed
again by the arithmetic of ``measure``. An answer that would rule the match out counts as 0. Plausible worst answers: a
twentieth of the want's amount; heat no warmer than is wanted; a month in common where no dates are stated; the far side
of a place that is not shared; a waste code of another chapter; a quality that the want refuses; no permit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from services.matching.domain import measure, roads, weighing
from services.matching.domain.meaning import COOLS, LIMITS_MAX, NOBODYS, mask
from services.matching.domain.questions import CONFIRM, QUESTIONS
from services.matching.domain.reasons import Sentence
from services.matching.domain.sides import FIRST_DAY, LAST_DAY, MISSING, Numbers
from services.matching.domain.weights import FULL, GATE, HEAT_STEPS, KindRule
from shared.geo import EARTH_RADIUS_KM

ASKED_AT_MOST = 3
LEAST_PART, MONTH_DAYS = 0.05, 30
_FIELDS = tuple(field.name for field in fields(Numbers))
_OTHER_CODE, _OTHER_THING = 999_999, mask([NOBODYS])

AGE_STEPS: tuple[tuple[int, int], ...] = ((183, 0), (365, 20_000), (730, 60_000), (1_460, 150_000))
"""Days since the older card was last stated → micro-points by which the range widens to either side: nothing for half
a year, then more, since stocks are sold, processes change and people move on. A card of a year is worth confirming."""
CONFIRM_AFTER = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Question:
    """``side`` (have or want) leaves ``field`` open; the whole score by its worst and best answer, in micro-points."""

    side: str
    field: str
    micro_points_low: int
    micro_points_high: int
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Trust:
    """The score if every open field turned out at its worst and at its best, and the questions that move it most.
    ``stated_at``: when the older of the two cards was last stated; None where that was not told."""

    score_low: int
    score_high: int
    ask: tuple[Question, ...]
    stated_at: datetime | None


Sides = tuple[dict[str, Any], dict[str, Any]]
"""Fields of the have and of the want to put in place of what they say."""
_AS_IT_IS: Sides = ({}, {})


@dataclass(frozen=True, slots=True)
class _Open:
    side: str
    field: str
    best: Sides
    worst: Sides


def trust(have: Numbers, want: Numbers, weights: KindRule, score: int, stated_at: datetime | None) -> Trust:
    """How sure the score of a match is. Its range always holds the score."""
    found = [one for fill in _FILLS for one in fill(have, want, weights)]
    weighing = _Weighing(have, want, weights, score)
    asked = []
    for one in found:
        low, high = weighing.points(one.worst), weighing.points(one.best)
        low, high = min(low, score), max(high, score)
        if low < high:
            asked.append(Question(one.side, one.field, low, high, QUESTIONS[one.side, one.field]))
    asked.sort(key=lambda question: (question.micro_points_low - question.micro_points_high, question.field))
    low = min((question.micro_points_low for question in asked), default=score)
    high = max((question.micro_points_high for question in asked), default=score)
    if len(asked) > 1 and low > 0:
        low = min(low, weighing.points(_together(one.worst for one in found)))
    if len(asked) > 1 and high < FULL:
        high = max(high, weighing.points(_together(one.best for one in found)))
    return Trust(low, high, tuple(asked[:ASKED_AT_MOST]), stated_at)


def aged(known: Trust, now: datetime) -> Trust:
    """The same as it is to be told at a moment: an old card widens the range and is to be confirmed."""
    if known.stated_at is None:
        return known
    age = now - known.stated_at
    wider = measure.along(AGE_STEPS, age.days)
    if wider <= 0:
        return known
    low, high = max(0, known.score_low - wider), min(FULL, known.score_high + wider)
    ask = known.ask
    if age > CONFIRM_AFTER:
        ask = (Question("both", "confirmation", low, high, CONFIRM), *ask)[:ASKED_AT_MOST]
    return replace(known, score_low=low, score_high=high, ask=ask)


class _Weighing:
    """Weighs the pair again and again with other answers."""

    def __init__(self, have: Numbers, want: Numbers, weights: KindRule, score: int) -> None:
        self._have, self._want, self._weights, self._score = have, want, weights, score
        self._offered, self._wanted = ({name: getattr(one, name) for name in _FIELDS} for one in (have, want))

    def points(self, answer: Sides) -> int:
        """The score with these fields replaced, 0 for a gate."""
        if not answer[0] and not answer[1]:
            return self._score
        have = _numbers(self._offered | answer[0]) if answer[0] else self._have
        want = _numbers(self._wanted | answer[1]) if answer[1] else self._want
        return max(0, weighing.pair_points(have, want, self._weights))


def _numbers(values: dict[str, Any]) -> Numbers:
    """A plain namespace with the fields of Numbers: made in a tenth of the time that dataclasses.replace takes."""
    return cast(Numbers, SimpleNamespace(**values))


def _together(answers: Iterable[Sides]) -> Sides:
    offered: dict[str, Any] = {}
    wanted: dict[str, Any] = {}
    for of_have, of_want in answers:
        offered |= of_have
        wanted |= of_want
    return offered, wanted


def _amount(have: Numbers, want: Numbers, weights: KindRule) -> Iterator[_Open]:
    known = have.dimension >= 0 and have.amount >= 0
    wanted = want.dimension >= 0 and want.amount > 0
    if not weights.amount or (known and wanted and have.dimension == want.dimension):
        return
    if known and not wanted:
        same = {"dimension": have.dimension}
        yield _Open(
            "want", "amount",
            ({}, {**same, "amount": have.amount}), ({}, {**same, "amount": have.amount / LEAST_PART}),
        )  # fmt: skip
        return
    of_want: dict[str, Any] = {} if wanted else {"dimension": 0, "amount": 1.0}
    amount, dimension = (want.amount, want.dimension) if wanted else (1.0, 0)
    yield _Open(
        "have", "amount",
        ({"dimension": dimension, "amount": amount}, of_want),
        ({"dimension": dimension, "amount": amount * LEAST_PART}, of_want),
    )  # fmt: skip


def _temperature(have: Numbers, want: Numbers, weights: KindRule) -> Iterator[_Open]:
    if not weights.temperature:
        return
    warm = -HEAT_STEPS[-1][0] if want.flags & COOLS else HEAT_STEPS[-1][0]
    if have.temperature_mc == MISSING:
        at = want.temperature_mc if want.temperature_mc != MISSING else 0
        of_want = {} if want.temperature_mc != MISSING else {"temperature_mc": at}
        yield _Open("have", "temperature", ({"temperature_mc": at + warm}, of_want), ({"temperature_mc": at}, of_want))
    elif want.temperature_mc == MISSING:
        at = have.temperature_mc
        yield _Open("want", "temperature", ({}, {"temperature_mc": at - warm}), ({}, {"temperature_mc": at}))


def _window(have: Numbers, want: Numbers, weights: KindRule) -> Iterator[_Open]:
    for side, one, other in (("have", have, want), ("want", want, have)):
        if (one.first_day, one.last_day) != (FIRST_DAY, LAST_DAY):
            continue
        month = {"first_day": other.first_day, "last_day": min(other.first_day + MONTH_DAYS - 1, other.last_day)}
        yield _Open(side, "window", _AS_IT_IS, (month, {}) if side == "have" else ({}, month))
        return  # one answer is enough to know more


def _place(have: Numbers, want: Numbers, weights: KindRule) -> Iterator[_Open]:
    if not weights.distance:
        return
    apart_hm = roads.distance_hm(have, want)
    # Two that both come nearer meet half way, and do not pass each other.
    nearest_hm = apart_hm // 2 if have.vague_hm > 0 and want.vague_hm > 0 else apart_hm
    for side, one, other in (("have", have, want), ("want", want, have)):
        if one.vague_hm <= 0:
            continue
        near = _moved(one, other, apart_hm, -min(one.vague_hm, nearest_hm))
        far = _moved(one, other, apart_hm, one.vague_hm)
        yield _Open(side, "place", *(((to, {}) if side == "have" else ({}, to)) for to in (near, far)))


def _moved(one: Numbers, other: Numbers, apart_hm: int, by_hm: int) -> dict[str, Any]:
    """The place, exactly known, on the line through the other one, nearer (below 0) or farther by so much."""
    if apart_hm == 0:
        lat, lon = one.lat - by_hm / 10 / EARTH_RADIUS_KM, one.lon
    else:
        part = 1 + by_hm / apart_hm
        lat, lon = other.lat + (one.lat - other.lat) * part, other.lon + (one.lon - other.lon) * part
    return {"lat": lat, "lon": lon, "cos_lat": math.cos(lat), "vague_hm": 0}


def _code(have: Numbers, want: Numbers, weights: KindRule) -> Iterator[_Open]:
    if not weights.code or (have.code > 0) == (want.code > 0):
        return
    if have.code == 0:
        yield _Open("have", "code", ({"code": want.code}, {}), ({"code": _OTHER_CODE}, {}))
    else:
        yield _Open("want", "code", ({}, {"code": have.code}), ({}, {"code": _OTHER_CODE}))


def _thing(have: Numbers, want: Numbers, weights: KindRule) -> Iterator[_Open]:
    """A side whose words name nothing known."""
    wanted = want.serves if measure.is_empty(want.stated) else want.stated
    if measure.is_empty(have.stated) == measure.is_empty(wanted):
        return
    if measure.is_empty(have.stated):
        yield _Open("have", "description", ({"stated": wanted}, {}), ({"stated": _OTHER_THING}, {}))
    else:
        yield _Open("want", "description", ({}, {"stated": have.stated}), ({}, {"stated": _OTHER_THING}))


def _quality(have: Numbers, want: Numbers, weights: KindRule) -> Iterator[_Open]:
    """Conditions of the want on which the have is silent."""
    if measure.quality_points(have, want) in (GATE, FULL):
        return
    at = [i for i, what in enumerate(want.limit_what) if what != 0 and not {what, -what} & {*have.limit_what}]
    told = [i for i, what in enumerate(have.limit_what) if what != 0]

    def limits(low: Callable[[int], int], high: Callable[[int], int]) -> dict[str, Any]:
        rows = [(have.limit_what[i], have.limit_low[i], have.limit_high[i]) for i in told]
        rows += [(want.limit_what[i], low(i), high(i)) for i in at]
        rows = (rows + [(0, 0, 0)] * LIMITS_MAX)[: max(LIMITS_MAX, len(rows))]
        what, lows, highs = zip(*rows, strict=True)
        return {"limit_what": what, "limit_low": lows, "limit_high": highs}

    kept = limits(lambda i: want.limit_low[i], lambda i: want.limit_high[i])
    beyond = limits(lambda i: want.limit_high[i] + 1, lambda i: want.limit_high[i] + 1)
    yield _Open(
        "have", "quality",
        ({"bears": _both(have.bears, want.needs), **kept}, {}),
        ({"bears": _both(have.bears, want.refuses), **(beyond if at else {})}, {}),
    )  # fmt: skip


def _both(a: Sequence[int], b: Sequence[int]) -> tuple[int, ...]:
    return tuple(one | other for one, other in zip(a, b, strict=True))


def _permit(have: Numbers, want: Numbers, weights: KindRule) -> Iterator[_Open]:
    """That a want takes hazardous is its own word; the permit for this very waste is to be seen."""
    if have.hazardous:
        yield _Open("want", "permit", _AS_IT_IS, ({}, {"hazardous": 0}))


_FILLS = (_amount, _temperature, _window, _place, _code, _thing, _quality, _permit)

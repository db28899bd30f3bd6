"""Each factor as arithmetic on plain numbers, so that the index can compile the very lines that publish a score.

Everything is rounded to integers before it is weighed: there is no order of summation to differ between processes,
machines or cells. GATE (-1) means that the two can never fit. Arguments named ``have`` and ``want`` are anything with
the fields of ``sides.Numbers`` (a row of the index has them too). Only what numba compiles is used: no dict, no text.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.matching.domain.meaning import (
    COOLS,
    GATHERS,
    HEAT_PUMP,
    MASK_BITS,
    ONCE,
    REMOTE,
    SAID_MAX,
    SEASONAL,
    SMALL_LOTS,
    TRADE,
    VARIETY_BITS,
    VARIETY_WORDS,
    WARMS,
)
from services.matching.domain.products import product_points
from services.matching.domain.sides import MISSING, Numbers
from services.matching.domain.weights import (
    AMOUNT_STEPS,
    CODE_POINTS,
    FULL,
    GATHERING,
    HALF_SILENT,
    HEAT_STEPS,
    NEUTRAL,
    ONE_OFF,
    PLAINLY_COLD_MC,
    PLAINLY_WARM_MC,
    SEASON_STEPS,
    SILENT,
    THING_POINTS,
    UNKNOWN_AMOUNT,
    UNKNOWN_HEAT,
    UNMEASURED,
    WHOLE_COUNTRY_KM,
    WINDOW_STEPS,
    WORDS_THING,
    KindRule,
)
from services.matching.domain.weights import (
    GATE as GATE,
)

UNKNOWN = -2
"""In place of points: a side speaks of nothing that the vocabulary knows."""

_SAME, _SUBCHAPTER, _CHAPTER = CODE_POINTS["same"], CODE_POINTS["subchapter"], CODE_POINTS["chapter"]
_THING_SAME, _THING_SERVES, _THING_NEAR = THING_POINTS["same"], THING_POINTS["serves"], THING_POINTS["near"]
_SERVES_CODED, _THING_PERHAPS = THING_POINTS["serves_coded"], THING_POINTS["perhaps"]
_THING_IMPLIED, _NEAR_CODED = THING_POINTS["implied"], THING_POINTS["near_coded"]
_SERVES_SAID, _NEAR_SAID = THING_POINTS["serves_said"], THING_POINTS["near_said"]
_CODED, _CODED_SUB, _CODED_CHAPTER = (THING_POINTS[n] for n in ("coded", "coded_subchapter", "coded_chapter"))
_OTHER, _OTHER_CODED, _OTHER_SUB = (THING_POINTS[n] for n in ("other", "other_coded", "other_subchapter"))
_WHOLE_COUNTRY_HM = WHOLE_COUNTRY_KM * 10


def meets(a: Sequence[int], b: Sequence[int]) -> bool:
    """Whether two sets of concepts have one in common."""
    common = 0
    for at in range(len(a)):
        common |= a[at] & b[at]
    return common != 0


def is_empty(concepts: Sequence[int]) -> bool:
    together = 0
    for word in concepts:
        together |= word
    return together == 0


def same_variety(have: Numbers, want: Numbers) -> bool:
    """Whether both name a variety of one group, and it is the same; of work (at night, in Swedish) that is no sign."""
    return not want.flags & TRADE and meets(have.varieties, want.varieties)


def concept_points(have: Numbers, want: Numbers) -> int:
    """How surely the words of both speak of one thing, or of one that serves the other; UNKNOWN where a side speaks
    of nothing known, GATE where a side refuses the thing by name: the want a stuff, the have a work it does not do."""
    if meets(have.stated, want.stated):
        return _THING_SAME
    if meets(have.stated, want.refused) or meets(want.stated, have.refused):
        return GATE
    if meets(have.stated, want.serves):
        return _THING_SERVES
    if meets(have.stated, want.near):
        return _THING_NEAR
    if meets(have.implied, want.stated) or meets(have.implied, want.serves) or meets(have.stated, want.implied):
        return _THING_IMPLIED
    if meets(have.stated, want.perhaps):
        return _THING_NEAR if same_variety(have, want) else _THING_PERHAPS
    if is_empty(have.stated) or (is_empty(want.stated) and is_empty(want.serves)):
        return UNKNOWN
    return _OTHER


def thing_points(have: Numbers, want: Numbers) -> int:
    """Whether the two are about one thing: by their concepts, and where a side has none by code and common words."""
    points = concept_points(have, want)
    if points == GATE:
        return GATE
    unknown = points == UNKNOWN
    if points != _THING_SAME:
        points = backed(points, common_words(have, want))
    waste_code = code_points(have, want) if have.code > 0 and want.code > 0 else GATE
    code = max(waste_code, product_points(have, want))
    if points == UNKNOWN:
        points = coded(code)
    elif code == _SAME:
        with_code = _NEAR_CODED if points >= _THING_PERHAPS else _OTHER_CODED
        points = max(points, _SERVES_CODED if points >= _THING_SERVES else with_code)
    elif code == _SUBCHAPTER:
        points = max(points, _OTHER_SUB)
    if unknown:
        points = max(points, word_points(have, want) * (WORDS_THING // 1_000) // 1_000)
    return points


def coded(code: int) -> int:
    """What the nearness of two codes alone tells of the thing."""
    return _CODED if code == _SAME else _CODED_SUB if code == _SUBCHAPTER else _CODED_CHAPTER if code == _CHAPTER else 0


def common_words(have: Numbers, want: Numbers) -> int:
    """Words that both say, whatever the vocabulary knows of them; ``said`` is in ascending order. Even keys are of
    words that tell nothing of the thing: what it is packed in."""
    count, at, other = 0, 0, 0
    while at < SAID_MAX and other < SAID_MAX:
        one, two = have.said[at], want.said[other]
        if one == 0 or two == 0:
            break
        if one == two and one & 1:
            count += 1
        at += one <= two
        other += two <= one
    return count


def backed(points: int, common: int) -> int:
    """What the concepts tell of the thing, with the words in common as one more kind of evidence."""
    if points in (UNKNOWN, _OTHER):
        if common >= 3:
            return _THING_NEAR
        return _THING_PERHAPS if common == 2 else points
    if points == _THING_PERHAPS and common >= 2:
        return _THING_NEAR
    if points == _THING_SERVES and common >= 1:
        return _SERVES_SAID
    if points == _THING_NEAR and common >= 1:
        return _NEAR_SAID
    return points


def says(side: Numbers, word: int) -> bool:
    found = False
    for one in side.said:
        found |= one == word
    return found


def bars(side: Numbers, other: Numbers) -> bool:
    """Whether the side refuses a phrase that the other says, all of it."""
    for at in range(len(side.bar_one)):
        one, two = side.bar_one[at], side.bar_two[at]
        if one != 0 and says(other, one) and (two == 0 or says(other, two)):
            return True
    return False


def is_other_variety(have: Numbers, want: Numbers) -> bool:
    """Whether the want names varieties of a group and the have is of others only. Silence says nothing: a variety is
    often plain from the thing."""
    for at in range(VARIETY_WORDS):
        offered, wanted = have.varieties[at], want.varieties[at]
        for place in range(MASK_BITS // VARIETY_BITS):
            group = ((1 << VARIETY_BITS) - 1) << place * VARIETY_BITS
            if wanted & group and offered & group and not offered & wanted & group:
                return True
    return False


def quality_points(have: Numbers, want: Numbers) -> int:
    """Full when nothing is asked or all of it is shown; less when the have is silent; a contradiction is a gate."""
    if meets(have.bears, want.refuses) or meets(have.refuses, want.needs):
        return GATE
    if bars(want, have) or bars(have, want) or is_other_variety(have, want):
        return GATE
    is_silent = False
    is_shown = meets(want.needs, have.bears)
    for at in range(len(want.needs)):
        is_silent |= want.needs[at] & ~have.bears[at] != 0
    is_unmeasured = False
    for at in range(len(want.limit_what)):
        what = want.limit_what[at]
        if what != 0:
            is_known = False
            for other in range(len(have.limit_what)):
                if have.limit_what[other] == what or have.limit_what[other] == -what:  # with or without its name
                    is_known = is_shown = True
                    if have.limit_low[other] > want.limit_high[at] or have.limit_high[other] < want.limit_low[at]:
                        return GATE
            if not is_known and what > 0:
                is_unmeasured = True
    if want.flags & WARMS and not have.flags & WARMS and have.temperature_mc == MISSING:
        is_silent = True
    if is_silent:
        return HALF_SILENT if is_shown else SILENT
    return UNMEASURED if is_unmeasured else FULL


def along(steps: Sequence[tuple[int, int]], value: int) -> int:
    """The height at ``value`` of the line through the steps; level beyond its ends."""
    last, height = steps[0]
    for at, points in steps:
        if value < at:
            return height + (points - height) * (value - last) // (at - last) if at > last else height
        last, height = at, points
    return height


def code_points(have: Numbers, want: Numbers) -> int:
    """Nearness in the List of Waste; a side without a code is neutral; GATE for different chapters, which the words may
    open (``weighed_code_points``)."""
    if have.code == 0 or want.code == 0:
        return NEUTRAL
    if have.code == want.code:
        return _SAME
    if have.code // 100 == want.code // 100:
        return _SUBCHAPTER
    if have.code // 10_000 == want.code // 10_000:
        return _CHAPTER
    return GATE


def hazard_passes(have: Numbers, want: Numbers) -> bool:
    """A hazardous have needs a want that says it takes hazardous."""
    return not have.hazardous or bool(want.hazardous)


def amount_points(have: Numbers, want: Numbers) -> int:
    """By the part of the want that the have covers; a middling guess unless both are stated in one dimension. A want
    that gathers from several needs a part only; to one that fetches small lots any lot is enough. What is there once
    is worth a little less to a want that goes on."""
    points = covered_points(have, want)
    return points * ONE_OFF // 100 if have.flags & ONCE and not want.flags & ONCE else points


def covered_points(have: Numbers, want: Numbers) -> int:
    """By the covered part alone."""
    if have.dimension < 0 or have.dimension != want.dimension or have.amount < 0 or want.amount <= 0:
        return UNKNOWN_AMOUNT
    if want.flags & SMALL_LOTS or have.amount >= want.amount:
        return FULL
    part = have.amount / want.amount * (GATHERING if want.flags & GATHERS else 1)
    return along(AMOUNT_STEPS, int(min(1.0, part) * FULL))


def common_days(have: Numbers, want: Numbers) -> int:
    """Days that both windows hold; none or fewer: the windows are disjoint."""
    return min(have.last_day, want.last_day) - max(have.first_day, want.first_day) + 1


def common_months(have: Numbers, want: Numbers) -> int:
    """Months of the year that both have."""
    months, count = have.months & want.months, 0
    for at in range(12):
        count += months >> at & 1
    return count


def meet_in_time(have: Numbers, want: Numbers) -> bool:
    """Whether there is a day, and where a side speaks of seasons a month, that both have."""
    if (have.flags | want.flags) & SEASONAL and have.months & want.months == 0:
        return False
    return common_days(have, want) > 0


def window_points(have: Numbers, want: Numbers) -> int:
    """Grows with the common window to half a year, and with the common months where a side speaks of seasons; an end
    left open is open; nothing in common is a gate."""
    if not meet_in_time(have, want):
        return GATE
    points = along(WINDOW_STEPS, common_days(have, want))
    if (have.flags | want.flags) & SEASONAL:
        return min(points, along(SEASON_STEPS, common_months(have, want)))
    return points


def good_and_far_hm(have: Numbers, want: Numbers, weights: KindRule) -> tuple[int, int]:
    """How far the thing goes as a matter of course, and at most: the have's own, else the want's, else the kind's; not
    farther than a side says it reaches, and as far where it says the whole country."""
    if (have.flags | want.flags) & REMOTE:
        return _WHOLE_COUNTRY_HM, _WHOLE_COUNTRY_HM
    good, far = weights.good_hm, weights.far_hm
    if have.far_hm > 0:
        good, far = have.good_hm, have.far_hm
    elif want.far_hm > 0:
        good, far = want.good_hm, want.far_hm
    said = min(have.said_hm, want.said_hm) if have.said_hm > 0 and want.said_hm > 0 else have.said_hm + want.said_hm
    if said >= _WHOLE_COUNTRY_HM:
        good, far = max(good, said // 2), said
    elif said > 0:
        good, far = min(max(good, said * 3 // 4), said), said
    vague_hm = have.vague_hm + want.vague_hm
    return good + vague_hm, far + vague_hm


def temperature_points(have: Numbers, want: Numbers) -> int:
    """Heat flows from the warmer only: a have that is not warmer is a gate unless a side has a heat pump. What is to
    cool must not be warmer than is asked; warm water as warm will do. What is plainly cold heats nothing, and what is
    plainly warm cools nothing, whatever is asked."""
    if have.temperature_mc == MISSING:
        return UNKNOWN_HEAT
    if want.temperature_mc == MISSING:
        if want.flags & COOLS:
            return GATE if have.temperature_mc >= PLAINLY_WARM_MC else UNKNOWN_HEAT
        is_cold = have.temperature_mc <= PLAINLY_COLD_MC and not (have.flags | want.flags) & HEAT_PUMP
        return GATE if is_cold else UNKNOWN_HEAT
    margin = have.temperature_mc - want.temperature_mc
    if want.flags & COOLS:
        return GATE if margin > 0 else along(HEAT_STEPS, -margin)
    if want.flags & WARMS and margin == 0:
        return HEAT_STEPS[0][1]
    if margin <= 0:
        return HEAT_STEPS[0][1] if (have.flags | want.flags) & HEAT_PUMP else GATE
    return along(HEAT_STEPS, margin)


def word_points(have: Numbers, want: Numbers) -> int:
    """Common words of the names, as a part of the shorter name's."""
    have_count, want_count, common = 0, 0, 0
    for word in have.words:
        if word != 0:
            have_count += 1
            for other in want.words:
                if other == word:
                    common += 1
    for word in want.words:
        if word != 0:
            want_count += 1
    fewer = min(have_count, want_count)
    return FULL * common // fewer if fewer > 0 else 0


def weighed_code_points(have: Numbers, want: Numbers) -> int:
    """The code's points; for other chapters nothing, and a gate unless the words say at least "perhaps"."""
    points = code_points(have, want)
    if points == GATE and concept_points(have, want) >= _THING_PERHAPS:
        return 0
    return points

"""The compiled scans of the index. They run without the GIL, over rows that nobody changes.

The score is not written twice: the functions of ``domain.measure`` are compiled as they stand. Who may meet whom is
``domain.listing.may_meet`` in the form of a row; a property test holds the two equal.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.extending import register_jitable

from services.matching import index_rows
from services.matching.domain import meaning, measure, products, roads, sides, weighing, weights, words
from services.matching.domain.weighing import is_possible, nearly_fits, pair_points, points_but_for_gates
from services.matching.index_rows import LEVEL_NATION, LEVEL_PROGRAMME, LEVEL_REGION, Rows
from shared import geo

_SCANS, _KEPT_S = "scans-", 3_600.0
F = TypeVar("F", bound=Callable[..., Any])

for _factor in (
    measure.meets, measure.is_empty, measure.same_variety, measure.concept_points, measure.common_words,
    measure.backed, measure.coded, measure.thing_points, measure.says, measure.bars, measure.is_other_variety,
    measure.quality_points, measure.along, measure.code_points, products.product_points, measure.weighed_code_points,
    measure.hazard_passes,
    measure.amount_points, measure.covered_points, measure.common_days, measure.common_months, measure.meet_in_time,
    measure.window_points, roads.apart_hm, roads.east_and_north, roads.passed_part, roads.off_the_road,
    roads.distance_hm, measure.good_and_far_hm, roads.distance_points,
    roads.leads_there, measure.temperature_points, measure.word_points, weighing.share, weighing.total,
    weighing.pair_points, weighing.is_possible, weighing.nearly_fits, weighing.points_but_for_gates,
):  # fmt: skip
    register_jitable(_factor)


def _cache_folder() -> Path | None:
    """Where compiled code is kept, one folder per version of all its sources: numba itself looks at this file's age
    only and would go on with old weights. None where nothing can be written (then every start compiles)."""
    digest = hashlib.blake2b(digest_size=8)
    for module in (meaning, measure, products, roads, sides, weighing, weights, words, index_rows, geo):
        digest.update(Path(module.__file__ or "").read_bytes())
    folder = Path(__file__).parent / "__pycache__" / f"{_SCANS}{digest.hexdigest()}"
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        pass
    except OSError:
        return None
    else:
        remove_older(folder)
    return folder if os.access(folder, os.W_OK) else None


def remove_older(folder: Path) -> None:
    """Remove the scans of other versions beside this folder; not those made or used for writing within the hour, which
    a process that starts at the same time may still fill. Another process may remove the same ones."""
    for other in folder.parent.glob(f"{_SCANS}*"):
        with suppress(OSError):
            if other != folder and other.stat().st_mtime < folder.stat().st_mtime - _KEPT_S:
                shutil.rmtree(other, ignore_errors=True)


def _compiled(function: F) -> F:
    return cast(F, numba.njit(nogil=True, cache=_CACHE is not None)(function))


_CACHE = _cache_folder()
if _CACHE is not None:
    numba.config.CACHE_DIR = str(_CACHE)  # type: ignore[attr-defined]


@_compiled
def _reaches(viewer: Any, listing: Any) -> bool:
    if listing.level == LEVEL_NATION:
        return True
    if listing.level == LEVEL_REGION and viewer.agency_region == listing.region:
        return True
    if listing.level == LEVEL_PROGRAMME and listing.programme != 0 and viewer.programme == listing.programme:
        return True
    return bool(viewer.agency != 0 and viewer.agency == listing.agency)


@_compiled
def _may_meet(a: Any, b: Any) -> bool:
    if a.party != 0 and a.party == b.party:
        return False
    if a.home == 0 or b.home == 0:
        return bool(a.level == LEVEL_NATION and b.level == LEVEL_NATION)
    return _reaches(a, b) and _reaches(b, a)


@_compiled
def _points(side: Any, other: Any, side_is_have: bool, weights: Any) -> int:
    """The score of a pair that might match; -1 for another, and where the two may not meet."""
    if other.active == 0 or not _may_meet(side, other):
        return -1
    have, want = (side, other) if side_is_have else (other, side)
    points = pair_points(have, want, weights)
    return points if is_possible(have, want, weights, points) else -1


@_compiled
def _goes_before(a_points: int, a: Any, b_points: int, b: Any) -> bool:
    """Whether a stands before b in a list of candidates: higher score, then lower id."""
    if a_points != b_points:
        return a_points > b_points
    if a.id_region != b.id_region:
        return bool(a.id_region < b.id_region)
    if a.id_high != b.id_high:
        return bool(a.id_high < b.id_high)
    return bool(a.id_low < b.id_low)


@_compiled
def scan(side: Rows, rows: Rows, length: int, side_is_have: bool, weights: Rows, slots: Rows, points: Rows) -> int:
    """Write slot and score of what might match among the first ``length`` rows; returns how many there are."""
    found = 0
    for slot in range(length):
        value = _points(side[0], rows[slot], side_is_have, weights[0])
        if value >= 0:
            slots[found] = slot
            points[found] = value
            found += 1
    return found


@_compiled
def scan_near_misses(
    side: Rows, rows: Rows, length: int, side_is_have: bool, weights: Rows, slots: Rows, points: Rows
) -> int:
    """As ``scan``, of those that nearly fit the side, with their points but for gates."""
    found = 0
    for slot in range(length):
        have, want = (side[0], rows[slot]) if side_is_have else (rows[slot], side[0])
        if rows[slot].active != 0 and _may_meet(have, want) and nearly_fits(have, want, weights[0]):
            slots[found] = slot
            points[found] = points_but_for_gates(have, want, weights[0])
            found += 1
    return found


@_compiled
def count_before(
    owners: Rows,
    owner_points: Rows,
    rival: Rows,
    rows: Rows,
    length: int,
    owners_are_have: bool,
    weights: Rows,
    counts: Rows,
    enough: int,
) -> None:
    """For each owner, count what might match it among the rows and goes before the rival, whose score with the owner
    is ``owner_points``; counting an owner ends at ``enough``."""
    for index in range(len(owners)):
        for slot in range(length):
            if counts[index] >= enough:
                break
            row = rows[slot]
            if row.id_low == rival[0].id_low and row.id_high == rival[0].id_high:
                continue
            value = _points(owners[index], row, owners_are_have, weights[0])
            if value >= 0 and _goes_before(value, row, owner_points[index], rival[0]):
                counts[index] += 1

"""How near two product codes stand. Compiled by the index as it stands, like ``measure``."""

from __future__ import annotations

from services.matching.domain.sides import Numbers
from services.matching.domain.weights import CODE_POINTS

_SAME, _SUBCHAPTER, _CHAPTER = CODE_POINTS["same"], CODE_POINTS["subchapter"], CODE_POINTS["chapter"]
_CATEGORY, _CLASS, _GROUP = 100_000, 10_000, 1_000
"""Five, four and three digits behind a 1."""


def product_points(have: Numbers, want: Numbers) -> int:
    """By the digits in common: category and class of CPA count as code and subchapter of the List of Waste, a group as
    a chapter. Less or nothing in common speaks against nothing: a by-product has another activity's code than what it
    replaces."""
    one, other = have.product, want.product
    while one >= 2 * other > 0:  # more digits, since both begin with 1
        one //= 10
    while other >= 2 * one > 0:
        other //= 10
    while one != other:
        one, other = one // 10, other // 10
    if one >= _CATEGORY:
        return _SAME
    return _SUBCHAPTER if one >= _CLASS else _CHAPTER if one >= _GROUP else 0

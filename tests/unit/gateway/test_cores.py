"""Which core a worker of the gateway gets."""

from __future__ import annotations

import pytest

from gateway.cores import freest, workers


@pytest.mark.parametrize(("cores", "expected"), [(1, 1), (2, 1), (3, 1), (4, 2), (16, 8)])
def test_half_of_the_cores_are_left_to_the_other_parts(cores: int, expected: int) -> None:
    assert workers(cores) == expected


@pytest.mark.parametrize(
    ("taken", "expected"), [([], 2), ([2], 5), ([2, 5], 7), ([2, 5, 7], 2), ([5, 7], 2), ([2, 2, 5, 7], 5)]
)
def test_a_new_worker_gets_the_core_that_the_fewest_have(taken: list[int], expected: int) -> None:
    assert freest({7, 2, 5}, taken) == expected

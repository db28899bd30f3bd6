"""How the tests are shared out when several workers run them (pytest-xdist): `make test` has two.

The first worker begins with what starts whole platforms, the second at the other end, with what needs a broker and a
database only; they meet among the unit tests. So two platforms seldom run at once on a small machine, and neither
worker waits for the other at the end. What shares a platform or a process stays together in one worker.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

ORDER = ("faults", "e2e", "unit", "contract", "architecture", "integration")
SHARING = ("tests/faults", "tests/e2e")
"""Folders whose modules share one platform, but for this one, which starts its own."""
APART = ("tests/faults/test_two_cells.py",)


def unit_of(nodeid: str) -> str:
    """The unit that a test goes with: its module, or the folder whose platform it shares."""
    module = nodeid.partition("::")[0]
    folder = module.rpartition("/")[0]
    return folder if folder in SHARING and module not in APART else module


def in_order(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Units in the order of their folders, those apart first, each unit's tests as they stand."""

    def place(item: pytest.Item) -> tuple[int, bool]:
        folder = item.nodeid.removeprefix("tests/").partition("/")[0]
        return ORDER.index(folder) if folder in ORDER else len(ORDER), unit_of(item.nodeid) not in APART

    return sorted(items, key=place)


class FromBothEnds(LoadScopeScheduling):  # type: ignore[misc]  # xdist is typed in part
    """Every second worker takes its units from the end."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        if int(node.gateway.id.removeprefix("gw")) % 2:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)

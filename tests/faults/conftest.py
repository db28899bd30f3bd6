"""One whole platform for the fault tests, with failpoints that can be armed; each module tries it in its own way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.driver import Platform, running_platform
from tests.faults.trial import environment


@pytest.fixture(scope="package")
def failpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which failpoints are armed."""
    return tmp_path_factory.mktemp("failpoints")


@pytest.fixture(scope="package")
def platform(tmp_path_factory: pytest.TempPathFactory, failpoints: Path) -> Iterator[Platform]:
    with running_platform(tmp_path_factory.mktemp("platform"), extra_env=environment(failpoints)) as running:
        yield running

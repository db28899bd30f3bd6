"""One whole platform for the end-to-end tests; each makes agencies of its own in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.driver import Platform, running_platform


@pytest.fixture(scope="package")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with running_platform(tmp_path_factory.mktemp("platform") / ".local") as running:
        yield running

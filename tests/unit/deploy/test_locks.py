"""The locks install from any index: hashes everywhere, no address of an index or a file."""

from __future__ import annotations

import re

import pytest

from deploy.local.processes import PROJECT


@pytest.mark.parametrize("name", ["runtime", "dev"])
def test_a_lock_pins_every_package_by_hash_and_names_no_place(name: str) -> None:
    text = (PROJECT / "requirements" / f"{name}.txt").read_text()
    pins = re.findall(r"^([a-z0-9._-]+)==\S+ \\\n    --hash=sha256:", text, flags=re.MULTILINE)

    assert len(pins) == len(re.findall(r"^[a-z0-9]", text, flags=re.MULTILINE))
    assert re.findall(r"^.*(?:://|--index-url|--find-links|--trusted-host| @ ).*$", text, flags=re.MULTILINE) == []


def test_the_dev_lock_holds_the_runtime_lock() -> None:
    pins = {
        name: set(re.findall(r"^\S+==\S+", (PROJECT / "requirements" / f"{name}.txt").read_text(), flags=re.MULTILINE))
        for name in ("runtime", "dev")
    }

    assert pins["runtime"] - pins["dev"] == set()

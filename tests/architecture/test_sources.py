"""The looking glass itself: what these tests look for is found in every spelling."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.sources import Module, imports, uses


def module(text: str, path: str = "services/resources/domain.py") -> Module:
    return Module(path, ast.parse(text), text.count("\n") + 1)


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.environ['A']",
        "import os as system\nsystem.environ.get('A')",
        "from os import environ\nenviron['A']",
        "from os import environ as e",
        "def late():\n    import os\n    return os.environ",
    ],
)
def test_a_use_is_found_in_every_spelling(text: str) -> None:
    assert uses(module(text), "os.environ") != []


@pytest.mark.parametrize(
    "text",
    ["from datetime import datetime\ndatetime.now()", "import datetime\ndatetime.datetime.now()"],
)
def test_a_class_method_is_found_in_every_spelling(text: str) -> None:
    assert uses(module(text), "datetime.datetime.now") != []


@pytest.mark.parametrize("text", ["import os.path\nos.path.join('a')", "clock.now()", "environ = {}\nenviron['A']"])
def test_what_only_looks_like_it_is_not_found(text: str) -> None:
    assert uses(module(text), "os.environ", "datetime.datetime.now") == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("from services.matching import domain", "services.matching.domain"),
        ("from . import repository", "services.resources.repository"),
        ("from .repository import Listings", "services.resources.repository.Listings"),
        ("from ..matching.domain import score", "services.matching.domain.score"),
        ("if True:\n    import pymongo", "pymongo"),
    ],
)
def test_an_import_is_found_in_every_spelling(text: str, name: str) -> None:
    assert [found for _, found in imports(module(text))] == [name]

"""Knowing one service is knowing all: the same floor plan, modules that fit in a head, honest names."""

from __future__ import annotations

import ast
import re

import pytest

from shared.contracts.registry import SERVICES
from tests.architecture.sources import FOLDERS, ROOT, modules

LINES_MAX = 400
VAGUE_NAMES = ("utils", "util", "helpers", "helper", "common", "misc", "base2", "tools")
README_SECTIONS = ("events", "calls or rpc", "metrics", "runbook")

each_service = pytest.mark.parametrize("service", SERVICES)


def test_all_seven_services_stand_and_no_other() -> None:
    folders = {path.name for path in (ROOT / "services").iterdir() if (path / "__init__.py").is_file()}
    assert folders == set(SERVICES)


def test_there_is_code_to_look_at() -> None:
    seen = {module.path.split("/")[0] for module in modules()}
    assert seen == set(FOLDERS)
    assert len(modules()) > 100


@each_service
@pytest.mark.parametrize("part", ["__init__.py", "use_cases.py", "repository.py", "service.py", "README.md"])
def test_a_service_has_every_part(service: str, part: str) -> None:
    folder = ROOT / "services" / service
    package = folder / part.removesuffix(".py") / "__init__.py"
    assert (folder / part).is_file() or package.is_file()


@each_service
def test_a_service_has_a_domain(service: str) -> None:
    folder = ROOT / "services" / service
    assert (folder / "domain.py").is_file() or (folder / "domain" / "__init__.py").is_file()


@each_service
def test_the_readme_of_a_service_says_what_goes_in_and_out_and_how_it_is_run(service: str) -> None:
    readme = ROOT / "services" / service / "README.md"
    headings = " ".join(re.findall(r"^#+ (.*)$", readme.read_text(encoding="utf-8"), re.MULTILINE)).lower()
    missing = [words for words in README_SECTIONS if not any(word in headings for word in words.split(" or "))]
    assert missing == []


def test_no_module_is_longer_than_it_may_be() -> None:
    assert [f"{m.path}: {m.line_count}" for m in modules() if m.line_count > LINES_MAX] == []


def test_every_module_opens_by_saying_what_it_is_for() -> None:
    silent = [m.path for m in modules() if m.line_count > 1 and not ast.get_docstring(m.tree)]
    assert silent == []


def test_no_module_has_a_vague_name() -> None:
    assert [m.path for m in modules() if m.name.rsplit(".", 1)[-1] in VAGUE_NAMES] == []

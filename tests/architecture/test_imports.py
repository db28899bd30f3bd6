"""Who may import whom: two services meet in shared only, and domains run with nothing installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from shared.contracts.registry import SERVICES
from tests.architecture.sources import ROOT, Module, imports, is_standard, modules

# What a domain may take from the kernel: values and pure rules.
VALUE_TYPES = (
    "shared.clock",
    "shared.errors",
    "shared.geo",
    "shared.ids",
    "shared.quantities",
    "shared.reference",
    "shared.registers",
    "shared.tenancy",
    "shared.visibility",
)


def test_the_import_contracts_are_kept() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_a_service_imports_shared_and_itself_only() -> None:
    strangers = [
        f"{module.at(node)} {name}"
        for module in modules()
        if module.path.startswith("services/")
        for node, name in imports(module)
        if name.split(".")[0] in ("gateway", "deploy", "tests", "bench", "demo")
        or (name.startswith("services.") and name.split(".")[1] != module.path.split("/")[1])
    ]
    assert strangers == []


@pytest.mark.parametrize(
    ("folder", "others"), [("gateway/", ("services", "deploy")), ("shared/", ("services", "gateway", "deploy"))]
)
def test_the_gateway_and_the_kernel_import_no_service(folder: str, others: tuple[str, ...]) -> None:
    strangers = [
        f"{module.at(node)} {name}"
        for module in modules()
        if module.path.startswith(folder)
        for node, name in imports(module)
        if name.split(".")[0] in (*others, "tests", "bench", "demo")
    ]
    assert strangers == []


def test_a_domain_imports_the_standard_library_and_shared_value_types_only() -> None:
    strangers = [
        f"{module.at(node)} {name}"
        for module in modules()
        if is_domain(module)
        for node, name in imports(module)
        if not (is_standard(name) or name.startswith((*VALUE_TYPES, own_domain(module))))
    ]
    assert strangers == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_domain_runs_with_nothing_installed(service: str) -> None:
    names = [module.name for module in modules() if is_domain(module) and module.path.split("/")[1] == service]
    assert names != []
    # -S leaves out site-packages: only the standard library and this repository are there.
    program = f"import sys; sys.path.insert(0, '.'); import {', '.join(names)}"
    run = subprocess.run([sys.executable, "-S", "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.stderr == ""


def is_domain(module: Module) -> bool:
    parts = module.path.split("/")
    return parts[0] == "services" and len(parts) > 2 and parts[2] in ("domain", "domain.py")


def own_domain(module: Module) -> str:
    return f"services.{module.path.split('/')[1]}.domain"

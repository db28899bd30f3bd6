"""The production code as syntax trees, for the tests that keep the rules of the architecture."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("shared", "services", "gateway", "deploy")


@dataclass(frozen=True, slots=True)
class Module:
    """A Python file: its path from the root, with slashes, and its tree."""

    path: str
    tree: ast.Module
    line_count: int

    @property
    def name(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def at(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 0)}"


@lru_cache(maxsize=1)
def modules() -> tuple[Module, ...]:
    """Every module of production code."""
    paths = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    return tuple(_read(path) for path in paths)


def imports(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Every imported name in full, those inside functions too: ``from a.b import c`` gives ``a.b.c``."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(module, node)
            yield from ((node, f"{base}.{alias.name}") for alias in node.names)


def dotted(node: ast.AST) -> str:
    """``a.b.c`` of a name or attribute, else an empty text."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""


def uses(module: Module, *forbidden: str) -> list[str]:
    """Where the module touches one of the full names (or what hangs below it), by import or by attribute."""
    known: dict[str, str] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]
                known[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(module, node)
            known.update({alias.asname or alias.name: f"{base}.{alias.name}" for alias in node.names})
    found = [module.at(node) + " " + name for node, name in imports(module) if _is_below(name, forbidden)]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and (name := dotted(node)):
            first, _, rest = name.partition(".")
            full = f"{known.get(first)}.{rest}"
            if first in known and _is_below(full, forbidden):
                found.append(f"{module.at(node)} {full}")
    return found


def is_standard(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names


def _is_below(name: str, forbidden: tuple[str, ...]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in forbidden)


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module.name.split(".") if module.path.endswith("__init__.py") else module.name.split(".")[:-1]
    base = package[: len(package) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])


def _read(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    return Module(path.relative_to(ROOT).as_posix(), ast.parse(text), text.count("\n") + 1)

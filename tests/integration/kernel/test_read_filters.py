"""A record read by its id is withheld by the same rule as one that is searched for: every repository, every filter."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from itertools import product

import pytest

import services
from shared.errors import Forbidden
from shared.persistence.mongo import Document
from shared.persistence.repository import Repository, admits
from shared.runtime import Runtime
from shared.tenancy import Caller, Role
from shared.visibility import Visibility

AGENCIES = ("agy-1", "agy-2")
CALLERS = (
    Caller("acc-1", "agy-1", frozenset({Role.FACILITATOR}), "12"),
    Caller("acc-2", "agy-1", frozenset({Role.INTEGRATION}), "12", frozenset({"vesi"})),
    Caller("acc-3", None, frozenset({Role.OPERATOR}), ""),
)


def repositories() -> Iterator[type[Repository]]:
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if ".repository" in module.name:
            importlib.import_module(module.name)
    waiting = [Repository]
    while waiting:
        known = waiting.pop()
        waiting += known.__subclasses__()
        if known.__module__.startswith("services.") and hasattr(known, "collection"):
            yield known


def records() -> list[Document]:
    """Every mixture of what filters look at, and one that has nothing of it."""
    grid = product(AGENCIES, AGENCIES, (["agy-1"], ["agy-2", "agy-1"], []), Visibility, ("12", "19"), (None, "vesi"))
    names = ("agency_id", "listing_agency_id", "viewer_agencies", "visibility", "region_code", "programme")
    mixtures = [dict(zip(names, values, strict=True)) for values in grid]
    return [{"_id": f"rec-{number}", **mixture} for number, mixture in enumerate(mixtures)] + [
        {"_id": agency} for agency in (*AGENCIES, "rec-bare")
    ]


@pytest.mark.parametrize("made", sorted(set(repositories()), key=str), ids=str)
def test_the_rule_for_a_record_in_hand_is_the_databases(
    made: type[Repository], runtime_for: Callable[..., Runtime]
) -> None:
    database = runtime_for("organisations").database
    database.grid.insert_many([dict(record) for record in records()])
    for caller in CALLERS:
        repository = made(database, caller)
        try:
            read_filter = repository.read_filter(caller)
        except Forbidden:
            continue  # refused before anything is looked up, whether it exists or not
        found = {record["_id"] for record in database.grid.find(read_filter)}
        assert {record["_id"] for record in records() if admits(read_filter, record)} == found


def test_another_operator_in_a_read_filter_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match=r"\$ne"):
        admits({"agency_id": {"$ne": "agy-1"}}, {"_id": "rec-1", "agency_id": "agy-2"})

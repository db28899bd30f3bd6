"""Database, broker, environment, time and chance are each touched in one place only."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

import pytest

from shared.contracts.registry import SERVICES
from tests.architecture.sources import Module, modules, uses

COLLECTION_METHODS = {
    "aggregate", "bulk_write", "count_documents", "create_index", "create_indexes", "delete_many", "delete_one",
    "distinct", "estimated_document_count", "find_one", "find_one_and_delete", "find_one_and_replace",
    "find_one_and_update", "insert_many", "insert_one", "replace_one", "update_many", "update_one",
}  # fmt: skip
# Rows of the kernel's own (outbox, inbox, idempotency records, jobs, schedules): reached inside the kernel only.
KERNEL_STORES = (
    "shared/persistence/",
    "shared/messaging/outbox.py",
    "shared/messaging/inbox.py",
    "shared/messaging/idempotency.py",
    "shared/jobs/",
)
# Operator's tools that compare or prepare databases as a whole.
WHOLE_DATABASES = ("deploy/",)
ENVIRONMENT_READERS = ("shared/config.py", "shared/failpoints.py", "gateway/gunicorn.conf.py", "deploy/")
IMPURE = (
    "time.sleep", "time.time", "time.time_ns", "time.monotonic", "datetime.datetime.now", "datetime.datetime.utcnow",
    "datetime.datetime.today", "datetime.date.today", "uuid.uuid1", "uuid.uuid4", "random", "secrets", "os.urandom",
)  # fmt: skip
HANDED_ON = ("pymongo.database.Database", "pymongo.errors")  # a database to give to a repository, and what it raises
PUBLISHERS = ("shared/messaging/", "deploy/")


def outside(*places: str) -> Iterable[Module]:
    return (module for module in modules() if not module.path.startswith(places))


def test_collections_are_reached_through_repositories_only() -> None:
    found = [
        f"{module.at(node)} {node.func.attr}"
        for module in outside(*KERNEL_STORES, *WHOLE_DATABASES)
        if not is_repository(module)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in COLLECTION_METHODS
    ]
    assert found == []


def test_pymongo_is_used_by_the_kernel_and_repositories_only() -> None:
    allowed = ("shared/", *WHOLE_DATABASES)
    found = [
        use
        for module in outside(*allowed)
        if not is_repository(module)
        for use in uses(module, "pymongo", "bson")
        if not use.endswith(HANDED_ON) and "pymongo.errors." not in use
    ]
    assert found == []


def test_a_repository_of_a_service_goes_through_the_scoped_base() -> None:
    found = [
        f"{module.at(node)} {node.func.attr}"
        for module in modules()
        if is_repository(module)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in COLLECTION_METHODS
    ]
    assert found == [], "use the methods of shared.persistence.repository.Repository"


@pytest.mark.parametrize("service", SERVICES)
def test_every_repository_class_inherits_the_scoped_base(service: str) -> None:
    classes = [
        (module, node)
        for module in modules()
        if is_repository(module) and module.path.split("/")[1] == service
        for node in module.tree.body
        if isinstance(node, ast.ClassDef) and any(_sets_collection(line) for line in node.body)
    ]
    assert classes != []
    unscoped = [
        module.at(node) for module, node in classes if not any("Repository" in ast.unparse(b) for b in node.bases)
    ]
    assert unscoped == []


def test_the_environment_is_read_in_one_place_only() -> None:
    found = [
        use
        for module in outside(*ENVIRONMENT_READERS)
        for use in uses(module, "os.environ", "os.getenv", "os.putenv", "environs")
    ]
    assert found == []


def test_time_and_chance_are_handed_to_domains_and_use_cases() -> None:
    found = [
        use
        for module in modules()
        if re.match(r"services/[a-z]+/(domain|use_cases)(\.py|/)", module.path)
        for use in uses(module, *IMPURE)
    ]
    assert found == []


def test_messages_are_published_by_shared_messaging_only() -> None:
    found = [
        f"{module.at(node)} {node.func.attr}"
        for module in outside(*PUBLISHERS)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("basic_publish", "basic_publish_confirm", "Producer")
    ]
    found += [
        use
        for module in outside(*PUBLISHERS)
        for use in uses(
            module,
            "kombu", "amqp",
            "nameko.events.EventDispatcher", "nameko.messaging.Publisher", "nameko.standalone",
            "nameko.rpc.ServiceRpc", "nameko.rpc.RpcProxy", "nameko.rpc.ClusterRpc",
            "shared.messaging.publisher",
        )
        if not module.path.startswith("shared/runtime")
    ]  # fmt: skip
    assert found == []


def test_events_are_written_by_a_unit_of_work_only() -> None:
    """Nobody outside the kernel makes an envelope or an outbox row by hand."""
    found = [
        use
        for module in outside("shared/")
        for use in uses(module, "shared.contracts.envelope.encode", "shared.messaging.outbox.OutboxWriter")
    ]
    assert found == []


def is_repository(module: Module) -> bool:
    return re.match(r"services/[a-z]+/repository(\.py|/)", module.path) is not None


def _sets_collection(node: ast.stmt) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return any(isinstance(target, ast.Name) and target.id == "collection" for target in targets)

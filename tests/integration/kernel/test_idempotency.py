"""What a repetition of a command finds of its first, on a real database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from pymongo.read_concern import ReadConcern

from shared.errors import PreconditionFailed
from shared.persistence.unit_of_work import Transaction
from shared.runtime import Runtime


def test_a_repetition_refused_while_its_first_is_not_yet_durable_gets_the_firsts_answer(
    runtime_for: Callable[..., Runtime],
) -> None:
    """A transaction sees a change as soon as it is committed, a plain read only once it is durable too."""
    runtime, rounds = runtime_for("resources"), 20
    records = runtime.database["idempotency"].with_options(read_concern=ReadConcern("local"))
    records.find_one({})  # a connection is open
    answers: list[str] = []

    def ask(key: str, work: Callable[[Transaction], Any]) -> None:
        answers.append(runtime.idempotency.run(key, "the same body", work, 5.0, keep_answer=True))

    for number in range(rounds):
        key = f"round {number}"

        def refused(_tx: Transaction, key: str = key) -> None:
            while records.find_one({"_id": key}) is None:
                pass
            raise PreconditionFailed(1, 2)

        repeating = threading.Thread(target=ask, args=(key, refused))
        repeating.start()
        ask(key, lambda _tx: "the first's")
        repeating.join(10)
    assert answers == ["the first's"] * 2 * rounds

"""Dead letters: list, show, replay, purge. ``make dlq ARGS="list"``.

Replay and purge only say what they would do until ``--apply`` is given. A replayed letter goes back to the queue it
came from with its attempts forgotten; the inbox drops it there if it was handled after all.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from shared import config
from shared.contracts.envelope import CONTENT_TYPE
from shared.messaging.connection import connect
from shared.messaging.consumer import ATTEMPT_HEADER, REASON_HEADER
from shared.messaging.publisher import ConfirmedPublisher, Outgoing, Receipt
from shared.messaging.topology import DEAD_QUEUE

LETTERS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter as it lies in the queue; ``tag`` is valid while it is held."""

    tag: int
    queue: str
    message_id: str
    reason: str
    attempt: int
    headers: dict[str, Any]
    body: bytes

    @property
    def event_type(self) -> str:
        try:
            return str(json.loads(self.body)["type"]).removeprefix("fi.sivuvirta.")
        except (ValueError, KeyError, TypeError):
            return "(unreadable)"


class DeadLetters:
    """The dead letters while one operator holds them; what is not taken goes back when the hold ends."""

    def __init__(self, channel: Any, uri: str, letters: Sequence[Letter]) -> None:
        self._channel = channel
        self._uri = uri
        self.letters = letters

    def chosen(self, queue: str | None, message_id: str | None) -> list[Letter]:
        return [
            letter
            for letter in self.letters
            if (queue is None or letter.queue == queue) and (message_id is None or letter.message_id == message_id)
        ]

    def replay(self, letters: Sequence[Letter]) -> int:
        """How many the broker took back; each is removed here only after its confirm."""
        publisher = ConfirmedPublisher(self._uri, "dead letter replay")
        outgoing = [
            Outgoing(
                exchange="",
                routing_key=letter.queue,
                body=letter.body,
                message_id=letter.message_id,
                content_type=CONTENT_TYPE,
                headers={k: v for k, v in letter.headers.items() if not _is_failure_mark(k)},
            )
            for letter in letters
        ]
        receipts = publisher.publish(outgoing)
        publisher.close()
        taken = [letter for letter, receipt in zip(letters, receipts, strict=True) if receipt is Receipt.CONFIRMED]
        self.purge(taken)
        return len(taken)

    def purge(self, letters: Sequence[Letter]) -> int:
        for letter in letters:
            self._channel.basic_ack(letter.tag)
        return len(letters)


@contextmanager
def held(uri: str, limit: int = LETTERS_MAX) -> Iterator[DeadLetters]:
    """Hold up to ``limit`` dead letters for as long as the block lasts."""
    connection = connect(uri, "dead letters")
    channel = connection.channel()
    letters: list[Letter] = []
    while len(letters) < limit and (message := channel.basic_get(DEAD_QUEUE)) is not None:
        headers = dict(message.properties.get("application_headers") or {})
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        letters.append(
            Letter(
                tag=message.delivery_tag,
                queue=message.delivery_info["routing_key"],
                message_id=str(message.properties.get("message_id") or f"tag-{message.delivery_tag}"),
                reason=str(headers.get(REASON_HEADER) or "redelivered too often: its consumer died each time"),
                attempt=headers.get(ATTEMPT_HEADER, 0),
                headers=headers,
                body=body,
            )
        )
    try:
        yield DeadLetters(channel, uri, letters)
    finally:
        connection.release()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make dlq ARGS=…", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="count by queue, event type and reason")
    show = commands.add_parser("show", help="one letter whole")
    show.add_argument("message_id")
    for name, help_text in (("replay", "put letters back to their queues"), ("purge", "throw letters away")):
        command = commands.add_parser(name, help=help_text)
        command.add_argument("--queue", help="only letters of this queue")
        command.add_argument("--id", dest="message_id", help="only this letter")
        command.add_argument("--apply", action="store_true", help="do it; without this only say what would be done")
    given = parser.parse_args(arguments if arguments else None)
    with held(config.load().amqp_uri) as dead:
        if given.command == "list":
            _print_list(dead.letters)
            return 0
        if given.command == "show":
            return _print_one(dead.chosen(None, given.message_id))
        chosen = dead.chosen(given.queue, given.message_id)
        if not given.apply:
            print(f"would {given.command} {len(chosen)} of {len(dead.letters)} dead letters; --apply does it")
            return 0
        done = dead.replay(chosen) if given.command == "replay" else dead.purge(chosen)
        print(f"{given.command}: {done} of {len(chosen)}")
        return 0 if done == len(chosen) else 1


def _print_list(letters: Sequence[Letter]) -> None:
    print(f"{len(letters)} dead letters")
    counts = Counter((letter.queue, letter.event_type, letter.reason[:80]) for letter in letters)
    for (queue, event_type, reason), count in counts.most_common():
        example = next(letter for letter in letters if letter.queue == queue and letter.reason[:80] == reason)
        print(f"{count:6}  {queue:28} {event_type:28} {reason}  (e.g. {example.message_id})")


def _print_one(letters: Sequence[Letter]) -> int:
    if not letters:
        print("no dead letter has this id")
        return 1
    letter = letters[0]
    print(f"queue    {letter.queue}\nid       {letter.message_id}\nreason   {letter.reason}\nattempts {letter.attempt}")
    try:
        print(json.dumps(json.loads(letter.body), indent=2, ensure_ascii=False))
    except ValueError:
        print(repr(letter.body[:2000]))
    return 0


def _is_failure_mark(header: str) -> bool:
    return header in (ATTEMPT_HEADER, REASON_HEADER) or header.startswith(("x-death", "x-first-death", "x-last-death"))


if __name__ == "__main__":
    raise SystemExit(main())

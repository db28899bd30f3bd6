"""The floor of an event's way: the same steps with bare, pooled drivers and nothing around them.

Accepted POST → transaction → confirmed publish → consume → transaction (listing projected) → transaction (match) →
confirmed publish → consume → transaction (delivery) → POST to the receiver. Ours has the same number of each.
"""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import urllib3
from amqp.basic_message import Message
from kombu import Connection
from pymongo import MongoClient
from pymongo.client_session import ClientSession

QUEUES = ("bench.floor.1", "bench.floor.2")


class Floor:
    def __init__(self, amqp_uri: str, mongo_uri: str, receiver_url: str, body: bytes) -> None:
        self._mongo: MongoClient[dict[str, Any]] = MongoClient(mongo_uri, w="majority", journal=True)
        self._database = self._mongo["sivuvirta_bench_floor"]
        self._pool = urllib3.PoolManager(maxsize=4, retries=False)
        self._receiver_url = receiver_url
        self._body = body
        self._publishing = Connection(amqp_uri, transport_options={"confirm_publish": True})
        self._consuming = Connection(amqp_uri)
        self._out = self._publishing.channel()
        self._in = self._consuming.channel()
        self._arrived = 0
        for name in ("changes", "events", "marks"):
            self._database.create_collection(name)
        for queue in QUEUES:
            self._in.queue_declare(queue, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
            self._in.basic_consume(queue, callback=self._on_message)

    def once(self) -> float:
        """Seconds for one event's whole way."""
        began = time.perf_counter()
        self._post()
        self._transaction()
        self._publish_and_consume(QUEUES[0])
        self._transaction()
        self._transaction()
        self._publish_and_consume(QUEUES[1])
        self._transaction()
        self._post()
        return time.perf_counter() - began

    def close(self) -> None:
        self._consuming.release()
        for queue in QUEUES:
            self._out.queue_delete(queue)
        self._publishing.release()
        self._mongo.drop_database(self._database.name)
        self._mongo.close()

    def _post(self) -> None:
        answer = self._pool.request("POST", self._receiver_url, body=self._body)
        assert answer.status < 300

    def _transaction(self) -> None:
        def work(session: ClientSession) -> None:
            for name in ("changes", "events", "marks"):
                document = {"_id": uuid.uuid4().hex, "body": self._body}
                self._database[name].insert_one(document, session=session)

        with self._mongo.start_session() as session:
            session.with_transaction(work)

    def _publish_and_consume(self, queue: str) -> None:
        expected = self._arrived + 1
        message = Message(self._body, content_type="application/json", delivery_mode=2)
        self._out.basic_publish(message, "", queue, mandatory=True)
        while self._arrived < expected:
            self._consuming.drain_events(timeout=10)

    def _on_message(self, message: Message) -> None:
        json.loads(message.body)
        self._arrived += 1
        self._in.basic_ack(message.delivery_tag)

"""Rules every contract keeps: who consumes what, what may travel, and what a call refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from shared.contracts.catalogue import REGISTRY
from shared.contracts.events.resources import LISTING_SHARED
from shared.contracts.fields import Id, Reference
from shared.contracts.registry import SERVICES, Call, EventType, Subscription
from shared.errors import field_errors
from shared.visibility import IDENTITY_FIELDS, PRIVATE_FIELDS, RESOURCE_FIELDS, Visibility, shared_fields

PERSONAL_NAMES = re.compile(
    r"(^|_)(e_?mail|phone|mobile|telephone|contact(_name|_person)?|person(_name)?|first_name|last_name|surname"
    r"|full_name|birth_?(date|day)|ssn|hetu|user_name)($|_)"
)
each_event = pytest.mark.parametrize("event", REGISTRY.events.values(), ids=lambda event: event.name)
each_call = pytest.mark.parametrize("call", REGISTRY.calls.values(), ids=lambda call: call.key)
each_subscription = pytest.mark.parametrize("subscription", REGISTRY.subscriptions.values(), ids=lambda s: s.queue)


def test_every_service_has_contracts() -> None:
    assert {event.service for event in REGISTRY.events.values()} == set(SERVICES)
    assert {call.service for call in REGISTRY.calls.values()} == set(SERVICES)


@each_event
def test_an_event_is_named_aggregate_past_participle_and_version(event: EventType) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z]*(ed|found|withdrawn)\.v[1-9][0-9]*", event.name)
    assert event.doc.endswith(".")


@each_event
def test_an_event_has_a_consumer_or_stands_in_the_public_catalogue(event: EventType) -> None:
    consumed = any(event in subscription.events for subscription in REGISTRY.subscriptions.values())
    assert consumed or event.catalogue_only


@each_event
def test_an_event_is_not_called_catalogue_only_while_its_own_cell_consumes_it(event: EventType) -> None:
    assert not (REGISTRY.has_consumer(event) and event.catalogue_only)


@each_event
def test_no_personal_field_travels_in_an_event(event: EventType) -> None:
    personal = [path for path, field in _fields(event.schema()) if _is_personal(path, field)]
    assert personal == []


@pytest.mark.parametrize("name", ["email", "phone", "contact_name", "contact", "contact_email", "person_name"])
def test_a_field_that_names_a_person_is_recognised(name: str) -> None:
    assert _is_personal(name, fields.String())


def test_a_field_marked_personal_is_recognised() -> None:
    assert _is_personal("greeting", fields.String(metadata={"personal": True}))


@each_event
def test_what_only_the_owner_sees_travels_in_no_event(event: EventType) -> None:
    owners_own = PRIVATE_FIELDS - {"programme"}
    assert owners_own & set(event.schema().fields) == set()


def test_what_is_shared_with_the_nation_is_what_the_visibility_rule_shows_it() -> None:
    # The sequence travels in the envelope.
    assert set(LISTING_SHARED.schema().fields) == shared_fields(Visibility.NATION) - {"sequence"}


ADDED_LATER = {"product_code"}
"""Events of yesterday do not have them, so they cannot be required."""


def test_no_field_of_identity_is_required_of_what_is_shared_without_it() -> None:
    required = {name for name, field in LISTING_SHARED.schema().fields.items() if field.required}
    assert required == RESOURCE_FIELDS - {"sequence"} - ADDED_LATER
    assert required & IDENTITY_FIELDS == set()


@each_subscription
def test_a_queue_is_named_after_its_service(subscription: Subscription) -> None:
    assert subscription.queue.startswith(f"{subscription.service}.")
    assert subscription.service in SERVICES


@each_subscription
def test_only_national_events_come_from_peers(subscription: Subscription) -> None:
    if subscription.from_peers:
        assert [event.name for event in subscription.events if not event.national] == []


@each_call
def test_a_call_refuses_an_unknown_field_by_name(call: Call) -> None:
    with pytest.raises(ValidationError) as refused:
        call.request().load({"no_such_field": 1})
    named = [error for error in field_errors(refused.value.messages) if error["field"] == "no_such_field"]
    assert named == [{"field": "no_such_field", "message": "Unknown field."}]


@each_call
def test_a_call_refuses_unknown_fields_at_every_depth(call: Call) -> None:
    lax = [path for path, schema in _schemas(call.request()) if schema.unknown != RAISE]
    assert lax == []


@each_call
def test_every_text_a_call_takes_is_bounded(call: Call) -> None:
    unbounded = [path for path, field in _fields(call.request()) if not _is_bounded(field)]
    assert unbounded == []


def _fields(schema: Schema, prefix: str = "") -> Iterator[tuple[str, fields.Field[Any]]]:
    for name, field in schema.fields.items():
        inner = field.inner if isinstance(field, fields.List) else field
        yield prefix + name, inner
        if isinstance(inner, fields.Nested):
            yield from _fields(inner.schema, f"{prefix}{name}.")


def _schemas(schema: Schema, path: str = "") -> Iterator[tuple[str, Schema]]:
    yield path, schema
    for name, field in schema.fields.items():
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from _schemas(inner.schema, f"{path}.{name}")


def _is_personal(path: str, field: fields.Field[Any]) -> bool:
    return bool(field.metadata.get("personal")) or PERSONAL_NAMES.search(path.rsplit(".", 1)[-1]) is not None


def _is_bounded(field: fields.Field[Any]) -> bool:
    if not isinstance(field, fields.String | fields.Integer) or isinstance(field, Id | Reference):
        return True
    if isinstance(field, fields.Integer):
        return any(isinstance(v, validate.Range) and v.max is not None for v in field.validators)
    return any(
        (isinstance(v, validate.Length) and v.max is not None) or isinstance(v, validate.OneOf | validate.Regexp)
        for v in field.validators
    )

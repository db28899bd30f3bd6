"""Calls of notifications: webhook subscriptions and what was delivered to them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.contracts.fields import (
    DIRECTIONS,
    KINDS,
    EmptySchema,
    Id,
    PageRequestSchema,
    choice,
    page_of,
    sequence,
    text,
)
from shared.contracts.registry import REGISTRY, Call

SUBSCRIBABLE = (
    "match.found.v1",
    "match.changed.v1",
    "match.withdrawn.v1",
    "interest.registered.v1",
    "listing.registered.v1",
    "listing.revised.v1",
    "listing.withdrawn.v1",
    "listing.expired.v1",
    "subscription.disabled.v1",
)
DELIVERY_STATES = ("pending", "delivered", "failed")


class FilterSchema(Schema):
    """An event passes when it meets every given condition; what an event does not have is not held against it."""

    kinds = fields.List(choice(KINDS), load_default=list, validate=validate.Length(max=8))
    side = choice(DIRECTIONS, load_default=None, allow_none=True)
    min_score = fields.Integer(load_default=0, validate=validate.Range(min=0, max=1_000_000))
    organisation_ids = fields.List(Id("org"), load_default=list, validate=validate.Length(max=100))


class SubscriptionDraftSchema(Schema):
    url = text(2000, least=8, required=True)
    events = fields.List(choice(SUBSCRIBABLE), required=True, validate=validate.Length(min=1, max=20))
    filter = fields.Nested(FilterSchema, load_default=lambda: FilterSchema().load({}))
    description = text(200, load_default="")


class SubscriptionPatchSchema(Schema):
    """``enabled: true`` wakes a disabled subscription."""

    url = text(2000, least=8)
    events = fields.List(choice(SUBSCRIBABLE), validate=validate.Length(min=1, max=20))
    filter = fields.Nested(FilterSchema)
    description = text(200)
    enabled = fields.Boolean()


class ReviseSubscriptionSchema(SubscriptionPatchSchema):
    id = Id("sub", required=True)
    expected_sequence = sequence(required=True)


class SubscriptionSchema(Schema):
    id = fields.String(required=True)
    sequence = fields.Integer(required=True)
    agency_id = fields.String(required=True)
    url = fields.String(required=True)
    events = fields.List(fields.String(), required=True)
    filter = fields.Nested(FilterSchema, required=True)
    description = fields.String(required=True)
    enabled = fields.Boolean(required=True)
    disabled_reason = fields.String(allow_none=True, required=True)
    registered_at = fields.AwareDateTime(required=True)


class SubscriptionWithSecretSchema(SubscriptionSchema):
    """The only answers that show the signing secret (Standard Webhooks, ``whsec_…``)."""

    secret = fields.String(required=True)


class SubscriptionIdSchema(Schema):
    id = Id("sub", required=True)


class RemoveSubscriptionSchema(SubscriptionIdSchema):
    expected_sequence = sequence(required=True)


class DeliveryQuerySchema(PageRequestSchema):
    """Newest first."""

    subscription_id = Id("sub", required=True)
    state = choice(DELIVERY_STATES)


class AttemptSchema(Schema):
    at = fields.AwareDateTime(required=True)
    status = fields.Integer(allow_none=True, required=True)
    error = fields.String(allow_none=True, required=True)
    duration_ms = fields.Integer(required=True)


class DeliverySchema(Schema):
    """``webhook_id`` and body stay the same over all attempts."""

    id = fields.String(required=True)
    subscription_id = fields.String(required=True)
    webhook_id = fields.String(required=True)
    event_type = fields.String(required=True)
    state = fields.String(required=True)
    attempts = fields.List(fields.Nested(AttemptSchema), required=True)
    next_attempt_at = fields.AwareDateTime(allow_none=True, required=True)
    queued_at = fields.AwareDateTime(required=True)
    delivered_at = fields.AwareDateTime(allow_none=True, required=True)


SubscriptionPageSchema = page_of(SubscriptionSchema)
DeliveryPageSchema = page_of(DeliverySchema)


def _call(method: str, request: type[Schema], response: type[Schema], doc: str, *, changes: bool = False) -> Call:
    return REGISTRY.call(Call("notifications", method, request, response, doc, changes))


CREATE_SUBSCRIPTION = REGISTRY.call(
    Call(
        "notifications", "create_subscription", SubscriptionDraftSchema, SubscriptionWithSecretSchema,
        "Subscribe; shows the secret once.", changes=True, secret_answer=True,
    )
)  # fmt: skip
GET_SUBSCRIPTION = _call("get_subscription", SubscriptionIdSchema, SubscriptionSchema, "A subscription of the agency.")
LIST_SUBSCRIPTIONS = _call(
    "list_subscriptions", PageRequestSchema, SubscriptionPageSchema, "The agency's subscriptions."
)
REVISE_SUBSCRIPTION = _call(
    "revise_subscription", ReviseSubscriptionSchema, SubscriptionSchema, "Change, disable or wake.", changes=True
)
REMOVE_SUBSCRIPTION = _call(
    "remove_subscription", RemoveSubscriptionSchema, EmptySchema, "Stop and forget, with what waits.", changes=True
)
ROTATE_SECRET = REGISTRY.call(
    Call(
        "notifications", "rotate_secret", SubscriptionIdSchema, SubscriptionWithSecretSchema,
        "A new secret; for 24 hours deliveries carry both signatures.", changes=True, secret_answer=True,
    )
)  # fmt: skip
SEND_TEST_EVENT = _call(
    "send_test_event", SubscriptionIdSchema, DeliverySchema, "Queue a test event for one subscription.", changes=True
)
LIST_DELIVERIES = _call("list_deliveries", DeliveryQuerySchema, DeliveryPageSchema, "What was sent, try by try.")

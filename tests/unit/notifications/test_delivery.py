"""The schedule, and what follows from an answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.delivery import (
    JITTER,
    SCHEDULE_S,
    Attempt,
    Delivery,
    DeliveryState,
    Outcome,
    conclude,
    retry_after_s,
    wait_s,
)
from tests.unit.notifications.examples import NOW, delivery

statuses = st.one_of(st.none(), st.integers(100, 599))


def answered(status: int | None, *, after: int = 0, retry_after: str | None = None, **more: Any) -> Outcome:
    """The outcome of an answer that comes after this many failed attempts."""
    earlier = tuple(Attempt(NOW, 500, None, 0) for _ in range(after))
    attempt = Attempt(NOW, status, None if status else "no connection", 0)
    return conclude(delivery(attempts=earlier), attempt, retry_after, more.get("random", lambda: 0.0))


def test_the_waits_are_those_of_standard_webhooks() -> None:
    hours = 3_600
    assert [wait_s(made, lambda: 0.0) for made in range(11)] == [
        0, 5, 300, 1_800, 2 * hours, 5 * hours, 10 * hours, 14 * hours, 20 * hours, 24 * hours, None,
    ]  # fmt: skip


@given(st.integers(0, 9), st.floats(0, 1, exclude_max=True))
def test_jitter_lengthens_a_wait_by_at_most_a_fifth(made: int, chance: float) -> None:
    wait = wait_s(made, lambda: chance)
    assert wait is not None
    assert SCHEDULE_S[made] <= wait <= SCHEDULE_S[made] * (1 + JITTER)


def test_a_scale_shortens_the_waits() -> None:
    assert wait_s(1, lambda: 0.0, 0.01) == 0.05


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_delivers(status: int) -> None:
    outcome = answered(status)
    assert (outcome.delivery.state, outcome.healthy) == (DeliveryState.DELIVERED, True)


@pytest.mark.parametrize("status", [None, 199, 301, 302, 307, 400, 401, 404, 429, 500, 502, 503, 504])
def test_anything_else_waits_for_the_next_attempt(status: int | None) -> None:
    outcome = answered(status)
    assert outcome.delivery.state is DeliveryState.PENDING
    assert outcome.delivery.next_attempt_at == NOW + timedelta(seconds=5)
    assert outcome.disable_reason is None


def test_gone_ends_the_delivery_and_disables_at_once() -> None:
    outcome = answered(410)
    assert outcome.delivery.state is DeliveryState.FAILED
    assert outcome.disable_reason == "The endpoint answered 410 Gone."


def test_the_last_failure_of_the_schedule_disables() -> None:
    outcome = answered(500, after=9)
    assert outcome.delivery.state is DeliveryState.FAILED
    assert outcome.disable_reason == "10 attempts failed; the last: status 500."


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_receiver_in_trouble_is_throttled_for_as_long_as_it_asks(status: int) -> None:
    outcome = answered(status, retry_after="120")
    assert outcome.throttle_s == 120
    assert outcome.delivery.next_attempt_at == NOW + timedelta(seconds=120)


def test_a_receiver_in_trouble_that_asks_nothing_is_spared_for_the_deliverys_own_wait() -> None:
    assert answered(503).throttle_s == 5


def test_retry_after_does_not_shorten_the_schedule() -> None:
    assert answered(429, after=3, retry_after="1").delivery.next_attempt_at == NOW + timedelta(hours=2)


def test_retry_after_of_an_answer_that_does_not_throttle_is_passed_over() -> None:
    outcome = answered(500, retry_after="120")
    assert (outcome.throttle_s, outcome.delivery.next_attempt_at) == (0.0, NOW + timedelta(seconds=5))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("0", 0),
        (" 30 ", 30),
        ("99999999999999999999", 86_400),
        ("Mon, 02 Mar 2026 08:01:40 GMT", 100),
        ("Mon, 02 Mar 2020 08:00:00 GMT", 0),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 86_400),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_capped(header: str | None, seconds: float | None) -> None:
    assert retry_after_s(header, NOW) == seconds


@given(st.text(max_size=60))
def test_no_retry_after_header_breaks_us_or_exceeds_a_day(header: str) -> None:
    seconds = retry_after_s(header, NOW)
    assert seconds is None or 0 <= seconds <= 86_400


@given(st.lists(statuses, min_size=12, max_size=12), st.floats(0, 1, exclude_max=True))
def test_every_delivery_ends_within_ten_attempts_under_one_id_and_body(
    answers: list[int | None], chance: float
) -> None:
    present: Delivery = delivery()
    moment, made = NOW, 0
    for status in answers:
        if present.state is not DeliveryState.PENDING:
            break
        outcome = conclude(present, Attempt(moment, status, None, 3), None, lambda: chance)
        made += 1
        assert len(outcome.delivery.attempts) == made
        assert (outcome.delivery.id, outcome.delivery.body) == (present.id, present.body)
        assert outcome.delivery.due_at >= moment or outcome.delivery.state is not DeliveryState.PENDING
        present, moment = outcome.delivery, outcome.delivery.due_at
    assert present.state is not DeliveryState.PENDING
    assert made <= 10

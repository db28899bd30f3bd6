"""Fair turns, few at once, and rest for an endpoint that is down."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.notifications.domain.endpoints import Endpoints, Limits

LIMITS = Limits(
    slots=6, suspect_slots=3, slots_per_endpoint=2, queued_per_endpoint=5, queued=12, failures_to_open=3,
    open_s=30, open_s_max=120,
)  # fmt: skip


@dataclass
class Watch:
    """A monotonic clock that is moved by hand."""

    seconds: float = 100.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Turnstile:
    """Endpoints whose items are named after their endpoint."""

    watch: Watch = field(default_factory=Watch)

    def __post_init__(self) -> None:
        self.endpoints: Endpoints[str] = Endpoints(LIMITS, self.watch)

    def offer(self, *keys: str) -> list[bool]:
        return [self.endpoints.offer(key, key) for key in keys]

    def take_all(self) -> list[str]:
        taken = []
        while (item := self.endpoints.take()) is not None:
            taken.append(item)
        return taken

    def fail(self, key: str, times: int) -> None:
        for _ in range(times):
            assert self.endpoints.offer(key, key)
            assert self.endpoints.take() == key
            self.endpoints.finished(key, healthy=False)


def test_endpoints_are_served_in_turn() -> None:
    turnstile = Turnstile()
    turnstile.offer("a", "a", "b", "c", "b")
    assert turnstile.take_all() == ["a", "b", "c", "a", "b"]


def test_an_endpoint_has_only_its_slots() -> None:
    turnstile = Turnstile()
    turnstile.offer("a", "a", "a", "a", "b")
    assert turnstile.take_all() == ["a", "b", "a"]


def test_a_slot_that_comes_free_goes_to_the_next() -> None:
    turnstile = Turnstile()
    turnstile.offer("a", "a", "a")
    turnstile.take_all()
    turnstile.endpoints.finished("a", healthy=True)
    assert turnstile.take_all() == ["a"]


def test_a_full_queue_refuses_more_of_that_endpoint_only() -> None:
    turnstile = Turnstile()
    assert turnstile.offer(*"aaaaaab") == [True] * 5 + [False, True]


def test_memory_is_bounded_over_all_endpoints() -> None:
    turnstile = Turnstile()
    assert turnstile.offer(*"aaaabbbbccccd") == [True] * 12 + [False]


def test_failures_in_a_row_open_the_breaker() -> None:
    turnstile = Turnstile()
    turnstile.fail("a", 3)
    assert turnstile.offer("a") == [False]
    assert turnstile.endpoints.blocked_s("a") == 30


def test_a_success_starts_the_count_anew() -> None:
    turnstile = Turnstile()
    turnstile.fail("a", 2)
    turnstile.offer("a")
    turnstile.take_all()
    turnstile.endpoints.finished("a", healthy=True)
    turnstile.fail("a", 2)
    assert turnstile.offer("a") == [True]


def test_what_was_queued_is_given_back_when_the_breaker_opens() -> None:
    turnstile = Turnstile()
    turnstile.fail("a", 2)
    turnstile.offer("a", "a", "a")
    turnstile.endpoints.take()
    assert turnstile.endpoints.finished("a", healthy=False) == ["a", "a"]


def test_after_its_rest_an_endpoint_is_probed_with_one() -> None:
    turnstile = Turnstile()
    turnstile.fail("a", 3)
    turnstile.watch.seconds += 30
    assert turnstile.offer("a", "a") == [True, False]


def test_a_probe_that_succeeds_closes_the_breaker() -> None:
    turnstile = Turnstile()
    turnstile.fail("a", 3)
    turnstile.watch.seconds += 30
    turnstile.offer("a")
    turnstile.take_all()
    turnstile.endpoints.finished("a", healthy=True)
    assert turnstile.offer("a", "a", "a") == [True, True, True]


def test_a_probe_that_fails_doubles_the_rest_up_to_the_most() -> None:
    turnstile = Turnstile()
    turnstile.fail("a", 3)
    rests = []
    for _ in range(4):
        turnstile.watch.seconds += turnstile.endpoints.blocked_s("a")
        turnstile.fail("a", 1)
        rests.append(turnstile.endpoints.blocked_s("a"))
    assert rests == [60, 120, 120, 120]


def test_a_pause_that_was_asked_for_is_kept() -> None:
    turnstile = Turnstile()
    turnstile.offer("a")
    turnstile.take_all()
    turnstile.endpoints.finished("a", healthy=False, throttle_s=500)
    assert turnstile.endpoints.blocked_s("a") == 500


def test_what_waits_is_given_back_when_another_process_heard_of_a_pause() -> None:
    turnstile = Turnstile()
    turnstile.offer("a", "a", "b")
    assert turnstile.endpoints.throttle("a", 45) == ["a", "a"]
    assert turnstile.take_all() == ["b"]
    turnstile.watch.seconds += 45
    assert turnstile.endpoints.room("a") == 1


def test_failing_endpoints_leave_half_of_the_slots_to_the_others() -> None:
    turnstile = Turnstile()
    for key in "abcd":
        turnstile.fail(key, 1)
    turnstile.offer(*"aabbccddxxyy")
    taken = turnstile.take_all()
    assert len([key for key in taken if key in "abcd"]) == 3
    assert sorted(key for key in taken if key in "xy") == ["x", "x", "y"]


def test_an_owners_change_forgets_past_failures() -> None:
    turnstile = Turnstile()
    turnstile.fail("a", 3)
    turnstile.endpoints.reset("a")
    assert turnstile.offer("a") == [True]


def test_removed_endpoints_are_forgotten_once_they_have_rested() -> None:
    turnstile = Turnstile()
    turnstile.fail("a", 3)
    turnstile.watch.seconds += 31
    turnstile.endpoints.keep_only(set())
    assert turnstile.offer("a", "a") == [True, True]


@given(st.integers(1, 5), st.lists(st.sampled_from("bcdef"), max_size=5))
def test_a_hanging_endpoint_never_delays_another(hanging: int, others: list[str]) -> None:
    """The hanging one holds its slots for good; whatever else was offered is served all the same."""
    turnstile = Turnstile()
    turnstile.offer(*"a" * hanging)
    held = turnstile.take_all()
    turnstile.offer(*others)
    served = []
    while (item := turnstile.endpoints.take()) is not None:
        served.append(item)
        turnstile.endpoints.finished(item, healthy=True)
    assert sorted(served) == sorted(others)
    assert len(held) <= LIMITS.slots_per_endpoint


class AnyUse(RuleBasedStateMachine):
    """However it is used, no limit is exceeded and nothing is lost or served twice."""

    def __init__(self) -> None:
        super().__init__()
        self.watch = Watch()
        self.endpoints: Endpoints[tuple[str, int]] = Endpoints(LIMITS, self.watch)
        self.queued: set[tuple[str, int]] = set()
        self.under_way: list[tuple[str, int]] = []
        self.count = 0

    @rule(key=st.sampled_from("abcd"))
    def offer(self, key: str) -> None:
        self.count += 1
        if self.endpoints.offer(key, (key, self.count)):
            self.queued.add((key, self.count))

    @rule()
    def take(self) -> None:
        item = self.endpoints.take()
        if item is not None:
            self.queued.remove(item)
            self.under_way.append(item)

    @precondition(lambda self: self.under_way)
    @rule(
        index=st.integers(0, 5),
        healthy=st.sampled_from((True, False, None)),
        throttle_s=st.sampled_from((0.0, 0.0, 45.0)),
    )
    def finish(self, index: int, healthy: bool | None, throttle_s: float) -> None:
        item = self.under_way.pop(index % len(self.under_way))
        self.queued -= set(self.endpoints.finished(item[0], healthy, throttle_s))

    @rule(key=st.sampled_from("abcd"), seconds=st.floats(0.1, 200))
    def throttle(self, key: str, seconds: float) -> None:
        self.queued -= set(self.endpoints.throttle(key, seconds))

    @rule(key=st.sampled_from("abcd"))
    def drop(self, key: str) -> None:
        self.queued -= set(self.endpoints.drop(key))

    @rule(seconds=st.floats(0.1, 200))
    def wait(self, seconds: float) -> None:
        self.watch.seconds += seconds

    @invariant()
    def nothing_waits_behind_a_pause(self) -> None:
        """Nobody is woken when a pause ends: what waited behind it would wait for ever."""
        assert [key for key in "abcd" if self.endpoints.blocked_s(key) and self.endpoints.waiting(key)] == []

    @invariant()
    def it_counts_right(self) -> None:
        assert (self.endpoints.queued, self.endpoints.under_way) == (len(self.queued), len(self.under_way))

    @invariant()
    def no_limit_is_exceeded(self) -> None:
        assert len(self.under_way) <= LIMITS.slots
        assert len(self.queued) <= LIMITS.queued
        for key in "abcd":
            assert len([k for k, _ in self.under_way if k == key]) <= LIMITS.slots_per_endpoint


TestAnyUse = AnyUse.TestCase
TestAnyUse.settings = settings(max_examples=60, deadline=None)

"""What a client may ask of us: requests a minute, size, form and depth of a body, forms of answer it accepts.

Rates hold per worker process and fixed minute, so that across a minute's edge a burst may be twice the number.
"""

from __future__ import annotations

import json
import threading
import time
from typing import Any, NoReturn

from flask import Request
from limits import RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.datastructures import MIMEAccept

from shared.errors import ServiceError

JSON = "application/json"
PROBLEM = "application/problem+json"
DEPTH_MAX = 20
COUNTERS_MAX = 20_000
_WRONG_KEYS_SHARE = 20


class BoundedCounters(Storage):
    """Counters in memory, at most ``COUNTERS_MAX``. The library's own store starts a thread with each count."""

    STORAGE_SCHEME = ["sivuvirta"]  # noqa: RUF012 (the base class declares it so)

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._counters: dict[str, tuple[int, float]] = {}

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.time()
        with self._lock:
            count, ends = self._counters.get(key, (0, 0.0))
            if ends <= now:
                if len(self._counters) >= COUNTERS_MAX:
                    self._drop(now)
                count, ends = 0, now + expiry
            self._counters[key] = (count + amount, ends)
            return count + amount

    def get(self, key: str) -> int:
        count, ends = self._counters.get(key, (0, 0.0))
        return count if ends > time.time() else 0

    def get_expiry(self, key: str) -> float:
        return self._counters.get(key, (0, time.time()))[1]

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        with self._lock:
            count = len(self._counters)
            self._counters.clear()
        return count

    def clear(self, key: str) -> None:
        self._counters.pop(key, None)

    def _drop(self, now: float) -> None:
        self._counters = {key: value for key, value in self._counters.items() if value[1] > now}
        if len(self._counters) >= COUNTERS_MAX:
            self._counters.clear()


class RateLimits:
    """Requests a minute per principal, and wrong keys a minute per remote address."""

    def __init__(self, per_minute: int) -> None:
        self._limiter = FixedWindowRateLimiter(BoundedCounters())
        self._requests = RateLimitItemPerMinute(per_minute, namespace="requests")
        self._wrong_keys = RateLimitItemPerMinute(max(30, per_minute // _WRONG_KEYS_SHARE), namespace="wrong-keys")

    def count_request(self, principal_id: str) -> None:
        """Raises ``rate_limited`` when the minute's number is used up."""
        if not self._limiter.hit(self._requests, principal_id):
            self._refuse(self._requests, principal_id)

    def check_address(self, address: str) -> None:
        """Raises ``rate_limited`` for an address that sent too many wrong keys."""
        if not self._limiter.test(self._wrong_keys, address):
            self._refuse(self._wrong_keys, address)

    def count_wrong_key(self, address: str) -> None:
        self._limiter.hit(self._wrong_keys, address)

    def _refuse(self, item: RateLimitItemPerMinute, who: str) -> NoReturn:
        wait_s = max(1, round(self._limiter.get_window_stats(item, who).reset_time - time.time()))
        raise ServiceError(
            "rate_limited",
            f"At most {item.amount} a minute; go on in {wait_s} s.",
            {"retry_after_s": wait_s},
        )


def check_accept(request: Request) -> None:
    """Raises ``not_acceptable`` only when no form we have fits."""
    accept = request.environ.get("HTTP_ACCEPT", "")
    if not accept or JSON in accept or "*/*" in accept:
        return
    accepted: MIMEAccept = request.accept_mimetypes
    if accepted.best_match([JSON, PROBLEM]) is None:
        raise ServiceError("not_acceptable", "Answers are application/json; accept it, or leave the header out.")


def read_object(request: Request) -> dict[str, Any]:
    """The body, which must be one JSON object; an absent body is an empty one."""
    raw = request.get_data(cache=False)
    if request.content_length is None and len(raw) >= (request.max_content_length or 0):
        # A chunked body that reaches the limit is cut there by the framework, without a word.
        raise ServiceError("too_large", f"A body may have {request.max_content_length} bytes at most.")
    if not raw:
        return {}
    if request.mimetype != JSON or request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise ServiceError("unsupported_media_type", "Send JSON in UTF-8 with Content-Type: application/json.")
    if request.environ.get("HTTP_CONTENT_ENCODING", "identity") != "identity":
        raise ServiceError("unsupported_media_type", "Send the body uncompressed.")
    try:
        value = json.loads(raw, parse_constant=_no_constant, object_pairs_hook=_distinct)
    except RecursionError:
        raise ServiceError("malformed_request", f"JSON may be at most {DEPTH_MAX} levels deep.") from None
    except ValueError as error:
        raise ServiceError("malformed_request", f"The body is not JSON: {_reason(error)}.") from None
    if not isinstance(value, dict):
        raise ServiceError("malformed_request", "The body must be a JSON object.")
    if raw.count(b"{") + raw.count(b"[") > DEPTH_MAX and _depth(value) > DEPTH_MAX:
        raise ServiceError("malformed_request", f"JSON may be at most {DEPTH_MAX} levels deep.")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return made


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.lower()} at line {error.lineno}, column {error.colno}"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    return "a number is too long" if "digits" in str(error) else str(error)


def _depth(value: object) -> int:
    """Levels of nesting, walked without recursion."""
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        node, level = waiting.pop()
        if isinstance(node, dict | list):
            deepest = max(deepest, level)
            waiting.extend((inner, level + 1) for inner in (node.values() if isinstance(node, dict) else node))
    return deepest

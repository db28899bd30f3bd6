"""Conditional requests (RFC 9110): an aggregate's sequence is its ETag, ``"<n>"``."""

from __future__ import annotations

import re

from shared.errors import ServiceError

_LIST = re.compile(r'\s*(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"\s*(?:,\s*(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"\s*)*')
_OURS = re.compile(r'\s*"([0-9]{1,16})"\s*')


def etag_of(sequence: int) -> str:
    return f'"{sequence}"'


def expected_sequence(if_match: str | None) -> int:
    """The version the caller has read.

    ``precondition_required`` without the header, ``malformed_request`` when it cannot be read as one ETag,
    ``precondition_failed`` for an ETag that none of ours can equal (a weak one never matches strongly).
    """
    if if_match is None:
        raise ServiceError("precondition_required", 'Send If-Match with the ETag you have read, such as If-Match: "3".')
    ours = _OURS.fullmatch(if_match)
    if ours is not None and int(ours[1]) <= 2**53:
        return int(ours[1])
    if _LIST.fullmatch(if_match) is None or "," in if_match:
        raise ServiceError("malformed_request", 'If-Match takes the one ETag you have read, such as If-Match: "3".')
    raise ServiceError("precondition_failed", "That ETag is not of the present version. Read it again, then repeat.")


def is_unchanged(if_none_match: str | None, etag: str) -> bool:
    """Whether the caller has this version already; weak comparison, as RFC 9110 13.1.2 asks."""
    if not if_none_match:
        return False
    held = [part.strip().removeprefix("W/") for part in if_none_match.split(",")]
    return etag.removeprefix("W/") in held or held == ["*"]

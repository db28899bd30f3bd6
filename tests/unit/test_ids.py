"""Identifiers that carry kind and region of birth."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ids import derived_id, is_id, new_id, region_of, uuid7_hex

prefixes = st.from_regex(r"\A[a-z]{3}\Z")
regions = st.from_regex(r"\A[0-9]{2}\Z")


@given(prefixes, regions)
def test_an_id_says_its_kind_and_region(prefix: str, region: str) -> None:
    identifier = new_id(prefix, region)
    assert is_id(prefix, identifier)
    assert region_of(identifier) == region


def test_the_last_part_is_a_uuid_of_version_7() -> None:
    parsed = uuid.UUID(uuid7_hex())
    assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)


def test_no_two_ids_are_the_same() -> None:
    assert len({new_id("lst", "12") for _ in range(10_000)}) == 10_000


@given(prefixes, regions, st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_the_same_parts_give_the_same_id(prefix: str, region: str, parts: list[str]) -> None:
    identifier = derived_id(prefix, region, *parts)
    assert identifier == derived_id(prefix, region, *parts)
    assert is_id(prefix, identifier)


def test_other_parts_or_kinds_give_another_id() -> None:
    made = {
        derived_id("mat", "12", "a", "b"),
        derived_id("mat", "12", "b", "a"),
        derived_id("mat", "12", "a"),
        derived_id("lst", "12", "a", "b"),
    }
    assert len(made) == 4


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lst-12-",
        "lst-12-0190f2a4b6c87001800000000000000",  # one digit short
        "lst-12-0190f2a4b6c87001800000000000000G",
        "lst-1-0190f2a4b6c870018000000000000001",
        "LST-12-0190f2a4b6c870018000000000000001",
        "lst-12-0190f2a4b6c870018000000000000001\n",
        " lst-12-0190f2a4b6c870018000000000000001",
        "lst-١٢-0190f2a4b6c870018000000000000001",
    ],
)
def test_what_is_no_id_of_ours_is_none(text: str) -> None:
    assert not is_id("lst", text)
    assert region_of(text) is None


def test_an_id_of_another_kind_is_not_this_kind() -> None:
    assert not is_id("org", new_id("lst", "12"))

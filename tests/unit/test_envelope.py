"""The CloudEvents envelope: what we emit is what we accept."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.envelope import BODY_BYTES_MAX, decode, encode, source_of
from shared.contracts.events.identity import AGENCY_REGISTERED
from shared.contracts.events.resources import LISTING_UNSHARED

AGENCY = {"id": "agy-12-1", "name": "Esimerkkiseudun Kehitys Oy", "region_code": "12", "programmes": []}
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


def encoded(**changes: Any) -> bytes:
    given_values: dict[str, Any] = {
        "event_id": "0190f2a4",
        "source": source_of("12", "identity"),
        "subject": "agy-12-1",
        "time": datetime(2026, 3, 2, 8, 15, tzinfo=UTC),
        "sequence": 1,
        "agency": None,
        "traceparent": "",
        "data": AGENCY,
    }
    return encode(AGENCY_REGISTERED, **{**given_values, **changes})


@given(
    texts,
    st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 1)),
    st.integers(0, 10**12 - 1),
    st.none() | texts,
    texts,
)
def test_what_is_encoded_decodes_to_the_same(
    subject: str, time: datetime, sequence: int, agency: str | None, name: str
) -> None:
    data = {**AGENCY, "name": name}
    event = decode(encoded(subject=subject, time=time, sequence=sequence, agency=agency, data=data))
    assert (event.subject, event.time, event.sequence, event.agency) == (subject, time, sequence, agency)
    assert event.data == data


@given(st.lists(st.integers(0, 10**12 - 1), min_size=2))
def test_sequences_sort_as_text_as_they_sort_as_numbers(sequences: list[int]) -> None:
    written = [json.loads(encoded(sequence=sequence))["sequence"] for sequence in sequences]
    assert sorted(written) == [f"{sequence:012d}" for sequence in sorted(sequences)]


def test_the_same_event_gives_the_same_bytes() -> None:
    assert encoded() == encoded(data=dict(reversed(AGENCY.items())))


def test_the_signer_is_cell_and_service() -> None:
    event = decode(encoded())
    assert (event.signer, event.cell) == ("12/identity", "12")


def test_a_time_of_another_zone_stays_the_same_moment() -> None:
    helsinki = datetime(2026, 3, 2, 10, 15, tzinfo=timezone(timedelta(hours=2)))
    assert decode(encoded(time=helsinki)).time == datetime(2026, 3, 2, 8, 15, tzinfo=UTC)


@pytest.mark.parametrize("data", [{**AGENCY, "name": None}, {"id": "agy-12-1"}])
def test_data_that_breaks_the_contract_is_not_emitted(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"agency\.registered\.v1 breaks its own contract"):
        encoded(data=data)


def test_what_the_contract_does_not_name_is_not_emitted() -> None:
    tombstone = {"id": "lst-12-1", "region_code": "12", "notes": "for the owner only"}
    body = encode(
        LISTING_UNSHARED,
        event_id="0190f2a4",
        source=source_of("12", "resources"),
        subject="lst-12-1",
        time=datetime(2026, 3, 2, tzinfo=UTC),
        sequence=2,
        agency=None,
        traceparent="",
        data=tombstone,
    )
    assert json.loads(body)["data"] == {"id": "lst-12-1", "region_code": "12"}


def test_an_event_too_large_for_a_queue_is_not_emitted() -> None:
    with pytest.raises(ValueError, match="more than"):
        encoded(data={**AGENCY, "name": "x" * BODY_BYTES_MAX})

"""What the planned dump gives is what marshmallow gives, for every contract, over what fields may meet."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema, fields, post_dump

from shared.contracts.catalogue import REGISTRY
from shared.contracts.dumping import dumper


class Colour(StrEnum):
    RED = "red"


VALUES: dict[type[fields.Field[Any]], st.SearchStrategy[Any]] = {
    fields.AwareDateTime: st.datetimes(timezones=st.just(UTC)),
    fields.DateTime: st.datetimes(timezones=st.just(UTC)),
    fields.Date: st.one_of(st.dates(), st.just(datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC))),
    fields.Boolean: st.booleans(),
    fields.Integer: st.one_of(st.integers(), st.booleans(), st.floats(-1e9, 1e9)),
    fields.Float: st.one_of(st.floats(allow_nan=False), st.integers(-(2**53), 2**53), st.booleans()),
    fields.String: st.one_of(st.text(), st.just(Colour.RED), st.integers()),
}


def values(field: fields.Field[Any]) -> st.SearchStrategy[Any]:
    """What a service may hand over for a field: its own type, what converts to it, and None."""
    if isinstance(field, fields.Nested):
        one = st.one_of(st.none(), mappings(field.schema))
        return st.lists(mappings(field.schema), max_size=3) if field.many else one
    if isinstance(field, fields.List):
        return st.one_of(st.none(), st.lists(values(field.inner), max_size=3))
    if isinstance(field, fields.Dict):
        return st.one_of(
            st.none(), st.dictionaries(st.text(), values(field.value_field or fields.String()), max_size=3)
        )
    if isinstance(field, fields.Constant):
        return st.just(field.constant)
    return st.one_of(st.none(), *(made for kind, made in VALUES.items() if isinstance(field, kind)))


def mappings(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the schema's fields, and one that it does not know. ``items`` always, for of a dict without them
    marshmallow takes the method of that name."""
    known = {name: values(field) for name, field in schema.fields.items()}
    always = {name: known.pop(name) for name in ("items",) if name in known}
    return st.fixed_dictionaries(always, optional={**known, "not_of_the_schema": st.integers()})


SCHEMAS = sorted(
    {event.schema for event in REGISTRY.events.values()} | {call.response for call in REGISTRY.calls.values()},
    key=lambda schema: schema.__qualname__,
)


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.__name__)
def test_every_contract_is_dumped_as_marshmallow_dumps_it(schema: type[Schema]) -> None:
    @settings(max_examples=10, deadline=None)
    @given(mappings(schema()))
    def check(value: dict[str, Any]) -> None:
        dumped, expected = dumper(schema)(value), schema().dump(value)
        assert dumped == expected
        assert list(dumped) == list(expected)
        assert [type(each) for each in dumped.values()] == [type(each) for each in expected.values()]
        as_object = {name: each for name, each in value.items() if name.isidentifier()}
        assert dumper(schema)(SimpleNamespace(**as_object)) == expected

    check()


def test_a_schema_that_does_more_than_dump_its_fields_is_refused() -> None:
    class Hooked(Schema):
        name = fields.String()

        @post_dump
        def change(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
            return data

    class Renamed(Schema):
        name = fields.String(data_key="Name")

    class Computed(Schema):
        name = fields.Function(lambda _: "computed")

    class Timed(Schema):
        at = fields.AwareDateTime(dump_default=lambda: datetime.now(UTC))

    for schema in (Hooked, Renamed, Computed, Timed):
        with pytest.raises(TypeError):
            dumper(schema)

"""The one error model, and marshmallow's nested messages as flat field errors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError, fields

from shared.errors import CODES, InvalidInput, Misdirected, PreconditionFailed, ServiceError, field_errors


class Line(Schema):
    amount = fields.Integer(required=True)


class Order(Schema):
    name = fields.String(required=True)
    lines = fields.List(fields.Nested(Line))


def errors_of(data: dict[str, object]) -> list[dict[str, str]]:
    with pytest.raises(ValidationError) as refused:
        Order().load(data)
    return field_errors(refused.value.messages)


def test_a_missing_field_is_named() -> None:
    assert errors_of({}) == [{"field": "name", "message": "Missing data for required field."}]


def test_a_nested_field_is_named_by_its_path() -> None:
    wrong = errors_of({"name": "x", "lines": [{"amount": 1}, {"amount": "many"}]})
    assert wrong == [{"field": "lines.1.amount", "message": "Not a valid integer."}]


def test_an_unknown_field_is_named() -> None:
    assert errors_of({"name": "x", "colour": 1}) == [{"field": "colour", "message": "Unknown field."}]


def test_an_error_of_the_whole_names_no_field() -> None:
    assert field_errors({"_schema": ["Invalid input type."]}) == [{"field": "", "message": "Invalid input type."}]


def test_an_error_of_a_nested_whole_names_its_field() -> None:
    messages = {"quantity": {"_schema": ["Invalid input type."]}}
    assert field_errors(messages) == [{"field": "quantity", "message": "Invalid input type."}]


@given(
    st.recursive(
        st.text() | st.integers() | st.none(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    )
)
def test_whatever_the_messages_are_the_errors_are_flat_texts(messages: object) -> None:
    for error in field_errors(messages):
        assert {name: type(value) for name, value in error.items()} == {"field": str, "message": str}


def test_every_code_has_a_status_and_a_plain_title() -> None:
    assert [code for code, entry in CODES.items() if not 400 <= entry.status < 600 or not entry.title] == []


def test_an_unknown_code_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="unknown error code"):
        ServiceError("no_such_code", "…")


def test_an_error_can_be_made_again_from_its_arguments() -> None:
    """Over RPC an error travels as its arguments and is made again on the other side."""
    for error in (InvalidInput([{"field": "name", "message": "…"}]), PreconditionFailed(1, 2), Misdirected("19", None)):
        again = ServiceError(*error.args)
        assert (again.code, again.detail, again.extra) == (error.code, error.detail, error.extra)

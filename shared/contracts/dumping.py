"""marshmallow's dump, planned once per schema: what a field would give as it came is taken as it came.

marshmallow makes five calls for every field to find that a text is a text, so that a listing takes six times as long.
Whatever is not of the field's own type, the field itself still writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from marshmallow import Schema, fields, missing

_OWN_TYPES: Mapping[type[fields.Field[Any]], type] = {
    fields.String: str,
    fields.Integer: int,
    fields.Float: float,
    fields.Boolean: bool,
}


@cache
def dumper(schema: type[Schema]) -> Callable[[object], dict[str, Any]]:
    """What ``schema().dump`` does, for a mapping or an object with the schema's fields. TypeError for a schema with
    hooks or with fields that are renamed or computed: none of ours has."""
    return _dumper(schema())


def _dumper(schema: Schema) -> Callable[[object], dict[str, Any]]:
    if schema._hooks["pre_dump"] or schema._hooks["post_dump"]:
        raise TypeError(f"{type(schema).__name__} has hooks")
    plan = [
        (name, field.dump_default, _as_it_is(field), _writer(name, field)) for name, field in schema.dump_fields.items()
    ]

    def dump(value: object) -> dict[str, Any]:
        # A dict first: whether something is a Mapping is slow to find.
        get = value.get if isinstance(value, (dict, Mapping)) else partial(getattr, value)
        dumped = {}
        for name, default, as_it_is, write in plan:
            found = get(name, default)
            if type(found) in as_it_is:
                dumped[name] = found
            elif found is not missing:
                dumped[name] = write(found)
        return dumped

    return dump


def _as_it_is(field: fields.Field[Any]) -> frozenset[type]:
    """The types of which the field writes a value unchanged."""
    if isinstance(field, fields.Constant):
        return frozenset()
    own = (
        own for kind, own in _OWN_TYPES.items() if type(field)._serialize is kind._serialize and isinstance(field, kind)
    )
    return frozenset((type(None), *own))


def _writer(name: str, field: fields.Field[Any]) -> Callable[[Any], Any]:
    renamed = field.data_key is not None or field.attribute is not None
    computed = isinstance(field, fields.Function | fields.Method) or callable(field.dump_default)
    if renamed or computed or getattr(field, "as_string", False):
        raise TypeError(f"{name}: a field that is renamed or computed")
    if isinstance(field, fields.Nested):
        dump = _dumper(field.schema)
        return (lambda values: [dump(value) for value in values]) if field.many or field.schema.many else dump
    if isinstance(field, fields.List):
        as_it_is, write = _as_it_is(field.inner), _writer(name, field.inner)
        return lambda values: [value if type(value) in as_it_is else write(value) for value in values]
    return lambda value: field._serialize(value, name, None)

"""Marshmallow fields and small schemas that several contracts share.

``reference(…)`` fields refuse unknown codes naming near ones, so that every border says the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from shared.ids import is_id
from shared.reference import nace, places, products, waste
from shared.reference.errors import ReferenceValueError

DIRECTIONS = ("have", "want")
KINDS = ("material", "energy", "water", "logistics", "capacity", "premises", "expertise", "service")
PERIODS = ("once", "day", "week", "month", "year")
LISTING_STATES = ("active", "withdrawn", "expired")
BASES = ("stated", "measured", "predicted")
ORIGINS = ("recorded", "audit", "workshop", "import")
STRENGTHS = ("interested", "can_use", "will_contact")
BANDS = ("fair", "good", "excellent")


class Reference(fields.String):
    """A code of a reference list; loads to its normal form by ``parse``."""

    def __init__(self, parse: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._parse = parse

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return self._parse(text)
        except ReferenceValueError as error:
            raise ValidationError(error.message) from None


def ewc(**kwargs: Any) -> Reference:
    """A six-digit code of the European List of Waste."""
    return Reference(lambda text: waste.parse_ewc(text).code, **kwargs)


def product_code(**kwargs: Any) -> Reference:
    """A CPA 2.1 code of a product or service, two to six digits."""
    return Reference(products.parse_product, **kwargs)


def municipality(**kwargs: Any) -> Reference:
    """A Finnish municipality by code or by Finnish or Swedish name; loads to the code."""
    return Reference(lambda text: places.parse_municipality(text).code, **kwargs)


def nace_code(**kwargs: Any) -> Reference:
    """A NACE Rev. 2 code at any level."""
    return Reference(lambda text: nace.parse_nace(text).code, **kwargs)


class Id(fields.String):
    """One of our ids, of the given three-letter kind."""

    def __init__(self, prefix: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._prefix = prefix

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not is_id(self._prefix, text):
            raise ValidationError(f"Not an id of this kind: it begins with {self._prefix}- and a region code.")
        return text


def text(longest: int, *, least: int = 0, **kwargs: Any) -> fields.String:
    """Text of bounded length without control characters (line breaks are allowed) or halves of surrogate pairs."""

    def printable(value: str) -> None:
        if any((ord(c) < 32 and c not in "\n\r\t") or c == "\x7f" or "\ud800" <= c <= "\udfff" for c in value):
            raise ValidationError("Control characters are not allowed.")

    return fields.String(validate=[validate.Length(min=least, max=longest), printable], **kwargs)


def choice(options: tuple[str, ...], **kwargs: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(options, error="Must be one of: {choices}."), **kwargs)


def number(low: float, high: float, unit: str, **kwargs: Any) -> fields.Float:
    """A finite number within physical sense, bounds included."""
    message = f"Must be between {low:g} and {high:g} {unit}."
    return fields.Float(allow_nan=False, validate=validate.Range(min=low, max=high, error=message), **kwargs)


def sequence(**kwargs: Any) -> fields.Integer:
    """The version of an aggregate that the caller has read."""
    return fields.Integer(validate=validate.Range(min=0, max=2**53), **kwargs)


class PointSchema(Schema):
    """WGS84, degrees."""

    lat = number(-90, 90, "degrees", required=True)
    lon = number(-180, 180, "degrees", required=True)


class QuantitySchema(Schema):
    """An amount as stated: number, unit and how often (``once`` for a single lot)."""

    amount = fields.Float(required=True, allow_nan=False)
    unit = text(20, least=1, required=True)
    period = choice(PERIODS, load_default="year")


class YearlyAmountSchema(Schema):
    """The amount brought to one year in the dimension's base unit; amounts compare only within a dimension."""

    amount = fields.Float(required=True)
    unit = fields.String(required=True)
    dimension = fields.String(required=True)


class SentenceSchema(Schema):
    """The same plain sentence in the three languages."""

    fi = fields.String(required=True)
    sv = fields.String(required=True)
    en = fields.String(required=True)


class PageRequestSchema(Schema):
    """``cursor`` is what the last page gave as ``next_cursor``."""

    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
    cursor = text(200, load_default=None, allow_none=True)


class EmptySchema(Schema):
    """Nothing."""


def page_of(item: type[Schema]) -> type[Schema]:
    """The schema of one page of items."""
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next_cursor": fields.String(allow_none=True, required=True),
        },
        name=item.__name__.removesuffix("Schema") + "PageSchema",
    )

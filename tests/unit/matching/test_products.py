"""Product codes: what they have in common is evidence of the thing, and what they have not is none against it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.listing import ListingProjection
from services.matching.domain.measure import thing_points
from services.matching.domain.products import product_points
from services.matching.domain.score import score
from services.matching.domain.sides import numbers
from services.matching.domain.weights import CODE_POINTS, THING_POINTS
from services.matching.index_rows import check_indexable
from shared.reference.errors import UnknownCode
from tests.unit.matching.listings import have, want

SAME, SUBCHAPTER, CHAPTER = CODE_POINTS["same"], CODE_POINTS["subchapter"], CODE_POINTS["chapter"]


def offered(code: str | None) -> ListingProjection:
    """Of a thing that no vocabulary knows."""
    return have(name="Xylkvist", ewc_code=None, product_code=code)


def wanted(code: str | None) -> ListingProjection:
    return want(name="Brompel", ewc_code=None, product_code=code)


@pytest.mark.parametrize(
    ("one", "other", "points"),
    [
        ("16.10.39", "16.10.39", SAME), ("16.10.39", "16.10.31", SAME), ("16.10.39", "16.10.3", SAME),
        ("16.10.39", "16.10.21", SUBCHAPTER), ("16.10.39", "16.10", SUBCHAPTER), ("16.10", "16.10", SUBCHAPTER),
        ("16.21.11", "16.29.14", CHAPTER), ("16.10.39", "16.1", CHAPTER),
        ("16.10.39", "16.29.14", 0), ("16", "16", 0), ("16.10.39", "20.15.10", 0), ("16.10.39", None, 0),
        ("01.11.50", "01.11.5", SAME), (None, None, 0),
    ],
)  # fmt: skip
def test_codes_are_as_near_as_they_have_digits_in_common(one: str | None, other: str | None, points: int) -> None:
    assert product_points(numbers(offered(one)), numbers(wanted(other))) == points
    assert product_points(numbers(offered(other)), numbers(wanted(one))) == points


def test_a_common_category_tells_of_the_thing_where_words_do_not() -> None:
    assert thing_points(numbers(offered(None)), numbers(wanted(None))) == 0
    assert thing_points(numbers(offered("16.10.39")), numbers(wanted("16.10.3"))) == THING_POINTS["coded"]


codes = st.sampled_from([None, "16.10.39", "16.10.31", "16.10.3", "16.10", "16.2", "20.15.10"])


@given(codes, codes)
def test_a_product_code_never_speaks_against_a_pair(one: str | None, other: str | None) -> None:
    plain, coded = score(have(), want()), score(have(product_code=one), want(product_code=other))
    assert plain is not None
    assert coded is not None
    assert coded.micro_points >= plain.micro_points


def test_the_reason_says_how_far_the_codes_agree() -> None:
    found = score(have(product_code="16.10.39"), want(product_code="16.10.31"))
    assert found is not None
    assert found.factors[0].sentence.en.endswith("The product codes 16.10.39 and 16.10.31 agree down to 16.10.3.")
    others = score(have(product_code="16.10.39"), want(product_code="20.15.10"))
    assert others is not None
    assert others.factors[0].sentence.fi.endswith("Tuotekoodit 16.10.39 ja 20.15.10 ovat eri ryhmistä.")
    silent = score(have(product_code="16.10.39"), want())
    assert silent is not None
    assert "16.10" not in silent.factors[0].sentence.en


def test_a_peers_code_that_is_none_is_refused() -> None:
    with pytest.raises(UnknownCode):
        check_indexable(have(product_code="4407 11 10"))

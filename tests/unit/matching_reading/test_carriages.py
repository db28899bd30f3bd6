"""What a card of transport is about: its goods tell the vehicle, and what tells nothing of a way is no transport."""

from __future__ import annotations

import pytest

from services.matching.domain.meaning import MASK_BITS, Mask
from services.matching.domain.measure import same_variety
from services.matching.domain.sides import numbers
from services.matching.reading.reader import read
from services.matching.reading.tables import uses
from tests.unit.matching.listings import have as a_have
from tests.unit.matching.listings import want as a_want


def named(card: Mask) -> set[str]:
    return {use.name for use in uses(False).all if card[use.number // MASK_BITS] >> use.number % MASK_BITS & 1}


def transport(text: str, direction: str = "want") -> set[str]:
    return named(read("logistics", direction, text, "", None).stated)


@pytest.mark.parametrize(
    ("text", "carriage"),
    [
        ("Mursketta Nokialta Tampereelle", "soil haulage"),
        ("Vassle från Lappo till Seinäjoki", "tank haulage"),
        ("Kuka veisi haketta Enosta Joensuuhun", "chip freight"),
        ("Kauraa Somerolta Naantaliin", "dry bulk freight"),
        ("Huonekaluja Kurikasta Vantaalle, 8 lavapaikkaa", "freight"),
    ],
)
def test_goods_tell_what_carries_them(text: str, carriage: str) -> None:
    assert transport(text) == {carriage}


def test_goods_in_sacks_go_with_any_lorry() -> None:
    assert transport("Kutteria suursäkeissä Lahdesta Heinolaan") == {"freight"}


def test_who_offers_something_else_offers_no_transport() -> None:
    assert transport("Jotain outoa lainaksi", "have") == set()
    assert transport("Jotain outoa Oulusta Kemiin", "have") == {"freight"}
    assert transport("Kuudelle lavalle tilaa torstaisin", "have") == {"freight"}


def test_what_is_amiss_is_the_work_that_is_wanted() -> None:
    assert "pump service" in named(read("service", "want", "Pumppu ei pyöri, korjaaja", "", None).stated)


def test_what_a_have_does_not_do_it_is_not() -> None:
    assert "calibration" not in named(read("service", "have", "Vaakojen korjaus, kalibrointia ei", "", None).stated)


def test_that_two_speak_swedish_does_not_make_their_work_alike() -> None:
    offered = numbers(a_have(kind="service", name="Bokföring på svenska", description="", ewc_code=None))
    asked = numbers(a_want(kind="service", name="Översättning till svenska", description="", ewc_code=None))
    assert not same_variety(offered, asked)

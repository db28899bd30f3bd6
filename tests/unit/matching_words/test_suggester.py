"""What a sentence on a card suggests, and that no text is too strange to be read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.matching.words.suggester import CODES_MAX, suggest
from shared.contracts.fields import DIRECTIONS, KINDS, PERIODS
from shared.quantities import UNITS
from shared.reference.waste import ewc_entries


def test_a_finnish_sentence_fills_a_card_and_names_its_words() -> None:
    read = suggest("Hylättyjä kuormalavoja n. 200 kpl/kk")
    assert read.lang == "fi"
    assert read.direction is not None and read.direction.value == "have"
    assert read.kind is not None and read.kind.value == "material"
    assert read.ewc[0].value == "150103"
    assert read.ewc[0].words == ("kuormalavoja",)
    assert read.amount is not None and read.unit is not None and read.period is not None
    assert (read.amount.value, read.unit.value, read.period.value) == (200, "piece", "month")


def test_a_swedish_want_is_told_from_a_have() -> None:
    wanted, offered = suggest("Sökes betongkross 400 ton"), suggest("Betongkross säljes 400 ton")
    assert wanted.direction is not None and wanted.direction.value == "want"
    assert offered.direction is not None and offered.direction.value == "have"


def test_a_surplus_that_is_taken_in_is_a_want() -> None:
    read = suggest("Otetaan vastaan ylijäämämaita")
    assert read.direction is not None
    assert (read.direction.value, read.direction.words) == ("want", ("otetaan vastaan",))


def test_nobody_says_which_way_and_have_is_a_guess() -> None:
    read = suggest("sahanpurua")
    assert read.direction is not None
    assert (read.direction.value, read.direction.words) == ("have", ())
    assert read.direction.confidence < 0.5


def test_clean_and_hazardous_lean_on_the_code() -> None:
    assert suggest("vesiohenteista maalijätettä").ewc[0].value == "080112"
    assert suggest("liuotinpohjaista maalijätettä").ewc[0].value == "080111"


def test_the_place_it_comes_from_leans_on_the_code_and_names_the_sector() -> None:
    read = suggest("haketta sellutehtaalta")
    assert read.ewc[0].value == "030301"
    assert read.nace[0].value == "17"


def test_a_code_that_is_written_comes_first() -> None:
    assert suggest("purua, 17 02 01").ewc[0].value == "170201"


def test_what_is_carried_is_not_the_service_of_carrying() -> None:
    read = suggest("hakkeen kuljetus")
    assert read.kind is not None and read.kind.value == "logistics"


def test_official_english_titles_help_where_the_vocabulary_does_not() -> None:
    codes = [code.value for code in suggest("calcium arsenate residues", "en").ewc]
    assert "100403" in codes


def test_heat_has_a_temperature() -> None:
    read = suggest("hukkalämpöä +65 °C 1 200 MWh/v")
    assert read.temperature_c is not None and read.temperature_c.value == 65
    assert read.unit is not None and read.unit.value == "MWh"


def test_nothing_is_said_of_nothing() -> None:
    read = suggest("")
    assert (read.kind, read.ewc, read.nace, read.amount, read.temperature_c) == (None, (), (), None, None)


PIECES = ["12", "1.5", "-3", "t/v", "°C", "m3", "kpl", "hake", "puru", "à", "x", "%", "/", "–", "·", "20-10", "pari"]


@given(st.text(max_size=500) | st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_any_text_is_read_within_bounds(text: str) -> None:
    read = suggest(text)
    assert read.kind is None or read.kind.value in KINDS
    assert read.direction is None or read.direction.value in DIRECTIONS
    assert read.period is None or read.period.value in PERIODS
    assert read.unit is None or read.unit.value in UNITS
    assert {code.value for code in read.ewc} <= ewc_entries().keys()
    assert len(read.ewc) <= CODES_MAX
    every = [read.kind, read.direction, read.amount, read.unit, read.period, read.temperature_c, *read.ewc, *read.nace]
    assert all(0 <= one.confidence <= 1 for one in every if one is not None)

# ruff: noqa: E501 - tables in one line
"""Units: the closed table against sizes written down here from their definitions, and in every spelling."""

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.khonkaencarbon.footprint.reading.text import fold

# How many base units, from the definitions of the prefixes and of the litre (BIPM, The SI Brochure, 9th edition).
SIZES = {
    "energy": {"Wh": "0.001", "kWh": "1", "MWh": "1000", "GWh": "1000000", "หน่วย": "1", "ล้านหน่วย": "1000000"},
    "volume": {"ml": "0.001", "ลิตร": "1", "ล.": "1", "พันลิตร": "1000", "ลบ.ม.": "1000", "ล้านลิตร": "1000000"},
    "mass": {"กรัม": "0.001", "กก.": "1", "ตัน": "1000", "t": "1000", "พันตัน": "1000000", "ล้านตัน": "1000000000"},
}


@pytest.mark.parametrize("dimension", SIZES)
def test_units_have_the_size_of_their_definition(vocabulary, dimension):
    for word, size in SIZES[dimension].items():
        unit = vocabulary.unit_words[word.casefold()].measuring([dimension])
        assert (unit.dimension, unit.to_base) == (dimension, Decimal(size)), word


def test_every_word_is_read_in_every_spelling_and_gives_its_size(read, vocabulary):
    """Upper case, blanks around, zero-width signs: one table of all words, read twice."""
    activity = {"energy": "electricity-grid", "volume": "diesel-road", "mass": "lpg-stationary"}
    words = {word: unit for word, unit in vocabulary.unit_words.items() if unit.dimension in activity}
    for dress in (str, str.upper, lambda word: f"\u00a0{word}\u200b "):
        rows = "".join(
            f'2024,{activity[unit.dimension]},2,"{dress(word)}",{word}\n' for word, unit in words.items()
        )
        outcome = read("period,activity,quantity,unit,note\n" + rows)
        assert [record.quantity for record in outcome.records] == [
            2 * unit.to_base for unit in words.values()
        ]


def test_near_misses_are_refused_and_never_taken_for_the_nearest(read, vocabulary):
    """One letter more, less or other than a known word: refused, unless it is a word of the table itself."""
    known = {*vocabulary.unit_words, *vocabulary.units_without_size, *vocabulary.missing_words}
    near = {word[:at] + extra + word[at + cut :] for word in ("kwh", "mwh", "ลิตร", "กก.", "หน่วย") for at in range(len(word) + 1)
            for extra in ("", "x", "k", "m") for cut in (0, 1)} - known - {""}  # fmt: skip
    rows = "".join(f"2024,diesel-road,1,{word},\n" for word in sorted(near))
    outcome = read("period,activity,quantity,unit,note\n" + rows)
    refused = outcome.table.refused.by_code if outcome.table else {}
    assert (
        outcome.records == []
        and sum(refused.values()) == len(near)
        and set(refused) <= {"unknown-unit", "missing-value"}
    )


BLANKS = st.text(" \t\u00a0\u200b\ufeff", max_size=4)
WORDS = [(dimension, word, size) for dimension, sizes in SIZES.items() for word, size in sizes.items()]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=500, deadline=None)
@given(st.sampled_from(WORDS), BLANKS, BLANKS, st.sampled_from([str, str.upper, str.title]))
def test_blanks_and_case_around_a_unit_change_nothing(vocabulary, known, before, after, dress):
    dimension, word, size = known
    unit = vocabulary.unit_words[fold(before + dress(word) + after)].measuring([dimension])
    assert unit.to_base == Decimal(size)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=2000, deadline=None)
@given(st.text("kKwWhHMGลิตรกัน.ม-/ \u200b", max_size=6))
def test_any_text_is_a_unit_only_where_plain_python_finds_the_word_too(vocabulary, text):
    """An independent reading: NFC, zero-width signs out, blanks collapsed, case-blind."""
    plain = unicodedata.normalize("NFC", text.replace("\u200b", "")).casefold()
    plain = " ".join(plain.split())
    assert (fold(text) in vocabulary.unit_words) == (plain in vocabulary.unit_words)

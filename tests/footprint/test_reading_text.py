"""The one normalisation of text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.khonkaencarbon.footprint.reading.text import clean, fold, shortened

SAME = {
    "sara am after its tone": ("น\u0e49\u0e33มัน", "น\u0e33\u0e49มัน"),
    "sara am in two parts": ("น\u0e49\u0e33มัน", "น\u0e4d\u0e49\u0e32มัน"),
    "sara am in two parts, tone first": ("น\u0e49\u0e33มัน", "น\u0e49\u0e4d\u0e32มัน"),
    "two sara e": ("\u0e41ก๊ส", "\u0e40\u0e40ก๊ส"),
    "a mark twice": ("กี่", "กี\u0e48\u0e48"),
    "nothing to see": ("ขอนแก่น", "ขอน\u200bแก่น\ufeff"),
    "direction marks": ("abc", "a\u202eb\u200fc"),
    "composed letters": ("café", "cafe\u0301"),
    "blanks": ("a b", "\u00a0a \t\u2003\n b\u2028"),
    "control characters": ("a b", "a\x00\x1bb"),
    "case": ("kwh", "KWh"),
}


@pytest.mark.parametrize("case", SAME)
def test_spellings_that_look_alike_compare_equal(case):
    first, second = SAME[case]
    assert fold(first) == fold(second)


@pytest.mark.parametrize(("first", "second"), [("ไฟฟ้า", "ไฟฟา"), ("ที", "ที่"), ("a b", "ab"), ("CO2", "CO₂")])
def test_different_words_stay_different(first, second):
    assert fold(first) != fold(second)


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    assert clean(clean(text)) == clean(text)


@given(st.text())
def test_a_shown_value_is_one_short_line(text):
    shown = shortened(text)
    assert len(shown) <= 81 and not set(shown) & {chr(code) for code in (*range(32), 127, 0x2028, 0x202E)}

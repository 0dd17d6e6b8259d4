"""The one normalisation of text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.khonkaencarbon.footprint.reading import text
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


SPECIAL = (
    "\u0e01\u0e31\u0e31\u0e32\u0e33\u0e40\u0e48\u0e48\u0e4d\u0301e \u00a0\u200b\u2028\u2003\t\n\x00\x85\xada"
)


@given(st.text() | st.text(SPECIAL))
def test_what_is_left_as_it_is_needs_nothing(look):
    """The quick look agrees with the work itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "_is_normal", lambda _: False)
        worked = text._normalised(look)
    assert text._normalised(look) == worked


@given(st.text())
def test_normalising_twice_changes_nothing(cell):
    assert clean(clean(cell)) == clean(cell)


@given(st.text())
def test_a_shown_value_is_one_short_line(cell):
    shown = shortened(cell)
    assert len(shown) <= 81 and not set(shown) & {chr(code) for code in (*range(32), 127, 0x2028, 0x202E)}

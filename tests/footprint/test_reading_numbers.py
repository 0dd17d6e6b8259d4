"""The grammar of numbers, held against a second, independent reading of the same text."""

import sys
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.khonkaencarbon.footprint.reading.numbers import plain, read_number

MISSING = frozenset({"-", "n/a"})
GOOD = {
    "0": "0", "007": "7", "1234.5": "1234.5", "1,234.5": "1234.5", "12,345,678": "12345678",  "-5.0": "-5",
    "๑,๒๓๔.๕๖": "1234.56", "１２": "12", "1๒": "12", " 5 ": "5", "\u00a05\u00a0": "5", "\t5": "5",
    "-1,000": "-1000", "0.123456789": "0.123456789", "-0": "0", "999999999999999": "999999999999999",
}  # fmt: skip
BAD = [
    "+5", "5.", ".5", "1e5", "1E309", "nan", "inf", "-inf", "1_000", "0x1A", "1 000", "12,34", "1,2345",
    "1,234,56", "1.234,5", "1,5", "--5", "5-", "(5)", "5%", "฿5", "½", "²", "٣", "৩", "1٫5", "−5", "1,2O0",
    "1..2", "1\u200b2", "1.2.3", "0,123", "=5", "5 kWh", "Ⅷ", "1,",
]  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_numbers_people_write(text):
    assert read_number(text, MISSING) == Decimal(GOOD[text])


@pytest.mark.parametrize("text", BAD)
def test_everything_else_is_no_number(text):
    assert read_number(text, MISSING) == "type-error"


@pytest.mark.parametrize("text", ["", "  ", "\u00a0", "-", " n/a ", "N/A"])
def test_no_figure_has_a_code_of_its_own(text):
    assert read_number(text, MISSING) == "missing-value"


def test_only_three_scripts_of_digits_are_read():
    digits = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Nd"]
    read = {digit for digit in digits if isinstance(read_number(digit, MISSING), Decimal)}
    assert read == set("0123456789๐๑๒๓๔๕๖๗๘๙０１２３４５６７８９")


@given(st.integers(0, 10**15 - 1), st.text("0123456789", max_size=9), st.booleans())
def test_grouped_and_plain_spellings_are_the_same_number(whole, decimals, negative):
    tail = f".{decimals}" if decimals else ""
    sign = "-" if negative else ""
    expected = Decimal(f"{sign}{whole}{tail}")
    thai = f"{sign}{whole}{tail}".translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    for text in (f"{sign}{whole}{tail}", f"{sign}{whole:,}{tail}", thai):
        assert read_number(text, MISSING) == expected


@given(st.text(max_size=20))
def test_any_text_is_a_number_that_decimal_agrees_with_or_a_code(text):
    read = read_number(text, MISSING)
    if isinstance(read, Decimal):
        assert read == Decimal(text.strip("\u200b\u200c\u200d\u2060\ufeff \t\r\n\v\f\u00a0").replace(",", ""))
    else:
        assert read in ("type-error", "missing-value", "number-decimals")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9))
def test_plain_text_has_no_exponent_and_loses_nothing(number):
    text = plain(number)
    assert Decimal(text) == number and not set(text) - set("-.0123456789") and text != "-0"
    assert not ("." in text and text.endswith("0"))

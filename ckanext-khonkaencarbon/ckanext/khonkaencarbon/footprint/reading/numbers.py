"""Numbers as people write them in cells. An own grammar: Python's parsers accept more than people mean."""

from __future__ import annotations

import re
from decimal import Decimal

from ckanext.khonkaencarbon.footprint.reading.text import ascii_digits

MAX_DECIMALS = 9
LIMIT = Decimal(10) ** 15  # in the base unit

NUMBER_MARK = "\x1f"  # before a workbook's number cell that has more decimals than text may have
_CELL_DECIMALS = 24

_PLAIN = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")
_NUMBER = re.compile(r"-?(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.([0-9]+))?")
_OUTER = " \t\r\n\v\f\u00a0\u200b\u200c\u200d\u2060\ufeff"


def read_number(cell: str, missing_words: frozenset[str]) -> Decimal | str:
    """The exact number of a cell, or the code of what is wrong with it.

    Digits may be ASCII, Thai or full width; thousands groups must be right; no sign but a leading minus, no
    exponent, no blanks inside, at most 9 decimals.
    """
    if _PLAIN.fullmatch(cell):
        return Decimal(cell)
    if cell.startswith(NUMBER_MARK):
        return _number_cell(cell[1:])
    text = ascii_digits(cell.strip(_OUTER))
    if not text or text.casefold() in missing_words:
        return "missing-value"
    match = _NUMBER.fullmatch(text)
    if match is None:
        return "type-error"
    if len(match[1] or "") > MAX_DECIMALS:
        return "number-decimals"
    return Decimal(text.replace(",", "")) or Decimal(0)  # no minus zero


def _number_cell(text: str) -> Decimal | str:
    """A number cell of a workbook is a decimal of 15 significant digits, wherever its point stands."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return "type-error"
    return Decimal(text) if len(match[1] or "") <= _CELL_DECIMALS else "number-decimals"


def plain(number: Decimal) -> str:
    """The number as plain text: no exponent, no trailing zeros, no minus zero."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text

"""Decimal arithmetic that never loses a digit unseen, and the plain text form of numbers."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from functools import cache, reduce

# Quantities are below 1e15 with at most 18 decimals, sums run over fewer than 1e12 rows, and the longest
# product has six factors of at most 18 digits: 200 digits hold all of it.
_DIGITS = 200
EXACT = Context(prec=_DIGITS, traps=[InvalidOperation, DivisionByZero, Overflow, Inexact])
_ROUNDING = Context(
    prec=_DIGITS, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow]
)
MASS_PLACES = 9
_ONE = Decimal(1)


def add(first: Decimal, second: Decimal) -> Decimal:
    """The exact sum; raises ``decimal.Inexact`` where it would need rounding."""
    return EXACT.add(first, second)


def product(*values: Decimal) -> Decimal:
    """The exact product; raises ``decimal.Inexact`` where it would need rounding."""
    return reduce(EXACT.multiply, values, _ONE)


def total(values: list[Decimal]) -> Decimal:
    """The exact sum of a list."""
    return reduce(EXACT.add, values, Decimal(0))


def rounded(value: Decimal, places: int = MASS_PLACES) -> Decimal:
    """Half even at ``places`` decimals."""
    return _ROUNDING.quantize(value, _unit(places))


@cache
def _unit(places: int) -> Decimal:
    """One in the last place."""
    return _ONE.scaleb(-places)


def quotient(numerator: Decimal, denominator: Decimal, places: int = MASS_PLACES) -> Decimal:
    """The quotient, half even at ``places`` decimals.

    The digits kept on the way are so many that rounding them once more cannot turn a non-tie into a tie.
    """
    return rounded(_ROUNDING.divide(numerator, denominator), places)


def plain(value: Decimal) -> str:
    """Published form: no exponent, no trailing zeros, no ``-0``."""
    text = str(value)
    if "E" in text:
        text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text

"""Uncertainty by IPCC approach 1 (2006 Guidelines vol. 1 ch. 3, equations 3.1 and 3.2).

Percentages are half of the 95 % interval. What is unknown stays unknown: a line whose quantity or factor
has no stated uncertainty has none, and so has a total with such a line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.model import CellKey

# Where a record gives a data quality but no percentage: this project's reading of the GPC grades.
QUALITY_PCT: Mapping[str, Decimal] = {"H": Decimal(5), "M": Decimal(15), "L": Decimal(40)}
_PLACES = Decimal("0.0001")
_CONTEXT = Context(prec=60, rounding=ROUND_HALF_EVEN)


class Share(NamedTuple):
    """One line's part in a total; equal ``datum`` or ``factor`` means fully correlated."""

    co2e_kg: Decimal
    datum: Hashable
    quantity_pct: Decimal
    factor: Hashable
    factor_pct: Decimal


def quantity_pct(key: CellKey) -> Decimal | None:
    """The percentage of the record, else that of its quality grade, else None."""
    if key.uncertainty_pct:
        return Decimal(key.uncertainty_pct)
    return QUALITY_PCT.get(key.quality)


def combined(quantity: Decimal | None, factor: Decimal | None) -> Decimal | None:
    """Of a product of independent values, at most 4 decimals."""
    if quantity is None or factor is None:
        return None
    return _root(_square(quantity) + _square(factor))


def total(shares: Iterable[Share]) -> Decimal | None:
    """Of a sum: shares of one datum or one factor add linearly, the rest in quadrature."""
    by_datum: dict[Hashable, Decimal] = defaultdict(Decimal)
    by_factor: dict[Hashable, Decimal] = defaultdict(Decimal)
    whole = Decimal(0)
    for share in shares:
        whole = _CONTEXT.add(whole, share.co2e_kg)
        by_datum[share.datum] += _CONTEXT.multiply(share.co2e_kg, share.quantity_pct)
        by_factor[share.factor] += _CONTEXT.multiply(share.co2e_kg, share.factor_pct)
    if not whole:
        return None
    squares = sum((_square(value) for value in (*by_datum.values(), *by_factor.values())), Decimal(0))
    return _rounded(_CONTEXT.divide(_CONTEXT.sqrt(squares), abs(whole)))


def _square(value: Decimal) -> Decimal:
    return _CONTEXT.multiply(value, value)


def _root(value: Decimal) -> Decimal:
    return _rounded(_CONTEXT.sqrt(value))


def _rounded(value: Decimal) -> Decimal:
    return _CONTEXT.quantize(value, _PLACES)

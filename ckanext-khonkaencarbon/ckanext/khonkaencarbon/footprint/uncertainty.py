"""Uncertainty by IPCC approach 1 (2006 Guidelines vol. 1 ch. 3, equations 3.1 and 3.2).

Percentages are half of the 95 % interval. What is unknown stays unknown: a line whose quantity or factor
has no stated uncertainty has none, and so has a total with such a line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.model import CellKey

# Where a record gives a data quality but no percentage: this project's reading of the GPC grades.
QUALITY_PCT: Mapping[str, Decimal] = {"H": Decimal(5), "M": Decimal(15), "L": Decimal(40)}
_PLACES = Decimal("0.0001")
_CONTEXT = Context(prec=60, rounding=ROUND_HALF_EVEN)


class Share(NamedTuple):
    """One line's part in a total; an equal ``datum`` or an equal row means fully correlated."""

    co2e_kg: Decimal
    datum: Hashable
    quantity_pct: Decimal
    effects: Sequence[tuple[Hashable, Decimal]]  # (published row, what it alone makes uncertain in %)


def quantity_pct(key: CellKey) -> Decimal | None:
    """The percentage of the record, else that of its quality grade, else None."""
    if key.uncertainty_pct:
        return Decimal(key.uncertainty_pct)
    return QUALITY_PCT.get(key.quality)


def ratio(part: Decimal, whole: Decimal) -> Decimal:
    """The share of a part in a sum, as an elasticity; 0 of a sum that is 0."""
    return _CONTEXT.divide(part, whole) if whole else Decimal(0)


def of_product(rows: Sequence[object]) -> tuple[Decimal, ...]:
    """The elasticities of a mass that is a product of the quantity and of these rows: 1 each."""
    return (Decimal(1),) * len(rows)


def effects(
    percents: Sequence[Decimal | None], elasticities: Sequence[Decimal] | None
) -> list[Decimal] | None:
    """What each published row alone makes uncertain in a mass, in %.

    Args:
        percents: the uncertainty of each row.
        elasticities: by how many % the mass changes when the row's value changes by 1 %; None: not stated,
            which is no loss where there is one row alone, because a mass is a product with it.

    Returns:
        None where a row that matters has no percentage, or several rows act in a way that is not stated.
    """
    if elasticities is None:
        if len(percents) != 1:
            return None
        elasticities = of_product(percents)
    found = []
    for percent, elasticity in zip(percents, elasticities, strict=True):
        if percent is None and elasticity:
            return None
        found.append(_CONTEXT.multiply(percent or Decimal(0), elasticity))
    return found


def combined(quantity: Decimal | None, of_rows: Iterable[Decimal] | None) -> Decimal | None:
    """Of a quantity and the effects of independent rows, at most 4 decimals (equation 3.1)."""
    if quantity is None or of_rows is None:
        return None
    return _root(_square(quantity) + sum(map(_square, of_rows), Decimal(0)))


def total(shares: Iterable[Share]) -> Decimal | None:
    """Of a sum: shares of one datum or one row add linearly, the rest in quadrature (equation 3.2)."""
    by_datum: dict[Hashable, Decimal] = defaultdict(Decimal)
    by_row: dict[Hashable, Decimal] = defaultdict(Decimal)
    whole = Decimal(0)
    for share in shares:
        whole = _CONTEXT.add(whole, share.co2e_kg)
        _put(by_datum, share.datum, share.co2e_kg, share.quantity_pct)
        for row, percent in share.effects:
            _put(by_row, row, share.co2e_kg, percent)
    if not whole:
        return None
    squares = sum(map(_square, (*by_datum.values(), *by_row.values())), Decimal(0))
    return of_squares(squares, whole)


def of_squares(squares: Decimal, whole: Decimal) -> Decimal:
    """The percentage of a sum that is not 0, from the squares of its independent parts in (% kg)²."""
    return _rounded(_CONTEXT.divide(_CONTEXT.sqrt(squares), abs(whole)))


def _put(group: dict[Hashable, Decimal], key: Hashable, co2e_kg: Decimal, percent: Decimal) -> None:
    group[key] = _CONTEXT.add(group[key], _CONTEXT.multiply(co2e_kg, percent))


def _square(value: Decimal) -> Decimal:
    return _CONTEXT.multiply(value, value)


def _root(value: Decimal) -> Decimal:
    return _rounded(_CONTEXT.sqrt(value))


def _rounded(value: Decimal) -> Decimal:
    return _CONTEXT.quantize(value, _PLACES)

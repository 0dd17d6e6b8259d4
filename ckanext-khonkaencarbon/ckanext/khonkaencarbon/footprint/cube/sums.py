"""Records to cells with the standard library: one exact sum per key."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ckanext.khonkaencarbon.footprint.exact import EXACT
from ckanext.khonkaencarbon.footprint.model import Cell, CellKey, Record


def cells(records: Iterable[Record]) -> list[Cell]:
    """Sum the quantities of records that share a key.

    Args:
        records: in any order, over any number of files; quantities in the base unit of their key.

    Returns:
        Cells sorted by key, so that the order of rows leaves no trace.
    """
    sums: dict[CellKey, Decimal] = {}
    rows: dict[CellKey, int] = {}
    add = EXACT.add
    for key, quantity in records:
        sums[key] = add(sums[key], quantity) if key in sums else quantity
        rows[key] = rows.get(key, 0) + 1
    return [Cell(key, sums[key], rows[key]) for key in sorted(sums)]

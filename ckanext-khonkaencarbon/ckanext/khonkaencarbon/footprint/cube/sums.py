"""Records to cells: one exact sum per key, whatever counted the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal
from functools import reduce

from ckanext.khonkaencarbon.footprint.exact import EXACT
from ckanext.khonkaencarbon.footprint.model import Cell, CellKey, Record


class Sums:
    """Exact sums by key, filled by any number of engines in any order."""

    def __init__(self) -> None:
        self._sums: dict[CellKey, Decimal] = {}
        self._rows: dict[CellKey, int] = {}

    def add_records(self, records: Iterable[Record]) -> None:
        """Add one row each."""
        sums, rows, add = self._sums, self._rows, EXACT.add
        for key, quantity in records:
            sums[key] = add(sums[key], quantity) if key in sums else quantity
            rows[key] = rows.get(key, 0) + 1

    def add_sum(self, key: CellKey, quantity: Decimal, rows: int) -> None:
        """Add rows that have been summed already; the quantity is in the key's base unit."""
        self._sums[key] = EXACT.add(self._sums[key], quantity) if key in self._sums else quantity
        self._rows[key] = self._rows.get(key, 0) + rows

    def take_over(self, other: Sums) -> None:
        """Add the sums of another, which is of no use afterwards."""
        if not self._sums:
            self._sums, self._rows = other._sums, other._rows
            return
        for key, quantity in other._sums.items():
            self.add_sum(key, quantity, other._rows[key])

    def cells(self) -> list[Cell]:
        """Cells sorted by key, so that the order of rows leaves no trace.

        Names that differ by case alone are one name, shown in the spelling that sorts first.
        """
        sums, rows = self._sums, self._rows
        organisations = _spellings({key.organisation for key in sums})
        facilities = _spellings({key.facility for key in sums})
        places = _spellings({key.place for key in sums})
        if not (organisations or facilities or places):
            return [Cell(key, sums[key], rows[key]) for key in sorted(sums)]
        same: dict[CellKey, list[CellKey]] = defaultdict(list)
        for key in sums:
            shown = key._replace(
                organisation=organisations.get(key.organisation, key.organisation),
                facility=facilities.get(key.facility, key.facility),
                place=places.get(key.place, key.place),
            )
            same[shown].append(key)
        return [
            Cell(key, reduce(EXACT.add, (sums[one] for one in keys)), sum(rows[one] for one in keys))
            for key, keys in sorted(same.items())
        ]


def cells(records: Iterable[Record]) -> list[Cell]:
    """The cells of records in any order, over any number of files; quantities in base units."""
    sums = Sums()
    sums.add_records(records)
    return sums.cells()


def _spellings(names: Collection[str]) -> dict[str, str]:
    """What is shown for each name that has to be respelled: the first of those that differ by case alone."""
    first: dict[str, str] = {}
    for name in names:
        blind = name.casefold()
        first[blind] = min(first.get(blind, name), name)
    return {name: shown for name in names if (shown := first[name.casefold()]) != name}

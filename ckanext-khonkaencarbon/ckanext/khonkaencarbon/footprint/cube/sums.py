"""Records to cells: one exact sum per key, whatever counted the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from functools import reduce
from operator import itemgetter

from ckanext.khonkaencarbon.footprint.exact import EXACT
from ckanext.khonkaencarbon.footprint.model import Cell, CellKey, Record

_NAMES = 5  # where names begin in a key


class Sums:
    """Exact sums by key, filled by any number of engines in any order."""

    def __init__(self) -> None:
        self._sums: dict[CellKey, tuple[Decimal, int]] = {}

    def add_records(self, records: Iterable[Record]) -> None:
        """Add one row each."""
        for key, quantity in records:
            self.add_sum(key, quantity, 1)

    def add_sum(self, key: CellKey, quantity: Decimal, rows: int) -> None:
        """Add rows that have been summed already; the quantity is in the key's base unit."""
        before = self._sums.get(key)
        self._sums[key] = (EXACT.add(before[0], quantity), before[1] + rows) if before else (quantity, rows)

    def take_over(self, other: Sums) -> None:
        """Add the sums of another, which is of no use afterwards."""
        if not self._sums:
            self._sums = other._sums
            return
        for key, (quantity, rows) in other._sums.items():
            self.add_sum(key, quantity, rows)

    def cells(self) -> list[Cell]:
        """Cells sorted by key, so that the order of rows leaves no trace.

        Names that differ by case alone are one name, shown in the spelling that sorts first.
        """
        sums = self._sums
        organisations = _spellings({key.organisation for key in sums})
        facilities = _spellings({key.facility for key in sums})
        places = _spellings({key.place for key in sums})
        if not (organisations or facilities or places):
            return [Cell(key, *sums[key]) for key in _sorted(sums)]
        same: dict[CellKey, list[CellKey]] = defaultdict(list)
        for key in sums:
            shown = key._replace(
                organisation=organisations.get(key.organisation, key.organisation),
                facility=facilities.get(key.facility, key.facility),
                place=places.get(key.place, key.place),
            )
            same[shown].append(key)
        return [
            Cell(key, reduce(EXACT.add, (sums[one][0] for one in keys)), sum(sums[one][1] for one in keys))
            for key, keys in sorted(same.items())
        ]


def cells(records: Iterable[Record]) -> list[Cell]:
    """The cells of records in any order, over any number of files; quantities in base units."""
    sums = Sums()
    sums.add_records(records)
    return sums.cells()


def _sorted(keys: Iterable[CellKey]) -> Iterator[CellKey]:
    """Sorted by the parts with few values first, then by names within each: comparing dates takes long."""
    by_beginning: dict[tuple[object, ...], list[CellKey]] = defaultdict(list)
    for key in keys:
        by_beginning[key[:_NAMES]].append(key)
    for _, alike in sorted(by_beginning.items()):
        yield from sorted(alike, key=itemgetter(slice(_NAMES, None)))


def _spellings(names: Collection[str]) -> dict[str, str]:
    """What is shown for each name that has to be respelled: the first of those that differ by case alone."""
    first: dict[str, str] = {}
    for name in names:
        blind = name.casefold()
        first[blind] = min(first.get(blind, name), name)
    return {name: shown for name in names if (shown := first[name.casefold()]) != name}

"""Records to cells: one exact sum per key, whatever counted the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from functools import reduce

from ckanext.khonkaencarbon.footprint.exact import EXACT
from ckanext.khonkaencarbon.footprint.model import Cell, CellKey, Record

# Parts of a key that people write as names.
_NAMES = ("organisation", "facility", "place")
_Spellings = dict[tuple[str, str], str]


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

    def cells(self) -> list[Cell]:
        """Cells sorted by key, so that the order of rows leaves no trace.

        Names that differ by case alone are one name, shown in the spelling that sorts first.
        """
        spellings = _spellings(self._sums)
        same: dict[CellKey, list[CellKey]] = defaultdict(list)
        for key in self._sums:
            same[_respelled(key, spellings)].append(key)
        return [
            Cell(
                key,
                reduce(EXACT.add, (self._sums[one] for one in keys)),
                sum(self._rows[one] for one in keys),
            )
            for key, keys in sorted(same.items())
        ]


def cells(records: Iterable[Record]) -> list[Cell]:
    """The cells of records in any order, over any number of files; quantities in base units."""
    sums = Sums()
    sums.add_records(records)
    return sums.cells()


def _spellings(keys: Iterable[CellKey]) -> _Spellings:
    """The spelling to show of each name, by role and case-blind name."""
    found: _Spellings = {}
    for key in keys:
        for role in _NAMES:
            name = getattr(key, role)
            blind = (role, name.casefold())
            found[blind] = min(found.get(blind, name), name)
    return found


def _respelled(key: CellKey, spellings: _Spellings) -> CellKey:
    organisation, facility, place = (spellings[role, getattr(key, role).casefold()] for role in _NAMES)
    return key._replace(organisation=organisation, facility=facility, place=place)

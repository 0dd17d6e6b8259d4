"""Records to cells with the standard library: one exact sum per key."""

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


def cells(records: Iterable[Record]) -> list[Cell]:
    """Sum the quantities of records that share a key.

    Names that differ by case alone are one name, shown in the spelling that sorts first.

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
    spellings = _spellings(sums)
    same: dict[CellKey, list[CellKey]] = defaultdict(list)
    for key in sums:
        same[_respelled(key, spellings)].append(key)
    return [
        Cell(key, reduce(add, (sums[one] for one in keys)), sum(rows[one] for one in keys))
        for key, keys in sorted(same.items())
    ]


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

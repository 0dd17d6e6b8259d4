"""Warnings about series: days that are counted twice, quantities unlike their neighbours.

Cells say where to look; then the files are read once more, up to the rows in question, for record and line.
That is not done for runs of more than ``LIMIT`` rows: there, what cells alone prove is said without a place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.exact import plain, quotient
from ckanext.khonkaencarbon.footprint.findings import FindingLog, finding
from ckanext.khonkaencarbon.footprint.gaps import Gap
from ckanext.khonkaencarbon.footprint.model import Cell, CellKey, Finding, Text
from ckanext.khonkaencarbon.footprint.reading.table import Table
from ckanext.khonkaencarbon.footprint.series import Outlier, Overlap, share_days, suspicions

LIMIT = 100_000  # rows of one run; reading them once more takes seconds
_NAMED = 12  # months of the example
_ROWS = 400  # of one cell that are looked at
_Places = dict[CellKey, list["Place"]]


class Place(NamedTuple):
    """A row with its own days, which may be fewer than its cell's."""

    start: date
    end: date
    order: int  # of its file
    record: int
    line: int
    input: str
    quantity: Decimal
    cell: CellKey


def review(cells: Sequence[Cell], log: FindingLog, tables: Callable[[], Iterator[Table]]) -> None:
    """Add what looks wrong in the series of all cells of a run.

    Args:
        cells: sorted by key.
        log: of the run.
        tables: opens its inputs once more; called only where something has to be looked up.
    """
    overlaps, outliers, gaps = suspicions(cells)
    if gaps:
        log.add(_missing(gaps))
    if not overlaps and not outliers:
        return
    most = FindingLog.LISTED_PER_CODE
    within = sum(cell.rows for cell in cells) <= LIMIT
    wanted = {key for overlap in overlaps[:most] for key in overlap.keys}
    wanted |= {outlier.cell.key for outlier in outliers[:most]}
    rows = sum(cell.rows for cell in cells if cell.key in wanted)
    places = _places(tables(), wanted, rows) if within else {}
    for overlap in overlaps:
        _add_overlap(log, overlap, [row for key in overlap.keys for row in places.get(key, ())])
    for outlier in outliers:
        log.add(_unlike(outlier, places.get(outlier.cell.key, [])))
    if not within:
        log.add(finding("series-without-places", limit=LIMIT))


def _places(tables: Iterator[Table], wanted: set[CellKey], rows: int) -> _Places:
    """The rows of the wanted cells, ``rows`` in all; names that differ by case alone are one name."""
    blind = {_blind(key): key for key in wanted}
    found: _Places = defaultdict(list)
    said = (
        (order, table, record, line, outcome.record, outcome.meaning.period)
        for order, table in enumerate(tables)
        for record, line, outcome in table.said()
        if outcome.record is not None and _blind(outcome.record.key) in blind
    )
    for order, table, record, line, (row_key, quantity), period in islice(said, rows):
        key, name = blind[_blind(row_key)], table.description.name
        if period is not None and len(found[key]) < _ROWS:
            found[key].append(Place(period.start, period.end, order, record, line, name, quantity, key))
    return found


def _blind(key: CellKey) -> tuple[object, ...]:
    return (*key[:5], *(name.casefold() for name in key[5:8]), *key[8:])


def _add_overlap(log: FindingLog, overlap: Overlap, rows: list[Place]) -> None:
    pair = _pair(rows, one_period=len({key[:2] for key in overlap.keys}) == 1)
    if pair:
        first, second = sorted(pair, key=lambda row: (row.order, row.record))
        log.add(_twice(overlap.keys[0], first, second))
    elif overlap.certain and not rows:
        log.add(_twice(overlap.keys[0], None, None, overlap.keys))


def _pair(rows: list[Place], one_period: bool) -> tuple[Place, Place] | None:
    """Two rows that share days; equal rows of one cell are left to the watch for duplicates."""
    ordered = sorted(rows)
    for at, first in enumerate(ordered):
        for second in ordered[at + 1 :]:
            if second.start > first.end:
                break
            if first.start == second.end or not share_days(first[:2], second[:2]):
                continue  # two purchases of one day are two
            if first.quantity != second.quantity if one_period else first.cell[:2] != second.cell[:2]:
                return first, second
    return None


def _twice(key: CellKey, first: Place | None, second: Place | None, keys: Sequence[CellKey] = ()) -> Finding:
    periods = [f"{one.period_start}/{one.period_end}" for one in keys[:2]]
    if first and second:
        periods = [f"{row.start}/{row.end}" for row in (first, second)]
    return finding(
        "period-overlap",
        input=second.input if second else "",
        record=second.record if second else None,
        line=second.line if second else None,
        value=periods[-1],
        other=periods[0],
        first=_named(first, second),
        activity=key.activity,
        where=_where(key),
    )


def _named(first: Place | None, second: Place | None) -> Text:
    if first is None or second is None:
        return Text("ช่วงเวลาอื่น", "another period")
    th, en = f"แถวลำดับที่ {first.record} (บรรทัด {first.line})", f"record {first.record} (line {first.line})"
    if first.order != second.order:
        th, en = f"{th} ของไฟล์ {first.input}", f"{en} of {first.input}"
    return Text(th, en)


def _unlike(outlier: Outlier, rows: list[Place]) -> Finding:
    cell = outlier.cell
    row = max(rows, key=lambda one: (one.quantity, -one.order, -one.record)) if rows else None
    low = cell.quantity < outlier.median
    numbers = (outlier.median, cell.quantity) if low else (cell.quantity, outlier.median)
    return finding(
        "quantity-slip" if outlier.slip else "quantity-outlier",
        input=row.input if row else "",
        record=row.record if row else None,
        line=row.line if row else None,
        value=plain(cell.quantity),
        median=plain(outlier.median),
        unit=cell.key.unit,
        times=plain(quotient(*numbers, 0)),
        than=Text("น้อยกว่า", "below") if low else Text("มากกว่า", "above"),
        period=f"{cell.key.period_start}/{cell.key.period_end}",
        activity=cell.key.activity,
        where=_where(cell.key),
    )


def _missing(gaps: Sequence[Gap]) -> Finding:
    """One remark for all series, with the first as the example: a month without use has no row either."""
    first = gaps[0]
    return finding(
        "months-missing",
        value=first.months[0],
        series=len(gaps),
        activity=first.key.activity,
        where=_where(first.key),
        months=", ".join(first.months[:_NAMED]) + (" ..." if len(first.months) > _NAMED else ""),
    )


def _where(key: CellKey) -> str:
    return ", ".join(filter(None, key[5:8])) or "–"

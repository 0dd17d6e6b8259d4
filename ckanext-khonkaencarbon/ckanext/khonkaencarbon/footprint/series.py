"""What looks wrong in a series: the quantities of one activity in one place over time.

Looks at cells, so its cost does not grow with rows. Nothing is dropped; ``review`` says what was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.exact import EXACT, quotient
from ckanext.khonkaencarbon.footprint.gaps import Gap, gap, is_month
from ckanext.khonkaencarbon.footprint.model import Cell, CellKey

FEW = 4  # quantities that are needed before one of them can be unlike the others
ONCE = 5  # periods given once that show that each should be; several meters are in every month of a bill
TIMES = Decimal(10)
# The middle, by ratio, between a hundredfold and a thousandfold: nearer to the latter is a kWh for a MWh.
SLIP = Decimal(300)
# Days up to which periods are alike: some days, weeks, a month or a bill, a quarter or a half-year.
_LENGTHS = (3, 20, 45, 200)
_HALF = Decimal("0.5")


class Overlap(NamedTuple):
    """Cells of one series that share days; ``certain`` where rows need not be looked at to know it."""

    keys: tuple[CellKey, ...]
    certain: bool


class Outlier(NamedTuple):
    """A cell far from the median of its series; ``slip`` where it looks like a wrong unit."""

    cell: Cell
    median: Decimal
    slip: bool


class Suspicions(NamedTuple):
    """What looks wrong, each in the order of the cells."""

    overlaps: list[Overlap]
    outliers: list[Outlier]
    gaps: list[Gap]


def suspicions(cells: Iterable[Cell]) -> Suspicions:
    """What looks wrong in the series of cells that are sorted by key."""
    series: dict[tuple[object, ...], list[Cell]] = {}
    for cell in cells:
        key = cell.key
        series.setdefault((*key[2:8], key.parameters), []).append(cell)
    several = [one for one in series.values() if len(one) > 1]
    overlaps = [overlap for one in several for overlap in _overlaps(one)]
    outliers = [outlier for one in several if len(one) >= FEW for outlier in _outliers(one)]
    return Suspicions(
        sorted(overlaps, key=lambda overlap: overlap.keys),
        sorted(outliers, key=lambda outlier: outlier.cell.key),
        sorted(filter(None, map(gap, several))),
    )


def share_days(first: tuple[date, date], second: tuple[date, date]) -> bool:
    """Whether a period that begins no earlier than another shares days with it.

    A meter is read on one day for two bills: the last day of one may be the first of the next.
    """
    (start, end), (next_start, next_end) = first, second
    touches = next_start == end and start < end and next_start < next_end
    return next_start <= end and not touches


def _period(cell: Cell) -> tuple[date, date]:
    return cell.key.period_start, cell.key.period_end


def _overlaps(series: Sequence[Cell]) -> Iterator[Overlap]:
    """Clusters of periods that share days, and periods given twice where others are given once."""
    if _each_day_once(series):
        return
    groups = [(period, list(group)) for period, group in groupby(series, _period)]
    rows = [sum(cell.rows for cell in group) for _, group in groups]
    singles, others = sum(number == 1 for number in rows), sum(number > 1 for number in rows)
    once = singles >= ONCE and singles >= 4 * others
    cluster: list[Cell] = []
    last, several, certain = (date.min, date.min), False, False
    for period, group in groups:
        if cluster and share_days(last, period):
            several, certain = True, certain or _is_certain(last, period)
        else:
            yield from _clustered(cluster, several, certain, once)
            cluster, several, certain, last = [], False, False, (date.min, date.min)
        cluster += group
        last = max(last, period, key=lambda one: one[1])
    yield from _clustered(cluster, several, certain, once)


def _each_day_once(series: Sequence[Cell]) -> bool:
    """Most series; what follows costs more."""
    end = date.min
    for cell in series:
        if cell.rows > 1 or cell.key[0] <= end:
            return False
        end = cell.key[1]
    return True


def _clustered(cluster: list[Cell], several: bool, certain: bool, once: bool) -> Iterator[Overlap]:
    if several or (once and sum(cell.rows for cell in cluster) > 1):
        yield Overlap(tuple(cell.key for cell in cluster), certain)


def _is_certain(first: tuple[date, date], second: tuple[date, date]) -> bool:
    """A month's cell may hold rows of a few days, so only a period around all of it surely shares days."""
    around = (first[0] <= second[0] and second[1] <= first[1]) or first[0] == second[0]
    return around or not (is_month(first) or is_month(second))


def _outliers(series: Sequence[Cell]) -> Iterator[Outlier]:
    """Among periods of about one length; nothing of a series in which more than a quarter are far off."""
    quantities = [cell.quantity for cell in series]
    least = min(quantities)
    if least > 0 and max(quantities) <= EXACT.multiply(least, TIMES):
        return  # none is far from any median
    by_length: dict[int, list[Cell]] = {}
    for cell in series:
        if cell.quantity > 0:  # what is shut uses nothing, and removals are rare
            days = (cell.key.period_end - cell.key.period_start).days + 1
            by_length.setdefault(sum(days > length for length in _LENGTHS), []).append(cell)
    for alike in by_length.values():
        if len(alike) >= FEW:
            yield from _unlike(alike)


def _unlike(cells: list[Cell]) -> Iterator[Outlier]:
    median = _median(cell.quantity for cell in cells)
    far = [cell for cell in cells if _is_far(cell.quantity, median)]
    if not far:
        return
    per_row = _median(map(_per_row, cells))
    found = [cell for cell in far if _is_far(_per_row(cell), per_row)]
    if 4 * len(found) <= len(cells):
        yield from (Outlier(cell, median, _is_slip(cell.quantity, median)) for cell in found)


def _is_far(quantity: Decimal, median: Decimal) -> bool:
    """Over ten times the median, or so little that it looks like a slip: a quiet month is no fault."""
    return quantity > EXACT.multiply(median, TIMES) or EXACT.multiply(quantity, SLIP) <= median


def _is_slip(quantity: Decimal, median: Decimal) -> bool:
    return quantity >= EXACT.multiply(median, SLIP) or EXACT.multiply(quantity, SLIP) <= median


def _per_row(cell: Cell) -> Decimal:
    return cell.quantity if cell.rows == 1 else quotient(cell.quantity, Decimal(cell.rows))


def _median(values: Iterable[Decimal]) -> Decimal:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return EXACT.multiply(EXACT.add(ordered[middle - 1], ordered[middle]), _HALF)

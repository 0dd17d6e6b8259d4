"""Months that a monthly series leaves out between its first and its last; nothing is ever filled in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.model import Cell, CellKey

FEW = 6  # months that make a series a monthly one
_DAY = timedelta(days=1)


class Gap(NamedTuple):
    """A series, by the key of its first cell, and the months it lacks as 2024-05."""

    key: CellKey
    months: tuple[str, ...]


def gap(series: Sequence[Cell]) -> Gap | None:
    """What a series lacks; None unless three of four months between its first and last are there."""
    if len(series) < FEW or _months(series[0].key.period_start, series[-1].key.period_start) == len(series):
        return None
    there = {_number(cell.key.period_start) for cell in series if is_month(cell.key[:2])}
    if len(there) < FEW:
        return None
    missing = sorted(set(range(min(there), max(there) + 1)) - there)
    if not missing or 3 * len(missing) > len(there):
        return None
    return Gap(series[0].key, tuple(f"{month // 12}-{month % 12 + 1:02}" for month in missing))


def is_month(period: tuple[date, date]) -> bool:
    """Whether a period is one calendar month."""
    start, end = period
    return start.day == 1 and (end + _DAY).day == 1 and (start.year, start.month) == (end.year, end.month)


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _months(first: date, last: date) -> int:
    return _number(last) - _number(first) + 1

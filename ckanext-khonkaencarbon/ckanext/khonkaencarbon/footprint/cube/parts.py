"""Cells that cross a calendar year or a factor's validity, split by days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from ckanext.khonkaencarbon.footprint.exact import EXACT, quotient
from ckanext.khonkaencarbon.footprint.model import Cell

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``start`` to ``end``, both inclusive."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days."""
        return (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True)
class Part:
    """The share of a cell that falls in one span; most cells are one part."""

    cell: Cell
    span: Span
    quantity: Decimal


def spans(start: date, end: date, cuts: Iterable[date]) -> list[Span]:
    """The span ``start`` to ``end``, cut before each New Year's Day and before each date of ``cuts``."""
    new_years = {date(year, 1, 1) for year in range(start.year + 1, end.year + 1)}
    firsts = sorted({start, *new_years, *(cut for cut in cuts if start < cut <= end)})
    lasts = [first - _DAY for first in firsts[1:]] + [end]
    return [Span(first, last) for first, last in zip(firsts, lasts, strict=True)]


def parts(cell: Cell, cell_spans: list[Span]) -> list[Part]:
    """The quantity of a cell over its spans in proportion to days.

    Every part but the last is rounded half even at 9 decimals; the last takes the remainder, so the parts
    add up to the cell to the last digit.
    """
    days = sum(span.days for span in cell_spans)
    rest = cell.quantity
    result = []
    for span in cell_spans[:-1]:
        share = quotient(EXACT.multiply(cell.quantity, Decimal(span.days)), Decimal(days))
        rest = EXACT.subtract(rest, share)
        result.append(Part(cell, span, share))
    return [*result, Part(cell, cell_spans[-1], rest)]

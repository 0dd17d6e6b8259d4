"""Sets of days as sorted, disjoint spans of day numbers; both ends are inclusive."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

Span = tuple[int, int]
Spans = tuple[Span, ...]


def span(start: date, end: date) -> Span:
    """The days from ``start`` to ``end``."""
    return start.toordinal(), end.toordinal()


def year_span(year: int) -> Span:
    """The days of a calendar year."""
    return span(date(year, 1, 1), date(year, 12, 31))


def union(spans: Iterable[Span]) -> Spans:
    """The days in any of these."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def common(first: Spans, second: Spans) -> Spans:
    """The days in both."""
    return union((max(a, c), min(b, d)) for a, b in first for c, d in second if max(a, c) <= min(b, d))


def without(first: Spans, second: Spans) -> Spans:
    """The days of the first that are not in the second."""
    left: list[Span] = []
    for start, end in first:
        for cut_start, cut_end in second:
            if cut_end < start or cut_start > end:
                continue
            if cut_start > start:
                left.append((start, cut_start - 1))
            start = cut_end + 1
        if start <= end:
            left.append((start, end))
    return tuple(left)


def days(spans: Spans) -> int:
    """How many days."""
    return sum(end - start + 1 for start, end in spans)


def text(spans: Spans) -> str:
    """The spans as ISO dates, for a sentence."""
    return ", ".join(f"{_day(start)}/{_day(end)}" for start, end in spans)


def _day(number: int) -> str:
    return date.fromordinal(number).isoformat()

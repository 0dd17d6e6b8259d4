"""Uncertainty of an inventory in level and trend: IPCC approach 1.

Source: 2006 IPCC Guidelines vol. 1 ch. 3, table 3.2 and its notes, equations 3.1 and 3.2. Percentages are
half of the 95 % interval. Factors are the same in both years, activity data of the two years are independent.
Rows of one group share their factor: its part adds linearly, with its sign; all else adds in quadrature.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import NamedTuple

# Emissions have at most 24 digits, percentages as many: far more than any figure that is published.
_CONTEXT = Context(prec=80, rounding=ROUND_HALF_EVEN)
_TWO, _PERCENT, _ONE_PERCENT = Decimal(2), Decimal(100), Decimal("0.01")


class Row(NamedTuple):
    """One category and gas: emissions in any one unit of the table, uncertainties in %."""

    category: str
    gas: str
    base: Decimal
    year: Decimal
    activity_pct: Decimal
    factor_pct: Decimal
    group: str = ""  # rows of one group share their factor


class Trend(NamedTuple):
    """Columns I to M of table 3.2, unrounded; of several rows their sum."""

    type_a: Decimal  # points of the trend per 1 % more in both years, with its sign
    type_b: Decimal  # points of the trend per 1 % more in the year alone, with its sign
    factor_pct: Decimal  # K: points of the trend that factors make uncertain
    activity_pct: Decimal  # L: points that activity data make uncertain
    variance: Decimal  # M
    uncertainty_pct: Decimal  # its root


class Uncertainty(NamedTuple):
    """Of a row, a group or the whole, unrounded; None where a sum to divide by is zero."""

    base: Decimal
    year: Decimal
    combined_pct: Decimal | None  # G; of several rows that of their sum
    variance: Decimal | None  # H: contribution to the variance of the whole, in %²
    trend: Trend | None
    trend_pct: Decimal | None  # the change since the base year


class Analysis(NamedTuple):
    """Rows in their order, groups by name, and the whole."""

    rows: tuple[Uncertainty, ...]
    groups: Mapping[str, Uncertainty]
    total: Uncertainty


class _Sums(NamedTuple):
    base: Decimal
    year: Decimal


_Group = Sequence[Row]


def analysis(rows: Sequence[Row]) -> Analysis:
    """The uncertainty of every row, of every group and of the whole, in level and trend."""
    whole = _sums(rows)
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if row.group:
            groups.setdefault(row.group, []).append(row)
    alone = [[row] for row in rows if not row.group]
    return Analysis(
        rows=tuple(_uncertainty([[row]], whole) for row in rows),
        groups={name: _uncertainty([members], whole) for name, members in sorted(groups.items())},
        total=_uncertainty([*alone, *groups.values()], whole),
    )


def _uncertainty(groups: Sequence[_Group], whole: _Sums) -> Uncertainty:
    """Of the sum of all rows of the groups."""
    rows = [row for members in groups for row in members]
    own = _sums(rows)
    factors = [_sum(_times(row.factor_pct, row.year) for row in members) for members in groups]
    level = _quadrature([*factors, *(_times(row.activity_pct, row.year) for row in rows)])
    return Uncertainty(
        base=own.base,
        year=own.year,
        combined_pct=_over(level, own.year),
        variance=_squared(_over(level, whole.year)),
        trend=_trend(groups, whole) if whole.base else None,
        trend_pct=_change(own) if own.base else None,
    )


def _trend(groups: Sequence[_Group], whole: _Sums) -> Trend:
    rows = [row for members in groups for row in members]
    factor = _quadrature(
        _sum(_times(_type_a(row, whole), row.factor_pct) for row in members) for members in groups
    )
    activity = _quadrature(_times(_type_b(row, whole), row.activity_pct, _CONTEXT.sqrt(_TWO)) for row in rows)
    uncertainty = _quadrature([factor, activity])
    return Trend(
        type_a=_sum(_type_a(row, whole) for row in rows),
        type_b=_sum(_type_b(row, whole) for row in rows),
        factor_pct=factor,
        activity_pct=activity,
        variance=_times(uncertainty, uncertainty),
        uncertainty_pct=uncertainty,
    )


def _type_a(row: Row, whole: _Sums) -> Decimal:
    """Note B of table 3.2: the change with 1 % more of the row in both years, less the change without.

    Where the 1 % would bring the base year to zero, that is its limit for small parts of a percent.
    """
    more = _Sums(
        _CONTEXT.add(whole.base, _times(_ONE_PERCENT, row.base)),
        _CONTEXT.add(whole.year, _times(_ONE_PERCENT, row.year)),
    )
    if more.base:
        return _CONTEXT.subtract(_change(more), _change(whole))
    cross = _CONTEXT.subtract(_times(row.year, whole.base), _times(row.base, whole.year))
    return _CONTEXT.divide(cross, _times(whole.base, whole.base))


def _type_b(row: Row, whole: _Sums) -> Decimal:
    return _CONTEXT.divide(row.year, whole.base)


def _change(sums: _Sums) -> Decimal:
    """The change since the base year in %."""
    return _CONTEXT.divide(_times(_CONTEXT.subtract(sums.year, sums.base), _PERCENT), sums.base)


def _sums(rows: Iterable[Row]) -> _Sums:
    listed = list(rows)
    return _Sums(_sum(row.base for row in listed), _sum(row.year for row in listed))


def _over(level: Decimal, emissions: Decimal) -> Decimal | None:
    return _CONTEXT.divide(level, abs(emissions)) if emissions else None


def _squared(value: Decimal | None) -> Decimal | None:
    return None if value is None else _times(value, value)


def _quadrature(values: Iterable[Decimal]) -> Decimal:
    return _CONTEXT.sqrt(_sum(_times(value, value) for value in values))


def _sum(values: Iterable[Decimal]) -> Decimal:
    result = Decimal(0)
    for value in values:
        result = _CONTEXT.add(result, value)
    return result


def _times(*values: Decimal) -> Decimal:
    result = Decimal(1)
    for value in values:
        result = _CONTEXT.multiply(result, value)
    return result

"""The uncertainty table with its results: as CSV with the columns of the input first, and as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from decimal import Decimal

from ckanext.khonkaencarbon.footprint.approach_one import Analysis, Row, Uncertainty
from ckanext.khonkaencarbon.footprint.exact import plain, rounded
from ckanext.khonkaencarbon.footprint.findings import FindingLog
from ckanext.khonkaencarbon.footprint.reading.uncertainty_table import UncertaintyTable

FORMAT = "khonkaencarbon-uncertainty/1"
COLUMNS = (
    "category",
    "gas",
    "base_year_emissions",
    "year_emissions",
    "activity_uncertainty_pct",
    "factor_uncertainty_pct",
    "correlated_group",
    "combined_uncertainty_pct",
    "contribution_to_variance",
    "type_a_sensitivity",
    "type_b_sensitivity",
    "trend_factor_pct",
    "trend_activity_pct",
    "trend_variance",
    "trend_uncertainty_pct",
    "trend_pct",
)
GROUP_ROW, TOTAL_ROW = "group", "total"
_PERCENT_PLACES, _SENSITIVITY_PLACES = 4, 9

Record = dict[str, str | None]


def csv_bytes(table: UncertaintyTable, analysis: Analysis) -> bytes:
    """Rows in the order of the input, a row ``group`` for each group, and the row ``total``."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for record in _records(table, analysis):
        writer.writerow({name: value or "" for name, value in record.items()})
    return buffer.getvalue().encode("utf-8")


def json_bytes(table: UncertaintyTable, analysis: Analysis, log: FindingLog) -> bytes:
    """The same as JSON, with counts and findings: two-space indent, final newline."""
    records = list(_records(table, analysis))
    rows = len(table.rows)
    document = {
        "format": FORMAT,
        "rows": records[:rows],
        "groups": records[rows:-1],
        "total": records[-1],
        "counts": {name: getattr(table.counts, name) for name in ("read", "used", "refused")},
        "incomplete": table.counts.refused > 0,
        "findings": dict(sorted(log.by_code.items())),
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def percent(value: Decimal | None) -> str | None:
    """A percentage as published: at most 4 decimals."""
    return None if value is None else plain(rounded(value, _PERCENT_PLACES))


def _records(table: UncertaintyTable, analysis: Analysis) -> Iterable[Record]:
    for row, found in zip(table.rows, analysis.rows, strict=True):
        yield {**_given(row), **_results(found)}
    for name, found in analysis.groups.items():
        yield {**_sum(GROUP_ROW, found), "correlated_group": name, **_results(found)}
    whole = {**_sum(TOTAL_ROW, analysis.total), **_results(analysis.total)}
    yield {**whole, "type_a_sensitivity": None, "type_b_sensitivity": None}  # they are those of a part


def _given(row: Row) -> Record:
    return {
        "category": row.category,
        "gas": row.gas,
        "base_year_emissions": plain(row.base),
        "year_emissions": plain(row.year),
        "activity_uncertainty_pct": plain(row.activity_pct),
        "factor_uncertainty_pct": plain(row.factor_pct),
        "correlated_group": row.group or None,
    }


def _sum(category: str, found: Uncertainty) -> Record:
    return {
        **dict.fromkeys(COLUMNS[:7]),
        "category": category,
        "base_year_emissions": plain(found.base),
        "year_emissions": plain(found.year),
    }


def _results(found: Uncertainty) -> Record:
    trend = found.trend
    return {
        "combined_uncertainty_pct": percent(found.combined_pct),
        "contribution_to_variance": percent(found.variance),
        "type_a_sensitivity": _sensitivity(trend.type_a) if trend else None,
        "type_b_sensitivity": _sensitivity(trend.type_b) if trend else None,
        "trend_factor_pct": percent(trend.factor_pct) if trend else None,
        "trend_activity_pct": percent(trend.activity_pct) if trend else None,
        "trend_variance": percent(trend.variance) if trend else None,
        "trend_uncertainty_pct": percent(trend.uncertainty_pct) if trend else None,
        "trend_pct": percent(found.trend_pct),
    }


def _sensitivity(value: Decimal) -> str:
    """Absolute, as in the columns I and J of the IPCC's table."""
    return plain(rounded(abs(value), _SENSITIVITY_PLACES))

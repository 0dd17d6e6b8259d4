"""``uncertainty``: IPCC approach 1 over a table of categories."""

from __future__ import annotations

import argparse
from pathlib import Path

from ckanext.khonkaencarbon.footprint.approach_one import Analysis, analysis
from ckanext.khonkaencarbon.footprint.console.messages import (
    COMPLETE,
    NEEDS_ATTENTION,
    NOTHING_USABLE,
    print_bytes,
    say,
    say_findings,
)
from ckanext.khonkaencarbon.footprint.exact import plain
from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog, finding
from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.output import uncertainty
from ckanext.khonkaencarbon.footprint.reading.uncertainty_table import UncertaintyTable, read_table

_LARGE_PCT = 60  # a standard deviation of 0.3 of the mean: IPCC 2006 vol. 1 ch. 3, section 3.2.3.1


def table_uncertainty(options: argparse.Namespace) -> int:
    """Print rows, groups and total as CSV or JSON; status 1 where rows were refused, 2 where all were."""
    log, name = FindingLog(), Path(options.table).name
    try:
        table = read_table(Path(options.table), name, log)
    except FileRefused:
        table = UncertaintyTable()
    found = analysis(table.rows)
    _remark(log, name, found)
    say_findings(log, options.lang)
    if not table.rows:
        return NOTHING_USABLE
    say(_result(found), options.lang)
    print_bytes(
        uncertainty.json_bytes(table, found, log) if options.json else uncertainty.csv_bytes(table, found)
    )
    return NEEDS_ATTENTION if log.has_errors or log.needs_decision else COMPLETE


def _remark(log: FindingLog, name: str, found: Analysis) -> None:
    large = sum((row.combined_pct or 0) > _LARGE_PCT for row in found.rows)
    if large:
        log.add(finding("uncertainty-large", input=name, limit=_LARGE_PCT, rows=large))
    if found.rows and not (found.total.base and found.total.year):
        log.add(finding("uncertainty-undefined", input=name))


def _result(found: Analysis) -> Text:
    year, level = plain(found.total.year), uncertainty.percent(found.total.combined_pct) or "–"
    change, trend = uncertainty.percent(found.total.trend_pct) or "–", "–"
    if found.total.trend:
        trend = uncertainty.percent(found.total.trend.uncertainty_pct) or trend
    return Text(
        f"รวม {year} ± {level} % เปลี่ยนจากปีฐาน {change} % ± {trend} จุดร้อยละ (ช่วงความเชื่อมั่น 95 %)",
        f"Total {year} ± {level} %; change since the base year {change} % ± {trend} points (95 % interval)",
    )

"""From paths to an inventory, and from an inventory to its files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog, finding
from ckanext.khonkaencarbon.footprint.inventory.binding import bound_by_label
from ckanext.khonkaencarbon.footprint.inventory.indicators import Estimates, Indicators
from ckanext.khonkaencarbon.footprint.inventory.members import Members, members
from ckanext.khonkaencarbon.footprint.inventory.model import CityInputs
from ckanext.khonkaencarbon.footprint.inventory.notation import NotationTable
from ckanext.khonkaencarbon.footprint.inventory.output import (
    coverage_csv,
    inventory_csv,
    organisations_csv,
    totals_json,
)
from ckanext.khonkaencarbon.footprint.inventory.remarks import remark
from ckanext.khonkaencarbon.footprint.inventory.rollup import Inventory, roll_up
from ckanext.khonkaencarbon.footprint.inventory.series import crosscheck_csv, series_csv
from ckanext.khonkaencarbon.footprint.inventory.settings import CitySettings
from ckanext.khonkaencarbon.footprint.inventory.sources import read_sources
from ckanext.khonkaencarbon.footprint.inventory.tables import (
    ESTIMATE_TABLE,
    INDICATOR_TABLE,
    NOTATION_TABLE,
    TYPED_TABLE,
    Table,
)
from ckanext.khonkaencarbon.footprint.inventory.typed import TypedTotals

FILES = (
    "inventory.csv", "totals.json", "coverage.csv", "timeseries.csv", "organisations.csv", "crosscheck.csv",
)  # fmt: skip


def read_inventory(paths: Iterable[str], settings: CitySettings, log: FindingLog) -> Inventory | None:
    """The inventory of everything in the paths; None where nothing is usable. The log takes the findings."""
    sources = read_sources(paths, log)
    found = members(bound_by_label(sources.summaries, settings, log), settings, log)
    inventory = inventory_of(found, sources.tables, settings, log)
    inputs = inventory.inputs
    if not (found.rows or inputs.typed or inputs.notation):
        if not log.has_errors:
            log.add(finding("inventory-empty"))
        return None
    remark(inventory, log)
    return inventory


def inventory_of(
    found: Members, tables: Sequence[Table], settings: CitySettings, log: FindingLog
) -> Inventory:
    """The inventory of these members and tables, which may be empty; the log takes what tables have wrong."""
    inputs = read_tables(tables, settings, [row.key.year for row in found.rows], log)
    return roll_up(found.rows, found.datasets, settings, inputs)


def read_tables(
    tables: Sequence[Table], settings: CitySettings, data_years: Iterable[int], log: FindingLog
) -> CityInputs:
    """What the city typed; notation keys for all years are for those of the settings, else of the data."""
    notation = NotationTable(log, settings.years)
    typed = TypedTotals(log, notation, settings.gwp)
    indicators, estimates = Indicators(log), Estimates(log)
    readers: Mapping[str, Callable[[Table], None]] = {
        TYPED_TABLE: typed.read,
        INDICATOR_TABLE: indicators.read,
        ESTIMATE_TABLE: estimates.read,
    }
    for table in tables:
        read = readers.get(table.kind or "")
        if read is not None:
            _guarded(read, table, log)
    rows = typed.rows()
    notation.all_years = settings.years or tuple(sorted({*data_years, *(row.year for row in rows)}))
    for table in tables:
        if table.kind == NOTATION_TABLE:
            _guarded(notation.read, table, log)
    return CityInputs(rows, dict(notation.entries()), indicators.entries(), estimates.entries())


def inventory_files(inventory: Inventory, totals: Mapping[str, Any]) -> dict[str, bytes | None]:
    """The bytes of each file; None for the cross-check where there is no estimate."""
    return {
        "inventory.csv": inventory_csv(inventory),
        "totals.json": totals_json(totals),
        "coverage.csv": coverage_csv(inventory),
        "timeseries.csv": series_csv(inventory, totals),
        "organisations.csv": organisations_csv(inventory),
        "crosscheck.csv": crosscheck_csv(inventory),
    }


def _guarded(read: Callable[[Table], None], table: Table, log: FindingLog) -> None:
    """Rows before an unclosed quote count; the rest of the file is refused with a finding."""
    try:
        read(table)
    except FileRefused as refused:
        log.add(replace(refused.finding, input=table.name))

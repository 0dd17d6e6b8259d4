"""The files of an inventory: inventory.csv, totals.json and what stands beside them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ckanext.khonkaencarbon.footprint import gpc
from ckanext.khonkaencarbon.footprint.exact import plain, total
from ckanext.khonkaencarbon.footprint.inventory.figures import dataset_ids, gas_figures, summed
from ckanext.khonkaencarbon.footprint.inventory.model import (
    CITY_LEVEL,
    COMPUTED,
    NOTATION,
    PARTIAL,
    TYPED,
    Entry,
    Part,
)
from ckanext.khonkaencarbon.footprint.inventory.rollup import Inventory
from ckanext.khonkaencarbon.footprint.inventory.totals import FRAMEWORKS, in_framework
from ckanext.khonkaencarbon.footprint.inventory.weight import quality, uncertainty_of

INVENTORY_COLUMNS = (
    "year", "gpc_ref", "scope", "gas", "mass_kg", "co2e_kg", "source", "notation", "explanation", "coverage",
    "residual_co2e_kg", "dataset_ids", "versions", "quality", "uncertainty_pct", "biogenic",
)  # fmt: skip
OPEN_REQUEST = "open_request"  # who was asked to publish: known to a portal only, which fills it in
COVERAGE_COLUMNS = (
    "year", "gpc_ref", "scope", "status", "notation", "explanation", "responsible_organisation", "co2e_kg",
    "dataset_ids", *FRAMEWORKS, OPEN_REQUEST,
)  # fmt: skip
ORGANISATION_COLUMNS = (
    "year", "organisation", "organisation_type", "gpc_ref", "scope", "activity", "gas", "mass_kg", "co2e_kg",
    "relation", "dataset_ids", "biogenic",
)  # fmt: skip
_SOURCES = {COMPUTED: "computed", PARTIAL: "computed", TYPED: "typed"}

Cell = str | int | bool | Decimal | None


def inventory_csv(inventory: Inventory) -> bytes:
    """One row for each year, reference, gas and origin, and for each notation key."""
    return csv_bytes(INVENTORY_COLUMNS, _inventory_rows(inventory))


def totals_json(totals: Mapping[str, Any]) -> bytes:
    """Year -> totals: two-space indent, non-ASCII literal, final newline."""
    return (json.dumps(totals, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def coverage_csv(inventory: Inventory) -> bytes:
    """One row for each year and each of the 54 references."""
    return csv_bytes(COVERAGE_COLUMNS, _coverage_rows(inventory))


def organisations_csv(inventory: Inventory) -> bytes:
    """What organisations published, inside a city-level figure or counted by itself, and the residual.

    The rows of a year and reference add up to the inventory's figure.
    """
    return csv_bytes(ORGANISATION_COLUMNS, _organisation_rows(inventory))


def _inventory_rows(inventory: Inventory) -> Iterator[Sequence[Cell]]:
    for year in inventory.years:
        for entry in inventory.of_year(year):
            head = (year, entry.gpc_ref, gpc.scope(entry.gpc_ref))
            if entry.status == NOTATION and entry.notation:
                said = (NOTATION, entry.notation.key, entry.notation.explanation)
                yield (*head, None, None, None, *said, *[None] * 7)
                continue
            for one in gas_figures(entry):
                spread = uncertainty_of(one.counted, of_one_gas=True)
                yield (
                    *head, one.gas, one.mass_kg, one.co2e_kg, _SOURCES[entry.status], None, entry.explanation,
                    "partial" if entry.status == PARTIAL else "full", one.residual_co2e_kg,
                    ";".join(one.datasets), ";".join(inventory.versions[name] for name in one.datasets),
                    quality(one.counted), spread.pct, one.biogenic,
                )  # fmt: skip


def _coverage_rows(inventory: Inventory) -> Iterator[Sequence[Cell]]:
    for year in inventory.years:
        for entry in inventory.of_year(year):
            notation, shown = entry.notation, entry.status == NOTATION
            weights = [part.co2e_kg for part in entry.counted if part.co2e_kg is not None]
            yield (
                year, entry.gpc_ref, gpc.scope(entry.gpc_ref), entry.status,
                notation.key if notation and shown else None,
                notation.explanation if notation and shown else entry.explanation,
                entry.responsible, total(weights) if entry.counted else None,
                ";".join(dataset_ids(entry.parts)),
                *(in_framework(name, entry.gpc_ref) for name in FRAMEWORKS), None,
            )  # fmt: skip


def _organisation_rows(inventory: Inventory) -> Iterator[Sequence[Cell]]:
    for year in inventory.years:
        for entry in inventory.of_year(year):
            yield from _declared_rows(entry, inventory)
            for one in gas_figures(entry) if entry.has_city_level else []:
                head = (year, None, None, entry.gpc_ref, gpc.scope(entry.gpc_ref), None)
                names = dataset_ids(part for part in one.counted if part.role in CITY_LEVEL)
                if names or one.residual_co2e_kg is not None:
                    yield (
                        *head,
                        one.gas,
                        None,
                        one.residual_co2e_kg,
                        "residual",
                        ";".join(names),
                        one.biogenic,
                    )


def _declared_rows(entry: Entry, inventory: Inventory) -> Iterator[Sequence[Cell]]:
    groups: dict[tuple[str, str, str, bool, str], list[Part]] = {}
    for part in entry.parts:
        if part.role not in CITY_LEVEL:
            row = part.row
            name = (row.organisation, row.key.activity, row.gas, row.biogenic, part.role)
            groups.setdefault(name, []).append(part)
    for (organisation, activity, gas, biogenic, role), parts in sorted(groups.items()):
        known = inventory.settings.organisations.get(organisation)
        yield (
            entry.year, organisation, known.type if known else None, entry.gpc_ref,
            gpc.scope(entry.gpc_ref), activity, gas, summed([part.mass_kg for part in parts]),
            summed([part.co2e_kg for part in parts]), role,
            ";".join(dataset_ids(parts)), biogenic,
        )  # fmt: skip


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Rows as CSV: RFC 4180, LF, minimal quoting; absent is empty, booleans are true and false."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return buffer.getvalue().encode("utf-8")


def _cell(value: Cell) -> str | int:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    return plain(value) if isinstance(value, Decimal) else value

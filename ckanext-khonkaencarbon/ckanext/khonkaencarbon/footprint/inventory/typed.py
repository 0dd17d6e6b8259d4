"""Typed totals: an inventory from before or from elsewhere, as a small table of the city."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import TypeVar

from ckanext.khonkaencarbon.footprint import gpc
from ckanext.khonkaencarbon.footprint.exact import product, total
from ckanext.khonkaencarbon.footprint.factors.gwp import CO2E, gwp, known_gases
from ckanext.khonkaencarbon.footprint.findings import FindingLog, finding
from ckanext.khonkaencarbon.footprint.inventory.model import TypedRow
from ckanext.khonkaencarbon.footprint.inventory.notation import NotationTable
from ckanext.khonkaencarbon.footprint.inventory.tables import Table, TableRow
from ckanext.khonkaencarbon.footprint.inventory.words import truth_words, year_of
from ckanext.khonkaencarbon.footprint.reading.numbers import LIMIT, read_number
from ckanext.khonkaencarbon.footprint.reading.text import fold
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

# Methane of waste and of farming is non-fossil where a row does not say (contracts.md).
_NON_FOSSIL_SECTORS = ("III", "V")

Taken = TypeVar("Taken")


class CellRefused(Exception):  # noqa: N818 - says what happened, as people read it
    """A cell that cannot be used: the code of the finding and the column."""

    def __init__(self, code: str, column: str) -> None:
        super().__init__(code)
        self.code, self.column = code, column


def number(cell: str, column: str) -> Decimal | None:
    """The number of a cell, None where it is empty; CellRefused for anything else."""
    if not cell:
        return None
    found = read_number(cell, load_vocabulary().missing_words)
    if isinstance(found, str):
        raise CellRefused(found, column)
    if abs(found) >= LIMIT:
        raise CellRefused("number-too-large", column)
    return found


def refuse(log: FindingLog, name: str, row: TableRow, code: str, column: str) -> None:
    """Say what is wrong with a cell, and where."""
    value = row.cells.get(column) or None
    found = finding(code, input=name, record=row.record, line=row.line, column=column, value=value, unit="kg")
    log.add(found)


def taken(
    table: Table, log: FindingLog, read: Callable[[TableRow], Taken]
) -> Iterator[tuple[TableRow, Taken]]:
    """Each row with what it says; one with a cell that cannot be used is refused with a finding."""
    for row in table.rows(log):
        try:
            found = read(row)
        except CellRefused as refused:
            refuse(log, table.name, row, refused.code, refused.column)
        else:
            yield row, found


class TypedTotals:
    """All tables of typed totals together."""

    def __init__(self, log: FindingLog, notation: NotationTable, gwp_set: str) -> None:
        self._log, self._notation, self._gwp = log, notation, gwp_set
        self._found: dict[tuple[int, str, str, bool], list[TypedRow]] = {}

    def read(self, table: Table) -> None:
        """Take the rows of a table; one that cannot be used is refused with a finding."""
        for row in table.rows(self._log):
            try:
                self._take(table.name, row)
            except CellRefused as refused:
                refuse(self._log, table.name, row, refused.code, refused.column)

    def rows(self) -> list[TypedRow]:
        """The rows that are the only one of their place; of others none counts, and a finding says so."""
        by_reference: dict[tuple[int, str], list[TypedRow]] = {}
        for (year, reference, gas, _), rows in sorted(self._found.items()):
            if len(rows) > 1:
                self._log.add(
                    finding("typed-twice", value=gas, reference=reference, year=year, rows=len(rows))
                )
            else:
                by_reference.setdefault((year, reference), []).append(rows[0])
        return [row for rows in by_reference.values() for row in self._without_check_value(rows)]

    def _without_check_value(self, rows: list[TypedRow]) -> list[TypedRow]:
        """CO2e beside the gases it is the sum of is a check value, never added to them."""
        whole = [row for row in rows if row.gas == CO2E]
        gases = [row for row in rows if row.gas != CO2E]
        weights = [weight for weight in map(self._weight, gases) if weight is not None]
        if not whole or not weights:
            return rows
        stated = whole[0].mass_kg or Decimal(0)
        if not _agree(total(weights), stated):
            year, reference = whole[0].year, whole[0].gpc_ref
            self._log.add(finding("typed-sum", value=f"{stated:f}", reference=reference, year=year))
        return gases

    def _weight(self, row: TypedRow) -> Decimal | None:
        potential = gwp(row.gas, row.biogenic, self._gwp)
        return product(row.mass_kg, potential) if row.mass_kg is not None and potential else row.co2e_kg

    def _take(self, name: str, row: TableRow) -> None:
        cells = row.cells
        year = year_of(cells["year"])
        if year is None:
            raise CellRefused("year-unreadable", "year")
        reference = cells["gpc_ref"].upper()
        if reference not in gpc.references():
            raise CellRefused("gpc-reference", "gpc_ref")
        mass, co2e = number(cells["mass_kg"], "mass_kg"), number(cells["co2e_kg"], "co2e_kg")
        if (mass is None and co2e is None) == (not cells["notation"]):
            raise CellRefused("typed-value", "notation")
        if cells["notation"]:
            self._notation.take(name, row, (year,))
            return
        gas = _gas(cells["gas"], mass)
        biogenic = _biogenic(cells["biogenic"], gas, reference)
        typed = TypedRow(year, reference, gas, biogenic, mass, co2e, _quality(cells), cells["explanation"])
        typed = self._weighed(name, row, typed)
        self._found.setdefault((year, reference, gas, biogenic), []).append(typed)

    def _weighed(self, name: str, row: TableRow, typed: TypedRow) -> TypedRow:
        """A mass decides; CO2e beside it has to agree with the GWP set."""
        potential = gwp(typed.gas, typed.biogenic, self._gwp)
        mass, co2e = typed.mass_kg, typed.co2e_kg
        if potential is None and mass is None:
            raise CellRefused("typed-mass-needed", "co2e_kg")
        if typed.gas == CO2E:
            mass = co2e if mass is None else mass
        if mass is None:
            return typed
        weight = None if potential is None else product(mass, potential)
        if co2e is not None and weight is not None and not _agree(weight, co2e):
            refuse(self._log, name, row, "typed-disagrees", "co2e_kg")
        return typed._replace(mass_kg=mass, co2e_kg=None)


def _agree(weight: Decimal, typed: Decimal) -> bool:
    """Whether a number says the same to the digits in which it was typed."""
    exponent = typed.as_tuple().exponent
    return abs(weight - typed) <= Decimal(5).scaleb(min(0, int(exponent)) - 1)


def _gas(cell: str, mass: Decimal | None) -> str:
    if not cell and mass is None:
        return CO2E
    gas = {fold(known): known for known in known_gases()}.get(fold(cell))
    if gas is None:
        raise CellRefused("typed-gas", "gas")
    return gas


def _biogenic(cell: str, gas: str, reference: str) -> bool:
    if cell and fold(cell) not in truth_words():
        raise CellRefused("typed-biogenic", "biogenic")
    if gas not in ("CO2", "CH4"):
        return False
    if cell:
        return truth_words()[fold(cell)] == "true"
    return gas == "CH4" and gpc.sector(reference) in _NON_FOSSIL_SECTORS


def _quality(cells: Mapping[str, str]) -> str:
    cell = cells["quality"]
    quality = load_vocabulary().quality_words.get(fold(cell), "") if cell else ""
    if cell and not quality:
        raise CellRefused("typed-quality", "quality")
    return quality

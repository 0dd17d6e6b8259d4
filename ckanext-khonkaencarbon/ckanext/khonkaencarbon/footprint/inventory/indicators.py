"""Denominators (population, area, gross provincial product) and an independent estimate of the city."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.exact import product, total
from ckanext.khonkaencarbon.footprint.findings import FindingLog, finding
from ckanext.khonkaencarbon.footprint.gpc import references
from ckanext.khonkaencarbon.footprint.inventory.model import Indicator
from ckanext.khonkaencarbon.footprint.inventory.tables import Table, TableRow
from ckanext.khonkaencarbon.footprint.inventory.typed import CellRefused, number, taken
from ckanext.khonkaencarbon.footprint.inventory.words import (
    indicator_units,
    indicator_words,
    indicators,
    year_of,
)
from ckanext.khonkaencarbon.footprint.reading.text import clean, fold

WHOLE = "total"
_WHOLE_WORDS = frozenset({"total", "รวม", "ยอดรวม", "grand total"})


class Denominator(NamedTuple):
    """A denominator with the year that it is of."""

    value: Decimal
    year: int
    places: int


class Indicators:
    """All tables of denominators together; the places of a year are summed."""

    def __init__(self, log: FindingLog) -> None:
        self._log = log
        self._found: dict[tuple[str, int], dict[str, set[Decimal]]] = defaultdict(lambda: defaultdict(set))

    def read(self, table: Table) -> None:
        """Take the rows of a table; one that cannot be used is refused with a finding."""
        for row, (name, year, value) in taken(table, self._log, self._value):
            self._found[name, year][fold(row.cells["place"])].add(value)

    def entries(self) -> dict[tuple[str, int], Indicator]:
        """Denominator and year -> the sum of its places; where a place has two values, none."""
        found = {}
        for (name, year), places in sorted(self._found.items()):
            for place, values in sorted(places.items()):
                if len(values) > 1:
                    self._log.add(finding("indicator-twice", value=place or name, indicator=name, year=year))
                    break
            else:
                found[name, year] = Indicator(total([min(values) for values in places.values()]), len(places))
        return found

    def _value(self, row: TableRow) -> tuple[str, int, Decimal]:
        cells = row.cells
        name = indicator_words().get(fold(cells["indicator"]))
        if name is None:
            raise CellRefused("indicator-unknown", "indicator")
        year = year_of(cells["year"])
        if year is None:
            raise CellRefused("year-unreadable", "year")
        value = number(cells["value"], "value")
        if value is None or value <= 0:
            raise CellRefused("indicator-value", "value")
        unit = cells["unit"] or indicators()[name]
        size = indicator_units(name).get(fold(unit))
        if size is None:
            raise CellRefused("indicator-unit", "unit")
        return name, year, product(value, size)


def denominator(found: Mapping[tuple[str, int], Indicator], name: str, year: int) -> Denominator | None:
    """That of the year, else of the nearest year before; never one of a later year."""
    years = [one for known, one in found if known == name and one <= year]
    if not years:
        return None
    best = max(years)
    indicator = found[name, best]
    return Denominator(indicator.value, best, indicator.places)


class Estimates:
    """All tables of an independent estimate: CO2e by sector, sub-sector or reference and year."""

    def __init__(self, log: FindingLog) -> None:
        self._log = log
        self._found: dict[tuple[int, str], set[Decimal]] = defaultdict(set)
        self._slack: dict[tuple[int, str], Decimal] = {}

    def read(self, table: Table) -> None:
        """Take the rows of a table; one that cannot be used is refused with a finding."""
        for _, (place, value, slack) in taken(table, self._log, self._value):
            self._found[place].add(value)
            self._slack[place] = max(slack, self._slack.get(place, slack))

    def entries(self) -> dict[tuple[int, str], Decimal]:
        """Year and part -> kilograms of CO2e; parts that do not add up to their total give a finding."""
        found = {}
        for (year, part), values in sorted(self._found.items()):
            if len(values) > 1:
                self._log.add(finding("indicator-twice", value=part, indicator=part, year=year))
            else:
                found[year, part] = min(values)
        for year in sorted({year for year, part in found if part == WHOLE}):
            self._check_sum(year, found)
        return found

    def _check_sum(self, year: int, found: Mapping[tuple[int, str], Decimal]) -> None:
        """A published total has to be the sum of its parts, to the digits that were published."""
        parts = {part: value for (one, part), value in found.items() if one == year and part != WHOLE}
        gap = abs(total(list(parts.values())) - found[year, WHOLE])
        slack = total([self._slack[year, part] for part in (*parts, WHOLE)])
        if parts and gap > slack:
            self._log.add(finding("estimate-sum", value=str(year), gap=f"{gap:f}"))

    def _value(self, row: TableRow) -> tuple[tuple[int, str], Decimal, Decimal]:
        cells = row.cells
        year, part = year_of(cells["year"]), _part(cells["sector"])
        if year is None:
            raise CellRefused("year-unreadable", "year")
        if part is None:
            raise CellRefused("estimate-sector", "sector")
        column = "co2e_t" if cells["co2e_t"] else "co2e_kg"
        value = number(cells[column], column)
        if value is None:
            raise CellRefused("missing-value", column)
        tonne = Decimal(1000) if column == "co2e_t" else Decimal(1)
        ulp = Decimal(5).scaleb(min(0, int(value.as_tuple().exponent)) - 1)
        return (year, part), product(value, tonne), product(ulp, tonne)


def _part(cell: str) -> str | None:
    text = clean(cell).upper().removeprefix("SECTOR").strip()
    if fold(cell) in _WHOLE_WORDS:
        return WHOLE
    rows = references().values()
    known = {row["sector"] for row in rows} | set(references())
    return text if text in known | {reference.rpartition(".")[0] for reference in references()} else None

"""Rows of the ledger and what the city typed, to the inventory. Pure: no file, no clock, no portal.

The answer for one key depends on the rows of that key alone, and the entry of a reference and year on the
answers of its keys, its typed rows and its notation (that of network losses also on the entry of their grid):
who keeps these apart does again only what changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from ckanext.khonkaencarbon.footprint.gpc import losses_reference, references
from ckanext.khonkaencarbon.footprint.inventory.carriers import Carrier, carrier, noted
from ckanext.khonkaencarbon.footprint.inventory.entries import Gathered, contains_losses, entry
from ckanext.khonkaencarbon.footprint.inventory.model import (
    CityInputs,
    Dataset,
    Entry,
    Key,
    LedgerRow,
    Noted,
    TypedRow,
)
from ckanext.khonkaencarbon.footprint.inventory.selection import Answer, select
from ckanext.khonkaencarbon.footprint.inventory.settings import CitySettings
from ckanext.khonkaencarbon.footprint.inventory.totals import year_totals


@dataclass(frozen=True, slots=True)
class Inventory:
    """The city by year and reference."""

    settings: CitySettings
    inputs: CityInputs
    years: tuple[int, ...]
    entries: Mapping[tuple[int, str], Entry]
    answers: Mapping[Key, Answer] = field(default_factory=dict)
    noted: tuple[Noted, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[tuple[str, int, str], ...] = ()  # (code of a finding, year, reference)
    years_outside: frozenset[int] = frozenset()

    def of_year(self, year: int) -> list[Entry]:
        """The entries of a year in the order of the GPC."""
        return [self.entries[year, reference] for reference in references()]

    def totals(self) -> dict[str, Any]:
        """Year -> totals."""
        return {str(year): year_totals(self.of_year(year), self.settings, self.inputs) for year in self.years}


def roll_up(
    rows: Iterable[LedgerRow], datasets: Mapping[str, Dataset], settings: CitySettings, inputs: CityInputs
) -> Inventory:
    """The inventory of these rows.

    Args:
        rows: those of datasets that count, in any order.
        datasets: the datasets of the rows by id.
        settings: of the city.
        inputs: typed totals, notation keys, denominators, estimate.
    """
    by_key: dict[Key, list[LedgerRow]] = defaultdict(list)
    for row in rows:
        by_key[row.key].append(row)
    years, outside = years_of(settings, {key.year for key in by_key}, inputs)
    wanted = set(years)
    answers = {
        key: select(key, by_key[key], datasets, settings.choices)
        for key in sorted(by_key)
        if key.year in wanted
    }
    entries, remarks = entries_of(
        years, [carrier(one, settings.gwp) for one in answers.values()], settings, inputs
    )
    versions = {one.id: one.version for one in datasets.values()}
    notes = tuple(note for one in answers.values() for note in noted(one.key, one.notes, settings.gwp))
    return Inventory(settings, inputs, years, entries, answers, notes, versions, remarks, outside)


def years_of(
    settings: CitySettings, of_rows: Iterable[int], inputs: CityInputs
) -> tuple[tuple[int, ...], frozenset[int]]:
    """The years of the inventory, and those that have data and are not among them."""
    with_data = {*of_rows, *(one.year for one in inputs.typed)}
    years = settings.years or tuple(sorted(with_data | {year for year, _ in inputs.notation}))
    return years, frozenset(with_data - set(years))


def entries_of(
    years: Iterable[int],
    carriers: Iterable[Carrier],
    settings: CitySettings,
    inputs: CityInputs,
    grids: Mapping[tuple[int, str], Entry] | None = None,
) -> tuple[dict[tuple[int, str], Entry], tuple[tuple[str, int, str], ...]]:
    """The entries of these years, and the codes of what a planner has to know, each with year and reference.

    The entries of a year depend on the carriers of that year alone. Where only some of their parts are given,
    ``grids`` has the whole entries, of which the network losses depend on that of their grid.
    """
    entries: dict[tuple[int, str], Entry] = {}
    remarks: list[tuple[str, int, str]] = []
    for gathered in _gathered(years, carriers, inputs):
        place = (gathered.year, gathered.gpc_ref)
        grid = _grid_of(gathered.gpc_ref)
        if grid and contains_losses((grids or entries)[gathered.year, grid], settings):
            gathered = replace(gathered, grid=grid)
        entries[place], codes = entry(gathered, settings)
        remarks += [(code, *place) for code in codes]
    return entries, tuple(remarks)


def _gathered(years: Iterable[int], carriers: Iterable[Carrier], inputs: CityInputs) -> Iterable[Gathered]:
    """What there is about each year and reference, in the order of the GPC."""
    found: dict[tuple[int, str], list[Carrier]] = defaultdict(list)
    typed: dict[tuple[int, str], list[TypedRow]] = defaultdict(list)
    for one in carriers:
        found[one.key.year, one.key.gpc_ref].append(one)
    for row in inputs.typed:
        typed[row.year, row.gpc_ref].append(row)
    for place in ((year, reference) for year in years for reference in references()):
        yield Gathered(*place, found.get(place, []), typed.get(place, []), inputs.notation.get(place))


@cache
def _grid_of(gpc_ref: str) -> str | None:
    """The grid electricity whose losses a reference is about; it comes before it in the order of the GPC."""
    return next((one for one in references() if losses_reference(one) == gpc_ref), None)

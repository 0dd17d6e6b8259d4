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
from ckanext.khonkaencarbon.footprint.inventory.entries import Gathered, contains_losses, entry
from ckanext.khonkaencarbon.footprint.inventory.model import (
    CityInputs,
    Dataset,
    Entry,
    Key,
    LedgerRow,
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
    with_data = {key.year for key in by_key} | {one.year for one in inputs.typed}
    years = settings.years or tuple(sorted(with_data | {year for year, _ in inputs.notation}))
    wanted = set(years)
    answers = {
        key: select(key, by_key[key], datasets, settings.choices)
        for key in sorted(by_key)
        if key.year in wanted
    }
    entries: dict[tuple[int, str], Entry] = {}
    remarks: list[tuple[str, int, str]] = []
    for gathered in _gathered(years, answers.values(), inputs):
        place = (gathered.year, gathered.gpc_ref)
        grid = _grid_of(gathered.gpc_ref)
        if grid and contains_losses(entries[gathered.year, grid], settings):
            gathered = replace(gathered, grid=grid)
        entries[place], codes = entry(gathered, settings)
        remarks += [(code, *place) for code in codes]
    versions = {one.id: one.version for one in datasets.values()}
    outside = frozenset(with_data - wanted)
    return Inventory(settings, inputs, years, entries, answers, versions, tuple(remarks), outside)


def _gathered(years: Iterable[int], answers: Iterable[Answer], inputs: CityInputs) -> Iterable[Gathered]:
    """What there is about each year and reference, in the order of the GPC."""
    found: dict[tuple[int, str], list[Answer]] = defaultdict(list)
    typed: dict[tuple[int, str], list[TypedRow]] = defaultdict(list)
    for answer in answers:
        found[answer.key.year, answer.key.gpc_ref].append(answer)
    for row in inputs.typed:
        typed[row.year, row.gpc_ref].append(row)
    for place in ((year, reference) for year in years for reference in references()):
        yield Gathered(*place, found.get(place, []), typed.get(place, []), inputs.notation.get(place))


@cache
def _grid_of(gpc_ref: str) -> str | None:
    """The grid electricity whose losses a reference is about; it comes before it in the order of the GPC."""
    return next((one for one in references() if losses_reference(one) == gpc_ref), None)

"""A cell to its emission lines: selection, method, mass, warming potential."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint import gpc, uncertainty
from ckanext.khonkaencarbon.footprint.cube.parts import Part, Span
from ckanext.khonkaencarbon.footprint.digest import digest
from ckanext.khonkaencarbon.footprint.exact import add, product
from ckanext.khonkaencarbon.footprint.factors.gwp import gwp
from ckanext.khonkaencarbon.footprint.factors.rows import PublishedRow
from ckanext.khonkaencarbon.footprint.factors.selection import Selector, Subject
from ckanext.khonkaencarbon.footprint.methods import electricity
from ckanext.khonkaencarbon.footprint.methods.method import GasMass, Method, Task
from ckanext.khonkaencarbon.footprint.methods.registry import METHODS
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Cell, CellKey, Line
from ckanext.khonkaencarbon.footprint.vocabulary import Activity, Vocabulary


class Emission(NamedTuple):
    """The lines of a cell and the number of parts it was split into."""

    lines: list[Line]
    parts: int


@dataclass(slots=True)
class Emitter:
    """Makes the lines of cells and remembers which methods and published rows it used."""

    settings: AccountingSettings
    selector: Selector
    vocabulary: Vocabulary
    last_year: int  # the last calendar year that any cell of the run reaches
    methods: dict[str, Method] = field(default_factory=dict)
    rows: dict[str, PublishedRow] = field(default_factory=dict)

    def emission(self, cell: Cell) -> Emission:
        """The lines of one cell, one per part and gas, or more where the gas escapes over years.

        Raises:
            NotComputableError: the editions do not decide, or lack a row, or a parameter is lacking.
        """
        activity = self.vocabulary.activities[cell.key.activity]
        method, parameters = METHODS[activity.method], self._parameters(activity, cell.key)
        selected = self.selector.select(cell, self._subject(activity, cell.key, parameters))
        found = [
            (part, mass)
            for part, choice in selected
            for mass in method.masses(Task(part, choice, parameters, self.last_year))
        ]
        self.methods[method.id] = method
        self.rows.update({row.id: row for _, mass in found for row in mass.rows})
        lines = [self._line(part, mass, method) for part, mass in found]
        return Emission(_joined(lines), len(selected))

    def _parameters(self, activity: Activity, key: CellKey) -> dict[str, str]:
        """A parameter of the row beats the settings; the method knows its default.

        Settings of the activity that lends its factors hold too, unless the activity has its own.
        """
        of_settings = self.settings.parameters
        lent = of_settings.get(activity.factors_of, {})
        return {**lent, **of_settings.get(activity.code, {}), **dict(key.parameters), **activity.fixed}

    def _subject(self, activity: Activity, key: CellKey, parameters: Mapping[str, str]) -> Subject:
        method = METHODS[activity.method]
        own = Subject(activity.factors_of or activity.code, method.table, key.unit, key.consumer)
        if method.id == electricity.METHOD:
            own = own._replace(electricity=self.settings.electricity)
        return method.subject(own, parameters) if method.subject else own

    def _line(self, part: Part, mass: GasMass, method: Method) -> Line:
        key = part.cell.key
        gpc_ref = mass.gpc_ref or self.vocabulary.activities[key.activity].gpc[key.consumer]
        span = mass.span or part.span
        potential = gwp(mass.gas, mass.biogenic, self.settings.gwp)
        return Line(
            line_id=line_id(key, span, gpc_ref, mass, method.id),
            period_start=span.start,
            period_end=span.end,
            gpc_ref=gpc_ref,
            scope=gpc.scope(gpc_ref),
            key=key,
            quantity=part.quantity,
            gas=mass.gas,
            biogenic=mass.biogenic,
            mass_kg=mass.mass_kg,
            gwp=potential,
            co2e_kg=None if potential is None else product(mass.mass_kg, potential),
            method=method.id,
            factor_ids=tuple(sorted(row.id for row in mass.rows)),
            uncertainty_pct=uncertainty.combined(uncertainty.quantity_pct(key), effects(mass)),
            rows=part.cell.rows,
            elasticities=by_id(mass),
        )


def _joined(lines: list[Line]) -> list[Line]:
    """One line for each year, reference and gas: two parts of a deposit both decay in later years."""
    joined: dict[str, Line] = {}
    for line in lines:
        first = joined.setdefault(line.line_id, line)
        if first is not line:
            joined[line.line_id] = _sum(first, line)
    return list(joined.values())


def _sum(first: Line, second: Line) -> Line:
    co2e = None
    if first.co2e_kg is not None and second.co2e_kg is not None:
        co2e = add(first.co2e_kg, second.co2e_kg)
    same = (first.factor_ids, first.elasticities) == (second.factor_ids, second.elasticities)
    return replace(
        first,
        quantity=add(first.quantity, second.quantity),
        mass_kg=add(first.mass_kg, second.mass_kg),
        co2e_kg=co2e,
        factor_ids=tuple(sorted({*first.factor_ids, *second.factor_ids})),
        uncertainty_pct=first.uncertainty_pct if same else None,
        elasticities=first.elasticities if same else None,
    )


def effects(mass: GasMass) -> list[Decimal] | None:
    """What the published rows make uncertain in a mass, in % each; None where that is unknown."""
    return uncertainty.effects([row.uncertainty_pct for row in mass.rows], mass.elasticities)


def by_id(mass: GasMass) -> tuple[Decimal, ...] | None:
    """The elasticities in the order of the rows' ids."""
    if mass.elasticities is None:
        return None
    pairs = zip((row.id for row in mass.rows), mass.elasticities, strict=True)
    return tuple(elasticity for _, elasticity in sorted(pairs))


def line_id(key: CellKey, span: Span, gpc_ref: str, mass: GasMass, method: str) -> str:
    """First 16 hex digits of the hash of the tuple that lines are sorted by."""
    cell_key = [key.period_start.isoformat(), key.period_end.isoformat(), *key[2:10], key.parameters]
    tuple_of_line = [cell_key, span.start.isoformat(), gpc_ref, mass.gas, mass.biogenic, method]
    return digest(tuple_of_line)[:16]


def sort_key(line: Line) -> tuple[object, ...]:
    """Cell key, part start, reference, gas, biogenic, method."""
    return (line.key, line.period_start, line.gpc_ref, line.gas, line.biogenic, line.method)

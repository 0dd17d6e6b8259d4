"""A cell to its emission lines: selection, method, mass, warming potential."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint import gpc, uncertainty
from ckanext.khonkaencarbon.footprint.cube.parts import Part
from ckanext.khonkaencarbon.footprint.digest import compact, digest_of_text
from ckanext.khonkaencarbon.footprint.exact import EXACT, add
from ckanext.khonkaencarbon.footprint.factors.gwp import gwp
from ckanext.khonkaencarbon.footprint.factors.rows import PublishedRow
from ckanext.khonkaencarbon.footprint.factors.selection import Selector, Subject
from ckanext.khonkaencarbon.footprint.methods import electricity
from ckanext.khonkaencarbon.footprint.methods.method import GasMass, Method, Task
from ckanext.khonkaencarbon.footprint.methods.registry import METHODS
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Cell, CellKey, Line
from ckanext.khonkaencarbon.footprint.vocabulary import Activity, Vocabulary

_REMEMBERED = 1 << 14  # things looked up; a file of many parameters may have more


class Emission(NamedTuple):
    """The lines of a cell and the number of parts it was split into."""

    lines: list[Line]
    parts: int


class _Basis(NamedTuple):
    """How cells of one activity, unit, consumer and set of parameters are computed."""

    method: Method
    parameters: Mapping[str, str]
    subject: Subject


class _Gas(NamedTuple):
    """What lines share that differ in period, names, quantity and quality only."""

    gpc_ref: str
    scope: int
    gwp: Decimal | None
    factor_ids: tuple[str, ...]


class Emitter:
    """Makes the lines of cells and remembers which methods and published rows it used.

    What many cells share is looked up once; ``last_year`` is the last calendar year that any cell reaches.
    """

    def __init__(
        self, settings: AccountingSettings, selector: Selector, vocabulary: Vocabulary, last_year: int
    ) -> None:
        self.settings = settings
        self.selector = selector
        self.vocabulary = vocabulary
        self.last_year = last_year
        self.methods: dict[str, Method] = {}
        self.rows: dict[str, PublishedRow] = {}
        self._basis = lru_cache(_REMEMBERED)(self._basis_of)
        self._gas = lru_cache(_REMEMBERED)(self._gas_of)

    def emission(self, cell: Cell) -> Emission:
        """The lines of one cell, sorted: one per part and gas, or more where the gas escapes over years.

        Raises:
            NotComputableError: the editions do not decide, or lack a row, or a parameter is lacking.
        """
        key = cell.key
        method, parameters, subject = self._basis(key.activity, key.unit, key.consumer, key.parameters)
        selected = self.selector.select(cell, subject)
        found = [
            (part, mass)
            for part, choice in selected
            for mass in method.masses(Task(part, choice, parameters, self.last_year))
        ]
        self.methods[method.id] = method
        for _, mass in found:
            for row in mass.rows:
                self.rows[row.id] = row
        text, percent = compact(_cell_key(key)), uncertainty.quantity_pct(key)
        lines = [self._line(part, mass, method.id, text, percent) for part, mass in found]
        return Emission(sorted(_joined(lines), key=_key_in_cell), len(selected))

    def _basis_of(self, code: str, unit: str, consumer: str, given: tuple[tuple[str, str], ...]) -> _Basis:
        activity = self.vocabulary.activities[code]
        method, parameters = METHODS[activity.method], self._parameters(activity, given)
        own = Subject(activity.factors_of or code, method.table, unit, consumer)
        if method.id == electricity.METHOD:
            own = own._replace(electricity=self.settings.electricity)
        subject = method.subject(own, parameters) if method.subject else own
        return _Basis(method, parameters, subject)

    def _parameters(self, activity: Activity, given: tuple[tuple[str, str], ...]) -> dict[str, str]:
        """A parameter of the row beats the settings; the method knows its default.

        Settings of the activity that lends its factors hold too, unless the activity has its own.
        """
        of_settings = self.settings.parameters
        lent = of_settings.get(activity.factors_of, {})
        return {**lent, **of_settings.get(activity.code, {}), **dict(given), **activity.fixed}

    def _gas_of(
        self, code: str, consumer: str, gas: str, biogenic: bool, elsewhere: str | None, rows: tuple[str, ...]
    ) -> _Gas:
        gpc_ref = elsewhere or self.vocabulary.activities[code].gpc[consumer]
        potential = gwp(gas, biogenic, self.settings.gwp)
        return _Gas(gpc_ref, gpc.scope(gpc_ref), potential, tuple(sorted(rows)))

    def _line(self, part: Part, mass: GasMass, method: str, cell_key: str, percent: Decimal | None) -> Line:
        key, span, gas, biogenic = part.cell.key, mass.span or part.span, mass.gas, mass.biogenic
        rows = tuple([row.id for row in mass.rows])
        gpc_ref, scope, potential, ids = self._gas(
            key.activity, key.consumer, gas, biogenic, mass.gpc_ref, rows
        )
        return Line(
            line_id=_line_id(cell_key, span.start, gpc_ref, gas, biogenic, method),
            period_start=span.start,
            period_end=span.end,
            gpc_ref=gpc_ref,
            scope=scope,
            key=key,
            quantity=part.quantity,
            gas=gas,
            biogenic=biogenic,
            mass_kg=mass.mass_kg,
            gwp=potential,
            co2e_kg=None if potential is None else EXACT.multiply(mass.mass_kg, potential),
            method=method,
            factor_ids=ids,
            uncertainty_pct=None if percent is None else uncertainty.combined(percent, effects(mass)),
            rows=part.cell.rows,
            elasticities=by_id(mass),
        )


def _joined(lines: list[Line]) -> list[Line]:
    """One line for each year, reference and gas: two parts of a deposit both decay in later years."""
    if len(lines) < 2:
        return lines
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
    return first._replace(
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


def _cell_key(key: CellKey) -> list[object]:
    return [key.period_start.isoformat(), key.period_end.isoformat(), *key[2:10], key.parameters]


def line_id(key: CellKey, start: date, gpc_ref: str, gas: str, biogenic: bool, method: str) -> str:
    """What the line of a cell is called; ``start`` is the first day of its part."""
    return _line_id(compact(_cell_key(key)), start, gpc_ref, gas, biogenic, method)


def _line_id(cell_key: str, start: date, gpc_ref: str, gas: str, biogenic: bool, method: str) -> str:
    """First 16 hex digits of the hash of the tuple that lines are sorted by; of its key the JSON is given."""
    return digest_of_text(f"[{cell_key},{_rest_of_key(start, gpc_ref, gas, biogenic, method)}")[:16]


@lru_cache(_REMEMBERED)
def _rest_of_key(start: date, *others: str | bool) -> str:
    """The JSON of what follows the cell's key."""
    return compact([start.isoformat(), *others])[1:]


def _key_in_cell(line: Line) -> tuple[date, str, str, bool, str]:
    """Part start, reference, gas, biogenic, method; cells are sorted already."""
    return line.period_start, line.gpc_ref, line.gas, line.biogenic, line.method

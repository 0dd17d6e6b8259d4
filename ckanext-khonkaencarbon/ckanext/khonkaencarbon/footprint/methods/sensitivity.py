"""Elasticities of a method by computing it again, for methods whose equation is more than a product."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from ckanext.khonkaencarbon.footprint import uncertainty
from ckanext.khonkaencarbon.footprint.exact import EXACT, product, rounded
from ckanext.khonkaencarbon.footprint.factors.rows import PublishedRow
from ckanext.khonkaencarbon.footprint.factors.selection import NotComputableError
from ckanext.khonkaencarbon.footprint.methods.method import GasMass, Task

Masses = Callable[[Task], list[GasMass]]

# Less, not more: a share of 1 stays a share. Exact where a mass is linear in the row, else to about the step.
_STEP = Decimal("0.001")
_LARGE = Decimal(10) ** 9  # so that the rounding of masses at 9 decimals does not show
_PLACES = 6
_NUMBER = re.compile(r"\d+(\.\d+)?", re.ASCII)


def by_difference(masses: Masses) -> Masses:
    """The same masses, each with the elasticities of its rows.

    Every row is made 0.1 % smaller in turn and the method computed again (first-order propagation, IPCC 2006
    vol. 1 ch. 3, section 3.2.3.1). Nothing is stated where a row that is not zero has no uncertainty, or
    where the file or the settings give a number, whose uncertainty nobody knows.
    """

    def with_elasticities(task: Task) -> list[GasMass]:
        found = masses(task)
        if any(map(_NUMBER.fullmatch, task.parameters.values())) or not any(map(_is_open, found)):
            return found
        try:
            stated = _elasticities(masses, _large(task), found)
        except NotComputableError:  # a method that does not take a changed row
            return found
        return [
            mass._replace(elasticities=elasticities) if _is_open(mass) else mass
            for mass, elasticities in zip(found, stated, strict=True)
        ]

    return with_elasticities


def _is_open(mass: GasMass) -> bool:
    """Whether the rows of a mass could make its uncertainty known; of nothing there are no percentages."""
    several = mass.elasticities is None and len(mass.rows) > 1 and bool(mass.mass_kg)
    return several and all(row.uncertainty_pct is not None for row in mass.rows if row.value)


def _elasticities(masses: Masses, task: Task, found: list[GasMass]) -> list[tuple[Decimal, ...]]:
    rows = {row.id: row for mass in found if _is_open(mass) for row in mass.rows}
    whole = masses(task)
    changed = {row_id: masses(_with_less(task, row)) for row_id, row in rows.items() if row.value}
    return [
        tuple(_elasticity(number, whole, changed, row.id) for row in mass.rows)
        for number, mass in enumerate(found)
    ]


def _elasticity(
    number: int, whole: list[GasMass], changed: Mapping[str, list[GasMass]], row_id: str
) -> Decimal:
    if row_id not in changed:  # of value zero
        return Decimal(0)
    mass = whole[number].mass_kg
    loss = EXACT.subtract(mass, changed[row_id][number].mass_kg)
    return rounded(uncertainty.ratio(loss, product(mass, _STEP)), _PLACES)


def _large(task: Task) -> Task:
    cell = replace(task.part.cell, quantity=_LARGE)
    return task._replace(part=replace(task.part, cell=cell, quantity=_LARGE))


def _with_less(task: Task, row: PublishedRow) -> Task:
    value = EXACT.subtract(row.value, product(row.value, _STEP))
    choice = replace(
        task.choice,
        factors=tuple(replace(one, value=value) if one.id == row.id else one for one in task.choice.factors),
        parameters=tuple(
            replace(one, value=value) if one.id == row.id else one for one in task.choice.parameters
        ),
    )
    return task._replace(choice=choice)

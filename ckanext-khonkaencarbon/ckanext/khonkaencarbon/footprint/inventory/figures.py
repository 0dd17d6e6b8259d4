"""Gases of an entry: mass, CO2e and residual of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.exact import EXACT, add, total
from ckanext.khonkaencarbon.footprint.factors.gwp import CO2E
from ckanext.khonkaencarbon.footprint.inventory.entries import residual
from ckanext.khonkaencarbon.footprint.inventory.model import Entry, Part

Gas = tuple[str, bool]


class GasFigure(NamedTuple):
    """One row of the inventory: a gas of a reference and year."""

    gas: str
    biogenic: bool
    mass_kg: Decimal | None
    co2e_kg: Decimal | None
    residual_co2e_kg: Decimal | None
    counted: tuple[Part, ...]
    datasets: tuple[str, ...]


def gas_figures(entry: Entry) -> list[GasFigure]:
    """The gases of an entry, sorted; their residuals add up to that of the entry."""
    groups: dict[Gas, list[Part]] = {}
    for part in entry.counted:
        groups.setdefault((part.row.gas, part.row.biogenic), []).append(part)
    inside = {gas: [one for one in entry.inside if (one.row.gas, one.row.biogenic) == gas] for gas in groups}
    left = _residuals(entry, groups, inside)
    return [
        GasFigure(
            *gas,
            summed([part.mass_kg for part in parts]),
            summed([part.co2e_kg for part in parts]),
            left.get(gas),
            tuple(parts),
            dataset_ids([*parts, *inside[gas]]),
        )
        for gas, parts in sorted(groups.items())
    ]


def _residuals(
    entry: Entry, groups: Mapping[Gas, list[Part]], inside: Mapping[Gas, list[Part]]
) -> dict[Gas, Decimal]:
    """Residual by gas.

    What organisations declared of gases that the total does not split is taken from its CO2e, else from its
    first gas.
    """
    if not entry.has_city_level:
        return {}
    weighed = {gas: parts for gas, parts in groups.items() if parts[0].co2e_kg is not None}
    found = {gas: residual([*parts, *inside[gas]]) for gas, parts in weighed.items()}
    rest = EXACT.subtract(residual(entry.parts), total(list(found.values())))
    if rest and found:
        gas = (CO2E, False) if (CO2E, False) in found else min(found)
        found[gas] = add(found[gas], rest)
    return found


def summed(values: Sequence[Decimal | None]) -> Decimal | None:
    """The exact sum; None where a value is missing."""
    known = [value for value in values if value is not None]
    return total(known) if len(known) == len(values) else None


def dataset_ids(parts: Iterable[Part]) -> tuple[str, ...]:
    """The datasets of the parts, sorted; typed totals have none."""
    return tuple(sorted({part.row.dataset for part in parts} - {""}))

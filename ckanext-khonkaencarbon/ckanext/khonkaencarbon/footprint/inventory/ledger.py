"""Additive sums of gas mass: what the ledger keeps of a dataset, and the only thing a selection reads."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ckanext.khonkaencarbon.footprint.exact import add
from ckanext.khonkaencarbon.footprint.inventory.model import LedgerRow


def order(row: LedgerRow) -> tuple[object, ...]:
    """By which rows are sorted: all but the mass."""
    pct = "" if row.uncertainty_pct is None else str(row.uncertainty_pct)
    return (*row[:9], pct, row.factor_ids)


def summed(rows: Iterable[LedgerRow]) -> list[LedgerRow]:
    """Rows that agree in all but the mass as one, sorted: what the ledger's GROUP BY gives."""
    sums: dict[LedgerRow, Decimal] = {}
    for row in rows:
        name = row._replace(mass_kg=Decimal(0))
        sums[name] = add(sums.get(name, Decimal(0)), row.mass_kg)
    return sorted((row._replace(mass_kg=mass) for row, mass in sums.items()), key=order)

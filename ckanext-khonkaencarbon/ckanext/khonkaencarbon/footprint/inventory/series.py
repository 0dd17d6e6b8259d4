"""The years beside each other, and our figures beside somebody else's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ckanext.khonkaencarbon.footprint.exact import EXACT, total
from ckanext.khonkaencarbon.footprint.gpc import references
from ckanext.khonkaencarbon.footprint.inventory.indicators import WHOLE
from ckanext.khonkaencarbon.footprint.inventory.output import Cell, csv_bytes
from ckanext.khonkaencarbon.footprint.inventory.rollup import Inventory
from ckanext.khonkaencarbon.footprint.inventory.totals import FRAMEWORKS, change_pct, in_framework

SERIES_COLUMNS = (
    "year", *FRAMEWORKS, "biogenic_co2_kg", "memo_co2e_kg", "basic_per_resident", "population",
    "population_year", "basic_completeness", "incomplete", "base_year", "basic_change_pct",
)  # fmt: skip
CROSSCHECK_COLUMNS = (
    "year", "sector", "framework", "own_co2e_kg", "estimate_co2e_kg", "gap_co2e_kg", "gap_pct"
)  # fmt: skip


def series_csv(inventory: Inventory, totals: Mapping[str, Any]) -> bytes:
    """One row a year, with the change since the base year where both have a figure."""
    return csv_bytes(SERIES_COLUMNS, _series(inventory, totals))


def crosscheck_csv(inventory: Inventory) -> bytes | None:
    """Our figures beside an independent estimate, gap = ours less theirs; None without an estimate."""
    if not inventory.inputs.estimate:
        return None
    return csv_bytes(CROSSCHECK_COLUMNS, _crosscheck(inventory))


def _series(inventory: Inventory, totals: Mapping[str, Any]) -> Iterator[Sequence[Cell]]:
    base = inventory.settings.base_year
    of_base = totals.get(str(base))
    for year in inventory.years:
        found = totals[str(year)]
        ratio = found["per_resident"] or {}
        change = None
        if of_base and _has_figures(of_base) and _has_figures(found):
            change = change_pct(Decimal(found["basic"]), Decimal(of_base["basic"]))
        yield (
            year, *(found[name] for name in FRAMEWORKS), found["biogenic_co2_kg"], found["memo"],
            ratio.get("basic"), ratio.get("denominator"), ratio.get("denominator_year"),
            found["frameworks"]["basic"]["completeness"], found["incomplete"], base, change,
        )  # fmt: skip


def _has_figures(totals: Mapping[str, Any]) -> bool:
    return bool(totals["frameworks"]["basic"]["by_gpc_ref"])


def _crosscheck(inventory: Inventory) -> Iterator[Sequence[Cell]]:
    for (year, part), estimate in sorted(inventory.inputs.estimate.items()):
        framework, inside = _inside(part)
        own = [
            one.co2e_kg
            for reference in inside
            if (year, reference) in inventory.entries
            for one in inventory.entries[year, reference].counted
            if one.co2e_kg is not None
        ]
        gap = EXACT.subtract(total(own), estimate) if own else None
        yield (
            year, part, framework, total(own) if own else None, estimate, gap,
            None if gap is None else change_pct(total(own), estimate),
        )  # fmt: skip


def _inside(part: str) -> tuple[str, list[str]]:
    """The references that a part of an estimate is about, in the first framework that has any of them."""
    named = [one for one in references() if part == WHOLE or one == part or one.startswith(f"{part}.")]
    for framework in FRAMEWORKS:
        inside = [one for one in named if in_framework(framework, one)]
        if inside:
            return framework, inside
    return "", named

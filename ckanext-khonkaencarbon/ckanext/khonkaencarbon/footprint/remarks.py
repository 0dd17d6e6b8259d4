"""Findings about cells: what could not be computed, and what a reader of the result should know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ckanext.khonkaencarbon.footprint.factors.edition import Edition
from ckanext.khonkaencarbon.footprint.factors.rows import Parameter, is_co2e_only
from ckanext.khonkaencarbon.footprint.factors.selection import NoFactorError, NotComputableError, TieError
from ckanext.khonkaencarbon.footprint.findings import FindingLog, finding
from ckanext.khonkaencarbon.footprint.methods.masses import ParameterError
from ckanext.khonkaencarbon.footprint.model import Cell, Factor, Finding, Line


def refusal(cell: Cell, reason: NotComputableError, editions: Sequence[str]) -> Finding:
    """Why no part of a cell was computed, naming activity, unit and period."""
    words: dict[str, str | int] = {
        "activity": cell.key.activity,
        "unit": cell.key.unit,
        "period": _period(cell),
        "rows": cell.rows,
    }
    if isinstance(reason, NoFactorError):
        words["period"] = f"{reason.span.start}/{reason.span.end}"
        return finding("factor-missing", value=cell.key.activity, editions=", ".join(editions), **words)
    if isinstance(reason, TieError):
        ids = ", ".join(reason.ids)
        return finding("factor-tie", value=cell.key.activity, edition=reason.edition, ids=ids, **words)
    problem = f"{reason.name} = {reason.value}" if isinstance(reason, ParameterError) else str(reason.args[0])
    return finding("parameter-without-factor", value=cell.key.activity, problem=problem, **words)


def remark_split(log: FindingLog, cell: Cell, lines: Sequence[Line]) -> None:
    """Say that a cell was split by days."""
    parts = len({line.period_start for line in lines})
    if parts > 1:
        log.add(
            finding(
                "period-split",
                value=_period(cell),
                activity=cell.key.activity,
                period=_period(cell),
                parts=parts,
            )
        )


def remark_basis(
    log: FindingLog, used: Iterable[Factor | Parameter], editions: Sequence[Edition], gwp: str
) -> None:
    """Say which used factors exist only as CO2e on another set than the inventory's."""
    bases = {edition.id: edition.co2e_gwp for edition in editions}
    for row in sorted(used, key=lambda row: row.id):
        basis = bases[row.edition]
        if isinstance(row, Factor) and is_co2e_only(row) and basis not in (None, gwp):
            log.add(finding("gwp-basis", value=row.id, basis=basis or "", gwp=gwp))


def _period(cell: Cell) -> str:
    return f"{cell.key.period_start}/{cell.key.period_end}"

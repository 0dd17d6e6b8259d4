"""Findings about cells: what could not be computed, and what a reader of the result should know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from ckanext.khonkaencarbon.footprint.exact import add, plain, product
from ckanext.khonkaencarbon.footprint.factors.edition import Edition
from ckanext.khonkaencarbon.footprint.factors.gwp import CO2E, memo_gases, memo_gwp
from ckanext.khonkaencarbon.footprint.factors.rows import PublishedRow, is_co2e_only
from ckanext.khonkaencarbon.footprint.factors.selection import (
    ConsumerError,
    NoFactorError,
    NotComputableError,
    TieError,
)
from ckanext.khonkaencarbon.footprint.findings import FindingLog, finding
from ckanext.khonkaencarbon.footprint.methods.heat import PURCHASED
from ckanext.khonkaencarbon.footprint.methods.method import (
    BasisError,
    NotAYearError,
    ParameterConflictError,
    ParameterMissingError,
)
from ckanext.khonkaencarbon.footprint.methods.reported import METHOD as REPORTED
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Cell, Factor, Finding, Line


def refusal(cell: Cell, reason: NotComputableError, editions: Sequence[str]) -> Finding:
    """Why no part of a cell was computed, naming activity, unit and period."""
    return finding(
        _code(reason),
        value=cell.key.activity,
        activity=cell.key.activity,
        unit=cell.key.unit,
        period=f"{reason.span.start}/{reason.span.end}"
        if isinstance(reason, NoFactorError)
        else _period(cell),
        rows=cell.rows,
        editions=", ".join(editions),
        edition=reason.edition if isinstance(reason, TieError) else "",
        ids=", ".join(reason.ids) if isinstance(reason, TieError) else "",
        problem=str(reason),
    )


_CODES: Mapping[type[NotComputableError], str] = {
    NoFactorError: "factor-missing",
    TieError: "factor-tie",
    ConsumerError: "factor-consumer",
    ParameterMissingError: "parameter-missing",
    ParameterConflictError: "parameter-conflict",
    NotAYearError: "period-not-a-year",
    BasisError: "mass-basis",
}


def _code(reason: NotComputableError) -> str:
    return _CODES.get(type(reason), "parameter-without-factor")


def remark_split(log: FindingLog, cell: Cell, parts: int) -> None:
    """Say that a cell was split by days."""
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
    log: FindingLog, used: Iterable[PublishedRow], editions: Sequence[Edition], gwp: str
) -> None:
    """Say which used factors exist only as CO2e on another set than the inventory's."""
    bases = {edition.id: edition.co2e_gwp for edition in editions}
    for row in sorted(used, key=lambda row: row.id):
        basis = bases[row.edition]
        if isinstance(row, Factor) and is_co2e_only(row) and basis not in (None, gwp):
            log.add(finding("gwp-basis", value=row.id, basis=basis or "", gwp=gwp))


def remark_recovery(log: FindingLog, lines: Iterable[Line]) -> None:
    """Warn of a reference and year in which more methane was recovered than its waste made."""
    sums: dict[tuple[str, int], Decimal] = {}
    for line in lines:
        if line.gas == "CH4" and line.gpc_ref.startswith("III."):
            place = line.gpc_ref, line.period_start.year
            sums[place] = add(sums.get(place, Decimal(0)), line.mass_kg)
    for (gpc_ref, year), mass in sorted(sums.items()):
        if mass < 0:
            log.add(finding("recovery-exceeds-generation", value=str(year), gpc_ref=gpc_ref))


def remark_reported(log: FindingLog, lines: Iterable[Line], settings: AccountingSettings) -> None:
    """Say where CO2e was reported on another set than the inventory's; the sets are not mixed unseen."""
    found = set()
    for line in lines:
        if line.gas == CO2E and line.method in (REPORTED, PURCHASED):
            given = {**settings.parameters.get(line.key.activity, {}), **dict(line.key.parameters)}
            found.add((line.gpc_ref, given["gwp"]))
    for gpc_ref, basis in sorted(found):
        if basis != settings.gwp:
            log.add(finding("gwp-basis", value=gpc_ref, basis=basis, gwp=settings.gwp))


def remark_memo(log: FindingLog, lines: Iterable[Line], gwp: str) -> None:
    """Say which gases are stated apart from the totals, with their mass and effect."""
    masses: dict[str, Decimal] = {}
    for line in lines:
        if line.gas in memo_gases():
            masses[line.gas] = add(masses.get(line.gas, Decimal(0)), line.mass_kg)
    for gas, mass in sorted(masses.items()):
        effect = plain(product(mass, memo_gwp(gas, gwp)))
        log.add(finding("memo-gas", value=gas, mass=plain(mass), co2e=effect))


def _period(cell: Cell) -> str:
    return f"{cell.key.period_start}/{cell.key.period_end}"

"""Totals of a year: BASIC, BASIC+ and territorial, and what they are made of.

Everything under ``by_*`` is of BASIC+, so that each group adds up to it; ``by_scope`` alone is that of the
scopes framework, in which scope 1 is the territorial total. ``frameworks`` has each total with its groups.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ckanext.khonkaencarbon.footprint import gpc
from ckanext.khonkaencarbon.footprint.exact import EXACT, add, plain, product, quotient, total
from ckanext.khonkaencarbon.footprint.factors.gwp import CO2E, memo_gases, memo_gwp
from ckanext.khonkaencarbon.footprint.inventory.entries import residual
from ckanext.khonkaencarbon.footprint.inventory.indicators import denominator
from ckanext.khonkaencarbon.footprint.inventory.model import (
    CITY_LEVEL,
    COMPUTED,
    COUNTED,
    PARTIAL,
    STATUSES,
    TYPED,
    CityInputs,
    Entry,
    Part,
)
from ckanext.khonkaencarbon.footprint.inventory.settings import CitySettings
from ckanext.khonkaencarbon.footprint.inventory.weight import quality, quality_shares, uncertainty_of
from ckanext.khonkaencarbon.footprint.inventory.words import indicators

FRAMEWORKS = ("basic", "basic_plus", "territorial")
RATIOS: Mapping[str, str] = {"per_resident": "population", "per_km2": "area", "per_gpp": "gpp"}
_RATIO_PLACES = 9
_SHARE_PLACES = 4
_VALUES = (COMPUTED, PARTIAL, TYPED)

_GROUPS: Mapping[str, Callable[[Part], str]] = {
    "by_sector": lambda part: gpc.sector(part.row.key.gpc_ref),
    "by_subsector": lambda part: subsector(part.row.key.gpc_ref),
    "by_gpc_ref": lambda part: part.row.key.gpc_ref,
    "by_activity": lambda part: part.row.key.activity,
    "by_place": lambda part: part.row.place,
}


def year_totals(entries: Sequence[Entry], settings: CitySettings, inputs: CityInputs) -> dict[str, Any]:
    """The totals of one year; ``entries`` has one entry for each reference."""
    year = entries[0].year
    frameworks = {name: _framework(name, entries, settings) for name in FRAMEWORKS}
    plus = frameworks["basic_plus"]
    counted = [part for entry in entries for part in entry.counted]
    found: dict[str, Any] = {name: frameworks[name]["co2e_kg"] for name in FRAMEWORKS}
    found["by_scope"] = _sums(
        counted, lambda part: str(gpc.scope(part.row.key.gpc_ref)), lambda part: not _is_other(part)
    )
    found["by_sector"], found["by_gas_kg"] = plus["by_sector"], plus["by_gas_kg"]
    found["biogenic_co2_kg"] = plain(
        total([part.mass_kg or Decimal(0) for part in counted if _is_biogenic(part)])
    )
    waste = [part.co2e_kg for entry in entries for part in entry.memo if part.co2e_kg is not None]
    gases = _memo_gases(counted, settings.gwp)
    found["memo"] = plain(add(total([memo for _, memo in gases.values()]), total(waste)))
    for name in ("by_subsector", "by_gpc_ref", "by_activity", "by_place", "by_organisation"):
        found[name] = plus[name]
    found["by_organisation_type"] = plus["by_organisation_type"]
    found["residual_co2e_kg"] = plus["residual_co2e_kg"]
    found["other_scope3_co2e_kg"] = plain(
        total([part.co2e_kg for part in counted if _is_other(part) and part.co2e_kg is not None])
    )
    found["memo_items"] = {
        "by_gas_kg": {gas: plain(mass) for gas, (mass, _) in sorted(gases.items())},
        "waste_to_energy_co2e_kg": plain(total(waste)),
    }
    for ratio, name in RATIOS.items():
        found[ratio] = _ratio(name, year, frameworks, inputs)
    found["coverage"] = _coverage(entries)
    found["quality"], found["quality_shares"] = plus["quality"], plus["quality_shares"]
    found["uncertainty_pct"] = plus["uncertainty_pct"]
    found["incomplete"] = any(entry.status == PARTIAL for entry in entries)
    found["gwp"] = settings.gwp
    found["frameworks"] = frameworks
    return found


def in_framework(name: str, gpc_ref: str) -> bool:
    """Whether a reference is in ``basic``, ``basic_plus`` or ``territorial`` (config/gpc.csv)."""
    return gpc.references()[gpc_ref][name] == "true"


def subsector(gpc_ref: str) -> str:
    """I.2.1 is in I.2, and IV.1 in IV.1."""
    return ".".join(gpc_ref.split(".")[:2])


def _framework(name: str, entries: Iterable[Entry], settings: CitySettings) -> dict[str, Any]:
    members = [entry for entry in entries if in_framework(name, entry.gpc_ref)]
    parts = [part for entry in members for part in entry.parts]
    counted = [part for part in parts if part.role in COUNTED]
    declared = [part for part in parts if part.role not in CITY_LEVEL]
    whole = total([part.co2e_kg for part in counted if part.co2e_kg is not None])
    spread = uncertainty_of(counted)
    return {
        "co2e_kg": plain(whole),
        **{group: _sums(counted, read) for group, read in _GROUPS.items()},
        "by_gas_kg": _gases(counted),
        "by_organisation": _sums(declared, lambda part: part.row.organisation),
        "by_organisation_type": _sums(declared, lambda part: _type(part, settings)),
        "residual_co2e_kg": plain(residual(parts)),
        "quality": quality(counted),
        "quality_shares": quality_shares(counted),
        "uncertainty_pct": None if spread.pct is None else plain(spread.pct),
        "uncertainty_known_share": None if spread.known_share is None else plain(spread.known_share),
        "completeness": plain(_completeness(members)),
    }


def _sums(
    parts: Iterable[Part], read: Callable[[Part], str], wanted: Callable[[Part], bool] = lambda _: True
) -> dict[str, str]:
    sums: dict[str, Decimal] = {}
    for part in parts:
        if part.co2e_kg is not None and wanted(part):
            sums[read(part)] = add(sums.get(read(part), Decimal(0)), part.co2e_kg)
    return {name: plain(value) for name, value in sorted(sums.items())}


def _gases(parts: Iterable[Part]) -> dict[str, str]:
    """Mass by gas of what is in the totals; CO2e typed for a gas without its mass stands under CO2e."""
    sums: dict[str, Decimal] = {}
    for part in parts:
        if part.co2e_kg is not None:
            gas, mass = (CO2E, part.co2e_kg) if part.mass_kg is None else (part.row.gas, part.mass_kg)
            sums[gas] = add(sums.get(gas, Decimal(0)), mass)
    return {gas: plain(mass) for gas, mass in sorted(sums.items())}


def _memo_gases(parts: Iterable[Part], gwp_set: str) -> dict[str, tuple[Decimal, Decimal]]:
    """Gas of the Montreal Protocol -> its mass and what it would be as CO2e."""
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for part in parts:
        gas = part.row.gas
        if gas in memo_gases() and part.mass_kg is not None:
            mass = add(sums.get(gas, (Decimal(0), Decimal(0)))[0], part.mass_kg)
            sums[gas] = (mass, product(mass, memo_gwp(gas, gwp_set)))
    return sums


def _is_biogenic(part: Part) -> bool:
    return part.row.gas == "CO2" and part.row.biogenic


def _is_other(part: Part) -> bool:
    return part.row.key.gpc_ref == gpc.OTHER_SCOPE_3


def _type(part: Part, settings: CitySettings) -> str:
    known = settings.organisations.get(part.row.organisation)
    return known.type if known else ""


def _completeness(entries: Sequence[Entry]) -> Decimal:
    """The share of references that have a figure; a notation key is none."""
    valued = sum(entry.status in _VALUES for entry in entries)
    return quotient(Decimal(valued), Decimal(len(entries)), _SHARE_PLACES)


def _coverage(entries: Sequence[Entry]) -> dict[str, int]:
    return {status: sum(entry.status == status for entry in entries) for status in STATUSES}


def _ratio(
    name: str, year: int, frameworks: Mapping[str, Mapping[str, Any]], inputs: CityInputs
) -> dict[str, Any] | None:
    """Sums over sums; None where there is no denominator of this year or one before."""
    found = denominator(inputs.indicators, name, year)
    if found is None:
        return None
    ratios = {
        one: plain(quotient(Decimal(frameworks[one]["co2e_kg"]), found.value, _RATIO_PLACES))
        for one in FRAMEWORKS
    }
    unit = indicators()[name]
    return {**ratios, "denominator": plain(found.value), "unit": unit, "denominator_year": found.year}


def change_pct(now: Decimal, base: Decimal) -> str | None:
    """The change since the base year in percent, half even at 4 decimals; None of a base that is zero."""
    if not base:
        return None
    change = EXACT.multiply(EXACT.subtract(now, base), Decimal(100))
    return plain(quotient(change, base, _SHARE_PLACES))

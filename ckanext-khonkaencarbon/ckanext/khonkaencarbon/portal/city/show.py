"""Answers about the inventory, as the API and the pages give them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from ckanext.khonkaencarbon.footprint.exact import plain, total
from ckanext.khonkaencarbon.footprint.inventory.model import COUNTED, Part
from ckanext.khonkaencarbon.portal import address
from ckanext.khonkaencarbon.portal.city import unchanged
from ckanext.khonkaencarbon.portal.city.inventory import Present, Rows
from ckanext.khonkaencarbon.portal.city.members import Member


def instant(now: Present) -> dict[str, Any]:
    """What every answer says of the instant it is about."""
    unchanged.mark()
    return {
        "as_of": now.as_of.isoformat(),
        "stamp": now.stamp,
        "city": now.city.name if now.city and now.city.public else None,
        "gwp": now.gwp,
        "years": list(now.years),
    }


def inventory(now: Present, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Rows of inventory.csv and the totals of the years, narrowed by year, gpc_ref and gas."""
    years = [wanted["year"]] if wanted.get("year") else list(now.years)
    totals = {str(year): now.totals[str(year)] for year in years if str(year) in now.totals}
    return {**instant(now), "totals": totals, "rows": _narrowed(now.rows("inventory.csv"), wanted)}


def coverage(now: Present, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The 54 references of each year: figure, notation key, or nothing yet."""
    return {**instant(now), "rows": _narrowed(now.rows("coverage.csv"), wanted)}


def organisation(now: Present, name: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What an organisation published of what counts: GPC scopes of these, not its whole footprint."""
    mine = now.rows_of_organisation(name)
    return {
        **instant(now),
        "organisation": name,
        "datasets": [dataset_of(one) for one in now.datasets_of(name)],
        "by_year": _sums(mine, "year"),
        "by_scope": _sums(mine, "scope"),
        "by_gpc_ref": _sums(mine, "gpc_ref"),
        "rows": _narrowed(mine, wanted),
    }


def trace(now: Present, year: int, gpc_ref: str) -> dict[str, Any] | None:
    """What a figure is made of: datasets, versions and their share; None where there is no such cell."""
    entry = now.entry(year, gpc_ref)
    if entry is None:
        return None
    notation = entry.notation
    return {
        **instant(now),
        "year": year,
        "gpc_ref": gpc_ref,
        "status": entry.status,
        "co2e_kg": _weight(entry.counted) if entry.counted else None,
        "notation": {"key": notation.key, "explanation": notation.explanation} if notation else None,
        "responsible_organisation": entry.responsible or None,
        "parts": _parts(now, entry.parts),
    }


def _narrowed(found: Rows, wanted: Mapping[str, Any]) -> Rows:
    keys = [(key, wanted[key]) for key in ("year", "gpc_ref", "gas") if wanted.get(key)]
    return [row for row in found if all(row.get(key) == value for key, value in keys)]


def _sums(found: Rows, key: str) -> dict[str, str]:
    groups: dict[str, list[Decimal]] = {}
    for row in found:
        if row["co2e_kg"] is not None:
            groups.setdefault(str(row[key]), []).append(Decimal(row["co2e_kg"]))
    return {name: plain(total(values)) for name, values in sorted(groups.items())}


def _parts(now: Present, parts: Iterable[Part]) -> Rows:
    groups: dict[tuple[str, str, str, str], list[Part]] = {}
    for part in parts:
        groups.setdefault((part.role, part.row.dataset, part.row.key.activity, part.row.gas), []).append(part)
    known = now.members_of({dataset for _, dataset, _, _ in groups})
    return [
        {
            "role": role,
            "counted": role in COUNTED,
            "activity": activity or None,
            "gas": gas,
            "co2e_kg": _weight(found),
            "dataset": dataset_of(known[dataset]) if dataset else None,
        }
        for (role, dataset, activity, gas), found in sorted(groups.items())
    ]


def dataset_of(one: Member) -> dict[str, Any]:
    """A dataset that counts, as answers tell of it."""
    return {
        "id": one.id,
        "name": one.name,
        "title": one.title,
        "title_translated": json.loads(one.titles),
        "organisation": one.organisation,
        "reporting_boundary": one.level,
        "version": one.version,
        "incomplete": one.incomplete,
        "lines": address.of(one.id, one.version, "summary.csv"),
    }


def _weight(parts: Iterable[Part]) -> str:
    return plain(total([part.co2e_kg for part in parts if part.co2e_kg is not None]))

"""A sector or sub-sector of a year: its references, and what organisations published of them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.khonkaencarbon.footprint.exact import plain, total
from ckanext.khonkaencarbon.pages.bars import Bar, largest_first, shares
from ckanext.khonkaencarbon.pages.city_names import (
    organisation_name,
    organisation_page,
    part_name,
    reference_name,
    status_names,
)
from ckanext.khonkaencarbon.portal.city.inventory import Present

BASIC = "basic"


def part(now: Present, year: int, wanted: str) -> dict[str, Any] | None:
    """The references of BASIC inside a part, or of the whole; None where there is no such year or part."""
    if year not in now.years or (wanted and not part_name(wanted)):
        return None
    rows = [row for row in now.cells if row["year"] == year and _inside(row, wanted)]
    counted = {row["gpc_ref"]: row for row in rows if row[BASIC] == "true"}
    weights = {name: row["co2e_kg"] for name, row in counted.items() if row["co2e_kg"] is not None}
    return {
        "now": now,
        "year": year,
        "part": wanted,
        "title": part_name(wanted) or tk._("All of BASIC"),
        "above": wanted.rpartition(".")[0],
        "co2e_kg": plain(total([Decimal(one) for one in weights.values()])) if weights else None,
        "figures": _references(year, counted, weights),
        "without": [
            {**row, "name": reference_name(row["gpc_ref"]), "said": status_names()[row["status"]]}
            for row in counted.values()
            if row["co2e_kg"] is None
        ],
        "organisations": _organisations(now, year, set(counted)),
    }


def _references(year: int, counted: Mapping[str, Any], weights: Mapping[str, str]) -> list[Bar]:
    return [
        Bar(
            f"{name} {reference_name(name)}",
            value,
            share,
            tk.url_for("khonkaencarbon_city.cell", year=year, gpc_ref=name),
            partial=counted[name]["status"] == "partial",
        )
        for name, value, share in shares(weights)
    ]


def _organisations(now: Present, year: int, references: set[str]) -> list[Bar]:
    sums: dict[str, list[Decimal]] = {}
    for row in now.rows("organisations.csv"):
        is_theirs = row["year"] == year and row["gpc_ref"] in references and row["relation"] != "residual"
        if is_theirs and row["co2e_kg"] is not None:
            sums.setdefault(row["organisation"] or "", []).append(Decimal(row["co2e_kg"]))
    return [
        Bar(organisation_name(now, name), value, share, organisation_page(now, name))
        for name, value, share in largest_first({name: plain(total(one)) for name, one in sums.items()})
    ]


def _inside(row: Mapping[str, Any], wanted: str) -> bool:
    return not wanted or str(row["gpc_ref"]).startswith(f"{wanted}.")

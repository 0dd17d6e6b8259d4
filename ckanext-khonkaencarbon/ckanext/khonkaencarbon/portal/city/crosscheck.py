"""Our figures beside an independent estimate that the city uploaded, and what is wrong with its file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.khonkaencarbon.footprint.output.findings import document
from ckanext.khonkaencarbon.portal.city import show
from ckanext.khonkaencarbon.portal.city.inventory import Present

FILE = "crosscheck.csv"


def crosscheck(now: Present, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Rows of crosscheck.csv, gap = ours less theirs, narrowed by year and sector; and findings of tables."""
    keys = [(key, wanted[key]) for key in ("year", "sector") if wanted.get(key)]
    rows = now.rows(FILE)
    return {
        **show.instant(now),
        "rows": [row for row in rows if all(row[key] == value for key, value in keys)],
        "findings": of_tables(now),
    }


def of_tables(now: Present) -> list[dict[str, Any]]:
    """What was found in the tables that the city uploaded, by file and line."""
    found = [one for one in now.log.listed if one.input]
    found.sort(key=lambda one: (one.input, one.line or 0, one.record or 0, one.code))
    return [document(one) for one in found]

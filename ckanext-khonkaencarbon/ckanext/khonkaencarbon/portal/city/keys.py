"""Notation keys typed into the form of the city's dataset: its rows, and the table that they are.

The table goes the way of an uploaded one, so that it does not matter where a key comes from.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from ckanext.khonkaencarbon.footprint.inventory.tables import Table, read_table
from ckanext.khonkaencarbon.portal.city.home import Home

FIELD = "city_notation"
PARTS = ("gpc_ref", "years", "key", "elsewhere", "explanation", "responsible_organisation")
_COLUMNS = ("gpc_ref", "years", "notation", "explanation", "responsible_organisation")
Row = Mapping[str, str]


def stored(fields: Mapping[str, Any]) -> list[Row]:
    """The rows of a dataset; none where the field is empty."""
    return list(json.loads(fields.get(FIELD) or "[]"))


def table(rows: Iterable[Row]) -> Table:
    """The rows as a table of notation keys, as a city would upload it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in rows:
        told = (row["explanation"], row["responsible_organisation"])
        writer.writerow((row["gpc_ref"], row["years"], notation(row), *told))
    return read_table(text.getvalue().encode(), FIELD)


def notation(row: Row) -> str:
    """Key and place as one cell: ``IE (I.2.1)``."""
    return f"{row['key']} ({row['elsewhere']})" if row["elsewhere"] else row["key"]


def tables(city: Home | None) -> list[Table]:
    """The table of the city's dataset, while that is public; none where nothing was typed."""
    rows = stored(city.fields) if city and city.public else []
    return [table(rows)] if rows else []


def years_text(years: Iterable[int]) -> str:
    """Years of the common era, those that follow each other as a range: ``2019-2022, 2024``."""
    spans: list[list[int]] = []
    for year in sorted(years):
        if spans and year == spans[-1][-1] + 1:
            spans[-1] = [spans[-1][0], year]
        else:
            spans.append([year])
    return ", ".join("-".join(map(str, span)) for span in spans)

"""From an emission line back to what made it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ckanext.khonkaencarbon.footprint.output import tracing
from ckanext.khonkaencarbon.portal import behind, overview, storage
from ckanext.khonkaencarbon.portal.ledger import LINES
from ckanext.khonkaencarbon.portal.queue import engine

ORIGIN = ("mapping", "settings", "methods", "versions")
LARGEST = 50  # lines that a page offers to trace


def trace(dataset_id: str, line_id: str, number: int | None = None) -> dict[str, Any] | None:
    """A line of a version, the one in force unless told, with its whole sum; None where there is none."""
    version = overview.version(dataset_id, number)
    if version is None or version.withdrawn_at or not _is_known(dataset_id, version.number, line_id):
        return None
    line = _line(storage.path(dataset_id, version.number, "summary.json"), line_id)
    traced = tracing.trace({**version.overview, "lines": [line]}, line_id)
    origin = {name: version.overview[name] for name in ORIGIN if name in version.overview}
    rows = {"rows_behind": behind.rows(version, line)}
    return {"dataset_id": dataset_id, "version": version.number, **origin, **(traced or {}), **rows}


def largest(dataset_id: str, number: int) -> list[dict[str, Any]]:
    """The lines of a version with most CO2e, for a page to lead to."""
    names = "line_id", "period_start", "period_end", "gpc_ref", "activity", "gas", "co2e_kg"
    query = sa.select(*(LINES.c[name] for name in names)).where(*_of(dataset_id, number))
    query = query.order_by(LINES.c.co2e_kg.desc().nulls_last(), LINES.c.line_id).limit(LARGEST)
    with engine().begin() as connection:
        return [row._asdict() for row in connection.execute(query)]


def _is_known(dataset_id: str, number: int, line_id: str) -> bool:
    """Asked first: who invents ids makes nobody read a file."""
    query = sa.select(LINES.c.line_id).where(*_of(dataset_id, number), LINES.c.line_id == line_id)
    with engine().begin() as connection:
        return connection.execute(query).first() is not None


def _of(dataset_id: str, number: int) -> tuple[Any, Any]:
    return LINES.c.dataset_id == dataset_id, LINES.c.version == number


def _line(path: Path, line_id: str) -> dict[str, Any]:
    """One line of summary.json, whose lines are objects indented by four: the file is never held whole."""
    with path.open(encoding="utf-8") as file:
        rows = iter(file)
        for row in rows:
            if row == f'      "line_id": "{line_id}",\n':
                return _object(row, rows)
    raise LookupError(line_id)


def _object(first: str, rows: Iterable[str]) -> dict[str, Any]:
    text = ["{", first]
    for row in rows:
        if row.startswith("    }"):
            break
        text.append(row)
    line: dict[str, Any] = json.loads("".join([*text, "}"]))
    return line

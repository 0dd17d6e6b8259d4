"""From an emission line back to what made it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from ckanext.khonkaencarbon.footprint.exact import plain
from ckanext.khonkaencarbon.footprint.output.columns import COLUMNS
from ckanext.khonkaencarbon.portal import overview
from ckanext.khonkaencarbon.portal.ledger import LINES
from ckanext.khonkaencarbon.portal.queue import engine

ORIGIN = ("inputs", "mapping", "settings", "editions", "methods", "fingerprint")


def trace(dataset_id: str, line_id: str) -> dict[str, Any] | None:
    """A line of the version in force, its factors, inputs, mapping and settings; None where there is none."""
    version = overview.version(dataset_id)
    if version is None:
        return None
    wanted = LINES.c.dataset_id == dataset_id, LINES.c.version == version.number
    with engine().begin() as connection:
        row = connection.execute(sa.select(LINES).where(*wanted, LINES.c.line_id == line_id)).one_or_none()
    if row is None:
        return None
    line = {name: _plain(getattr(row, name)) for name in COLUMNS}
    line["factor_ids"] = row.factor_ids.split(";")
    summary = version.overview
    return {
        "dataset_id": dataset_id,
        "version": version.number,
        "line": line,
        "factors": [factor for factor in summary["factors"] if factor["id"] in line["factor_ids"]],
        **{name: summary[name] for name in ORIGIN},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if hasattr(value, "isoformat") else value

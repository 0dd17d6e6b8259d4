"""From an emission line back to what made it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from ckanext.khonkaencarbon.footprint.exact import plain
from ckanext.khonkaencarbon.portal import overview
from ckanext.khonkaencarbon.portal.ledger import LINES
from ckanext.khonkaencarbon.portal.queue import engine


def trace(dataset_id: str, line_id: str) -> dict[str, Any] | None:
    """A line of the version in force with its factors, inputs, mapping and settings; None where there is none."""
    version = overview.version(dataset_id)
    if version is None:
        return None
    wanted = LINES.c.dataset_id == dataset_id, LINES.c.version == version.number, LINES.c.line_id == line_id
    with engine().begin() as connection:
        row = connection.execute(sa.select(LINES).where(*wanted)).one_or_none()
    if row is None:
        return None
    line = {name: _plain(value) for name, value in row._asdict().items() if name not in ("dataset_id", "version")}
    line["factor_ids"] = row.factor_ids.split(";")
    summary = version.overview
    return {
        "dataset_id": dataset_id,
        "version": version.number,
        "line": line,
        "factors": [factor for factor in summary["factors"] if factor["id"] in line["factor_ids"]],
        **{name: summary[name] for name in ("inputs", "mapping", "settings", "editions", "methods", "fingerprint")},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if hasattr(value, "isoformat") else value

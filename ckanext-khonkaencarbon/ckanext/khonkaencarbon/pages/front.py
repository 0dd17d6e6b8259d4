"""The home page: how much there is, and the newest footprints. Public things only."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.khonkaencarbon.model import Version

NEWEST = 4


@dataclass(frozen=True)
class Front:
    """Counts, and the newest published footprints with their datasets."""

    datasets: int
    organisations: int
    footprints: int
    newest: Sequence[Mapping[str, Any]]


def front() -> Front:
    """What the home page says."""
    package, group = model.Package, model.Group
    public = sa.and_(package.state == "active", package.private.is_(False))
    footprints = (
        sa.select(package.name, package.title, package.extras, Version.overview, Version.published_at)
        .join(package, package.id == Version.dataset_id)
        .where(public, Version.in_force)
    )
    # what is meant for the city's inventory comes before what was made to learn with
    offered = sa.func.coalesce(package.extras["include_in_inventory"].astext == "true", sa.false())
    organisations = sa.select(sa.func.count(sa.distinct(package.owner_org))).join(
        group, group.id == package.owner_org
    )
    count = sa.func.count()
    return Front(
        datasets=model.Session.scalar(sa.select(count).select_from(package).where(public)) or 0,
        organisations=model.Session.scalar(organisations.where(public, group.state == "active")) or 0,
        footprints=model.Session.scalar(sa.select(count).select_from(footprints.subquery())) or 0,
        newest=[
            _footprint(row)
            for row in model.Session.execute(
                footprints.order_by(offered.desc(), Version.published_at.desc(), package.name).limit(NEWEST)
            )
        ],
    )


def _footprint(row: Any) -> dict[str, Any]:
    totals = row.overview["totals"]
    return {
        "name": row.name,
        "title": row.title,
        "title_translated": json.loads((row.extras or {}).get("title_translated") or "{}"),
        "co2e_kg": totals["co2e_kg"],
        "years": list(totals["by_year"]),
        "published_at": row.published_at,
    }

"""What the pages read beside the totals: who published of a year, and which datasets."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from ckan import model

from ckanext.khonkaencarbon.footprint.exact import total
from ckanext.khonkaencarbon.footprint.inventory.model import CITY_LEVEL
from ckanext.khonkaencarbon.model.city import DECLARED, MEMBER, PART
from ckanext.khonkaencarbon.portal.city.inventory import Present
from ckanext.khonkaencarbon.portal.city.sums.adding import ORGANISATION, TYPE

PACKAGE = model.package_table


class Published(NamedTuple):
    """Name -> kilograms of CO2e, of the largest organisations and of all kinds of organisations."""

    organisations: dict[str, Decimal]
    kinds: dict[str, Decimal]


def published(now: Present, year: int, framework: str, limit: int) -> Published:
    """What organisations published of a total of a year."""
    columns = DECLARED.c.kind, DECLARED.c.name, DECLARED.c.co2e_kg
    of = DECLARED.c.year == year, DECLARED.c.framework == framework
    largest = sa.select(*columns).where(*of, DECLARED.c.kind == ORGANISATION)
    largest = largest.order_by(DECLARED.c.co2e_kg.desc(), DECLARED.c.name).limit(limit)
    kinds = sa.select(*columns).where(*of, DECLARED.c.kind == TYPE)
    found = now.execute(sa.union_all(sa.select(largest.subquery()), kinds)).all()
    organisations, kinds_found = (
        {one.name: one.co2e_kg for one in found if one.kind == kind} for kind in (ORGANISATION, TYPE)
    )
    return Published(organisations, kinds_found)


def sources(now: Present, year: int, limit: int) -> list[dict[str, Any]]:
    """The first datasets, by id, that a year is made of: name, titles, organisation, version."""
    ids = sa.select(PART.c.dataset_id).where(PART.c.year == year, PART.c.dataset_id != "").distinct()
    few = ids.order_by(PART.c.dataset_id).limit(limit).subquery()
    query = sa.select(
        PACKAGE.c.name,
        PACKAGE.c.title,
        sa.func.coalesce(PACKAGE.c.extras["title_translated"].astext, "{}").label("titles"),
        MEMBER.c.organisation,
        MEMBER.c.version,
    ).where(PACKAGE.c.id == few.c.dataset_id, MEMBER.c.dataset_id == few.c.dataset_id)
    return [row._asdict() for row in now.execute(query.order_by(PACKAGE.c.id))]


def declared(now: Present, year: int, references: Collection[str]) -> dict[str, Decimal]:
    """What organisations published of these references of a year, inside a city-level figure or added."""
    sums: dict[str, list[Decimal]] = {}
    for entry in now.detailed(year=year).entries.values():
        for part in entry.parts if entry.year == year and entry.gpc_ref in references else ():
            if part.role not in CITY_LEVEL and part.co2e_kg is not None:
                sums.setdefault(part.row.organisation, []).append(part.co2e_kg)
    return {name: total(found) for name, found in sums.items()}

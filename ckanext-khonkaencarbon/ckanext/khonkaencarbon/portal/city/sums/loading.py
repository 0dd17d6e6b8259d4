"""Sums and parts out of the database, as carriers of the pure roll-up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon.footprint.inventory.carriers import ADDED, CITY_SOURCE, Carrier
from ckanext.khonkaencarbon.footprint.inventory.model import INSIDE, Key, Noted, Organisation, Part
from ckanext.khonkaencarbon.footprint.inventory.selection import CONFLICTING
from ckanext.khonkaencarbon.footprint.inventory.settings import CitySettings
from ckanext.khonkaencarbon.model.city import COVER, DECLARED, MEMBER, NOTE, PART, ROW, SUM
from ckanext.khonkaencarbon.portal.city.sums.adding import ORGANISATION
from ckanext.khonkaencarbon.portal.city.sums.records import part_of


def carriers(connection: Connection, years: Sequence[int], settings: CitySettings) -> list[Carrier]:
    """The carriers of these years as sums over all datasets and organisations, in the order of their keys."""
    parts: dict[Key, list[Part]] = defaultdict(list)
    for row in connection.execute(sa.select(SUM).where(SUM.c.year.in_(years))):
        part = part_of(row._mapping, settings.gwp)
        parts[part.row.key].append(part)
    keys = {table.name: [table.c[name] for name in Key._fields] for table in (NOTE, COVER)}
    waiting = sa.select(sa.true(), *keys[NOTE.name]).where(NOTE.c.what == CONFLICTING, NOTE.c.year.in_(years))
    whole = sa.select(sa.false(), *keys[COVER.name]).where(COVER.c.whole, COVER.c.year.in_(years))
    found = connection.execute(sa.union(waiting, whole)).all()
    conflicts, covered = (
        {Key(*key) for is_one, *key in found if is_one == wanted} for wanted in (True, False)
    )
    return [_carrier(key, parts[key], covered, conflicts) for key in sorted(parts.keys() | conflicts)]


def _carrier(key: Key, parts: list[Part], covered: set[Key], conflicts: set[Key]) -> Carrier:
    added = any(part.role == ADDED for part in parts)
    figures = any(part.role != INSIDE for part in parts) or key in conflicts
    return Carrier(key, tuple(parts), key in covered and not added, key in conflicts, figures)


def detailed(
    connection: Connection, whole: Iterable[Carrier], settings: CitySettings, **of: Any
) -> tuple[list[Carrier], CitySettings]:
    """The same carriers with the parts of each dataset, and settings that know their organisations.

    Args:
        connection: in whose instant is read.
        whole: carriers of all years that are wanted.
        settings: of the city.
        of: columns of parts with the value that is wanted alone.
    """
    parts: dict[Key, list[Part]] = defaultdict(list)
    kinds: dict[str, Organisation] = {}
    conditions = [PART.c[name] == value for name, value in of.items()]
    for row in connection.execute(sa.select(PART).where(*conditions)):
        part = part_of(row._mapping, settings.gwp)
        parts[part.row.key].append(part)
        if row.role != CITY_SOURCE:
            kinds[row.organisation] = Organisation(row.organisation, row.organisation_type)
    found = [replace(one, parts=tuple(parts[one.key])) for one in whole]
    return found, replace(settings, organisations=kinds)


def notes(connection: Connection, years: Sequence[int]) -> tuple[Noted, ...]:
    """What a planner has to know, in the order of keys and owners."""
    names = [NOTE.c[name] for name in ("year", "gpc_ref", "activity", "owner")]
    order = [sa.collate(one, "C") if one.name != "year" else one for one in names]
    found = sa.select(NOTE).where(NOTE.c.year.in_(years)).order_by(*order, NOTE.c.position)
    return tuple(
        Noted(row.what, Key(row.year, row.gpc_ref, row.activity), tuple(row.dataset_ids.split(";")), row.days,
              row.co2e_kg)
        for row in connection.execute(found)
    )  # fmt: skip


def data_years(connection: Connection) -> list[int]:
    """The years of all rows, each found by one look into an index."""
    return list(connection.execute(_YEARS).scalars())


_YEARS = sa.text(f"""
    WITH RECURSIVE found AS (
        SELECT min(year) AS year FROM {ROW.name}
        UNION ALL
        SELECT (SELECT min(year) FROM {ROW.name} WHERE year > found.year)
        FROM found WHERE found.year IS NOT NULL
    ) SELECT year FROM found WHERE year IS NOT NULL
""")  # noqa: S608


def declared(connection: Connection, **of: Any) -> dict[tuple[int, str, str], dict[str, Any]]:
    """Year, framework and kind -> name -> CO2e of what organisations published."""
    found: dict[tuple[int, str, str], dict[str, Any]] = defaultdict(dict)
    query = sa.select(DECLARED).where(*(DECLARED.c[name] == value for name, value in of.items()))
    for row in connection.execute(query.order_by(sa.collate(DECLARED.c.name, "C"))):
        found[row.year, row.framework, row.kind][row.name] = row.co2e_kg
    return found


def largest(connection: Connection, year: int, framework: str, limit: int) -> list[tuple[str, Decimal]]:
    """The organisations that published most of a total of a year."""
    query = sa.select(DECLARED.c.name, DECLARED.c.co2e_kg).where(
        DECLARED.c.year == year, DECLARED.c.framework == framework, DECLARED.c.kind == ORGANISATION
    )
    order = query.order_by(DECLARED.c.co2e_kg.desc(), DECLARED.c.name).limit(limit)
    return [(row.name, row.co2e_kg) for row in connection.execute(order)]


def versions(connection: Connection, ids: Iterable[str] | None = None) -> dict[str, str]:
    """Dataset -> the version that counts."""
    query = sa.select(MEMBER.c.dataset_id, MEMBER.c.version)
    if ids is not None:
        query = query.where(MEMBER.c.dataset_id.in_(list(ids)))
    return {row.dataset_id: str(row.version) for row in connection.execute(query)}


def datasets_of(connection: Connection, organisation: str) -> list[str]:
    """The datasets of an organisation that count."""
    query = sa.select(MEMBER.c.dataset_id).where(MEMBER.c.organisation == organisation)
    return list(connection.execute(query).scalars())


def datasets_of_year(connection: Connection, year: int, limit: int) -> list[str]:
    """The first datasets, by id, that have a part in a year."""
    has_part = sa.exists().where(PART.c.dataset_id == MEMBER.c.dataset_id, PART.c.year == year)
    query = sa.select(MEMBER.c.dataset_id).where(has_part).order_by(MEMBER.c.dataset_id).limit(limit)
    return list(connection.execute(query).scalars())

"""The small tables that the city hands in: typed totals, notation keys, denominators, an estimate."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog, finding
from ckanext.khonkaencarbon.footprint.inventory.request import CityTable
from ckanext.khonkaencarbon.footprint.inventory.tables import (
    ESTIMATE_TABLE,
    INDICATOR_TABLE,
    NOTATION_TABLE,
    SIZE_LIMIT,
    TYPED_TABLE,
    Table,
    read_table,
)
from ckanext.khonkaencarbon.portal import inputs
from ckanext.khonkaencarbon.portal.city import home
from ckanext.khonkaencarbon.portal.city.home import Home
from ckanext.khonkaencarbon.portal.snapshot import Input

INDICATORS = "city-indicator"
_KINDS = {  # of whose dataset which tables are taken
    home.TYPE: (TYPED_TABLE, NOTATION_TABLE, ESTIMATE_TABLE, INDICATOR_TABLE),
    INDICATORS: (INDICATOR_TABLE,),
}
PACKAGE, RESOURCE = model.package_table, model.resource_table
_EXTRAS = sa.cast(sa.type_coerce(RESOURCE.c.extras, sa.Text), JSONB)  # core keeps them as text


Stored = list[dict[str, str | None]]


def stored(connection: Connection, city: Home | None) -> Stored:
    """The uploads as they are: whose, type of the dataset, name, content in base 64 or why there is none."""
    return [_stored(row) for row in connection.execute(_listed(city))]


def _stored(row: Any) -> dict[str, str | None]:
    one = Input(row.id, row.url or "", row.url_type or "", "", None, "")
    known = {"dataset": row.dataset, "type": row.type, "name": one.name}
    known |= {"label": row.url or row.id, "refused": None}
    try:
        with inputs.sources((one,)) as (source,), source.path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except FileRefused as refused:
        return {**known, "content": "", "refused": refused.finding.code}
    return {**known, "content": b64encode(content).decode("ascii")}


def read(found: Stored, log: FindingLog) -> list[Table]:
    """The tables of stored uploads; one that cannot be used is a finding."""
    tables: list[Table] = []
    for one in found:
        try:
            tables.append(_table(one))
        except FileRefused as refused:
            log.add(replace(refused.finding, input=one["name"] or ""))
    return tables


def usable(found: Stored) -> list[CityTable]:
    """The uploads that the inventory is made with, under the names that findings call them by."""
    tables = []
    for one in found:
        try:
            _table(one)
        except FileRefused:
            continue
        tables.append(CityTable(one["label"] or "", b64decode(one["content"] or "")))
    return tables


def owners(found: Stored, city: Home) -> set[str]:
    """The datasets of the uploads, without the city's own."""
    return {one["dataset"] or "" for one in found} - {city.id}


def _table(one: dict[str, str | None]) -> Table:
    if one["refused"]:
        raise FileRefused(finding(one["refused"]))
    table = read_table(b64decode(one["content"] or ""), one["label"] or "")
    if table.kind not in _KINDS[one["type"] or ""]:
        raise FileRefused(finding("inventory-input-unknown", value=", ".join(table.columns)[:80]))
    return table


def _listed(city: Home | None) -> Any:
    """Uploads marked as input of the city's dataset and of public datasets of indicators."""
    mine = (
        sa.and_(PACKAGE.c.id == city.id, PACKAGE.c.type == home.TYPE) if city and city.public else sa.false()
    )
    columns = (
        PACKAGE.c.id.label("dataset"),
        PACKAGE.c.type,
        *(RESOURCE.c[name] for name in ("id", "url", "url_type", "last_modified")),
    )
    query = sa.select(*columns).select_from(RESOURCE.join(PACKAGE, PACKAGE.c.id == RESOURCE.c.package_id))
    return query.where(
        PACKAGE.c.state == "active",
        PACKAGE.c.private.is_(False),
        RESOURCE.c.state == "active",
        _EXTRAS["carbon_role"].astext == "input",
        sa.or_(mine, PACKAGE.c.type == INDICATORS),
    ).order_by(RESOURCE.c.id)

"""The inventory at one instant: read in one snapshot of the database, kept while nothing in it changes.

A reader asks each time what counts at this moment; only the sums behind an unchanged answer are remembered.
So a dataset that was made private, deleted or declined is in no answer from the commit of that change on.
"""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon.footprint.digest import digest
from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog, finding
from ckanext.khonkaencarbon.footprint.inventory.files import inventory_files, read_tables
from ckanext.khonkaencarbon.footprint.inventory.ledger import summed
from ckanext.khonkaencarbon.footprint.inventory.remarks import (
    remark,
    remark_editions,
    remark_electricity,
    remark_gwp,
)
from ckanext.khonkaencarbon.footprint.inventory.rollup import Inventory, roll_up
from ckanext.khonkaencarbon.footprint.inventory.settings import CitySettings, settings_from_json
from ckanext.khonkaencarbon.footprint.methods import electricity
from ckanext.khonkaencarbon.portal import rules
from ckanext.khonkaencarbon.portal.city import home, members, tables
from ckanext.khonkaencarbon.portal.city.home import Home
from ckanext.khonkaencarbon.portal.city.members import GROUP, Member
from ckanext.khonkaencarbon.portal.queue import engine

Rows = list[dict[str, Any]]
_NUMBERS = ("year", "scope")


@dataclass(frozen=True)
class Present:
    """The inventory with everything that belongs to the same instant."""

    stamp: str
    as_of: datetime
    city: Home | None
    members: Mapping[str, Member]
    organisations: Mapping[str, Mapping[str, Any]]  # name -> title, titles, type
    inventory: Inventory
    log: FindingLog

    @cached_property
    def files(self) -> dict[str, bytes | None]:
        """The bytes of each file of the inventory."""
        return inventory_files(self.inventory, self.totals)

    @cached_property
    def _rows(self) -> dict[str, Rows]:
        return {}

    def rows(self, name: str) -> Rows:
        """The rows of a CSV of the inventory; whole numbers as such, what is absent as None."""
        if name not in self._rows:
            self._rows[name] = _read(self.files[name] or b"")
        return self._rows[name]

    @cached_property
    def totals(self) -> dict[str, Any]:
        """Year -> totals."""
        return self.inventory.totals()


def _read(content: bytes) -> Rows:
    return [
        {key: (int(cell) if key in _NUMBERS and cell else cell or None) for key, cell in row.items()}
        for row in csv.DictReader(io.StringIO(content.decode("utf-8")))
    ]


_last: dict[str, Present] = {}
_working = threading.Lock()


def present() -> Present:
    """The inventory as it is now."""
    with _instant() as connection:
        city = home.find(connection)
        stamp = _stamp(connection, city)
        known = _last.get("one")
        if known is not None and known.stamp == stamp:
            return known
        with _working:
            known = _last.get("one")
            if known is None or known.stamp != stamp:
                known = _last["one"] = _made(connection, city, stamp)
        return known


@contextmanager
def _instant() -> Iterator[Connection]:
    """A transaction that sees one state of the database throughout and writes nothing."""
    repeatable = engine().execution_options(isolation_level="REPEATABLE READ")
    with repeatable.begin() as connection:
        yield connection


def _stamp(connection: Connection, city: Home | None) -> str:
    settings = [city.id, city.public, dict(city.fields)] if city else []
    parts = rules.of_portal().parts
    return digest([members.stamp(connection), settings, tables.stamp(connection, city), parts])


def _made(connection: Connection, city: Home | None, stamp: str) -> Present:
    log = FindingLog()
    found = members.found(connection)
    organisations = _organisations(connection, found)
    settings = _settings(city, organisations, log)
    without = {
        one.id: electricity.METHOD for one in found.values() if one.electricity != settings.electricity
    }
    rows = summed(members.ledger(connection, found, without))
    _remark_basis(found, settings, log)
    inputs = read_tables(tables.read(connection, city, log), settings, [row.key.year for row in rows], log)
    datasets = {one.id: members.as_dataset(one) for one in found.values()}
    inventory = roll_up(rows, datasets, settings, inputs)
    remark(inventory, log)
    now = connection.execute(sa.select(sa.func.now())).scalar_one()
    return Present(stamp, now, city, found, organisations, inventory, log)


def _settings(city: Home | None, organisations: Mapping[str, Any], log: FindingLog) -> CitySettings:
    """The city's settings; the defaults, with a finding, where they cannot be used."""
    about = {name: {"type": one["type"]} for name, one in organisations.items()}
    fields = city.fields if city and city.public else {}
    try:
        return settings_from_json({**home.settings_json(fields), "organisations": about})
    except FileRefused as refused:
        log.add(refused.finding)
        return settings_from_json({**home.settings_json({}), "organisations": about})


def _remark_basis(found: Mapping[str, Member], settings: CitySettings, log: FindingLog) -> None:
    for one in found.values():
        remark_gwp(log, one.name, one.gwp, settings)
        remark_electricity(log, one.name, one.electricity, settings)
        remark_editions(log, one.name, one.editions, settings)
        if one.incomplete:
            log.add(finding("inventory-incomplete", value=one.name))


def _organisations(connection: Connection, found: Mapping[str, Member]) -> dict[str, Mapping[str, Any]]:
    names = sorted({one.organisation for one in found.values()})
    query = sa.select(
        GROUP.c.name,
        GROUP.c.title,
        sa.func.coalesce(GROUP.c.extras["title_translated"].astext, "{}").label("titles"),
        sa.func.coalesce(GROUP.c.extras["organisation_type"].astext, "").label("type"),
    ).where(GROUP.c.name.in_(names))
    return {row.name: row._asdict() for row in connection.execute(query)}

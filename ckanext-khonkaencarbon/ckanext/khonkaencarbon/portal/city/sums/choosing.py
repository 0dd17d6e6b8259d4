"""What is chosen among the rows of an owner, and written with what it adds up to."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon.footprint.inventory.carriers import merged, noted, weighed
from ckanext.khonkaencarbon.footprint.inventory.model import Dataset, Key, LedgerRow
from ckanext.khonkaencarbon.footprint.inventory.selection import CITY_OWNER, Chosen, of_city, of_owner
from ckanext.khonkaencarbon.footprint.inventory.settings import CitySettings
from ckanext.khonkaencarbon.footprint.inventory.spans import Spans
from ckanext.khonkaencarbon.model.city import COVER, MEMBER, NOTE, PART, ROW
from ckanext.khonkaencarbon.portal.city.sums import adding
from ckanext.khonkaencarbon.portal.city.sums.records import Record, Unit, in_units, of_part, put, row_of


def choose(connection: Connection, units: set[Unit], settings: CitySettings) -> set[int]:
    """Choose anew in these units, and in all of a key where the days of its city-level sources changed.

    Returns:
        the years of which a figure, a remark or a status may be another one.
    """
    cities = {unit for unit in units if unit.owner == CITY_OWNER}
    covers = _covers(connection, units)
    kinds: dict[str, str] = {}
    found = {
        unit: of_city(unit.key, rows, datasets, settings.choices)
        for unit, rows, datasets in _rows(connection, cities, kinds)
    }
    moved = [unit for unit in cities if covers.get(unit.key, ((), False))[0] != found[unit].cover]
    days = {key: cover for key, (cover, _) in covers.items()} | {u.key: one.cover for u, one in found.items()}
    others = (units | _owners(connection, moved)) - cities
    found |= {
        unit: of_owner(unit.key, rows, days.get(unit.key, ()), datasets, settings.choices)
        for unit, rows, datasets in _rows(connection, others, kinds)
    }
    _write_covers(connection, {unit.key: found[unit] for unit in cities})
    _write_notes(connection, found, settings)
    _write_parts(connection, found, settings, kinds)
    return {unit.year for unit in found}


def _rows(
    connection: Connection, units: set[Unit], kinds: dict[str, str]
) -> Iterable[tuple[Unit, list[LedgerRow], dict[str, Dataset]]]:
    """The rows of each unit, if any are left, with their datasets; ``kinds`` takes whose these are."""
    if not units:
        return
    rows: dict[Unit, list[LedgerRow]] = defaultdict(list)
    for found in connection.execute(sa.select(ROW).where(in_units(ROW, units))):
        rows[Unit(found.year, found.gpc_ref, found.activity, found.owner)].append(row_of(found))
    datasets = _datasets(connection, {row.dataset for each in rows.values() for row in each}, kinds)
    for unit in sorted(units):
        yield unit, rows[unit], datasets


def _datasets(connection: Connection, ids: set[str], kinds: dict[str, str]) -> dict[str, Dataset]:
    """By themselves, not joined to the rows: PostgreSQL would read all, not knowing how few are needed."""
    names = "dataset_id", "level", "version", "incomplete", "organisation_type"
    wanted = sa.any_(sa.literal(sorted(ids), ARRAY(sa.UnicodeText)))
    query = sa.select(*(MEMBER.c[name] for name in names)).where(MEMBER.c.dataset_id == wanted)
    datasets: dict[str, Dataset] = {}
    for found in connection.execute(query):
        one = found.dataset_id
        datasets[one] = Dataset(one, str(found.version), found.level, "", found.incomplete)
        kinds[one] = found.organisation_type
    return datasets


def _owners(connection: Connection, moved: Iterable[Unit]) -> set[Unit]:
    """All owners of the keys of these units."""
    names = [ROW.c[name] for name in Unit._fields]
    found: set[Unit] = set()
    for unit in moved:
        key = (ROW.c[name] == value for name, value in unit.key._asdict().items())
        found |= {Unit(*row) for row in connection.execute(sa.select(*names).distinct().where(*key))}
    return found


def _covers(connection: Connection, units: Iterable[Unit]) -> dict[Key, tuple[Spans, bool]]:
    keys = sorted({unit.key for unit in units})
    wanted = sa.tuple_(COVER.c.year, COVER.c.gpc_ref, COVER.c.activity).in_(keys)
    return {
        Key(row.year, row.gpc_ref, row.activity): (_spans(row.days), row.whole)
        for row in connection.execute(sa.select(COVER).where(wanted))
    }


def _spans(text: str) -> Spans:
    return tuple((first, last) for first, last in json.loads(text))


def _write_covers(connection: Connection, chosen: Mapping[Key, Chosen]) -> None:
    if chosen:
        keys = sa.tuple_(COVER.c.year, COVER.c.gpc_ref, COVER.c.activity).in_(sorted(chosen))
        connection.execute(sa.delete(COVER).where(keys))
        put(connection, COVER, [
            {**key._asdict(), "days": json.dumps(one.cover), "whole": one.whole}
            for key, one in sorted(chosen.items()) if one.city
        ])  # fmt: skip


def _write_notes(connection: Connection, chosen: Mapping[Unit, Chosen], settings: CitySettings) -> None:
    connection.execute(sa.delete(NOTE).where(in_units(NOTE, chosen)))
    put(connection, NOTE, [
        {
            **unit._asdict(), "position": position, "what": note.what, "dataset_ids": ";".join(note.datasets),
            "days": note.days, "co2e_kg": note.co2e_kg,
        }
        for unit, one in chosen.items()
        for position, note in enumerate(noted(unit.key, one.notes, settings.gwp))
    ])  # fmt: skip


def _write_parts(
    connection: Connection, chosen: Mapping[Unit, Chosen], settings: CitySettings, kinds: Mapping[str, str]
) -> None:
    parts = {
        unit: merged(weighed(one.city, one.added, one.inside, settings.gwp)) for unit, one in chosen.items()
    }
    come = [
        {**of_part(part, unit.owner), "organisation_type": kinds[part.row.dataset]}
        for unit, found in parts.items()
        for part in found
    ]
    taken = sa.delete(PART).where(in_units(PART, chosen)).returning(PART)
    gone: list[Record] = [row._asdict() for row in connection.execute(taken)]
    put(connection, PART, come)
    adding.add_up(connection, gone, come, settings)

"""What contributions add up to: exact sums, changed by what came and what went."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon.footprint.digest import digest
from ckanext.khonkaencarbon.footprint.exact import EXACT, add
from ckanext.khonkaencarbon.footprint.inventory.carriers import weighted
from ckanext.khonkaencarbon.footprint.inventory.entries import WASTE_TO_ENERGY
from ckanext.khonkaencarbon.footprint.inventory.model import CITY_LEVEL
from ckanext.khonkaencarbon.footprint.inventory.settings import CitySettings
from ckanext.khonkaencarbon.footprint.inventory.totals import FRAMEWORKS, in_framework
from ckanext.khonkaencarbon.model.city import DECLARED, SUM
from ckanext.khonkaencarbon.portal.city.sums.records import Record, as_json, recordset

ADDED_UP = ("mass_kg", "magnitude", "square", "mixed")
OF_SUM = [column.name for column in SUM.c if column.name not in ("key", "parts", *ADDED_UP)]
ORGANISATION, TYPE = "organisation", "type"
Sums = dict[tuple[Any, ...], list[Any]]  # name -> number of parts, then their sums


def add_up(
    connection: Connection, gone: Iterable[Record], come: Iterable[Record], settings: CitySettings
) -> set[int]:
    """Take parts out of the sums and put others in; the years of which a sum changed."""
    sums: Sums = {}
    declared: Sums = {}
    for sign, records in ((-1, gone), (1, come)):
        for record in records:
            _count(sums, _name(record), sign, [record[one] for one in ADDED_UP])
            for name, co2e_kg in _declarations(record, settings):
                _count(declared, name, sign, [co2e_kg])
    sums, declared = _changed(sums), _changed(declared)
    _write(connection, SUM, ["key"], ADDED_UP, [_sum_record(*one) for one in sums.items()])
    names = [column.name for column in DECLARED.primary_key]
    records = [{**dict(zip(names, name, strict=True)), "parts": n, "co2e_kg": sum_}
               for name, (n, sum_) in declared.items()]  # fmt: skip
    _write(connection, DECLARED, names, ("co2e_kg",), records)
    return {name[OF_SUM.index("year")] for name in sums}


def _name(record: Record) -> tuple[Any, ...]:
    return tuple(record[one] for one in OF_SUM)


def _sum_record(name: tuple[Any, ...], sums: list[Any]) -> Record:
    known = dict(zip(OF_SUM, name, strict=True))
    return {"key": digest(name), **known, **dict(zip(("parts", *ADDED_UP), sums, strict=True))}


def _declarations(record: Record, settings: CitySettings) -> Iterable[tuple[tuple[Any, ...], Decimal]]:
    """Under which names a part is in what organisations published."""
    co2e_kg = weighted(record["gas"], record["biogenic"], record["mass_kg"], settings.gwp)
    reference = record["gpc_ref"]
    apart = not settings.waste_is_counted and (reference, record["activity"]) == WASTE_TO_ENERGY[1:]
    if co2e_kg is None or apart or record["role"] in CITY_LEVEL:
        return
    for framework in FRAMEWORKS:
        if in_framework(framework, reference):
            yield (record["year"], framework, ORGANISATION, record["organisation"]), co2e_kg
            yield (record["year"], framework, TYPE, record["organisation_type"]), co2e_kg


def _count(sums: Sums, name: tuple[Any, ...], sign: int, values: list[Decimal]) -> None:
    known = sums.setdefault(name, [0, *[Decimal(0)] * len(values)])
    change: Callable[[Decimal, Decimal], Decimal] = add if sign > 0 else EXACT.subtract
    known[0] += sign
    known[1:] = [change(old, new) for old, new in zip(known[1:], values, strict=True)]


def _changed(sums: Sums) -> Sums:
    return {name: values for name, values in sums.items() if any(values)}


def _write(
    connection: Connection, table: sa.Table, key: list[str], added: Iterable[str], records: list[Record]
) -> None:
    """Add to what is there; what no part is left of goes."""
    if not records:
        return
    names = ", ".join(f'"{column.name}"' for column in table.c)
    sums = ", ".join(f"{one} = {table.name}.{one} + excluded.{one}" for one in ("parts", *added))
    added_up = (
        f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {recordset(table)} "  # noqa: S608
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sums}"
    )
    known = {"records": as_json(records)}
    connection.execute(sa.text(added_up), known)
    if any(record["parts"] < 0 for record in records):
        these = f"({', '.join(key)}) IN (SELECT {', '.join(key)} FROM {recordset(table)})"  # noqa: S608
        connection.execute(sa.text(f"DELETE FROM {table.name} WHERE parts = 0 AND {these}"), known)  # noqa: S608

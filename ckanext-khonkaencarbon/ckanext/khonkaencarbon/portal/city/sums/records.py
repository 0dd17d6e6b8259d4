"""Rows of the ledger and parts of the inventory as records of our tables, many in one statement."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from ckanext.khonkaencarbon.footprint.exact import plain
from ckanext.khonkaencarbon.footprint.inventory.carriers import weighted
from ckanext.khonkaencarbon.footprint.inventory.model import Key, LedgerRow, Part

Record = dict[str, Any]


class Unit(NamedTuple):
    """The rows among which one choice is made; the owner is empty for city-level sources."""

    year: int
    gpc_ref: str
    activity: str
    owner: str

    @property
    def key(self) -> Key:
        """What the choice is about."""
        return Key(*self[:3])


def put(connection: Connection, table: sa.Table, records: Sequence[Mapping[str, Any]]) -> None:
    """Add records in one statement."""
    if records:
        names = ", ".join(f'"{column.name}"' for column in table.c if column.identity is None)
        statement = f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {recordset(table)}"  # noqa: S608
        connection.execute(sa.text(statement), {"records": as_json(records)})


def put_or_replace(connection: Connection, table: sa.Table, records: Sequence[Mapping[str, Any]]) -> None:
    """The same where a record takes the place of that with its key."""
    if records:
        names = [column.name for column in table.c]
        key = [column.name for column in table.primary_key]
        others = ", ".join(f"{name} = excluded.{name}" for name in names if name not in key)
        listed = ", ".join(names)
        statement = (
            f"INSERT INTO {table.name} ({listed}) SELECT {listed} FROM {recordset(table)} "  # noqa: S608
            f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {others}"
        )
        connection.execute(sa.text(statement), {"records": as_json(records)})


def recordset(table: sa.Table) -> str:
    """SQL that reads the parameter ``records`` as rows of a table."""
    return f"json_populate_recordset(NULL::{table.name}, CAST(:records AS json))"


def as_json(records: Sequence[Mapping[str, Any]]) -> str:
    """Records for :func:`recordset`; numbers keep every digit."""
    return json.dumps(records, default=str, ensure_ascii=False)


def in_units(table: sa.Table, units: Iterable[Unit]) -> Any:
    """The condition that a row of a table is of one of these units."""
    names = Unit._fields
    wanted = sa.text(f"SELECT {', '.join(names)} FROM {recordset(table)}")  # noqa: S608
    wanted = wanted.bindparams(records=as_json([unit._asdict() for unit in units]))
    return sa.tuple_(*(table.c[name] for name in names)).in_(wanted.columns(*(table.c[n] for n in names)))


def of_row(row: LedgerRow, owner: str) -> Record:
    """A row of the ledger as a record."""
    return {
        "dataset_id": row.dataset,
        "owner": owner,
        **row.key._asdict(),
        "period_start": row.period_start,
        "period_end": row.period_end,
        **_what(row),
        "organisation": row.organisation,
        "mass_kg": row.mass_kg,
    }


def row_of(found: Row[Any]) -> LedgerRow:
    """The same backwards."""
    return LedgerRow(
        found.dataset_id,
        Key(found.year, found.gpc_ref, found.activity),
        found.period_start,
        found.period_end,
        found.organisation,
        *_what_of(found),
        found.mass_kg,
    )


def of_part(part: Part, owner: str) -> Record:
    """A part as a record, without its days and the type of its organisation."""
    row = part.row
    return {
        "dataset_id": row.dataset,
        "owner": owner,
        **row.key._asdict(),
        "role": part.role,
        "organisation": row.organisation,
        **_what(row),
        "mass_kg": part.mass_kg,
        "magnitude": part.magnitude,
        "square": part.square,
        "mixed": part.mixed,
    }


def part_of(found: Mapping[str, Any], gwp_set: str) -> Part:
    """The same backwards; of a sum of many datasets without dataset and organisation."""
    year = found["year"]
    row = LedgerRow(
        found.get("dataset_id", ""),
        Key(year, found["gpc_ref"], found["activity"]),
        date(year, 1, 1),
        date(year, 12, 31),
        found.get("organisation", ""),
        *_what_of(found),
        Decimal(0),
    )
    co2e_kg = weighted(row.gas, row.biogenic, found["mass_kg"], gwp_set)
    sums = (found[name] for name in ("magnitude", "square", "mixed"))
    return Part(found["role"], row, found["mass_kg"], co2e_kg, *sums)


def _what(row: LedgerRow) -> Record:
    return {
        "place": row.place,
        "gas": row.gas,
        "biogenic": row.biogenic,
        "quality": row.quality,
        "uncertainty_pct": _text(row.uncertainty_pct),
        "factor_ids": ";".join(row.factor_ids),
        "factor_pct": _text(row.factor_pct),
    }


def _what_of(found: Any) -> tuple[Any, ...]:
    one = found if isinstance(found, Mapping) else found._mapping
    return (
        one["place"],
        one["gas"],
        one["biogenic"],
        one["quality"],
        _number(one["uncertainty_pct"]),
        tuple(filter(None, one["factor_ids"].split(";"))),
        _number(one["factor_pct"]),
    )


def _text(number: Decimal | None) -> str:
    return "" if number is None else plain(number)


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None

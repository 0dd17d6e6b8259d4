"""Versions and their lines in the ledger. All functions work inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from ckanext.khonkaencarbon.footprint.model import Line
from ckanext.khonkaencarbon.model import Line as LineTable
from ckanext.khonkaencarbon.model import Version
from ckanext.khonkaencarbon.portal.bulk import copy_file, copy_lines
from ckanext.khonkaencarbon.portal.snapshot import Snapshot

VERSIONS = Version.__table__
LINES = LineTable.__table__


def newest(connection: Connection, dataset_id: str) -> Row[Any] | None:
    """The version published last, in force or not."""
    query = sa.select(VERSIONS).where(VERSIONS.c.dataset_id == dataset_id)
    return connection.execute(query.order_by(VERSIONS.c.number.desc()).limit(1)).one_or_none()


def history(connection: Connection, dataset_id: str) -> tuple[int, dict[str, str]]:
    """The number of the newest version, 0 where there is none, and the id that each product had last."""
    query = sa.select(VERSIONS.c.number, VERSIONS.c.resources).where(VERSIONS.c.dataset_id == dataset_id)
    number, known = 0, dict[str, str]()
    for row in connection.execute(query.order_by(VERSIONS.c.number)):
        number = row.number
        known.update(row.resources)
    return number, known


def in_force(connection: Connection, dataset_id: str) -> Row[Any] | None:
    """The version that counts."""
    query = sa.select(VERSIONS).where(VERSIONS.c.dataset_id == dataset_id, VERSIONS.c.in_force)
    return connection.execute(query).one_or_none()


def withdraw(connection: Connection, dataset_id: str) -> None:
    """No version of the dataset counts any more; all are kept."""
    mine = VERSIONS.c.dataset_id == dataset_id
    connection.execute(sa.update(VERSIONS).where(mine, VERSIONS.c.in_force).values(in_force=False))


def reinstate(connection: Connection, dataset_id: str, number: int) -> None:
    """Put a version in force, and no other; nothing is written where it is already."""
    others = VERSIONS.c.dataset_id == dataset_id, VERSIONS.c.in_force, VERSIONS.c.number != number
    connection.execute(sa.update(VERSIONS).where(*others).values(in_force=False))
    waiting = _this(dataset_id, number), sa.not_(VERSIONS.c.in_force)
    connection.execute(sa.update(VERSIONS).where(*waiting).values(in_force=True))


def follow(connection: Connection, dataset: Snapshot, number: int) -> None:
    """Note that the inputs as they are now lead to a version that is there already, where that is new."""
    values = {"signature": dataset.signature, "inputs": dataset.parts, "stale_since": None}
    other = VERSIONS.c.signature.is_distinct_from(dataset.signature)
    connection.execute(sa.update(VERSIONS).where(_this(dataset.id, number), other).values(**values))


def enter(connection: Connection, version: dict[str, Any], lines: Sequence[Line]) -> None:
    """Add a version with its lines and put it in force."""
    withdraw(connection, version["dataset_id"])
    now = sa.func.clock_timestamp()
    connection.execute(sa.insert(VERSIONS).values(in_force=True, published_at=now, **version))
    constants = {"dataset_id": version["dataset_id"], "version": version["number"]}
    with connection.connection.cursor() as cursor:
        copy_lines(cursor, LINES.name, constants, lines)


def rewrite(connection: Connection, dataset_id: str, number: int, path: Path) -> None:
    """Make the lines of a version those of its summary.csv."""
    mine = LINES.c.dataset_id == dataset_id, LINES.c.version == number
    connection.execute(sa.delete(LINES).where(*mine))
    with connection.connection.cursor() as cursor:
        copy_file(cursor, LINES.name, {"dataset_id": dataset_id, "version": number}, path)


def keep_in_force(connection: Connection, dataset_id: str, number: int) -> bool:
    """Let no other version come in force before the end of the transaction; whether this one is."""
    this = sa.select(VERSIONS.c.number).where(_this(dataset_id, number), VERSIONS.c.in_force)
    return connection.execute(this.with_for_update()).first() is not None


def remove(connection: Connection, dataset_id: str) -> list[str]:
    """Forget all versions and lines of a purged dataset; returns the ids of its derived resources."""
    resources = connection.execute(sa.select(VERSIONS.c.resources).where(VERSIONS.c.dataset_id == dataset_id))
    ids = {resource_id for row in resources for resource_id in row.resources.values()}
    for table in (LINES, VERSIONS):
        connection.execute(sa.delete(table).where(table.c.dataset_id == dataset_id))
    return sorted(ids)


def _this(dataset_id: str, number: int) -> Any:
    return sa.and_(VERSIONS.c.dataset_id == dataset_id, VERSIONS.c.number == number)

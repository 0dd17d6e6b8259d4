"""Whether the sums are those that a rebuild gives, row for row."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon.model.city import PENDING, STATE, TABLES
from ckanext.khonkaencarbon.portal.city.sums import refresh
from ckanext.khonkaencarbon.portal.queue import engine

CHECKED = tuple(table for table in TABLES if table not in (PENDING, STATE))


def differences() -> dict[str, int]:
    """Table -> how many rows are other ones than after a rebuild, which is made and taken back again."""
    repeatable = engine().execution_options(isolation_level="REPEATABLE READ")
    with repeatable.connect() as connection:
        refresh.lock(connection)
        refresh.take_in(connection)
        found = _contents(connection)
        refresh.take_in(connection, rebuild=True)
        right = _contents(connection)
        connection.rollback()
    counts = {name: ((found[name] - right[name]) + (right[name] - found[name])).total() for name in found}
    return {name: count for name, count in counts.items() if count}


def _contents(connection: Connection) -> dict[str, Counter[tuple[object, ...]]]:
    return {table.name: Counter(map(tuple, connection.execute(sa.select(table)))) for table in CHECKED}

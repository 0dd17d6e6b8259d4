"""The summary as a DataStore table: typed, with a bilingual data dictionary, every row with its version.

A second database: it follows the published version in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckanext.datastore.backend import DatastoreBackend
from ckanext.datastore.backend.postgres import get_write_engine
from sqlalchemy.engine import Engine

from ckanext.khonkaencarbon.footprint.model import Line
from ckanext.khonkaencarbon.footprint.output.columns import COLUMNS
from ckanext.khonkaencarbon.portal import bulk, queue
from ckanext.khonkaencarbon.portal.dictionary import FIELDS
from ckanext.khonkaencarbon.portal.identity import system_context
from ckanext.khonkaencarbon.portal.queue import Claim

LOCK_PATIENCE = "10s"


def load(claim: Claim, resource_id: str, number: int, lines: Sequence[Line]) -> None:
    """Make the table of a derived resource hold these lines of this version; nothing where it does already.

    Raises:
        ClaimLostError: somebody else is at work on the dataset; the table was left alone.
    """
    if not p.plugin_loaded("datastore"):
        return
    held = _held(resource_id)
    if held == (number, number, len(lines)):
        return
    if held is None or held[0] is None:
        _create(resource_id)
    with queue.engine().begin() as portal:
        queue.hold(portal, claim)
        with _emptied(resource_id) as cursor:
            bulk.copy_lines(cursor, checked(resource_id), {"version": number}, lines)


def rewrite(resource_id: str, number: int, path: Path) -> None:
    """Make the table hold the rows of this summary.csv; the caller keeps its version in force."""
    if _held(resource_id) is None:
        _create(resource_id)
    with _emptied(resource_id) as cursor:
        bulk.copy_file(cursor, checked(resource_id), {"version": number}, path)


def rows(resource_id: str, number: int) -> bulk.Rows:
    """What the table holds, as in summary.csv; rows of another version have its number before the first."""
    if _held(resource_id) is None:
        return bulk.Rows()
    other = sa.case((sa.column("version") == number, ""), else_=sa.cast(sa.column("version"), sa.Text) + "/")
    first, *others = bulk.texts(COLUMNS)
    query = sa.select(other.concat(first), *others).select_from(sa.table(checked(resource_id)))
    with _engine().begin() as connection:
        return bulk.rows(connection, query)


def tables_of_ours() -> list[str]:
    """Tables whose columns are those of a footprint summary."""
    if not p.plugin_loaded("datastore"):
        return []
    columns = ["_id", "_full_text", *(field["id"] for field in FIELDS)]
    with _engine().begin() as connection:
        return list(connection.execute(_TABLES, {"columns": columns}).scalars())


@contextmanager
def _emptied(resource_id: str) -> Iterator[Any]:
    """A cursor in the transaction that replaces the rows of a table."""
    with _engine().begin() as connection:
        connection.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_PATIENCE}'"))
        connection.execute(sa.text(f'TRUNCATE "{checked(resource_id)}" RESTART IDENTITY'))
        with connection.connection.cursor() as cursor:
            yield cursor
    count(resource_id)


def count(resource_id: str) -> None:
    """Have the DataStore count the rows of a table anew."""
    _backend().clear_table_stats(resource_id)
    _backend().calculate_record_count(resource_id)


def drop(resource_ids: Sequence[str]) -> None:
    """Remove the tables of a purged dataset, which core leaves behind."""
    if not p.plugin_loaded("datastore"):
        return
    with _engine().begin() as connection:
        for resource_id in resource_ids:
            connection.execute(sa.text(f'DROP TABLE IF EXISTS "{checked(resource_id)}" CASCADE'))
    for resource_id in resource_ids:
        _backend().clear_table_stats(resource_id)


def _create(resource_id: str) -> None:
    """The table, its dictionary and a view of it; each where it is missing."""
    tk.get_action("datastore_create")(
        system_context(),
        {"resource_id": resource_id, "fields": FIELDS, "force": True, "calculate_record_count": False},
    )
    resource = tk.get_action("resource_show")(system_context(), {"id": resource_id})
    views = tk.get_action("resource_view_list")(system_context(), {"id": resource_id})
    if not views:
        tk.get_action("resource_create_default_resource_views")(
            system_context(), {"resource": resource, "create_datastore_views": True}
        )
    model.Session.remove()


def _held(resource_id: str) -> tuple[int | None, int | None, int] | None:
    """Lowest and highest version and the number of rows in a table; None where there is no table."""
    table = checked(resource_id)
    with _engine().begin() as connection:
        if connection.execute(sa.text("SELECT to_regclass(:name)"), {"name": f'"{table}"'}).scalar() is None:
            return None
        version = sa.column("version")
        query = sa.select(sa.func.min(version), sa.func.max(version), sa.func.count())
        row = connection.execute(query.select_from(sa.table(table))).one()
        return (row[0], row[1], row[2])


def checked(resource_id: str) -> str:
    """The id as the name of a table, which cannot be a parameter of a statement."""
    if not all(sign in "0123456789abcdef-" for sign in resource_id):
        raise ValueError(resource_id)
    return resource_id


def _engine() -> Engine:
    return get_write_engine()


def _backend() -> Any:
    return DatastoreBackend.get_active_backend()


_TABLES = sa.text("""
    SELECT table_name FROM information_schema.columns
    WHERE table_schema = 'public'
    GROUP BY table_name
    HAVING array_agg(CAST(column_name AS text) ORDER BY ordinal_position) = CAST(:columns AS text[])
    ORDER BY table_name
""")

"""Loading the table of an input by COPY: built beside the old one and put in its place in one transaction."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import islice
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckanext.datastore.backend.postgres import create_table, get_write_engine
from rq.timeouts import JobTimeoutException
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon import settings
from ckanext.khonkaencarbon.footprint.findings import FileRefused
from ckanext.khonkaencarbon.footprint.reading.published import PublishedTable, read_published
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary
from ckanext.khonkaencarbon.portal import datastore, input_dictionary, input_tables, inputs, queue
from ckanext.khonkaencarbon.portal.identity import system_context
from ckanext.khonkaencarbon.portal.snapshot import Input, snapshot

log = logging.getLogger(__name__)

MARK = "khonkaencarbon input/1"  # comment of a table of ours
VIEW = "datatables_view"
CHUNK = 5000  # rows
PLACE = "_new_"  # what a table is called before its own transaction ends, which alone sees it


class InputGoneError(Exception):
    """The input was removed since."""


def load_next() -> bool:
    """Load or drop the next table that is due; whether there was one. A fault is noted and tried again.

    Raises:
        JobTimeoutException: the job has run out of time; the table stays due.
    """
    taken = input_tables.take()
    if taken is None:
        return False
    try:
        with queue.engine().begin() as connection:
            if input_tables.lock(connection, taken):
                input_tables.done(connection, taken, **_made(connection, taken))
        if taken.wanted is not None:
            _mark(taken.resource_id)
    except JobTimeoutException:
        raise
    except Exception as fault:
        _note(taken, fault)
    finally:
        model.Session.remove()
    return True


def digest_of(rows: Iterable[Iterable[str]]) -> str:
    """SHA-256 of rows of texts, in their order."""
    made = sha256()
    for row in rows:
        made.update(_bytes_of(row))
    return made.hexdigest()


def _bytes_of(row: Iterable[str]) -> bytes:
    return ("\x1f".join(row) + "\x1e").encode()


def stored_rows(resource_id: str) -> Iterator[list[str]]:
    """What a table holds, as it was loaded; nothing where there is no table."""
    table = datastore.checked(resource_id)
    with get_write_engine().connect() as connection:
        names = connection.execute(_COLUMNS, {"name": f'"{table}"'}).scalars().all()
        if not names:
            return
        texts = [sa.func.coalesce(sa.cast(sa.column(name), sa.Text), "") for name in names]
        query = sa.select(*texts).select_from(sa.table(table)).order_by(sa.column("_id"))
        streamed = connection.execution_options(stream_results=True, max_row_buffer=CHUNK).execute(query)
        yield from (list(row) for row in streamed)


def tables_of_ours() -> list[str]:
    """Names of the tables that were loaded from inputs."""
    with get_write_engine().begin() as connection:
        return list(connection.execute(_MARKED, {"mark": MARK}).scalars())


def _made(portal: Connection, taken: Any) -> dict[str, Any]:
    """Bring the DataStore to what is wanted; what it holds then."""
    if taken.wanted is None or not settings.largest_input_table():
        _drop(taken.resource_id)
        return {"rows": None, "digest": None}
    with inputs.sources((_input(portal, taken),)) as (source,):
        mapping = inputs.mapping_of(_input(portal, taken).mapping)
        table = read_published(source.path, mapping, load_vocabulary())
        if table.count > settings.largest_input_table():
            _drop(taken.resource_id)
            return {"rows": None, "digest": None, "error": _too_long(table.count)}
        digest = _replace(portal, taken.resource_id, table)
    return {"rows": table.count, "digest": digest}


def _input(portal: Connection, taken: Any) -> Input:
    dataset = snapshot(portal, taken.dataset_id)
    for one in dataset.inputs if dataset else ():
        if one.id == taken.resource_id:
            return one
    raise InputGoneError(taken.resource_id)


def _replace(portal: Connection, resource_id: str, table: PublishedTable) -> str:
    """One transaction of the DataStore: readers see the old table or the new one."""
    name = datastore.checked(resource_id)
    place = f"{PLACE}{name}"
    with get_write_engine().begin() as connection:
        connection.execute(sa.text(f"SET LOCAL lock_timeout = '{datastore.LOCK_PATIENCE}'"))
        made = {"resource_id": place, "fields": input_dictionary.fields(table)}
        create_table({"connection": connection}, made, {})
        connection.execute(sa.text(_FULL_TEXT.format(place=place)))
        with connection.connection.cursor() as cursor:
            digest = _copy(cursor, place, table)
        connection.execute(sa.text(f'CREATE INDEX ON "{place}" USING gin (_full_text)'))
        connection.execute(sa.text(f'DROP TABLE IF EXISTS "{name}" CASCADE'))
        connection.execute(sa.text(f'ALTER TABLE "{place}" RENAME TO "{name}"'))
        connection.execute(sa.text(f"COMMENT ON TABLE \"{name}\" IS '{MARK}'"))
        portal.execute(sa.text("SELECT 1"))  # whoever has lost the portal's lock may not replace anything
    datastore.count(resource_id)
    return digest


def _copy(cursor: Any, place: str, table: PublishedTable) -> str:
    columns = ", ".join(f'"{column.id}"' for column in table.columns)
    statement = f'COPY "{place}" ({columns}) FROM STDIN (FORMAT csv)'
    digest, rows = sha256(), table.rows()
    while chunk := list(islice(rows, CHUNK)):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(chunk)
        for row in chunk:
            digest.update(_bytes_of(row))
        text.seek(0)
        cursor.copy_expert(statement, text)
    return digest.hexdigest()


def _mark(resource_id: str) -> None:
    """Tell CKAN whether the resource has a table, and give a new table a view."""
    row, resource = input_tables.present(resource_id), model.Resource.get(resource_id)
    if row is None or resource is None or resource.state != "active":
        return
    there, marked = row.rows is not None, bool((resource.extras or {}).get("datastore_active"))
    if there == marked:
        return
    tk.get_action("resource_patch")(system_context(), {"id": resource_id, "datastore_active": there})
    if there:
        _add_view(resource_id)


def _add_view(resource_id: str) -> None:
    shown = tk.get_action("resource_view_list")(system_context(), {"id": resource_id})
    if not any(view["view_type"] == VIEW for view in shown):
        resource = tk.get_action("resource_show")(system_context(), {"id": resource_id})
        views = {"resource": resource, "create_datastore_views": True}
        tk.get_action("resource_create_default_resource_views")(system_context(), views)


def _drop(resource_id: str) -> None:
    """The table, its mark and its views go; each where it is there."""
    datastore.drop([resource_id])
    resource = model.Resource.get(resource_id)
    if resource is None or resource.state != "active" or not (resource.extras or {}).get("datastore_active"):
        return
    tk.get_action("resource_patch")(system_context(), {"id": resource_id, "datastore_active": False})
    for view in tk.get_action("resource_view_list")(system_context(), {"id": resource_id}):
        if view["view_type"] == VIEW:
            tk.get_action("resource_view_delete")(system_context(), {"id": view["id"]})


def _too_long(rows: int) -> dict[str, str]:
    largest = settings.largest_input_table()
    return {
        "th": f"ไฟล์มี {rows:,} แถว เกิน {largest:,} แถวที่แสดงเป็นตารางได้ ดาวน์โหลดทั้งไฟล์ได้ตามปกติ",
        "en": f"The file has {rows:,} rows, more than the {largest:,} that are shown as a table. "
        "The whole file can be downloaded as ever.",
    }


def _note(taken: Any, fault: Exception) -> None:
    log.warning("The table of input %s could not be loaded", taken.resource_id, exc_info=fault)
    kind = "FileRefused" if isinstance(fault, FileRefused) else type(fault).__name__
    error = {
        "th": f"ยังสร้างตารางของไฟล์นี้ไม่ได้ ({kind}) ระบบจะลองใหม่เอง ผลคาร์บอนฟุตพริ้นท์ไม่ได้รับผลกระทบ",
        "en": f"The table of this file could not be made yet ({kind}). It is tried again; "
        "the footprint is not affected.",
    }
    try:
        input_tables.note(taken, error)
    except Exception:
        log.exception("The fault could not be written down; the table stays due")


_FULL_TEXT = (
    'CREATE TRIGGER zfulltext BEFORE INSERT OR UPDATE ON "{place}" '
    "FOR EACH ROW EXECUTE PROCEDURE populate_full_text_trigger()"
)
_COLUMNS = sa.text("""
    SELECT attname FROM pg_attribute
    WHERE attrelid = to_regclass(:name) AND attnum > 0 AND NOT attisdropped
      AND attname NOT IN ('_id', '_full_text')
    ORDER BY attnum
""")
_MARKED = sa.text("""
    SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = 'public' AND relkind = 'r' AND obj_description(pg_class.oid, 'pg_class') = :mark
    ORDER BY relname
""")

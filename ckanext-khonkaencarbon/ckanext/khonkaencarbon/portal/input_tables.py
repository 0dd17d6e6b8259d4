"""Which inputs have a table in the DataStore, and the queue of those that have to be loaded or dropped.

A table follows the file that the version in force was computed from; it comes after the footprint and never
holds it back. PostgreSQL remembers what is wanted and what is held: a crash leaves work, never a wrong state.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import ckan.plugins as p
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon import settings
from ckanext.khonkaencarbon.footprint.digest import digest
from ckanext.khonkaencarbon.footprint.reading.table import READER_VERSION
from ckanext.khonkaencarbon.model import InputTable, Version
from ckanext.khonkaencarbon.portal import queue
from ckanext.khonkaencarbon.portal.queue import NOW
from ckanext.khonkaencarbon.portal.snapshot import Input, Snapshot, snapshots

TABLES = InputTable.__table__
VERSIONS = Version.__table__
FORMAT = 1  # raised when the same file would become another table
BACK_OFF = 5  # seconds, three times as long after each further fault
LONGEST_BACK_OFF = 3600  # seconds


def settle(connection: Connection, ids: Sequence[str] | None = None) -> None:
    """Write down what tables there have to be, for these datasets or all of them.

    A table that is being made at this moment is left to the next call: whoever makes it may stand still.
    """
    if not p.plugin_loaded("datastore"):
        return
    found = snapshots(connection, ids)
    held = _rows(connection, ids)
    accepted = _signatures(connection, list(found))
    for dataset in found.values():
        if _is_accepted(dataset, accepted.get(dataset.id)):
            for one in dataset.inputs:
                _want(connection, dataset.id, one, held.get(one.id))
    there = {one.id for dataset in found.values() for one in dataset.inputs}
    gone = [row.resource_id for row in held.values() if row.resource_id not in there]
    if gone:
        free = _free(connection, gone)
        dropped = sa.update(TABLES).where(TABLES.c.resource_id.in_(free), TABLES.c.wanted.is_not(None))
        connection.execute(dropped.values(wanted=None, attempts=0, not_before=NOW, error=sa.null()))
    _notice_unmarked(connection, ids)


def take() -> Any:
    """The next table that is not what is wanted, None where there is none; it is not due again at once."""
    due = sa.select(TABLES.c.resource_id).where(_is_due(), TABLES.c.not_before <= NOW)
    due = due.order_by(TABLES.c.not_before, TABLES.c.resource_id).limit(1).with_for_update(skip_locked=True)
    pause = sa.func.least(BACK_OFF * sa.func.power(3, sa.func.least(TABLES.c.attempts, 9)), LONGEST_BACK_OFF)
    later = NOW + sa.func.make_interval(0, 0, 0, 0, 0, 0, pause)
    taken = sa.update(TABLES).where(TABLES.c.resource_id == due.scalar_subquery())
    values = {"attempts": TABLES.c.attempts + 1, "not_before": later}
    with queue.engine().begin() as connection:
        return connection.execute(taken.values(**values).returning(TABLES)).one_or_none()


def lock(connection: Connection, taken: Any) -> bool:
    """Keep others from the table until the end of the transaction; whether it is still to be done."""
    mine = TABLES.c.resource_id == taken.resource_id, TABLES.c.attempts == taken.attempts
    same = TABLES.c.wanted.is_not_distinct_from(taken.wanted)
    query = sa.select(TABLES.c.resource_id).where(*mine, same, _is_due()).with_for_update(skip_locked=True)
    return connection.execute(query).first() is not None


def done(connection: Connection, taken: Any, **held: Any) -> None:
    """The table holds what is wanted; a row that wants none is forgotten."""
    mine = TABLES.c.resource_id == taken.resource_id
    if taken.wanted is None:
        connection.execute(sa.delete(TABLES).where(mine))
        return
    values = {"held": taken.wanted, "attempts": 0, "loaded_at": NOW, "error": sa.null(), **held}
    connection.execute(sa.update(TABLES).where(mine).values(**values))


def note(taken: Any, error: dict[str, str]) -> None:
    """Why an attempt failed; it is tried again."""
    mine = TABLES.c.resource_id == taken.resource_id, TABLES.c.wanted.is_not_distinct_from(taken.wanted)
    with queue.engine().begin() as connection:
        connection.execute(sa.update(TABLES).where(*mine).values(error=error))


def forget(resource_id: str) -> None:
    """The table is not what it is said to be: to be loaded again."""
    with queue.engine().begin() as connection:
        again = sa.update(TABLES).where(TABLES.c.resource_id == resource_id)
        connection.execute(again.values(held=None, attempts=0, not_before=NOW))


def next_due() -> float | None:
    """Seconds until a table can be worked on, 0 where it can be now, None where all are at rest."""
    query = sa.select(sa.func.extract("epoch", sa.func.min(TABLES.c.not_before) - NOW)).where(_is_due())
    with queue.engine().begin() as connection:
        seconds = connection.execute(query).scalar()
    return None if seconds is None else max(float(seconds), 0.0)


def present(resource_id: str) -> Any:
    """What is known of the table of an input; None where it has none and is to have none."""
    return model.Session.execute(sa.select(TABLES).where(TABLES.c.resource_id == resource_id)).one_or_none()


def held(connection: Connection) -> Iterator[Any]:
    """The tables that are there and at rest."""
    at_rest = TABLES.c.rows.is_not(None), TABLES.c.held.is_not_distinct_from(TABLES.c.wanted)
    yield from connection.execute(sa.select(TABLES).where(*at_rest).order_by(TABLES.c.resource_id)).all()


def known(connection: Connection) -> set[str]:
    """The names of all tables that there are, will be, or are about to be dropped."""
    return set(connection.execute(sa.select(TABLES.c.resource_id)).scalars())


def _want(connection: Connection, dataset_id: str, one: Input, row: Any) -> None:
    if not one.is_upload:
        return
    wanted = digest([one.url, one.last_modified, one.size, one.mapping, READER_VERSION, FORMAT, _limit()])
    if row is not None and (row.wanted == wanted or not _free(connection, [one.id])):
        return
    values = {
        "dataset_id": dataset_id,
        "wanted": wanted,
        "attempts": 0,
        "not_before": NOW,
        "error": sa.null(),
    }
    new = insert(TABLES).values(resource_id=one.id, **values)
    connection.execute(new.on_conflict_do_update(index_elements=[TABLES.c.resource_id], set_=values))


def _free(connection: Connection, ids: Sequence[str]) -> list[str]:
    """Those of these rows that nobody works on; nobody can until the transaction ends."""
    query = sa.select(TABLES.c.resource_id).where(TABLES.c.resource_id.in_(ids))
    return list(connection.execute(query.with_for_update(skip_locked=True)).scalars())


def _limit() -> str:
    """Part of what is wanted: none, or some."""
    return "none" if settings.largest_input_table() == 0 else "some"


def _is_accepted(dataset: Snapshot, signature: str | None) -> bool:
    return dataset.state == "active" and signature == dataset.signature


def _signatures(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    query = sa.select(VERSIONS.c.dataset_id, VERSIONS.c.signature)
    mine = connection.execute(query.where(VERSIONS.c.in_force, VERSIONS.c.dataset_id.in_(ids)))
    return {row.dataset_id: row.signature for row in mine}


def _rows(connection: Connection, ids: Sequence[str] | None) -> dict[str, Any]:
    query = sa.select(TABLES)
    if ids is not None:
        query = query.where(TABLES.c.dataset_id.in_(ids))
    return {row.resource_id: row for row in connection.execute(query)}


def _notice_unmarked(connection: Connection, ids: Sequence[str] | None) -> None:
    """A resource that was sent without the mark that it has a table gets its table, and the mark, again."""
    resources = model.resource_table.c
    marked = sa.cast(resources.extras, sa.Text).like('%"datastore_active": true%')  # JSON kept as text
    unmarked = resources.id == TABLES.c.resource_id, sa.func.coalesce(marked, sa.false()).is_(False)
    again = sa.update(TABLES).where(*unmarked, TABLES.c.rows.is_not(None), TABLES.c.held == TABLES.c.wanted)
    if ids is not None:
        again = again.where(TABLES.c.dataset_id.in_(ids))
    connection.execute(again.values(held=None, attempts=0, not_before=NOW))


def _is_due() -> Any:
    return TABLES.c.wanted.is_distinct_from(TABLES.c.held) | TABLES.c.wanted.is_(None)
